"""What is done for reports by the clock."""

from __future__ import annotations

from celery import shared_task

from edu_csv import tenancy
from edu_csv.access.services import all_institutions
from reporting import retention


@shared_task(name="reporting.sweep", ignore_result=True)
def sweep() -> None:
    """Every hour: note what is missing, delete what is past its time."""
    for institution in all_institutions():
        with tenancy.use_institution(institution):
            retention.sweep(institution)
