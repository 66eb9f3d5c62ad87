"""What is done for exports by the clock."""

from __future__ import annotations

from celery import shared_task

from edu_csv import tenancy
from edu_csv.access.services import all_institutions
from exports import retention


@shared_task(name="exports.purge", ignore_result=True)
def purge() -> None:
    """Every night: expire exports past their retention and remove their files."""
    for institution in all_institutions():
        with tenancy.use_institution(institution):
            retention.purge(institution)
