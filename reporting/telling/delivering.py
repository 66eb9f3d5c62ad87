"""Sending what is written down: claimed, tried, noted; tried again by the clock, further apart each time.

Whoever sends a notice has it to themselves for a while. One that dies in between leaves it to the next, so a notice
may come twice, with the same id, and is never lost. Of one address only one notice is under way at a time, the oldest that is due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.jobs.lease import direct_connection
from edu_csv.pages.mailing import MailServerAway, send
from reporting import clock
from reporting.models import Delivery, Webhook
from reporting.models.notices import Kind, State
from reporting.telling import keys, wording
from reporting.telling.bodies import moment
from reporting.telling.keys import SecretLost
from reporting.telling.posting import Answer, post

log = logging.getLogger(__name__)

# After each try that failed; the last again and again until NOTICE_TRIED_HOURS are over.
BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 120, 240, 360, 480))
# Much longer than anything here takes.
CLAIMED_FOR = timedelta(minutes=5)
AT_ONCE = 8
# Held by the session, which ends with whoever dies.
TRY_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('edu_csv.reporting.tell', 0))"
# A round of the clock leaves what is left to the next.
ROUND_SECONDS = 50
# Of a notice that was sent again and again by hand.
MOST_TRIES_KEPT = 40


def deliver_due() -> int:
    """Try what is due in every institution, for some time at most; how many notices were tried.

    0 when another process is at it: that one looks again after each round.
    """
    # Of several that are woken at once one sends: slow receivers hold up one worker and no more.
    with direct_connection() as session:
        [(is_alone,)] = session.execute(TRY_ALONE).fetchall()
        return _deliver_due() if is_alone else 0


def _deliver_due() -> int:
    begun, tried = time.monotonic(), 0
    while time.monotonic() - begun < ROUND_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT institution_id, delivery_id FROM reporting_deliveries_due(%s, %s)",
                [clock.now(), AT_ONCE],
            )
            due: list[tuple[int, UUID]] = cursor.fetchall()
        now_tried = _round(due)
        if not now_tried:
            break
        tried += now_tried
    return tried


def _round(due: list[tuple[int, UUID]]) -> int:
    """Webhooks side by side, for one that is slow is waited for; the database is this thread's alone."""
    tried = 0
    sent: list[tuple[Delivery, Future[Answer]]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for institution, delivery_id in due:
            with tenancy.use_institution(institution):
                delivery = claim(delivery_id)
                if delivery is None:
                    continue
                tried += 1
                doing = _prepared(delivery)
                if delivery.kind == Kind.MAIL:
                    note(delivery, doing())
                else:
                    sent.append((delivery, pool.submit(doing)))
        for delivery, future in sent:
            answer = future.result()
            with tenancy.use_institution(delivery.institution_id):
                note(delivery, answer)
    return tried


def claim(delivery_id: UUID) -> Delivery | None:
    """Be the one who tries it; None when somebody else is, at it or at another of its address, or it is not due."""
    now = clock.now()
    of_its_address = Delivery.objects.filter(
        institution=OuterRef("institution"),
        address=OuterRef("address"),
        state=State.WAITING,
        claimed_until__gt=now,
    )
    mine = Delivery.objects.filter(
        ~Exists(of_its_address),
        pk=delivery_id,
        state=State.WAITING,
        next_at__lte=now,
    )
    held = now + CLAIMED_FOR + timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS)
    if not mine.update(attempt=F("attempt") + 1, claimed_until=held):
        return None
    return Delivery.objects.select_related(
        "request__job", "request__run__schedule", "run__schedule", "schedule", "institution"
    ).get(pk=delivery_id)


def _prepared(delivery: Delivery) -> Callable[[], Answer]:
    """What remains to be done, without the database for a webhook; a fault of ours is an answer too."""
    doing: Callable[[], Answer]
    try:
        doing = partial(_mail, delivery) if delivery.kind == Kind.MAIL else _post(delivery)
    except Exception as error:
        log.exception("notice %s could not be made ready; tried again", delivery.pk)
        return partial(_fault, error)

    def guarded() -> Answer:
        try:
            return doing()
        except Exception as error:
            log.exception("notice %s could not be sent; tried again", delivery.pk)
            return _fault(error)

    return guarded


def _fault(error: Exception) -> Answer:
    return Answer(None, f"A fault of this system kept it from being sent ({type(error).__name__}).")


def _post(delivery: Delivery) -> Callable[[], Answer]:
    webhook = Webhook.objects.filter(institution_id=delivery.institution_id, url=delivery.address).first()
    if webhook is None:
        gone = Answer(None, "The webhook was taken away.", for_good=True)
        return lambda: gone
    try:
        secret = keys.secret_of(webhook.seed, webhook.secret_sha256)
    except SecretLost as lost:
        without = Answer(None, str(lost))
        return lambda: without
    body = delivery.body.encode()
    headers = keys.headers(secret, delivery.pk, body, clock.now())
    return lambda: post(delivery.address, body, headers)


def _mail(delivery: Delivery) -> Answer:
    if not may_be_mailed(delivery.institution_id, [delivery.address]):
        why = "Mail goes to accounts of the institution and to its mail domains only; this address is neither by now."
        return Answer(None, why, for_good=True)
    mail = wording.mail(delivery)
    # By it a second copy is known as one: mail programs show one of two.
    host = settings.PUBLIC_BASE_URL.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    headers = {"Message-ID": f"<{delivery.pk}@{host}>"}
    try:
        list(send([delivery.address], mail["subject"], "report", {**mail}, headers))
    except MailServerAway:
        log.warning("notice %s: the mail server did not take it; tried again", delivery.pk, exc_info=True)
        return Answer(None, "The mail server did not take it.")
    return Answer(None)


def note(delivery: Delivery, answer: Answer) -> bool:
    """Write down what came of a try; False when another has claimed it meanwhile."""
    now = clock.now()
    tries = [
        *delivery.tries,
        {"at": moment(now), "status": answer.status, "why": answer.why, "ms": answer.milliseconds},
    ]
    fields: dict[str, Any] = {"tries": tries[-MOST_TRIES_KEPT:], "claimed_until": None}
    if answer.is_taken:
        fields |= {"state": State.TAKEN, "ended_at": now}
    elif (again := _next(delivery, tries, now)) is None or answer.for_good:
        fields |= {"state": State.GIVEN_UP, "ended_at": now}
    else:
        fields |= {"next_at": again}
    mine = Delivery.objects.filter(pk=delivery.pk, attempt=delivery.attempt, state=State.WAITING)
    return bool(mine.update(**fields))


def _next(delivery: Delivery, tries: list[dict[str, Any]], now: datetime) -> datetime | None:
    """When it is tried again; None: it has been tried for long enough."""
    since = moment(delivery.tried_from)
    failed = sum(each["at"] >= since for each in tries)
    again = now + BACK_OFF[min(max(failed, 1), len(BACK_OFF)) - 1]
    last = delivery.tried_from + timedelta(hours=settings.NOTICE_TRIED_HOURS)
    return again if again <= last else None


def send_again(delivery: Delivery) -> bool:
    """By hand: try a notice once more from now on, with the same id and body; False while it waits or is tried."""
    now = clock.now()
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=State.WAITING)
    return bool(
        ended.update(state=State.WAITING, tried_from=now, next_at=now, ended_at=None, claimed_until=None)
    )
