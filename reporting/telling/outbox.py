"""Notices are written down before anything is sent: one for each address, once for each request that ended.

A request says whom it tells, a run of a schedule whom it mails when all of its requests have ended. What is written
down is sent at least once, however often a worker dies: each notice has an id by which a second copy is known.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.celery import app
from edu_csv.jobs.models import Job, State
from reporting import clock
from reporting.models import Delivery, ReportRequest, ReportSchedule, ScheduleRun
from reporting.models.notices import Kind
from reporting.telling.addresses import is_web
from reporting.telling.bodies import body_of

log = logging.getLogger(__name__)

TASK = "reporting.tell"


def on_done(request: ReportRequest) -> None:
    """A request ended: write its notices down, and wake whoever sends them. Called after the commit, by workers."""
    tells_somebody = request.notify or request.run_id is not None
    if tells_somebody and open_notices(request.pk):
        wake()


def wake() -> None:
    """Ask for the notices to be sent at once. The broker may be away: the clock finds them too."""
    try:
        app.send_task(TASK, queue="reports", retry=False)
    except Exception:  # any broker error of any transport; the rows are the truth
        log.warning("no message could be sent that notices wait; the clock will find them", exc_info=True)


def wake_when_committed() -> None:
    """The same once the transaction around us is committed; a sender that comes earlier would find nothing."""
    transaction.on_commit(wake)


def open_all() -> int:
    """Write down the notices of all requests that ended and told nobody yet, in every institution; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id, request_id FROM reporting_untold()")
        untold: list[tuple[int, UUID]] = cursor.fetchall()
    opened = 0
    for institution, request_id in untold:
        with tenancy.use_institution(institution):
            try:
                opened += open_notices(request_id)
            except Exception:
                # Of this one alone: those after it are told, and it is tried again.
                log.exception("report %s: its notices could not be written down; tried again", request_id)
    return opened


def open_notices(request_id: UUID) -> int:
    """Write down whom this request tells, and, when it is the last of its run, whom that mails; how many those are."""
    with transaction.atomic():
        request = (
            ReportRequest.objects.select_for_update(of=("self",))
            .select_related("job", "run")
            .filter(pk=request_id, told_at__isnull=True, job__state=State.ENDED)
            .first()
        )
        if request is None:
            return 0
        now = clock.now()
        ReportRequest.objects.filter(pk=request.pk).update(told_at=now)
        notices = _new(request.institution_id, request.notify, request=request)
        for notice in notices:
            if notice.kind == Kind.WEBHOOK:
                notice.body = body_of(request, now)
        if request.run_id is not None:
            notices += _of_run(request.run_id)
        Delivery.objects.bulk_create(notices)
    return len(notices)


def _of_run(run_id: UUID) -> list[Delivery]:
    """The mails of a run, when its last request has ended: of two that end at once, one waits here for the other."""
    run = ScheduleRun.objects.select_for_update().get(pk=run_id)
    if run.told_at is not None or Job.objects.filter(report_of__run=run).exclude(state=State.ENDED).exists():
        return []
    run.told_at = clock.now()
    run.save(update_fields=["told_at"])
    return _new(run.institution_id, run.email, run=run)


def open_pause(schedule: ReportSchedule) -> int:
    """Write down that a schedule paused by itself, for those whom it mails. In the transaction of the pause."""
    return len(Delivery.objects.bulk_create(_new(schedule.institution_id, schedule.email, schedule=schedule)))


def _new(
    institution: int,
    addresses: Iterable[str],
    *,
    request: ReportRequest | None = None,
    run: ScheduleRun | None = None,
    schedule: ReportSchedule | None = None,
) -> list[Delivery]:
    now = clock.now()
    return [
        Delivery(
            institution_id=institution,
            kind=Kind.WEBHOOK if is_web(address) else Kind.MAIL,
            address=address,
            request=request,
            run=run,
            schedule=schedule,
            created_at=now,
            tried_from=now,
            next_at=now,
        )
        for address in dict.fromkeys(addresses)
    ]
