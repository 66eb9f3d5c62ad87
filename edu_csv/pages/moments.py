"""Times as people say them, in the institution's zone; UTC stands in the title.

The zone is the one active for the request. Data keeps ISO dates: only prose passes through here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone


def prose(at: datetime, now: datetime | None = None) -> str:
    """ "today, 09:42", "yesterday, 10:12", "12 Aug, 04:06", "3 Aug 2025, 14:20"."""
    local, today = _local(at, now)
    return f"{_day(local, today)}, {local:%H:%M}"


def brief(at: datetime, now: datetime | None = None) -> str:
    """For a column: "09:12" today, "yesterday", "Sun" within the week, then "3 Aug", "3 Aug 2025"."""
    local, today = _local(at, now)
    days = (today.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 1 < days < 7:
        return f"{local:%a}"
    return _day(local, today)


def minute(at: datetime) -> str:
    """Where the day stands above: "09:12"."""
    return f"{timezone.localtime(at):%H:%M}"


def clock(at: datetime) -> str:
    """To the second, for logs: "09:42:05"."""
    return f"{timezone.localtime(at):%H:%M:%S}"


def day(at: datetime, now: datetime | None = None) -> str:
    """A heading of a day: "Today", "Yesterday", "12 August", "3 August 2025"."""
    local, today = _local(at, now)
    days = (today.date() - local.date()).days
    if days == 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    return f"{local.day} {local:%B}" if local.year == today.year else f"{local.day} {local:%B %Y}"


def date_title(at: datetime) -> str:
    """The title of the first page: "Tuesday, 18 August"."""
    local = timezone.localtime(at)
    return f"{local:%A}, {local.day} {local:%B}"


def utc(at: datetime) -> str:
    """ "2026-08-18 07:42:06 UTC": what a hover shows and another office can compare."""
    return f"{at.astimezone(tz=UTC):%Y-%m-%d %H:%M:%S} UTC"


def _local(at: datetime, now: datetime | None) -> tuple[datetime, datetime]:
    return timezone.localtime(at), timezone.localtime(now or timezone.now())


def _day(local: datetime, today: datetime) -> str:
    days = (today.date() - local.date()).days
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{local.day} {local:%b}" if local.year == today.year else f"{local.day} {local:%b %Y}"
