"""Doors of the workers. A message says only that there is work; the claim picks it."""

from __future__ import annotations

from celery import shared_task

from edu_csv.jobs import runners, services


@shared_task(name="edu_csv.jobs.work", ignore_result=True)
def work(queue: str) -> None:
    """Do the next job of a queue, and wake another worker as long as there is more."""
    if runners.work_one([queue]):
        services.wake_if_waiting(queue)


@shared_task(name="edu_csv.jobs.sweep", ignore_result=True)
def sweep() -> None:
    """Take up jobs whose workers died, and jobs whose messages were lost."""
    runners.sweep()
