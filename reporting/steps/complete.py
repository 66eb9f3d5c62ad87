"""Complete: through which day data are normally there (reporting-api.md 4.1, 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.conf import settings


def complete_through(now: datetime) -> date:
    """The last day of UTC that closed REPORT_COMPLETE_HOURS before ``now``, or earlier."""
    closed = now.astimezone(UTC) - timedelta(hours=settings.REPORT_COMPLETE_HOURS)
    return closed.date() - timedelta(days=1)
