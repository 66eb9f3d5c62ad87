"""How far a job has come, in words and in percent."""

from __future__ import annotations

from edu_csv.jobs.models import Job, State
from edu_csv.pages.words import counted, number


def percent(job: Job) -> int | None:
    """Of the rows; None while their number is unknown."""
    if not job.rows_total:
        return None
    return min(100, job.rows_done * 100 // job.rows_total)


def done_of(job: Job) -> str:
    """ "90,412 of 140,459 rows"; blank for what has not begun."""
    if job.state != State.RUNNING:
        return ""
    if job.rows_total:
        return f"{number(job.rows_done)} of {counted(job.rows_total, 'row')}"
    return f"{counted(job.rows_done, 'row')} so far" if job.rows_done else ""
