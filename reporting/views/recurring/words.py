"""Recurring reports in words, and where their pages are."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.words import listed
from reporting.models import ReportSchedule, ScheduleRun
from reporting.reports import reports
from reporting.schedules.manage import rhythm_of
from reporting.views.words import URL, days_said, title_of
from reporting.windows import Frequency

RECURRING_URL = f"{URL}recurring/"
NEW_URL = f"{RECURRING_URL}new/"
WEBHOOKS_URL = f"{RECURRING_URL}webhooks/"
WEEKDAYS = {
    1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday",
}  # fmt: skip
RUNS: Status = {"kind": "ok", "label": "Runs"}
PAUSED: Status = {"kind": "cancelled", "label": "Paused"}
# It rests though nobody said so.
PAUSED_ITSELF: Status = {"kind": "part", "label": "Paused itself"}


def schedule_href(schedule: ReportSchedule, *parts: str, tab: str = "") -> str:
    address = "/".join([f"{RECURRING_URL}{schedule.pk}", *parts, ""])
    return f"{address}?tab={tab}" if tab else address


def name_of(schedule: ReportSchedule) -> str:
    """Its own name, else "Video views, daily"."""
    return schedule.name or f"{title_of(schedule.report_name)}, {schedule.frequency}"


def takes_dates(schedule: ReportSchedule) -> bool:
    report = reports().get(schedule.report_name)
    return report is None or report.takes_dates


def rhythm_said(schedule: ReportSchedule) -> str:
    """ "each day at 06:00", "each week, Sunday to Saturday, at 07:00", "each month at 06:00"."""
    hour = f"at {schedule.hour:02}:00"
    match schedule.frequency:
        case Frequency.DAILY:
            return f"each day {hour}"
        case Frequency.WEEKLY:
            last = WEEKDAYS[(schedule.week_starts + 5) % 7 + 1]
            return f"each week, {WEEKDAYS[schedule.week_starts]} to {last}, {hour}"
    return f"each month {hour}"


def window_said(schedule: ReportSchedule, run: ScheduleRun | None = None) -> str:
    """The days of a run, or of the next one: "10 Mar 2031"; "all time" for a report that takes none."""
    if not takes_dates(schedule):
        return "all time"
    window = run.window if run else rhythm_of(schedule).window(schedule.next_start)
    return days_said(window.start, window.end - timedelta(days=1), is_short=True)


def status_of(schedule: ReportSchedule) -> Status:
    if schedule.paused_at is None:
        return RUNS
    return PAUSED if schedule.pause_reason == "person" else PAUSED_ITSELF


def told_said(schedule: ReportSchedule) -> str:
    """ "a@fjord.example and one webhook"; blank when nobody is told."""
    told = [str(address) for address in schedule.email[:3]]
    if len(schedule.email) > len(told):
        told.append(f"{len(schedule.email) - len(told)} more")
    return listed([*told, *(["one webhook"] if schedule.webhook else [])])


def as_id(text: str) -> UUID | None:
    """The place of a cursor; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
