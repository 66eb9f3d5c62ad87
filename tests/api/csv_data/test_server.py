"""Behind a real server, hand to hand over TCP: large bodies, bodies that lie about themselves, long answers."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from pytest_django import DjangoDbBlocker

from edu_csv import storage
from imports.api.csv_data import streaming
from tests.api.csv_data.callers import BOUNDARY, GOOD, HEADER, VIEWS, Script, add_template, form, new_script
from tests.api.csv_data.test_listing import views
from tests.browser.serving import web

At = tuple[str, Script]


@pytest.fixture(scope="module")
def host(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


@pytest.fixture
def at(host: str, committed: None) -> At:
    return host, new_script()


def url(at: At, path: str = "csv-import", query: str = "?template=Lecture%20views") -> str:
    return f"{at[0]}/api/organizations/{at[1].organization}/{path}{query}"


def auth(at: At) -> tuple[str, str]:
    return at[1].key, at[1].secret


def raw(at: At, *headers: str, body: bytes = b"", path: str = "csv-import") -> tuple[int, dict[str, Any]]:
    """What the server answers to these very bytes."""
    name, port = urlsplit(at[0]).netloc.split(":")
    known = base64.b64encode(":".join(auth(at)).encode()).decode()
    head = [
        f"POST /api/organizations/{at[1].organization}/{path}?template=Lecture%20views HTTP/1.1",
        f"Host: {name}",
        f"Authorization: Basic {known}",
        *headers,
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection((name, int(port)), timeout=30) as line:
        line.sendall("\r\n".join(head).encode() + body)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        text = answer.read()
        return answer.status, json.loads(text) if text.startswith(b"{") else {}


FORM = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"


def kept(at: At) -> int:
    return len(list(storage.list_keys(f"uploads/{at[1].organization}/")))


def test_a_large_file_is_kept_byte_for_byte(at: At) -> None:
    data = (HEADER + "\n").encode() + (GOOD + "\n").encode() * 600_000
    answer = requests.post(
        url(at, query=f"?template=Lecture%20views&fileSize={len(data)}"),
        files={"file": ("views.csv", data, "text/csv")},
        auth=auth(at),
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    upload = at[1].stored(answer.json())
    assert upload.file_bytes == len(data)
    with storage.open_file(upload.file_key) as file:
        assert file.read() == data


def test_a_body_in_chunks_without_a_length_is_taken_too(at: At) -> None:
    body = form(VIEWS)
    answer = requests.post(
        url(at),
        data=(body[place : place + 11] for place in range(0, len(body), 11)),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        auth=auth(at),
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    assert at[1].stored(answer.json()).file_bytes == len(VIEWS)


def test_a_length_that_is_too_small_cuts_the_form_and_is_told(at: At) -> None:
    body = form(VIEWS)
    status, told = raw(at, FORM, f"Content-Length: {len(body) - 40}", body=body)
    assert (status, told["code"]) == (400, "bad_multipart")
    assert "Content-Length" in told["message"]
    assert kept(at) == 0


def test_a_length_that_is_too_large_leaves_nothing_behind(at: At) -> None:
    body = form(VIEWS)
    name, port = urlsplit(at[0]).netloc.split(":")
    known = base64.b64encode(":".join(auth(at)).encode()).decode()
    with socket.create_connection((name, int(port)), timeout=30) as line:
        line.sendall(
            f"POST /api/organizations/{at[1].organization}/csv-import?template=Lecture%20views HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Basic {known}\r\n{FORM}\r\nContent-Length: {len(body) + 40}\r\n\r\n".encode()
            + body
        )
    # The sender has gone, and with it the request.
    assert requests.get(url(at), auth=auth(at), timeout=30).json()["count"] == 0
    assert kept(at) == 0


@pytest.mark.parametrize(
    ("path", "most"), [("csv-import", 1 << 30), ("statement-import/preview", 10_485_760)]
)
def test_what_says_itself_that_it_is_too_long_is_refused_unread(at: At, path: str, most: int) -> None:
    status, told = raw(at, FORM, f"Content-Length: {most + (2 << 20)}", path=path)
    assert (status, told["code"]) == (413, "too_large")


def test_a_body_without_end_is_cut_off_at_the_limit(at: At, settings: Any) -> None:
    settings.MAX_CSV_DATA_BYTES = 2_000_000
    sent = 0

    def blocks() -> Iterator[bytes]:
        nonlocal sent
        yield form("")[:90]
        while sent < 100_000_000:
            sent += 100_000
            yield b"x" * 100_000

    try:
        answer = requests.post(
            url(at),
            data=blocks(),
            headers={"Content-Type": FORM.partition(": ")[2]},
            auth=auth(at),
            timeout=60,
        )
    except requests.ConnectionError:
        # Hung up on before all was sent.
        assert sent < 100_000_000
    else:
        assert answer.status_code in (400, 413)
    assert kept(at) == 0


def test_huge_headers_are_refused_by_the_server_or_here(at: At) -> None:
    status, _ = raw(at, FORM, f"X-Long: {'x' * 200_000}", "Content-Length: 0")
    assert 400 <= status < 500
    status, told = raw(at, f"Content-Type: multipart/form-data; boundary={'x' * 9_000}", "Content-Length: 0")
    assert (status, told["code"]) == (400, "bad_multipart")


def test_nobody_known_sends_nothing(at: At) -> None:
    answer = requests.post(url(at), files={"file": ("v.csv", VIEWS)}, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="edu-csv"'


def test_an_expectation_is_answered_as_curl_asks_it(at: At) -> None:
    body = form(VIEWS)
    status, _ = raw(at, FORM, "Expect: 100-continue", f"Content-Length: {len(body)}", body=body)
    assert status in (100, 202)


def test_a_long_listing_comes_in_pieces_and_whole(at: At) -> None:
    for n in range(3):
        at[1].import_(views(n * 1_000, n * 1_000 + 700))
    answer = requests.get(url(at, query=""), auth=auth(at), timeout=60, stream=True)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    found = json.loads(b"".join(answer.iter_content(1_000)))
    assert [len(one["allStatementIds"]) for one in found["results"]] == [701] * 3


def test_whoever_hangs_up_in_the_middle_leaves_no_thread_behind(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PIECE_BYTES", 200)
    for n in range(3):
        at[1].import_(views(n * 1_000, n * 1_000 + 700))
    for _ in range(25):
        answer = requests.get(url(at, query=""), auth=auth(at), timeout=60, stream=True)
        assert answer.status_code == 200
        next(answer.iter_content(10))
        answer.close()
    assert requests.get(url(at, query=""), auth=auth(at), timeout=60).json()["count"] == 3
    assert nobody_is_at_it()


def nobody_is_at_it() -> bool:
    """Whether the threads that make answers end by themselves."""
    pause = threading.Event()
    for _ in range(400):
        if not any(thread.name == "csv-data" for thread in threading.enumerate()):
            return True
        pause.wait(0.05)
    return False


def test_readers_that_take_nothing_hold_up_nobody_and_no_snapshot(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PIECE_BYTES", 200)
    at[1].import_(views(1, 700))
    idle = [requests.get(url(at, query=""), auth=auth(at), timeout=60, stream=True) for _ in range(30)]
    try:
        assert {answer.status_code for answer in idle} == {200}
        other = (at[0], new_script())
        assert requests.get(url(other, query=""), auth=auth(other), timeout=60).status_code == 200
        assert nobody_is_at_it()
        # What they were promised is there still.
        assert idle[29].json()["count"] == 1
        monkeypatch.setattr(streaming, "SECONDS_BETWEEN_PIECES", -1.0)
        streaming.close_the_forgotten()
    finally:
        for answer in idle:
            answer.close()


@pytest.mark.slow
def test_neither_a_large_upload_nor_a_large_listing_is_held_in_memory(at: At) -> None:
    """300 MB up; then some 18 MB of ids down, four times."""
    add_template(at[1].tenant, "Nothing", '{"statements": []}')

    def blocks() -> Iterator[bytes]:
        head, _, tail = form("").partition(b"\r\n\r\n")
        yield head + b"\r\n\r\n" + HEADER.encode() + b"\n"
        for _ in range(300):
            yield (GOOD + "\n").encode() * 20_000
        yield tail

    before = peak()
    size = len(HEADER) + 1 + 300 * 20_000 * (len(GOOD) + 1)
    answer = requests.post(
        url(at, query=f"?template=Nothing&fileSize={size}"),
        data=blocks(),
        headers={"Content-Type": FORM.partition(": ")[2]},
        auth=auth(at),
        timeout=600,
    )
    assert answer.status_code == 202, answer.text
    assert at[1].stored(answer.json()).file_bytes == size
    assert peak() - before < 60_000_000


def peak() -> int:
    """The most that this process has held, in bytes."""
    with open(f"/proc/{os.getpid()}/status", encoding="ascii") as status:  # noqa: PTH123  # no file of a folder
        [line] = [line for line in status if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1_024
