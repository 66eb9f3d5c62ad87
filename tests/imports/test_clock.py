"""What the clock starts is there, and goes where workers listen."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from edu_csv.celery import app


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_what_the_clock_starts_is_a_task_in_a_queue_that_workers_listen_to(name: str) -> None:
    entry: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE[name]
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert entry["options"]["queue"] in {queue.name for queue in settings.CELERY_TASK_QUEUES}
