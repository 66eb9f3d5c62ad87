"""The endpoint behind a real ASGI server: what is sent without end, what comes in pieces, who is not known."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from tests.activity.door.calling import JSON, VERSION, Sender, new_id, statement
from tests.browser.serving import web

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), web() as address:
        yield address


def send(
    site: str, headers: dict[str, str], blocks: Iterator[bytes], path: str = "/xAPI/statements"
) -> tuple[http.client.HTTPResponse, Any]:
    """POST a body of unknown length; the answer and its JSON."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    connection.putrequest("POST", path)
    for name, value in {"Content-Type": JSON, **VERSION, **headers}.items():
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
    return answer, body


def test_statements_in_chunks_are_stored(site: str, sender: Sender) -> None:
    sent = [statement() for _ in range(20)]
    whole = json.dumps(sent).encode()
    blocks = (whole[at : at + 100] for at in range(0, len(whole), 100))
    answer, ids = send(site, {"Authorization": sender.authorization}, blocks)
    assert (answer.status, ids) == (200, [each["id"] for each in sent])


def test_a_body_without_end_is_refused_with_the_headers_of_every_answer(site: str, sender: Sender) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 100_000

    answer, body = send(site, {"Authorization": sender.authorization}, blocks())
    assert (answer.status, body["code"]) == (413, "too_large")
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert answer.headers["X-Experience-API-Consistent-Through"]
    assert sender.ids() == []


@pytest.mark.parametrize(
    "path", ["/xAPI/statements", "/xapi/statements", "/api/organizations/1/lrs/statements"]
)
def test_nobody_known_sends_nothing(site: str, committed: None, path: str) -> None:
    host, port = urlsplit(site).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            "X-Experience-API-Version: 1.0.3\r\nContent-Length: 1000000\r\n\r\n".encode()
        )
        assert b" 401 " in line.recv(4096).split(b"\r\n")[0]


def test_credentials_may_stand_in_the_form(site: str, sender: Sender) -> None:
    sent = statement()
    fields = {
        "Authorization": sender.authorization,
        "X-Experience-API-Version": "1.0.3",
        "statementId": sent["id"],
        "content": json.dumps(sent),
    }
    for org in ("/xAPI", f"/api/organizations/{sender.tenant.pk}/lrs"):
        connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
        connection.request("POST", f"{org}/statements?method=PUT", urlencode(fields), {"Content-Type": FORM})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (204, b"")
        connection.close()
    assert sender.ids() == [sent["id"]]


@dataclass
class Got:
    """An answer that has been read to its end."""

    status: int
    headers: Any
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def get(site: str, sender: Sender, query: str, method: str = "GET") -> Got:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    headers = {"Authorization": sender.authorization, **VERSION}
    connection.request(method, f"/xAPI/statements{query}", headers=headers)
    answer = connection.getresponse()
    got = Got(answer.status, answer.headers, answer.read())
    connection.close()
    return got


def test_a_large_page_comes_in_pieces_and_whole(site: str, sender: Sender) -> None:
    ids = sender.store(*(statement(result={"response": "x" * 9_000}) for _ in range(600)))
    answer = get(site, sender, "")
    assert (answer.status, answer.headers["Transfer-Encoding"]) == (200, "chunked")
    page = answer.json()
    assert [each["id"] for each in page["statements"]] == ids[:99:-1]
    rest = get(site, sender, page["more"].removeprefix("/xAPI/statements")).json()
    assert [each["id"] for each in rest["statements"]] == ids[99::-1]
    parts = get(site, sender, "?attachments=true").content
    assert parts.endswith(b"--\r\n")
    head = get(site, sender, "", "HEAD")
    assert (head.status, head.content, head.headers["Content-Type"]) == (200, b"", "application/json")
    small = get(site, sender, "?limit=1", "HEAD")
    assert int(small.headers["Content-Length"]) == len(get(site, sender, "?limit=1").content)


def test_two_that_send_the_same_at_once_store_it_once(site: str, sender: Sender) -> None:
    shared = [statement() for _ in range(50)]
    answers: list[int] = []

    def work(number: int) -> None:
        # Each in an order of its own, with some that nobody else sends.
        own = [statement() for _ in range(10)]
        sent = [*(shared if number % 2 else shared[::-1]), *own]
        answer, _ = send(site, {"Authorization": sender.authorization}, iter([json.dumps(sent).encode()]))
        answers.append(answer.status)

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
    found = [each["id"] for each in get(site, sender, "").json()["statements"]]
    assert len(found) == len(set(found)) == 50 + 60


def test_two_that_send_different_ones_under_one_id_store_one_of_them(site: str, sender: Sender) -> None:
    id_ = new_id()
    answers: list[int] = []

    def work(number: int) -> None:
        sent = statement(id=id_, verb={"id": f"https://a.b/{number}"})
        answer, _ = send(site, {"Authorization": sender.authorization}, iter([json.dumps(sent).encode()]))
        answers.append(answer.status)

    threads = [threading.Thread(target=work, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409, 409]
    assert sender.ids() == [id_]
