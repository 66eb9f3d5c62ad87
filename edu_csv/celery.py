"""The Celery application. Tasks stand in each app's ``tasks``; messages only wake a worker."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")

app = Celery("edu_csv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
