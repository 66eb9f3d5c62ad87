"""What the clock does to a request (reporting-api.md 4.3): by the time shown, and by the sweep that follows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from edu_csv import storage, tenancy
from edu_csv.jobs import services as jobs
from edu_csv.jobs.lease import claim_next, direct_connection
from edu_csv.jobs.models import Job
from reporting import endings, retention, services
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from reporting.tasks import sweep
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import (
    NOON,
    Clock,
    error,
    fetch,
    fresh,
    keys,
    link,
    made,
    no_link,
    status,
    submit,
    with_videos,
    work,
)

pytestmark = pytest.mark.usefixtures("only_here")

LATE = "No worker was free to begin the report in time; submit it again."


def begun_really_at(request: ReportRequest, tenant: Tenant, clock: Clock) -> None:
    """The database notes the start by its own clock; bring it to that of the test."""
    with tenancy.use_institution(tenant.pk):
        Job.objects.filter(pk=request.pk, started_at__isnull=False).update(started_at=clock.at)


def test_what_no_worker_begins_in_a_day_is_missing(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    clock.move(hours=23, minutes=59)
    sweep()
    assert status(tenant, asked) is RequestStatus.PENDING
    clock.move(minutes=1)
    # By the clock already, before the sweep.
    assert status(tenant, asked) is RequestStatus.MISSING
    assert (fresh(tenant, asked).job.state, error(tenant, asked)) == ("queued", LATE)
    sweep()
    found = fresh(tenant, asked)
    assert (found.job.state, found.job.status, found.job.finished_at) == ("ended", "missing", clock.at)
    assert (status(tenant, asked), error(tenant, asked)) == (RequestStatus.MISSING, LATE)
    assert work(tenant) == 0
    # And so it stays: it never was available, so it never expires.
    clock.move(days=30)
    sweep()
    assert status(tenant, asked) is RequestStatus.MISSING
    assert no_link(tenant, asked)


def test_what_was_missing_is_never_begun(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    clock.move(hours=24)
    # The worker is there before the sweep.
    assert work(tenant) == 1
    assert status(tenant, asked) is RequestStatus.MISSING
    assert (keys(tenant), error(tenant, asked)) == ([], LATE)


def test_what_is_missing_is_in_flight_no_more(tenant: Tenant, clock: Clock) -> None:
    for _ in range(3):
        submit(tenant)
    clock.move(hours=24)
    with tenancy.use_institution(tenant.pk):
        assert services.in_flight(tenant.pk) == []
    submit(tenant)


def test_what_runs_is_not_missing_however_long_it_takes(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    lease = claim_next(["reports"], only_institution=tenant.pk)
    assert lease is not None
    with lease, tenancy.use_institution(tenant.pk):
        begun_really_at(asked, tenant, clock)
        clock.move(hours=30)
        sweep()
        assert status(tenant, asked) is RequestStatus.PENDING
        assert services.in_flight(tenant.pk) == [asked.pk]


def test_what_was_begun_and_put_back_waits_a_day_from_then(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    clock.move(hours=20)
    lease = claim_next(["reports"], only_institution=tenant.pk)
    assert lease is not None
    with lease, tenancy.use_institution(tenant.pk):
        jobs.release(lease)
    begun_really_at(asked, tenant, clock)
    clock.move(hours=23)
    sweep()
    assert status(tenant, asked) is RequestStatus.PENDING
    clock.move(hours=1)
    assert status(tenant, asked) is RequestStatus.MISSING
    # A worker thinks the same of it.
    assert work(tenant) == 1
    assert (status(tenant, asked), keys(tenant)) == (RequestStatus.MISSING, [])


def test_a_sweep_passes_over_what_a_worker_takes_up(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    clock.move(hours=24)
    with direct_connection(tenant.pk) as worker, worker.transaction():
        worker.execute("SELECT 1 FROM jobs_job WHERE id = %s FOR UPDATE", [asked.pk])
        sweep()
        assert fresh(tenant, asked).job.state == "queued"
    sweep()
    assert fresh(tenant, asked).job.status == "missing"


def test_hooks_hear_of_what_is_missing(tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(endings, "ON_DONE", [lambda request: heard.append((request.pk, request.job.status))])
    asked = [submit(tenant) for _ in range(2)]
    clock.move(hours=24)
    sweep()
    sweep()
    assert heard == [(each.pk, "missing") for each in asked]


def test_after_seven_days_the_link_dies_and_a_new_one_can_be_had(tenant: Tenant, clock: Clock) -> None:
    done = made(with_videos(tenant, 2))
    first = link(tenant, done)
    clock.move(days=7, seconds=-1)
    assert fetch(first)[0] == 200
    clock.move(seconds=1)
    code, body = fetch(first)
    told = json.loads(body)
    assert (code, told["error"], told["message"]) == (403, "AccessDenied", "This link has expired")
    assert status(tenant, done) is RequestStatus.AVAILABLE
    second = link(tenant, done)
    assert second != first
    assert fetch(second)[0] == 200


def test_after_fourteen_days_it_is_expired_and_the_file_is_gone_and_nothing_else(
    tenant: Tenant, clock: Clock
) -> None:
    done = made(with_videos(tenant, 2))
    source = tenant.query("SELECT to_jsonb(v) FROM activity_video AS v ORDER BY id")
    clock.move(days=8)
    late = link(tenant, done)
    clock.move(days=6, seconds=-1)
    assert status(tenant, done) is RequestStatus.AVAILABLE
    sweep()
    assert storage.exists(done.file_key)
    clock.move(seconds=1)
    # By the clock, before the sweep; the link, that young, ended with it.
    assert status(tenant, done) is RequestStatus.EXPIRED
    assert no_link(tenant, done)
    assert fetch(late)[0] == 403
    sweep()
    found = fresh(tenant, done)
    assert (found.job.status, found.file_key) == ("expired", "")
    assert status(tenant, done) is RequestStatus.EXPIRED
    assert (storage.exists(done.file_key), keys(tenant)) == (False, [])
    assert (found.rows, found.sha256, found.file_name) == (2, done.sha256, done.file_name)
    assert error(tenant, done) is None
    assert tenant.query("SELECT to_jsonb(v) FROM activity_video AS v ORDER BY id") == source
    # Submitting it again is all it takes.
    assert made(tenant).sha256 == done.sha256


def test_in_the_thirteenth_day_a_link_lives_as_long_as_the_file(tenant: Tenant, clock: Clock) -> None:
    done = made(tenant)
    asked: list[timedelta] = []
    signed = storage.signed_url

    def note(key: str, *, lifetime: timedelta, **more: Any) -> str:
        asked.append(lifetime)
        return signed(key, lifetime=lifetime, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "signed_url", note)
        for days in (0, 6, 7, 8, 13):
            clock.at = NOON
            clock.move(days=days)
            link(tenant, done)
        clock.move(hours=23, minutes=59, seconds=58)
        link(tenant, done)
        clock.move(seconds=1.5)
        assert no_link(tenant, done)
    assert [each.days for each in asked[:5]] == [7, 7, 7, 6, 1]
    assert asked[5] == timedelta(seconds=2)


def test_lives_are_counted_from_the_request_and_not_from_the_end(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    clock.move(hours=23)
    work(tenant)
    assert status(tenant, asked) is RequestStatus.AVAILABLE
    clock.move(days=13, hours=1)
    assert status(tenant, asked) is RequestStatus.EXPIRED


def test_the_first_link_is_noted_and_only_that(tenant: Tenant, clock: Clock) -> None:
    done = made(tenant)
    assert fresh(tenant, done).fetched_at is None
    clock.move(hours=1)
    link(tenant, done)
    clock.move(hours=1)
    link(tenant, done)
    assert fresh(tenant, done).fetched_at == NOON + timedelta(hours=1)


def test_each_call_makes_a_link_of_its_own_time(tenant: Tenant, clock: Clock) -> None:
    done = made(tenant)
    first = link(tenant, done)
    clock.move(seconds=1)
    assert link(tenant, done) != first


def test_a_short_life_of_links_is_a_setting(tenant: Tenant, clock: Clock, settings: Settings) -> None:
    settings.REPORT_LINK_SECONDS = 900
    url = link(tenant, made(tenant))
    clock.move(seconds=900)
    assert fetch(url)[0] == 403


def test_failed_stays_failed(tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = submit(tenant)
    tenant.query("UPDATE reporting_request SET report_name = 'liveviews'")
    work(tenant)
    clock.move(days=20)
    sweep()
    assert status(tenant, asked) is RequestStatus.FAILED


def test_requests_are_listed_for_ninety_days_after_their_files(tenant: Tenant, clock: Clock) -> None:
    done, missing = made(tenant), submit(tenant)
    clock.move(days=14 + 90, seconds=-1)
    sweep()
    assert (status(tenant, done), status(tenant, missing)) == (RequestStatus.EXPIRED, RequestStatus.MISSING)
    clock.move(seconds=1)
    sweep()
    with tenancy.use_institution(tenant.pk):
        assert not ReportRequest.objects.exists()
        assert not Job.objects.exists()


def test_a_sweep_takes_as_many_statements_for_many_as_for_one(tenant: Tenant, clock: Clock) -> None:
    def statements() -> list[str]:
        with tenancy.use_institution(tenant.pk), CaptureQueriesContext(connection) as caught:
            retention.sweep(tenant.pk)
        return [each["sql"] for each in caught]

    counts = []
    for number in (1, 7):
        for _ in range(number):
            submit(tenant, waits=True)
        work(tenant)
        for _ in range(number):
            submit(tenant, waits=True)
        # At once past the file's life and the day to begin, then past all.
        clock.move(days=15)
        first = statements()
        clock.move(days=90)
        counts.append(len(first) + len(statements()))
    assert counts[0] == counts[1]


def test_what_another_attempt_left_goes_when_the_request_has_ended(tenant: Tenant, clock: Clock) -> None:
    asked = submit(tenant)
    left = storage.file_key(f"reports/{tenant.pk}/{asked.pk}", 1, name="half.csv.gz")
    storage.put(left, [b"half"])
    sweep()
    assert storage.exists(left)
    work(tenant)
    sweep()
    assert keys(tenant) == [fresh(tenant, asked).file_key]


def test_what_no_request_names_goes_after_two_days(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("0190a0a0-0000-7000-8000-000000000000", "not-an-id"):
        storage.put(storage.file_key(f"reports/{tenant.pk}/{folder}", 1, name="stray.csv"), [b"stray"])
    sweep()
    assert len(keys(tenant)) == 2
    monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))
    sweep()
    assert keys(tenant) == []


def test_files_that_cannot_be_removed_are_removed_an_hour_later(
    tenant: Tenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(tenant)
    clock.move(days=14)

    def away(key: str) -> None:
        raise storage.StorageUnavailable("The file store did not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete", away)
        with pytest.raises(storage.StorageUnavailable):
            sweep()
    assert fresh(tenant, done).job.status == "expired"
    assert storage.exists(done.file_key)
    sweep()
    assert not storage.exists(done.file_key)
