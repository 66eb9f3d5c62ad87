"""Who is told that a report has ended, of what, how often, and what becomes of a notice that is not taken."""

from __future__ import annotations

import hashlib
import hmac
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.message import Message
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from pytest_django import Settings

from edu_csv import tenancy
from edu_csv.jobs.lease import direct_connection
from reporting import endings
from reporting.models import Delivery
from reporting.tasks import recur, tell
from reporting.telling import delivering, wording
from tests.imports.harness import Tenant
from tests.reporting.recurring.harness import (
    REGISTRY,
    deliveries,
    delivery,
    fresh,
    said,
    schedule,
    secret,
    sent,
    strike,
)
from tests.reporting.recurring.receiver import Receiver
from tests.reporting.requests.harness import Clock, made, submit, with_videos, work


def test_a_mail_says_how_many_rows_and_where_they_are_and_carries_no_link_to_the_file(
    fjord: Tenant, clock: Clock
) -> None:
    with_videos(fjord, 1_200)
    done = made(fjord, notify=[REGISTRY])
    tell()
    [mail] = sent()
    assert (mail.to, mail.subject) == ([REGISTRY], "Asset engagement, all time: 1,200 rows")
    for part in said(mail):
        assert "The report is ready: 1,200 rows." in part
        assert f"http://localhost:8000/reports/requests/{done.pk}/" in part
        assert "26 Mar 2031, 13:00 (Europe/Berlin); 26 Mar 2031, 12:00 UTC" in part
        assert "Data complete up to" in part
        for never in (done.file_key, done.file_name, "/files/", "Signature", "X-Amz"):
            assert never not in part
    tell()
    assert len(sent()) == 1


def test_one_mail_for_a_month_names_all_of_its_files(fjord: Tenant, clock: Clock) -> None:
    recurring = schedule(fjord, "monthly", name="Notes for the dean")
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    found = strike(fjord)
    [mail] = sent()
    assert mail.subject == "Notes, 1 to 31 Mar 2031: 5 files, 0 rows"
    for part in said(mail):
        assert "All 5 files are ready. They have no rows, only their header." in part
        assert "29 to 31 Mar 2031" in part
        assert f"/reports/recurring/{recurring.pk}/" in part
        assert "the recurring report “Notes for the dean”, which Command line made" in part
        for request in found:
            assert f"/reports/requests/{request.pk}/" in part


def test_a_file_that_could_not_be_made_is_told_with_the_reason(fjord: Tenant, clock: Clock) -> None:
    schedule(fjord, "monthly")
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    recur()
    fjord.query(
        "UPDATE reporting_request SET report_name = 'liveviews' WHERE parameters ->> 'start' = '2031-03-08'"
    )
    work(fjord)
    tell()
    [mail] = sent()
    assert mail.subject == "Notes, 1 to 31 Mar 2031: 4 of 5 files, 0 rows"
    assert (
        "1 of 5 files for 1 to 31 Mar 2031 could not be made. There is no report of this name"
        in said(mail)[0]
    )


def test_a_failed_request_is_told_too(fjord: Tenant, clock: Clock) -> None:
    submit(fjord, notify=[REGISTRY])
    fjord.query("UPDATE reporting_request SET report_name = 'liveviews'")
    work(fjord)
    tell()
    assert sent()[0].subject == "liveviews, all time: could not be made"


