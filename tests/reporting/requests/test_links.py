"""The signed link to a report (reporting-api.md 4.6): our own door, and a real S3 server."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3
from botocore import auth

from edu_csv import storage
from edu_csv.storage.redaction import HideLinks
from reporting import services
from reporting.models import ReportRequest
from reporting.services import RequestStatus
from reporting.tasks import sweep
from tests.imports.harness import Tenant, new_tenant
from tests.reporting.requests.harness import Clock, keys, link, made, no_link, status, with_videos
from tests.storage.servers import S3Server

GZIPPED, PLAIN = {"compression": True}, {"compression": False}
TYPES = [
    (GZIPPED, ".csv.gz", "application/gzip"),
    ({"delimiter": "|"}, ".psv.gz", "application/gzip"),
    (PLAIN, ".csv", "text/csv; charset=utf-8"),
    ({"compression": False, "delimiter": "\t"}, ".tsv", "text/tab-separated-values; charset=utf-8"),
    ({"compression": False, "delimiter": "|"}, ".psv", "text/csv; charset=utf-8"),
]


def ask(method: str, url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request(method, url, headers=headers, retries=False, decode_content=False)


def get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return ask("GET", url, **headers)


def report(tenant: Tenant, output: Mapping[str, object] = services.AS_USUAL) -> tuple[ReportRequest, str]:
    """A report of some rows, and a link to it."""
    done = made(with_videos(tenant, 40), "asset", None, output)
    return done, link(tenant, done)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> str:
    """Each test below runs on both stores."""
    request.getfixturevalue(request.param)
    return str(request.param)


@pytest.mark.parametrize(("output", "suffix", "content_type"), TYPES)
def test_a_link_gives_the_file_as_a_file(
    store: str, tenant: Tenant, output: dict[str, object], suffix: str, content_type: str
) -> None:
    done, url = report(tenant, output)
    answer = get(url, **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert hashlib.sha256(answer.data).hexdigest() == done.sha256
    assert answer.headers["Content-Type"] == content_type
    # With an encoding HTTP libraries would unpack it behind the reader's back, and its name would lie.
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Length"] == str(done.bytes)
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{done.file_name}"')
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["ETag"]
    assert done.file_name.endswith(suffix)


@pytest.mark.parametrize("options", [("-O",), ("-OJ",), ("-OJ", "--compressed")])
def test_the_file_lands_on_disk_packed_and_under_its_name(
    store: str, tenant: Tenant, tmp_path: Path, options: tuple[str, ...]
) -> None:
    done, url = report(tenant)
    command = ["curl", "--silent", "--fail", *options, url]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=20)
    (landed,) = list(tmp_path.glob("*.gz"))
    assert landed.name == done.file_name
    assert hashlib.sha256(landed.read_bytes()).hexdigest() == done.sha256
    assert urlsplit(url).path.rpartition("/")[2] == done.file_name


def test_a_link_may_be_used_any_number_of_times(store: str, tenant: Tenant) -> None:
    done, url = report(tenant)
    assert [len(get(url).data) for _ in range(3)] == [done.bytes] * 3


def test_one_looks_at_a_file_without_taking_it(store: str, tenant: Tenant) -> None:
    done, url = report(tenant)
    if store == "bucket":
        # The method is part of S3's signature: whoever looks asks for the first byte.
        assert get(url, Range="bytes=0-0").headers["Content-Range"] == f"bytes 0-0/{done.bytes}"
        return
    answer = ask("HEAD", url)
    assert (answer.status, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(done.bytes)
    assert answer.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in answer.headers


def test_a_download_that_broke_goes_on(store: str, tenant: Tenant) -> None:
    _, url = report(tenant)
    whole = get(url)
    etag = whole.headers["ETag"]
    rest = get(url, Range="bytes=100-", **{"If-Range": etag})
    assert rest.status == (206 if store == "folder" else 200)
    assert rest.headers["Content-Range"] == f"bytes 100-{len(whole.data) - 1}/{len(whole.data)}"
    assert whole.data[:100] + rest.data == whole.data


def tampered(url: str) -> Iterator[str]:
    """The link with one letter changed here and there, cut off, lengthened, and with its name changed."""
    for place in range(len(url) - 1, url.index("/", 9), -23):
        yield url[:place] + ("A" if url[place] != "A" else "B") + url[place + 1 :]
    yield url[:-1]
    yield url + "0"


def test_a_link_that_was_tampered_with_gives_nothing(store: str, tenant: Tenant) -> None:
    done, url = report(tenant)
    for each in tampered(url):
        answer = get(each)
        # The S3 server of the tests answers 400 to some of these, and 404 to another bucket's name.
        assert answer.status == 403 or (store == "bucket" and answer.status in (400, 404)), each
        assert done.file_name.encode() not in answer.data or store == "bucket"
    if store == "folder":
        answers = {get(each).data for each in tampered(url)}
        assert len(answers) == 1
        told = json.loads(answers.pop())
        assert (told["error"], told["message"]) == ("AccessDenied", "This link is not valid")


@pytest.mark.parametrize("added", ["x=1", "Expires=9999999999", "response-content-type=text%2Fhtml"])
def test_a_link_with_a_parameter_added_gives_nothing(store: str, tenant: Tenant, added: str) -> None:
    _, url = report(tenant)
    answer = get(url + ("&" if store == "bucket" else "?") + added)
    assert answer.status == 403


def test_a_link_stretched_in_its_time_gives_nothing(bucket: S3Server, tenant: Tenant) -> None:
    _, url = report(tenant)
    assert "X-Amz-Expires=604800" in url
    assert get(url.replace("X-Amz-Expires=604800", "X-Amz-Expires=604799")).status == 403


def test_a_link_of_another_file_opens_no_other(store: str, tenant: Tenant) -> None:
    """The signature of one institution's link, put on the file of another."""
    done, url = report(tenant)
    other = new_tenant()
    foreign, foreign_url = report(other)
    if store == "bucket":
        path, other_path = urlsplit(url).path, urlsplit(foreign_url).path
        assert get(foreign_url.replace(other_path, path)).status == 403
        return
    token, other_token = url.split("/")[-2], foreign_url.split("/")[-2]
    payload, _, _ = token.rpartition(".")
    _, _, signature = other_token.rpartition(".")
    answer = get(url.replace(token, f"{payload}.{signature}"))
    assert answer.status == 403
    assert get(url.replace(done.file_name, foreign.file_name)).status == 403


