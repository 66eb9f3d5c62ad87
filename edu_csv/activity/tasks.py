"""What a worker does with statements: project them, told by whoever stored them, and by the minute."""

from __future__ import annotations

import logging

from celery import shared_task

from edu_csv import tenancy
from edu_csv.activity import waking
from edu_csv.activity.projection import Busy, all_behind, project, unsettled

log = logging.getLogger(__name__)

# Then other work has its turn.
SECONDS_AT_A_TIME = 30.0


@shared_task(name=waking.TASK, ignore_result=True)
def project_one(institution: int) -> None:
    """Project what an institution stored; whoever is at it already goes on until nothing is left."""
    with tenancy.use_institution(institution):
        try:
            done = project(institution, seconds=SECONDS_AT_A_TIME)
        except Busy:
            return
    if not done.is_done:
        waking.send(institution)


@shared_task(name="activity.project_all", ignore_result=True)
def project_all() -> None:
    """Every minute: wake for each institution whose statements wait, or whose roster has moved under what was placed."""
    for institution in {*all_behind(), *unsettled()}:
        waking.send(institution)
