"""Waking the pickup at once: a file came, or an import of a source ended. The minute's sweep finds it anyway."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from edu_csv.celery import app
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Queue
from imports.models import Import, Source
from imports.pipeline import run_import

log = logging.getLogger(__name__)

TASK = "imports.pick_up_one"


def wake_on_commit(source: Source) -> None:
    """Have this source's inbox looked at when the transaction commits: not before the file is there."""
    institution, source_id = source.institution_id, source.pk
    transaction.on_commit(lambda: wake(institution, source_id))


def wake(institution: int, source_id: UUID) -> None:
    try:
        app.send_task(TASK, args=[institution, str(source_id)], queue=Queue.IMPORTS, retry=False)
    except Exception:  # any broker error of any transport; the sweep comes within a minute
        log.warning("no message could be sent for source %s; the sweep will look", source_id, exc_info=True)


def run_and_wake(lease: Lease) -> None:
    """Run an import; when a source waits for its end, the next file can have its turn. Raises as ``run_import``."""
    run_import(lease)
    waiting = Import.objects.filter(pk=lease.job, source__isnull=False)
    for institution, source_id in waiting.values_list("institution_id", "source_id"):
        assert source_id is not None  # noqa: S101  # asked for above
        wake(institution, source_id)