def test_a_webhook_is_told_what_became_of_a_request_signed_and_without_a_link(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    with_videos(fjord, 3)
    key = secret(fjord, receiver.url)
    done = made(fjord, notify=[receiver.url])
    tell()
    [taken] = receiver.taken
    assert taken.json == {
        "event": "report.ended",
        "id": str(done.pk),
        "status": "Available",
        "reportName": "asset",
        "parameters": {},
        "rows": 3,
        "created": "2031-03-12T12:00:00.000Z",
        "completed": taken.json["completed"],
        "url": f"http://localhost:8000/public/api/v1/reporting/request/{done.pk}",
        "bytes": done.bytes,
        "sha256": done.sha256,
        "dataCompleteThrough": "2031-03-09",
    }
    stamp = taken.headers["Edu-CSV-Timestamp"]
    expected = hmac.new(key.encode(), stamp.encode() + b"." + taken.body, hashlib.sha256).hexdigest()
    assert taken.headers["Edu-CSV-Signature"] == f"v1={expected}"
    notice = delivery(fjord)
    assert taken.headers["Edu-CSV-Delivery"] == str(notice.pk)
    assert (notice.state, notice.attempt, [each["status"] for each in notice.tries]) == ("taken", 1, [204])
    assert key not in repr(fjord.query("SELECT * FROM reporting_webhook"))


def test_each_request_of_a_schedule_is_told_to_its_webhook(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    secret(fjord, receiver.url)
    recurring = schedule(fjord, "monthly", email=(), webhook=receiver.url)
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    found = strike(fjord)
    assert {taken.json["id"] for taken in receiver.taken} == {str(request.pk) for request in found}
    assert {taken.json["schedule"] for taken in receiver.taken} == {str(recurring.pk)}
    assert {str(taken.json["window"]) for taken in receiver.taken} == {
        "{'start': '2031-03-01', 'end': '2031-04-01'}"
    }
    assert all(b'"parameters":{"start":"2031-03-' in taken.body for taken in receiver.taken), (
        "as they were asked"
    )
    assert sent() == []


def test_what_is_not_taken_is_tried_again_further_apart_and_given_up_after_a_day(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    secret(fjord, receiver.url)
    receiver.statuses = [500] * 50
    made(fjord, notify=[receiver.url])
    begun, at = clock.at, []
    tell()
    while (notice := delivery(fjord)).state == "waiting":
        at.append(notice.next_at - begun)
        clock.at = notice.next_at - timedelta(seconds=1)
        tell()
        assert len(delivery(fjord).tries) == len(at), "not before its time"
        clock.move(seconds=1)
        tell()
    pauses = [after - before for before, after in zip([timedelta(), *at], at, strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert timedelta(hours=20) < at[-1] <= timedelta(hours=24)
    assert notice.state == "given_up"
    bodies = {taken.body for taken in receiver.taken}
    ids = {taken.headers["Edu-CSV-Delivery"] for taken in receiver.taken}
    assert (len(bodies), len(ids), len(receiver.taken)) == (1, 1, len(notice.tries))
    assert [each["why"] for each in notice.tries] == ["It answered 500."] * len(notice.tries)


def test_sent_again_by_hand_it_has_the_same_id_and_a_day_anew(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    secret(fjord, receiver.url)
    receiver.statuses = [500] * 10
    made(fjord, notify=[receiver.url])
    for _ in range(12):
        tell()
        clock.move(hours=9)
    given_up = delivery(fjord)
    assert given_up.state == "given_up"
    receiver.statuses = []
    with tenancy.use_institution(fjord.pk):
        assert delivering.send_again(given_up)
        assert not delivering.send_again(given_up), "it waits already"
    tell()
    notice = delivery(fjord)
    assert (notice.pk, notice.state) == (given_up.pk, "taken")
    assert len(notice.tries) == len(given_up.tries) + 1
    assert len({taken.headers["Edu-CSV-Delivery"] for taken in receiver.taken}) == 1
    assert len({taken.headers["Edu-CSV-Timestamp"] for taken in receiver.taken}) > 1


def test_an_address_inside_this_network_is_given_up_at_once(
    fjord: Tenant, clock: Clock, receiver: Receiver, settings: Settings
) -> None:
    secret(fjord, receiver.url)
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    made(fjord, notify=[receiver.url])
    tell()
    assert receiver.taken == []
    assert delivery(fjord).state == "given_up"


def test_a_mail_server_that_is_away_is_tried_again(
    fjord: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: EmailBackend, messages: Any) -> int:
        raise SMTPServerDisconnected

    made(fjord, notify=[REGISTRY])
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", away)
        tell()
    assert sent() == []
    assert delivery(fjord).tries[0]["why"] == "The mail server did not take it."
    clock.move(minutes=2)
    tell()
    [mail] = sent()
    message: Message = mail.message()
    assert message["Message-ID"] == f"<{delivery(fjord).pk}@localhost>"


def test_a_worker_that_dies_between_the_report_and_its_notices_is_followed_by_the_clock(
    fjord: Tenant, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret(fjord, receiver.url)
    recurring = schedule(fjord, webhook=receiver.url)
    clock.move(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(endings, "ON_DONE", [])
        recur()
        work(fjord)
        assert deliveries(fjord) == []
    tell()
    tell()
    assert (len(sent()), len(receiver.taken)) == (1, 1)
    assert {notice.kind: notice.state for notice in deliveries(fjord)} == {
        "mail": "taken",
        "webhook": "taken",
    }
    assert fresh(fjord, recurring).paused_at is None


def test_killed_while_it_sends_another_sends_it_once_more_with_the_same_id(
    fjord: Tenant, receiver: Receiver, process_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 after the receiver has it and before that is noted: at least once, and known by its id."""
    arrived, held = threading.Event(), threading.Event()

    def hold(handler: Any) -> None:
        arrived.set()
        held.wait(30)

    secret(fjord, receiver.url)
    receiver.act = hold
    made(fjord, notify=[receiver.url])
    environment = {**os.environ, **process_environment, "WEBHOOK_PRIVATE_ADDRESSES": "true"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.reporting.recurring.stopping_teller"], env=environment
    ) as process:
        assert arrived.wait(60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    held.set()
    receiver.act = None
    tell()
    assert len(receiver.taken) == 1, "whoever was at it has it to themselves for a while"
    later = Clock(datetime.now(UTC) + timedelta(minutes=10))
    monkeypatch.setattr("reporting.clock.now", later)
    tell()
    first, second = receiver.taken
    assert first.headers["Edu-CSV-Delivery"] == second.headers["Edu-CSV-Delivery"]
    assert first.body == second.body
    notice = delivery(fjord)
    assert (notice.state, notice.attempt, len(notice.tries)) == ("taken", 2, 1)


def test_of_one_address_one_notice_is_under_way_at_a_time(
    fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    """However many wait for it; all of them get there, oldest first, and other addresses do not wait."""
    secret(fjord, receiver.url)
    at_once, most = [0], [0]

    def slowly(handler: Any) -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.05)
        at_once[0] -= 1
        handler.send_response(204)
        handler.end_headers()

    receiver.act = slowly
    asked_for = []
    for _ in range(4):
        asked_for.append(made(fjord, notify=[receiver.url, REGISTRY]))
        clock.move(seconds=1)
    first = min(deliveries(fjord), key=lambda notice: (notice.kind != "webhook", notice.next_at))
    with tenancy.use_institution(fjord.pk):
        assert delivering.claim(first.pk) is not None
        others = [
            notice for notice in deliveries(fjord) if notice.kind == "webhook" and notice.pk != first.pk
        ]
        assert [delivering.claim(notice.pk) for notice in others] == [None] * 3
    tell()
    assert (len(receiver.taken), len(sent())) == (0, 4), (
        "the one that is under way is waited for, by its address alone"
    )
    with tenancy.use_institution(fjord.pk):
        Delivery.objects.update(claimed_until=None)
    tell()
    assert [taken.json["id"] for taken in receiver.taken] == [str(request.pk) for request in asked_for]
    assert most == [1]


def test_two_that_send_at_once_send_it_once(fjord: Tenant, clock: Clock, receiver: Receiver) -> None:
    secret(fjord, receiver.url)

    def slowly(handler: Any) -> None:
        time.sleep(0.3)
        handler.send_response(204)
        handler.end_headers()

    receiver.act = slowly
    made(fjord, notify=[receiver.url])

    def one() -> None:
        try:
            tell()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.taken) == 1


def test_a_notice_that_cannot_be_made_ready_keeps_no_other_from_being_sent(
    fjord: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(fjord, notify=["one@fjord.example", "two@fjord.example"])
    really = wording.mail

    def broken(notice: Delivery) -> Any:
        if notice.address.startswith("one"):
            raise RuntimeError("a fault of ours")
        return really(notice)

    monkeypatch.setattr(wording, "mail", broken)
    tell()
    assert [mail.to for mail in sent()] == [["two@fjord.example"]]
    assert {notice.address[:3]: notice.state for notice in deliveries(fjord)} == {
        "one": "waiting",
        "two": "taken",
    }


def test_one_sends_while_the_others_go_on_with_their_work(fjord: Tenant, clock: Clock) -> None:
    """Slow receivers hold up one worker, however many are woken."""
    made(fjord, notify=[REGISTRY])
    with direct_connection() as other:
        other.execute(delivering.TRY_ALONE)
        tell()
        assert sent() == []
    tell()
    assert len(sent()) == 1
