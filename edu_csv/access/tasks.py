"""What is done for access by the clock."""

from __future__ import annotations

from celery import shared_task

from edu_csv import tenancy
from edu_csv.access import housekeeping
from edu_csv.access.services import all_institutions


@shared_task(name="access.purge", ignore_result=True)
def purge() -> None:
    """Every night: forget tokens, kept answers and sessions that are past their time."""
    for institution in all_institutions():
        with tenancy.use_institution(institution):
            housekeeping.purge(institution)
    housekeeping.purge_sessions()
