from __future__ import annotations

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "edu_csv.activity"
    label = "activity"
    default_auto_field = "django.db.models.BigAutoField"
