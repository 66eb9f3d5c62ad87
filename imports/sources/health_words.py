"""The words for how a feed is: on pages, on Today and in mails the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from edu_csv.pages import moments
from edu_csv.pages.sentences import unread_words
from edu_csv.pages.words import counted, duration, listed, number
from imports.models import FeedFault
from imports.sources.expectation import WEEKDAYS, Due, Expected
from imports.sources.health import Arrival, Condition, Health

SHORT_DAYS = dict(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
DAYS = dict(
    zip(
        WEEKDAYS,
        ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
        strict=True,
    )
)
JUST_LATE_SECONDS = 300
WORKING_DAYS = frozenset(WEEKDAYS[:5])


def state_words(health: Health, paused_until: datetime | None = None) -> str:
    """ "on time", "late by 2 h 12 min", "64 % smaller than usual", "paused until 3 Aug, 07:00"."""
    if health.state == "off":
        return "switched off"
    if health.state == "paused" and paused_until is not None:
        return f"paused until {moments.prose(paused_until)}"
    if health.worst is not None:
        return condition_words(health.worst.fault, health.worst.params)
    if health.state == "new":
        return "nothing has come yet"
    return "on time" if health.next is not None else "in order"


def condition_words(fault: str, params: Mapping[str, Any]) -> str:
    """One fault in the fewest words."""
    if fault == FeedFault.LATE:
        return f"late by {lateness(params['seconds'])}"
    if fault == FeedFault.EMPTY:
        return "empty"
    if fault == FeedFault.SMALLER:
        return f"{params['percent']} % smaller than usual"
    if fault == FeedFault.UNCHANGED:
        return f"same for {counted(params['days'], 'day')}"
    if fault == FeedFault.UNREAD:
        return f"{counted(params['unread'], 'file')} {_was(params['unread'])} not read"
    if params.get("why") == "approval":
        return "stopped: waits for approval"
    return f"a file was {_became(params)}"


def lateness(seconds: int) -> str:
    """ "2 h 12 min"; from two days on in days, for nobody counts hours then."""
    if seconds < 60:
        return "less than a minute"
    if seconds < 48 * 3_600:
        return duration(seconds - seconds % 60)
    return counted(round(seconds / 86_400), "day")


def title(name: str, fault: str, params: Mapping[str, Any]) -> str:
    """A fault as a heading: "CircleIn enrollments is 2 h 12 min late"."""
    if fault == FeedFault.LATE:
        # As soon as it is noticed nobody needs the minutes.
        by = f"{lateness(params['seconds'])} " if params["seconds"] >= JUST_LATE_SECONDS else ""
        return f"{name} is {by}late"
    if fault == FeedFault.EMPTY:
        return f"The last file of {name} is empty"
    if fault == FeedFault.SMALLER:
        return f"{name} is {params['percent']} % smaller than usual"
    if fault == FeedFault.UNCHANGED:
        return f"{name} has been the same for {counted(params['days'], 'day')}"
    if fault == FeedFault.UNREAD:
        return f"{name}: {unread_words(params['files'], params['unread'])}"
    if params.get("why") == "approval":
        return f"{name} waits for approval"
    return f"{name}: a file was {_became(params)}"


def _was(value: int) -> str:
    return "was" if value == 1 else "were"


def _became(params: Mapping[str, Any]) -> str:
    """Of one file, for the feed itself goes on with the next."""
    return "not taken" if params.get("why") == "door" else "refused"


def context(condition: Condition, last: Arrival | None, expected: Expected | None) -> str:
    """What a person needs to know beside it: what was expected, what came last."""
    params = condition.params
    if condition.fault == FeedFault.LATE:
        due = expected.due_on(condition.day) if expected else None
        said = f"Expected {window(due)}. " if due else ""
        return f"{said}{last_words(last)}"
    if condition.fault == FeedFault.EMPTY:
        return f"{params.get('name', 'It')} has no row below its header. Nothing was changed by it."
    if condition.fault == FeedFault.SMALLER:
        usual, rows = params.get("usual"), params.get("rows")
        return f"{params.get('name', 'It')} has {counted(rows or 0, 'row')}; usual are {number(usual or 0)}."
    if condition.fault == FeedFault.UNCHANGED:
        return f"{params.get('name', 'It')} came again byte for byte. Is the system that writes it still running?"
    if condition.fault == FeedFault.UNREAD:
        more = f" and {counted(params['unread'] - 1, 'other file')}" if params["unread"] > 1 else ""
        return (
            f"{params['first']}{more} of {params['name']} {_was(params['unread'])} not read, and nothing of"
            f" {'it' if params['unread'] == 1 else 'them'} was applied; the other files went on. The import says why."
        )
    if params.get("why") == "approval":
        return (
            f"The plan of {params.get('name', 'its file')} waits for a decision; later files wait behind it."
        )
    detail = str(params.get("detail") or "Its page says why.").replace("`", "")
    return detail if params.get("why") == "door" else f"{params.get('name', 'Its file')}: {detail}"


def last_words(last: Arrival | None) -> str:
    """ "Last file: yesterday, 07:04, 66,975 rows."."""
    if last is None:
        return "No file has come yet."
    rows = f", {counted(last.rows, 'row')}" if last.rows is not None else ""
    return f"Last file: {moments.prose(last.at)}{rows}."


def window(due: Due) -> str:
    """ "07:00 to 07:30"; the day beside it when it is not today's."""
    at, late = timezone.localtime(due.at), timezone.localtime(due.late_from)
    day = "" if at.date() == timezone.localdate() else f"{at:%a} {at.day} {at:%b}, "
    until = f" to {late:%H:%M}" if late - at >= timedelta(minutes=1) else ""
    return f"{day}{at:%H:%M}{until}"


def expected_words(expected: Expected | None) -> str:
    """ "Mon to Fri by 07:00", "daily by 04:00", "Mondays and Thursdays by 07:00"."""
    if expected is None:
        return "not on a schedule"
    by = f"by {expected.by:%H:%M}"
    if len(expected.days) == len(WEEKDAYS):
        return f"daily {by}"
    if expected.days == WORKING_DAYS:
        return f"Mon to Fri {by}"
    days = [day for day in WEEKDAYS if day in expected.days]
    return f"{listed([(DAYS if len(days) < 3 else SHORT_DAYS)[day] for day in days])} {by}"
