"""Running what is due: each window once, with the rights of whoever made the schedule, or it pauses and says why.

All of a run is one transaction: the runs, their requests and where the schedule goes on are there or not. So whoever
dies in between leaves nothing half done, and of two that come at once one finds nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F

from edu_csv import tenancy
from edu_csv.access import policy
from edu_csv.access.actors import Actor, actor_of_account, actor_of_client, system_actor
from edu_csv.access.policy import Ability
from edu_csv.ids import uuid7
from edu_csv.jobs.models import Status
from reporting import clock, services
from reporting.models import PauseReason, ReportRequest, ReportSchedule, ScheduleRun
from reporting.problems import NotAllowed, Refused, UnknownReport
from reporting.reports import reports
from reporting.reports.base import Report
from reporting.schedules.manage import rhythm_of
from reporting.telling import outbox
from reporting.windows import Due, Window

log = logging.getLogger(__name__)

# reporting-api.md 8: so many results in a row that nobody took a link to.
UNFETCHED = 3


def run_due() -> int:
    """Run all schedules that are due, in every institution; how many requests that made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id, schedule_id FROM reporting_schedules_due(%s)", [clock.now()])
        due: list[tuple[int, UUID]] = cursor.fetchall()
    made = 0
    for institution, schedule_id in due:
        with tenancy.use_institution(institution):
            try:
                made += run(schedule_id)
            except Exception:
                # Of this one alone: those after it are run, and it is tried again.
                log.exception("schedule %s could not be run; tried again", schedule_id)
    return made


def run(schedule_id: UUID) -> int:
    """Run the windows of a schedule that are due; how many requests that made. It may pause itself instead."""
    with transaction.atomic():
        schedule = (
            ReportSchedule.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("account", "client", "institution")
            .filter(pk=schedule_id, paused_at__isnull=True)
            .first()
        )
        if schedule is None:
            return 0
        now = clock.now()
        rhythm = rhythm_of(schedule)
        due = rhythm.due_between(schedule.next_start, now)
        made = 0
        if due.windows and not _pauses(schedule, now):
            made = _make(schedule, due, now)
        if schedule.paused_at is None:
            schedule.next_start = due.next_start
            # Also when nothing was due: the institution has moved to another zone.
            schedule.next_due = rhythm.due(rhythm.window(due.next_start))
            schedule.save(update_fields=["next_start", "next_due"])
    return made


def _make(schedule: ReportSchedule, due: Due, now: datetime) -> int:
    """Make the runs and their requests, all or none; how many requests. Pauses the schedule when it may not, or when
    what it asks for is refused."""
    actor, report = maker(schedule), reports()[schedule.report_name]
    if actor is None:
        return 0
    try:
        with transaction.atomic():
            return sum(
                _run_window(schedule, each, actor, report, now) for each in _runs(schedule, due, report, now)
            )
    except NotAllowed:
        _pause(schedule, PauseReason.NOT_PERMITTED, schedule.made_by, now)
    except UnknownReport:
        _pause(schedule, PauseReason.REPORT_GONE, "", now)
    except Refused as refused:
        _pause(schedule, PauseReason.REFUSED, str(refused), now)
    return 0


def _runs(schedule: ReportSchedule, due: Due, report: Report, now: datetime) -> Sequence[ScheduleRun]:
    """A run of each window. A report of all time is the same for all that were missed: the newest does for them."""
    windows = due.windows if report.takes_dates else due.windows[-1:]
    there = set(schedule.runs.filter(start__in=[each.start for each in windows]).values_list("start", "end"))
    # Ids of one moment are in no order of their own; lists go by them.
    ids = sorted(uuid7() for _ in windows)
    runs = [
        ScheduleRun(
            id=ids[place],
            institution_id=schedule.institution_id,
            schedule=schedule,
            start=each.start,
            end=each.end,
            made_at=now,
            email=schedule.email,
        )
        for place, each in enumerate(windows)
        # Run before the rhythm was changed to another and back.
        if (each.start, each.end) not in there
    ]
    if runs and report.takes_dates:
        runs[0].left_out = due.left_out
    return ScheduleRun.objects.bulk_create(runs)


def _run_window(
    schedule: ReportSchedule, run: ScheduleRun, actor: Actor, report: Report, now: datetime
) -> int:
    ranges: Sequence[Window | None] = (
        run.window.ranges(settings.REPORT_LONGEST_DAYS) if report.takes_dates else [None]
    )
    output = {
        "compression": schedule.compression,
        "delimiter": schedule.delimiter,
        "spreadsheetSafe": schedule.spreadsheet_safe,
    }
    notify = [schedule.webhook] if schedule.webhook else []
    for each in ranges:
        days = {"start": each.start.isoformat(), "end": each.end.isoformat()} if each else {}
        request = services.submit(actor, report.name, days, output, notify=notify, waits=True)
        ReportRequest.objects.filter(pk=request.pk).update(run=run)
    return len(ranges)


def maker(schedule: ReportSchedule) -> Actor | None:
    """Whoever made it, with the rights they have now; None when they have no access any more."""
    if schedule.by_system:
        return system_actor(schedule.institution_id)
    if schedule.account is not None and schedule.account.is_active:
        return actor_of_account(schedule.account, schedule.institution_id)
    client = schedule.client
    if client is not None and client.is_active and client.may_use_reporting:
        return actor_of_client(client)
    return None


def _pauses(schedule: ReportSchedule, now: datetime) -> bool:
    """Whether it pauses itself now instead of running."""
    actor = maker(schedule)
    if actor is None:
        _pause(schedule, PauseReason.MAKER_GONE, schedule.made_by, now)
    elif not policy.may(actor, Ability.REPORT):
        _pause(schedule, PauseReason.NOT_PERMITTED, schedule.made_by, now)
    elif schedule.report_name not in reports():
        _pause(schedule, PauseReason.REPORT_GONE, "", now)
    elif nobody_fetches(schedule):
        _pause(schedule, PauseReason.NOT_FETCHED, "", now)
    return schedule.paused_at is not None


def nobody_fetches(schedule: ReportSchedule) -> bool:
    """Whether nobody took a link to any file of the last three times that it ran and had a result.

    Windows that were made up for at once are one time: nobody had the chance to fetch one before the other.
    """
    times = (
        ReportRequest.objects.filter(
            run__schedule=schedule,
            run__made_at__gte=schedule.counts_from,
            job__status__in=(Status.COMPLETED, Status.EXPIRED),
        )
        .values(made_at=F("run__made_at"))
        .annotate(fetched=Count("fetched_at"))
        .order_by("-made_at")[:UNFETCHED]
    )
    found = [each["fetched"] for each in times]
    return len(found) == UNFETCHED and not any(found)


def _pause(schedule: ReportSchedule, reason: str, detail: str, now: datetime) -> None:
    schedule.paused_at, schedule.pause_reason, schedule.pause_detail = now, reason, detail
    schedule.save(update_fields=["paused_at", "pause_reason", "pause_detail"])
    if outbox.open_pause(schedule):
        outbox.wake_when_committed()
    log.info("schedule %s pauses itself: %s", schedule.pk, reason)
