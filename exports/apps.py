from __future__ import annotations

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from edu_csv.jobs import runners
        from edu_csv.jobs.models import Kind
        from exports.pipeline import run_export

        runners.register(Kind.EXPORT, run_export)
