from __future__ import annotations

from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "edu_csv.local"
    label = "local"
