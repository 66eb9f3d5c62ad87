"""Forgetting: runs whose requests are forgotten, and notices of pauses."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from reporting import clock
from reporting.models import Delivery, ScheduleRun
from reporting.models.notices import State

# Longer than any request is listed.
GRACE = timedelta(days=7)


def forget(institution: int) -> int:
    """Remove runs and notices that nothing shows any more; how many those were. Requests take their notices along."""
    kept = timedelta(days=settings.REPORT_RETENTION_DAYS + settings.REPORT_LISTED_DAYS) + GRACE
    before = clock.now() - kept
    runs, _ = ScheduleRun.objects.filter(
        institution_id=institution, made_at__lt=before, requests__isnull=True
    ).delete()
    pauses, _ = (
        Delivery.objects.filter(institution_id=institution, schedule__isnull=False, created_at__lt=before)
        .exclude(state=State.WAITING)
        .delete()
    )
    return runs + pauses
