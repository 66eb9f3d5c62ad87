from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "edu_csv.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from edu_csv import tenancy  # after the settings

        tenancy.install()
