"""Behind a real server, hand to hand over TCP: bodies without a length, without an end, and cut short."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pytest_django import DjangoDbBlocker

from edu_csv.body_limit import PUBLIC_BYTES
from tests.browser.serving import web
from tests.reporting.door.asker import BASE, Asker, new_asker, week

At = tuple[str, Asker]


@pytest.fixture(scope="module")
def host(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


@pytest.fixture
def at(host: str, committed: None) -> At:
    return host, new_asker()


def known(at: At) -> dict[str, str]:
    return {"Authorization": f"Bearer {at[1].token}"}


def raw(at: At, *headers: str, body: bytes = b"", token: bool = True) -> tuple[int, dict[str, Any]]:
    """What the server answers to these very bytes, sent to submit a report."""
    name, port = urlsplit(at[0]).netloc.split(":")
    head = [
        f"POST {BASE}/requests/asset HTTP/1.1",
        f"Host: {name}",
        *([f"Authorization: Bearer {at[1].token}"] if token else []),
        *headers,
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection((name, int(port)), timeout=30) as line:
        line.sendall("\r\n".join(head).encode() + body)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, json.loads(answer.read())


def test_a_body_in_chunks_without_a_length_is_read(at: At) -> None:
    body = json.dumps({"parameters": week()}).encode()
    pieces = (body[place : place + 7] for place in range(0, len(body), 7))
    answer = requests.post(f"{at[0]}{BASE}/requests/notes", data=pieces, headers=known(at), timeout=30)
    assert (answer.status_code, answer.json()["parameters"]) == (200, week())


def test_a_token_in_a_body_in_chunks_is_found(at: At) -> None:
    body = json.dumps({"access_token": at[1].token}).encode()
    answer = requests.post(f"{at[0]}{BASE}/requests/asset", data=iter([body[:20], body[20:]]), timeout=30)
    assert answer.status_code == 200


def test_a_long_body_is_refused_after_its_first_bytes(at: At) -> None:
    sent = 0

    def blocks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 100_000
            yield b" " * 100_000

    try:
        answer = requests.post(f"{at[0]}{BASE}/requests/asset", data=blocks(), headers=known(at), timeout=30)
    except requests.ConnectionError:
        # It hung up before all had come.
        assert sent < 100_000_000
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, "JsonError")
        assert f"{PUBLIC_BYTES:,} bytes" in answer.json()["message"]


def test_a_length_that_cuts_the_body_is_told_as_json_that_ends_early(at: At) -> None:
    body = json.dumps({"output": {"compression": False}}).encode()
    status, told = raw(at, f"Content-Length: {len(body) - 5}", body=body)
    assert (status, told["error"]) == (400, "JsonError")


def test_who_is_nobody_hears_so_whatever_is_sent(at: At) -> None:
    status, told = raw(at, "Content-Length: 4", body=b"\xff{[\0", token=False)
    assert (status, told["error"]) == (401, "NotAuthenticated")


def test_a_file_is_fetched_by_its_link_and_lands_packed_under_its_name(at: At) -> None:
    looked = requests.get(f"{at[0]}{BASE}/request/{at[1].made()}", headers=known(at), timeout=30).json()
    [link] = looked["signedAssets"]
    assert link.startswith(f"{at[0]}/files/")
    answer = requests.get(link, timeout=30)
    assert (answer.status_code, len(answer.content)) == (200, looked["details"]["bytes"])
    part = requests.get(link, headers={"Range": "bytes=0-1"}, timeout=30)
    assert (part.status_code, part.content) == (206, b"\x1f\x8b")
    changed = requests.get(link.replace(".csv", ".tsv"), timeout=30)
    assert (changed.status_code, changed.json()["error"]) == (403, "AccessDenied")
    refused = requests.post(link, timeout=30)
    assert (refused.status_code, "GET" in refused.headers["Allow"]) == (405, True)
