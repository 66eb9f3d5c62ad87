"""Progress as server-sent events (rest-api.md section 3)."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports.api import events
from tests.api.caller import Caller
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
FILE = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])


def read(answer: Any) -> list[tuple[str, dict[str, Any]]]:
    text = b"".join(answer.streaming_content).decode()
    answer.close()
    told = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            told.append((lines["event"], json.loads(lines["data"])))
    return told


def test_an_ended_import_tells_its_end_and_closes(caller: Caller) -> None:
    done = caller.import_(FILE, format=TERMS, action="create")
    answer = caller.get(done["links"]["events"])
    assert answer["Content-Type"] == "text/event-stream"
    [(name, data)] = read(answer)
    assert (name, data["status"], data["counts"]["created"]) == ("end", "completed", 1)


def test_a_waiting_import_closes_the_stream_too(caller: Caller) -> None:
    waiting = caller.import_(FILE, format=TERMS, action="create", mode="preview")
    [(name, data)] = read(caller.get(waiting["links"]["events"]))
    assert (name, data["status"]) == ("end", "awaiting_approval")


def test_progress_is_told_until_the_end(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SECONDS_BETWEEN_LOOKS", 0.05)
    made = caller.upload(FILE, format=TERMS, action="create").json()
    answer = caller.get(made["links"]["events"])

    def work() -> None:
        caller.tenant.work()
        connection.close()

    stream = iter(answer.streaming_content)
    first = next(stream).decode()
    worker = threading.Thread(target=work)
    worker.start()
    rest = b"".join(stream).decode()
    worker.join()
    assert first.startswith("event: progress\n")
    assert '"status": "queued"' in first
    assert "event: end\n" in rest
    assert '"status": "completed"' in rest


def test_a_stream_is_bounded(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(events, "LONGEST_SECONDS", 0.05)
    made = caller.upload(FILE, format=TERMS, action="create").json()
    [(name, data)] = read(caller.get(made["links"]["events"]))
    assert (name, data["status"]) == ("progress", "queued")


def test_too_many_streams_are_sent_to_poll(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_streams", threading.BoundedSemaphore(1))
    made = caller.upload(FILE, format=TERMS, action="create").json()
    first = caller.get(made["links"]["events"])
    second = caller.get(made["links"]["events"])
    assert (second.status_code, int(second["Retry-After"]) > 0) == (503, True)
    first.close()
    third = caller.get(made["links"]["events"])
    assert third.status_code == 200
    third.close()


def test_a_look_takes_one_statement_and_long_imports_are_looked_at_less_often(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = caller.upload(FILE, format=TERMS, action="create").json()
    watch = events.Watch(caller.tenant.pk, UUID(made["id"]))
    with CaptureQueriesContext(connection) as queries:
        assert '"status": "queued"' in watch.next_message()
    # The others tell a new connection its role and institution.
    assert [each["sql"] for each in queries if "imports_import" in each["sql"]] == [queries[-1]["sql"]]
    assert watch.pause == events.SECONDS_BETWEEN_LOOKS
    watch.begun -= events.SECONDS_OF_FREQUENT_LOOKS
    assert watch.pause == events.SECONDS_BETWEEN_LATER_LOOKS
