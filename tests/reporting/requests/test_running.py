"""What a worker makes of a request: the file, its facts, and one safe sentence when there is none."""

from __future__ import annotations

import hashlib
import logging
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError

from edu_csv import storage, tenancy
from edu_csv.access.models import Account, ApiClient, Grant
from edu_csv.errors import StorageUnavailable
from edu_csv.jobs import runners
from edu_csv.jobs import services as jobs
from edu_csv.jobs.lease import Lease, direct_connection
from edu_csv.jobs.models import Job
from reporting import endings, pipeline
from reporting.models import ReportRequest
from reporting.reports import reports
from reporting.services import RequestStatus
from reporting.steps import write as writing
from tests.imports.harness import Tenant
from tests.reporting.requests.harness import (
    WEEK,
    Clock,
    content,
    error,
    fresh,
    keys,
    made,
    person,
    program,
    status,
    submit,
    with_videos,
    work,
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str]]:
    """(request, its job's status) of each that ended, as hooks are told."""
    heard: list[tuple[Any, str]] = []
    monkeypatch.setattr(endings, "ON_DONE", [lambda request: heard.append((request.pk, request.job.status))])
    return heard


def test_a_report_is_a_gzipped_file_of_a_name_that_says_nothing(tenant: Tenant, clock: Clock) -> None:
    done = made(with_videos(tenant, 3))
    assert status(tenant, done) is RequestStatus.AVAILABLE
    assert done.file_name.endswith(".csv.gz")
    assert str(done.pk) not in done.file_name
    assert done.file_key.endswith(f"/1/{done.file_name}")
    lines = content(done).decode().splitlines()
    assert lines[0].startswith('"video_name","create_date",')
    assert [line.partition(",")[0] for line in lines[1:]] == ['"Lecture 1"', '"Lecture 2"', '"Lecture 3"']
    with storage.open_file(done.file_key) as file:
        data = file.read()
    # One member of gzip, without time and name in it (4.2).
    assert data[3:8] == b"\0\0\0\0\0"
    assert (done.rows, done.columns) == (3, 25)
    assert (done.bytes, done.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    # Noon of 12 March: the 10th closed 36 hours ago, the 9th 60.
    assert done.complete_through == date(2031, 3, 9)
    assert (done.job.status, done.job.rows_done, done.job.rows_total) == ("completed", 3, 3)
    assert keys(tenant) == [done.file_key]


def test_equal_content_is_equal_bytes(tenant: Tenant) -> None:
    with_videos(tenant, 50)
    assert made(tenant).sha256 == made(tenant).sha256


@pytest.mark.parametrize(
    ("output", "suffix", "begin"),
    [
        ({"compression": False}, ".csv", b'"video_name","create_date"'),
        ({"compression": False, "delimiter": "\t"}, ".tsv", b'"video_name"\t"create_date"'),
        ({"compression": False, "delimiter": "|"}, ".psv", b'"video_name"|"create_date"'),
        ({"delimiter": "\t"}, ".tsv.gz", b'"video_name"\t"create_date"'),
        ({"delimiter": "|"}, ".psv.gz", b'"video_name"|"create_date"'),
    ],
)
def test_suffixes_follow_what_is_in_the_file(
    tenant: Tenant, output: dict[str, Any], suffix: str, begin: bytes
) -> None:
    done = made(tenant, "asset", None, output)
    assert "." + done.file_name.partition(".")[2] == suffix
    assert content(done).startswith(begin)


@pytest.mark.parametrize("name", list(reports()))
def test_without_data_there_is_a_header_and_nothing_else(tenant: Tenant, clock: Clock, name: str) -> None:
    done = made(tenant, name, None if name == "asset" else WEEK)
    assert status(tenant, done) is RequestStatus.AVAILABLE
    assert (done.rows, done.columns) == (0, len(reports()[name].columns))
    assert content(done).count(b"\r\n") == 1
    assert content(done).endswith(b'"\r\n')


def test_each_attempt_writes_under_its_own_key_and_one_is_kept(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = submit(with_videos(tenant, 2))
    ended = jobs.end
    attempts: list[list[str]] = []

    def end_but_not_the_first(*given: Any) -> None:
        attempts.append(keys(tenant))
        if len(attempts) == 1:
            raise OperationalError("the database went away")
        ended(*given)

    monkeypatch.setattr(jobs, "end", end_but_not_the_first)
    work(tenant)
    done = fresh(tenant, asked)
    (first,), (second,) = attempts
    assert "/1/" in first
    assert "/2/" in second
    assert first.rpartition("/")[2] != second.rpartition("/")[2]
    assert keys(tenant) == [done.file_key] == [second]


def test_a_store_that_does_not_answer_is_asked_again(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, put = submit(tenant), storage.writer
    failures = iter([StorageUnavailable("The file store did not answer.")])

    def writer(key: str) -> Any:
        for failure in failures:
            raise failure
        return put(key)

    monkeypatch.setattr(storage, "writer", writer)
    assert work(tenant) == 2
    assert status(tenant, asked) is RequestStatus.AVAILABLE


def test_a_fault_of_ours_fails_with_a_safe_sentence(
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    told: list[tuple[Any, str]],
) -> None:
    def write(*given: Any) -> int:
        raise ZeroDivisionError("SELECT secret FROM roster_person")

    monkeypatch.setattr(pipeline, "write", write)
    with caplog.at_level(logging.CRITICAL):
        failed = made(tenant)
    assert status(tenant, failed) is RequestStatus.FAILED
    sentence = error(tenant, failed)
    assert sentence is not None
    assert sentence.startswith("A fault of this system stopped the report; submit it again,")
    assert sentence.count(".") == 1
    assert "secret" not in sentence + str(failed.job.problem)
    assert (failed.file_key, failed.rows) == ("", None)
    assert keys(tenant) == []
    assert told == [(failed.pk, "failed")]


def test_a_report_that_is_no_more_fails_in_words(tenant: Tenant) -> None:
    asked = submit(tenant)
    tenant.query("UPDATE reporting_request SET report_name = 'viewsessions'")
    work(tenant)
    assert error(tenant, asked) == "There is no report of this name any more."


def test_rights_are_asked_for_again_when_it_runs(tenant: Tenant) -> None:
    people = [person(tenant) for _ in range(3)]
    programs = [program(tenant) for _ in range(2)]
    asked = [submit(tenant, actor=actor, waits=True) for actor in (*people, *programs)]
    with tenancy.use_institution(tenant.pk):
        accounts = [Account.objects.get(pk=each.account or 0) for each in people]
        clients = [ApiClient.objects.get(pk=each.client or 0) for each in programs]
        Grant.objects.filter(account=accounts[0]).delete()
        accounts[1].is_active = False
        accounts[1].save()
        accounts[2].delete()
        clients[0].may_use_reporting = clients[1].is_active = False
        for client in clients:
            client.save()
    work(tenant)
    for each in asked:
        assert status(tenant, each) is RequestStatus.FAILED
        assert "may not have it any more" in str(error(tenant, each))
    assert keys(tenant) == []


def test_what_is_stopped_leaves_nothing_behind(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = submit(with_videos(tenant, 5))
    written = writing.write

    def write(*given: Any) -> int:
        rows = written(*given)
        with tenancy.use_institution(tenant.pk):
            assert jobs.request_cancel(asked.pk)
        return rows

    monkeypatch.setattr(pipeline, "write", write)
    monkeypatch.setattr("edu_csv.jobs.lease.SECONDS_BETWEEN_BEATS", 0.0)
    work(tenant)
    # It was asked to stop after its last look: what is written stands.
    assert status(tenant, asked) is RequestStatus.AVAILABLE

    asked = submit(tenant)

    def stopped(asked_of: Any, output: Any, out: Any, progress: Any) -> int:
        with tenancy.use_institution(tenant.pk):
            assert jobs.request_cancel(asked.pk)
        return written(asked_of, output, out, progress)

    monkeypatch.setattr(pipeline, "write", stopped)
    work(tenant)
    assert status(tenant, asked) is RequestStatus.FAILED
    assert "stopped before it was ready" in str(error(tenant, asked))
    assert not [key for key in keys(tenant) if str(asked.pk) in key]


def test_a_worker_that_lost_its_lease_ends_nothing(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, written = submit(with_videos(tenant, 2)), writing.write

    def write(*given: Any) -> int:
        rows = written(*given)
        with tenancy.use_institution(tenant.pk):
            # Another worker has it by now.
            Job.objects.filter(pk=asked.pk, attempt=1).update(attempt=2)
        return rows

    monkeypatch.setattr(pipeline, "write", write)
    assert runners.work_one(["reports"], only_institution=tenant.pk)
    found = fresh(tenant, asked)
    assert (found.job.state, found.file_key, found.rows) == ("running", "", None)
    assert keys(tenant) == []


def test_a_lost_lease_stays_lost_when_storage_is_away_too(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = submit(tenant)
    written = writing.write

    def write(*given: Any) -> int:
        rows = written(*given)
        with tenancy.use_institution(tenant.pk):
            Job.objects.filter(pk=asked.pk, attempt=1).update(attempt=2)
        return rows

    def away(key: str) -> None:
        raise StorageUnavailable("The file store did not answer.")

    monkeypatch.setattr(pipeline, "write", write)
    monkeypatch.setattr(storage, "delete", away)
    assert runners.work_one(["reports"], only_institution=tenant.pk)
    found = fresh(tenant, asked)
    assert (found.job.state, found.job.attempt, found.file_key) == ("running", 2, "")
    # Its file is nobody's: the sweep removes it when the other worker has ended the job.
    assert len(keys(tenant)) == 1


def test_rows_are_told_while_it_runs(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, seen = submit(with_videos(tenant, 600)), []
    written = Lease._write

    def write(self: Lease, **progress: Any) -> None:
        written(self, **progress)
        # As anybody else sees it: the worker's own connection is in the middle of COPY.
        with direct_connection(tenant.pk) as other:
            found = other.execute("SELECT status, rows_done FROM jobs_job WHERE id = %s", [asked.pk])
            seen.append(found.fetchone())

    monkeypatch.setattr(Lease, "_write", write)
    monkeypatch.setattr("edu_csv.jobs.lease.SECONDS_BETWEEN_BEATS", 0.0)
    work(tenant)
    assert seen == [("running", 0), ("running", 256), ("running", 512), ("running", 600)]
    assert fresh(tenant, asked).rows == 600


def test_hooks_hear_of_each_end_once_it_is_committed(tenant: Tenant, told: list[tuple[Any, str]]) -> None:
    done = made(tenant)
    assert told == [(done.pk, "completed")]


def test_a_hook_that_breaks_keeps_no_other_from_its_work(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[ReportRequest] = []

    def breaks(request: ReportRequest) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(endings, "ON_DONE", [breaks, heard.append])
    done = made(tenant)
    assert status(tenant, done) is RequestStatus.AVAILABLE
    assert heard == [done]
    assert "what follows its end failed" in caplog.text
