"""``Idempotency-Key``: a POST is carried out once (rest-api.md section 1)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.access.actors import actor_of_client
from edu_csv.access.api import idempotency
from edu_csv.access.api.problems import Refusal
from edu_csv.access.models import IdempotentRequest
from edu_csv.access.services import client_by_secret
from tests.api.caller import Caller, caller_in
from tests.imports.harness import csv_text

TERMS = "echovideo.terms.v1"
FILE = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])
KEY = {"Idempotency-Key": "8f14e45f"}


def send(caller: Caller, text: str = FILE, headers: Any = KEY, **parts: str) -> Any:
    return caller.upload(text, headers=headers, **{"format": TERMS, "action": "create", **parts})


def stored(caller: Caller) -> list[str]:
    return [found.key for found in storage.list_keys(f"uploads/{caller.tenant.pk}/")]


def test_a_repeat_answers_what_the_first_answered(caller: Caller) -> None:
    first, second = send(caller), send(caller)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert "Idempotent-Replay" not in first
    assert second["Idempotent-Replay"] == "true"
    assert caller.get("/imports").json()["count"] == 1
    assert len(stored(caller)) == 1


def test_the_first_answer_stands_even_when_the_import_has_gone_on(caller: Caller) -> None:
    first = send(caller)
    caller.tenant.work()
    assert send(caller).json()["status"] == first.json()["status"] == "queued"


@pytest.mark.parametrize(
    ("text", "parts"),
    [(FILE + "Spring,2032-01-01,2032-02-01\r\n", {}), (FILE, {"mode": "preview"}), (FILE, {"name": "x"})],
)
def test_the_same_key_with_another_body_is_409(caller: Caller, text: str, parts: dict[str, str]) -> None:
    send(caller)
    other = send(caller, text, **parts)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert caller.get("/imports").json()["count"] == 1
    assert len(stored(caller)) == 1


def test_the_same_key_at_another_address_is_409(caller: Caller) -> None:
    send(caller)
    assert caller.post("/exports", {"format": TERMS}, headers=KEY).status_code == 409


def test_another_file_name_is_the_same_request(caller: Caller) -> None:
    first = send(caller)
    again = caller.upload(FILE, file_name="other.csv", headers=KEY, format=TERMS, action="create")
    assert again.json()["id"] == first.json()["id"]


def test_a_key_belongs_to_its_client(caller: Caller) -> None:
    other = caller_in(caller.tenant)
    assert send(caller).json()["id"] != send(other).json()["id"]


def test_a_refused_request_does_not_use_its_key_up(caller: Caller) -> None:
    assert send(caller, action="destroy").status_code == 400
    mended = send(caller)
    assert (mended.status_code, "Idempotent-Replay" in mended) == (202, False)


def test_after_a_day_the_key_is_new(caller: Caller) -> None:
    first = send(caller)
    with tenancy.use_institution(caller.tenant.pk):
        IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    second = send(caller)
    assert second.json()["id"] != first.json()["id"]
    assert "Idempotent-Replay" not in second


def running(caller: Caller, *, silent_for: float = 0) -> None:
    """A first request that has not answered yet."""
    client = client_by_secret(caller.key, caller.secret)
    assert client is not None
    idempotency.claim(actor_of_client(client), KEY["Idempotency-Key"])
    beat = timezone.now() - timedelta(seconds=silent_for)
    IdempotentRequest.objects.update(beat_at=beat)
    tenancy.enter(None)


def test_while_the_first_is_running_a_repeat_is_409_with_retry_after(caller: Caller) -> None:
    running(caller)
    answer = send(caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
    assert int(answer["Retry-After"]) > 0
    assert stored(caller) == []


def test_a_first_that_fell_silent_is_taken_over(caller: Caller) -> None:
    running(caller, silent_for=idempotency.SILENT_SECONDS + 1)
    assert send(caller).status_code == 202


def test_who_was_taken_over_cannot_commit_its_work(caller: Caller) -> None:
    client = client_by_secret(caller.key, caller.secret)
    assert client is not None
    actor = actor_of_client(client)
    slow = idempotency.claim(actor, "k")
    assert isinstance(slow, idempotency.Claim)
    IdempotentRequest.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    quick = idempotency.claim(actor, "k")
    assert isinstance(quick, idempotency.Claim)
    from rest_framework.response import Response

    quick.keep(Response({"by": "quick"}, status=202), "print")
    with pytest.raises(Refusal) as refused:
        slow.keep(Response({"by": "slow"}, status=202), "print")
    assert refused.value.status == 409


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(caller: Caller, key: str) -> None:
    answer = send(caller, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_json_requests_are_compared_by_their_members(caller: Caller) -> None:
    first = caller.post("/exports", {"format": TERMS, "output": {"compression": True}}, headers=KEY)
    again = caller.post("/exports", {"output": {"compression": True}, "format": TERMS}, headers=KEY)
    assert (again.json()["id"], again["Idempotent-Replay"]) == (first.json()["id"], "true")
    assert caller.post("/exports", {"format": TERMS}, headers=KEY).status_code == 409


def test_many_at_once_are_carried_out_once(caller: Caller) -> None:
    answers: list[Any] = []

    def run() -> None:
        own = Caller(caller.tenant, caller.key, caller.secret)
        answers.append(send(own))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    assert caller.get("/imports").json()["count"] == 1
    assert len(stored(caller)) == 1


def test_approving_twice_with_one_key_answers_twice_the_same(caller: Caller) -> None:
    made = caller.import_(FILE, format=TERMS, action="create", mode="preview")
    first = caller.post(f"/imports/{made['id']}/apply", {}, headers=KEY)
    caller.tenant.work()
    second = caller.post(f"/imports/{made['id']}/apply", {}, headers=KEY)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json() == first.json()