def test_a_file_that_is_deleted_is_not_found(store: str, tenant: Tenant) -> None:
    done, url = report(tenant)
    storage.delete(done.file_key)
    answer = get(url)
    assert answer.status == 404
    if store == "folder":
        assert json.loads(answer.data)["error"] == "AssetNotFound"


def test_a_header_of_another_authority_is_ignored(folder: Path, tenant: Tenant) -> None:
    done, url = report(tenant)
    answer = get(url, Authorization="Bearer 0000")
    assert (answer.status, len(answer.data)) == (200, done.bytes)


def test_a_link_is_written_into_no_log(store: str, tenant: Tenant, caplog: pytest.LogCaptureFixture) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(HideLinks())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with caplog.at_level(logging.DEBUG):
            done, url = report(tenant)
            get(url)
            get(url + "x")
            get(url + ("&" if store == "bucket" else "?") + "x=1")
    finally:
        root.removeHandler(handler)
    secret = url.split("/")[-2] if store == "folder" else url.partition("X-Amz-Signature=")[2]
    assert len(secret) > 40
    # Something was written, and no link.
    assert str(done.pk) in written.getvalue() or "/files/" in written.getvalue() or store == "bucket"
    assert secret not in written.getvalue()


@pytest.fixture
def past(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for S3: links are signed at its time, and the server, whose clock is the world's, checks them."""
    clock.at = datetime.now(UTC)
    monkeypatch.setattr(auth, "get_current_datetime", lambda: clock.at.replace(tzinfo=None))
    return clock


def test_the_lives_of_link_and_file_hold_on_s3(
    bucket: S3Server, tenant: Tenant, past: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.tasks.all_institutions", lambda: [tenant.pk])
    today = past.at
    with monkeypatch.context() as really:
        # Storing is signed at the world's time, or the server would refuse it.
        really.setattr(auth, "get_current_datetime", lambda: datetime.now(UTC).replace(tzinfo=None))
        past.at = today - timedelta(days=8)
        done = made(with_videos(tenant, 3))
    for age, is_alive in ((timedelta(days=7, seconds=2), False), (timedelta(days=6, hours=23), True)):
        past.at = today - age
        answer = get(link(tenant, done))
        # AWS says 403; the server of the tests 400.
        assert answer.status == 200 if is_alive else answer.status in (400, 403), age
    # The first week's link is dead; a new one can be had.
    past.at = today
    assert get(link(tenant, done)).status == 200
    # A link of the ninth day ends with the file, in six days.
    assert "X-Amz-Expires=518400" in link(tenant, done)
    past.at = today + timedelta(days=6)
    assert status(tenant, done) is RequestStatus.EXPIRED
    assert no_link(tenant, done)
    monkeypatch.setattr(auth, "get_current_datetime", lambda: datetime.now(UTC).replace(tzinfo=None))
    sweep()
    assert keys(tenant) == []
