from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from edu_csv.jobs import runners
        from edu_csv.jobs.models import Kind
        from reporting import endings
        from reporting.pipeline import run_report
        from reporting.telling import outbox

        endings.ON_DONE.append(outbox.on_done)
        runners.register(Kind.REPORT, run_report, on_given_up=lambda job: endings.call([job]))
