"""What is done for reports by the clock."""

from __future__ import annotations

from celery import shared_task

from edu_csv import tenancy
from edu_csv.access.services import all_institutions
from reporting import retention
from reporting.schedules import retention as schedules
from reporting.schedules import running
from reporting.telling import delivering, outbox


@shared_task(name="reporting.sweep", ignore_result=True)
def sweep() -> None:
    """Every hour: note what is missing, delete what is past its time."""
    for institution in all_institutions():
        with tenancy.use_institution(institution):
            retention.sweep(institution)
            schedules.forget(institution)


@shared_task(name=outbox.TASK, ignore_result=True)
def tell() -> None:
    """Send what waits to be told, and find what ended without anybody having written it down."""
    outbox.open_all()
    delivering.deliver_due()


@shared_task(name="reporting.recur", ignore_result=True)
def recur() -> None:
    """Each minute: run recurring reports that are due."""
    running.run_due()
