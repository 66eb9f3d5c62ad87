"""The Celery application. Tasks stand in each app's ``tasks``; messages only wake a worker."""

from __future__ import annotations

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from edu_csv.die_with_parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_csv.settings.dev")

app = Celery("edu_csv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_worker(**kwargs: object) -> None:
    """A slot whose worker was killed would work on unseen; its job is better taken up by another at once."""
    end_with_parent(signal.SIGKILL)
