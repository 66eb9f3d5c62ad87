"""The API behind a real ASGI server: large bodies, streams, hand to hand over TCP."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from edu_csv import storage
from tests.api.caller import Caller, new_caller
from tests.browser.serving import web
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
HEADER = ["Name", "Start Date", "End Date"]
FILE = csv_text(HEADER, ["Autumn", "2031-08-18", "2031-12-19"])
BOUNDARY = "----a-boundary"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


@pytest.fixture
def at(site: str, committed: None) -> tuple[str, Caller]:
    return site, new_caller()


def parts_before(**fields: str) -> bytes:
    told = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="terms.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return (told + head).encode()


AFTER = f"\r\n--{BOUNDARY}--\r\n".encode()


def send(site: str, headers: dict[str, str], blocks: Iterator[bytes]) -> tuple[int, dict[str, Any]]:
    """POST /imports with a body of unknown length."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    connection.putrequest("POST", "/api/v1/imports")
    for name, value in {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}.items():
        connection.putheader(name, value)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    try:
        for block in blocks:
            connection.send(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before all was sent
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


def test_a_large_upload_goes_through_in_blocks(at: tuple[str, Caller]) -> None:
    site, caller = at
    rows = 200_000
    block = b"".join(b"Term %06d,2031-08-18,2031-12-19\r\n" % number for number in range(10_000))

    def body() -> Iterator[bytes]:
        yield parts_before(format=TERMS, action="create", mode="preview") + b"Name,Start Date,End Date\r\n"
        for _ in range(rows // 10_000):
            yield block
        yield AFTER

    status, answer = send(site, caller.authorization, body())
    assert status == 202, answer
    size = len(block) * 20 + len(b"Name,Start Date,End Date\r\n")
    assert answer["file"]["bytes"] == size
    [kept] = storage.list_keys(f"uploads/{caller.tenant.pk}/")
    assert kept.size_bytes == size


def test_a_body_without_end_is_cut_off_at_the_limit(at: tuple[str, Caller], settings: Any) -> None:
    site, caller = at
    settings.MAX_UPLOAD_BYTES = 2_000_000
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield parts_before(format=TERMS, action="create")
        while sent < 200_000_000:
            sent += 100_000
            yield b"x" * 100_000

    status, answer = send(site, caller.authorization, body())
    assert (status, answer["code"]) == (413, "too_large")
    assert sent < 100_000_000
    assert list(storage.list_keys(f"uploads/{caller.tenant.pk}/")) == []


def test_an_announced_length_over_the_limit_is_refused_before_it_comes(
    at: tuple[str, Caller], settings: Any
) -> None:
    site, caller = at
    settings.MAX_UPLOAD_BYTES = 2_000_000
    host, port = urlsplit(site).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            b"POST /api/v1/imports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + f"Authorization: {caller.authorization['Authorization']}\r\n".encode()
            + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000000\r\n\r\n"
        )
        assert b" 413 " in line.recv(4096).split(b"\r\n")[0]


def test_nobody_known_sends_nothing(at: tuple[str, Caller]) -> None:
    site, _ = at
    host, port = urlsplit(site).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            b"POST /api/v1/imports HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"
        )
        assert b" 401 " in line.recv(4096).split(b"\r\n")[0]


def test_progress_comes_while_it_happens(at: tuple[str, Caller]) -> None:
    site, caller = at
    made = caller.upload(FILE, format=TERMS, action="create").json()
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", f"/api/v1/imports/{made['id']}/events", headers=caller.authorization)
    answer = connection.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    begun = time.monotonic()
    first = answer.readline()
    assert (first, time.monotonic() - begun < 5) == (b"event: progress\n", True)
    caller.tenant.work()
    rest = answer.read()
    connection.close()
    assert b"event: end\n" in rest
    assert b'"status": "completed"' in rest


def test_results_come_through_the_server(at: tuple[str, Caller]) -> None:
    site, caller = at
    done = caller.import_(FILE, format=TERMS, action="create")
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", f"/api/v1/imports/{done['id']}/results.csv", headers=caller.authorization)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert b"_outcome" in answer.read()
    connection.close()
