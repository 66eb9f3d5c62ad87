"""Recurring reports over REST, by a program with its key."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from edu_csv import tenancy
from edu_csv.access.models import ApiClient
from reporting.models import ReportSchedule
from reporting.tasks import recur, tell
from tests.api.caller import Caller, caller_in
from tests.api.test_openapi import document, schema_for
from tests.imports.harness import Tenant
from tests.reporting.recurring.harness import REGISTRY, delivery, look, requests, strike
from tests.reporting.recurring.receiver import Receiver
from tests.reporting.requests.harness import Clock, work

__all__ = ["document"]
WEEKLY = {
    "report": "videoview", "frequency": "weekly", "hour": 7, "week_starts": 7, "name": "For the dean",
    "output": {"compression": False, "delimiter": "tab"}, "notify": {"email": [REGISTRY]},
}  # fmt: skip


@pytest.fixture
def warehouse(fjord: Tenant, clock: Clock) -> Caller:
    return caller_in(fjord, "integration", name="Warehouse")


def patch(caller: Caller, path: str, body: Any) -> Any:
    return caller.ask("patch", path, data=json.dumps(body), content_type="application/json")


def put(caller: Caller, path: str, body: Any) -> Any:
    return caller.ask("put", path, data=json.dumps(body), content_type="application/json")


def test_a_recurring_report_is_made_looked_at_changed_and_ended(warehouse: Caller) -> None:
    made = warehouse.post("/report-schedules", WEEKLY)
    assert made.status_code == 201
    body = made.json()
    assert made["Location"].endswith(f"/api/v1/report-schedules/{body['id']}")
    assert body == {
        "id": body["id"],
        "name": "For the dean",
        "report": "videoview",
        "frequency": "weekly",
        "hour": 7,
        "week_starts": 7,
        "output": {"compression": False, "delimiter": "\t", "spreadsheet_safe": False},
        "notify": {"email": [REGISTRY], "webhook": ""},
        "paused": False,
        "pause": None,
        "next": {"due": "2031-03-18T06:00:00Z", "start": "2031-03-09", "end": "2031-03-16"},
        "made_by": "Warehouse",
        "created_at": "2031-03-12T12:00:00Z",
    }
    one = f"/report-schedules/{body['id']}"
    assert warehouse.get(one).json() == body
    assert warehouse.results("/report-schedules") == [body]
    changed = patch(
        warehouse, one, {"hour": 9, "output": {"spreadsheet_safe": True}, "notify": {"email": []}}
    )
    assert changed.status_code == 200
    assert changed.json()["output"] == {"compression": False, "delimiter": "\t", "spreadsheet_safe": True}
    assert changed.json()["next"]["due"] == "2031-03-18T08:00:00Z"
    paused = patch(warehouse, one, {"paused": True}).json()
    assert (paused["paused"], paused["next"]) == (True, None)
    assert paused["pause"] == {
        "reason": "person",
        "said": "Paused by Warehouse.",
        "since": "2031-03-12T12:00:00Z",
    }
    assert patch(warehouse, one, {"paused": False}).json()["pause"] is None
    assert warehouse.delete(one).status_code == 204
    assert warehouse.get(one).status_code == 404


def test_the_same_key_makes_one(warehouse: Caller) -> None:
    first = warehouse.post("/report-schedules", WEEKLY, {"Idempotency-Key": "a"})
    again = warehouse.post("/report-schedules", WEEKLY, {"Idempotency-Key": "a"})
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotent-Replay"] == "true"


def test_pages_of_the_list(warehouse: Caller) -> None:
    for hour in range(5):
        warehouse.post("/report-schedules", {"report": "notes", "frequency": "daily", "hour": hour})
    page = warehouse.get("/report-schedules", limit="2").json()
    hours = [each["hour"] for each in page["results"]]
    assert (hours, page["count"], page["previous"]) == ([4, 3], 5, None)
    page = warehouse.get(page["next"]).json()
    assert [each["hour"] for each in page["results"]] == [2, 1]
    assert [each["hour"] for each in warehouse.get(page["previous"]).json()["results"]] == [4, 3]
    assert warehouse.get("/report-schedules", cursor="x").json()["code"] == "bad_cursor"


def test_answers_are_as_the_document_says(
    warehouse: Caller, fjord: Tenant, clock: Clock, receiver: Receiver, document: dict[str, Any]
) -> None:
    def check(answer: Any, method: str = "get") -> Any:
        schema = schema_for(document, answer, method)
        assert schema is not None, (answer.request["PATH_INFO"], answer.status_code, answer.content)
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
        return answer.json()

    check(put(warehouse, "/report-webhooks", {"url": receiver.url}), "put")
    check(put(warehouse, "/report-webhooks", {"url": "x"}), "put")
    body = {"report": "asset", "frequency": "daily", "notify": {"webhook": receiver.url, "email": [REGISTRY]}}
    one = f"/report-schedules/{check(warehouse.post('/report-schedules', body), 'post')['id']}"
    check(warehouse.post("/report-schedules", {}), "post")
    clock.move(days=1)
    receiver.statuses = [500]
    strike(fjord)
    check(warehouse.get(one))
    check(patch(warehouse, one, {"paused": True}), "patch")
    for path in ("/report-schedules", "/report-webhooks", "/report-notices", f"{one}/runs"):
        assert check(warehouse.get(path))["count"] > 0
    [notice] = warehouse.results("/report-notices", state="taken")
    check(warehouse.post(f"/report-notices/{notice['id']}/send"), "post")


WRONG: list[tuple[Any, str, str]] = [
    ({}, "report", "required"),
    ({"report": "notes"}, "frequency", "required"),
    ({"report": "liveviews", "frequency": "daily"}, "report", "bad_enum"),
    ({"report": "notes", "frequency": "hourly"}, "frequency", "bad_enum"),
    ({"report": "notes", "frequency": "daily", "hour": 24}, "hour", "max_value"),
    ({"report": "notes", "frequency": "daily", "days": 3}, "days", "unknown_field"),
    (
        {"report": "notes", "frequency": "daily", "output": {"delimiter": ";"}},
        "output.delimiter",
        "bad_enum",
    ),
    ({"report": "notes", "frequency": "daily", "output": {"zip": True}}, "output.zip", "unknown_field"),
    ({"report": "notes", "frequency": "daily", "notify": {"email": ["x"]}}, "notify.email", "bad_value"),
    (
        {"report": "notes", "frequency": "daily", "notify": {"webhook": "https://a.example"}},
        "notify.webhook",
        "bad_value",
    ),
]


def test_what_is_wrong_is_told_with_its_field(warehouse: Caller) -> None:
    for body, field, code in WRONG:
        answer = warehouse.post("/report-schedules", body)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        first = answer.json()["errors"][0]
        assert (first["field"], first["code"], bool(first["detail"])) == (field, code, True)


def test_runs_say_what_they_asked_for(warehouse: Caller, fjord: Tenant, clock: Clock) -> None:
    made = warehouse.post("/report-schedules", {"report": "notes", "frequency": "monthly"}).json()
    clock.at = datetime(2031, 4, 3, 5, tzinfo=UTC)
    recur()
    work(fjord)
    [run] = warehouse.results(f"/report-schedules/{made['id']}/runs")
    assert (run["start"], run["end"], run["left_out"]) == ("2031-03-01", "2031-04-01", 0)
    assert [request["status"] for request in run["requests"]] == ["Available"] * 5
    assert run["requests"][0]["parameters"] == {"start": "2031-03-01", "end": "2031-03-08"}
    assert {request["id"] for request in run["requests"]} == {str(each.pk) for each in requests(fjord)}


def test_a_webhook_from_its_secret_to_its_notice(
    warehouse: Caller, fjord: Tenant, clock: Clock, receiver: Receiver
) -> None:
    given = put(warehouse, "/report-webhooks", {"url": receiver.url})
    assert given.status_code == 200
    secret = given.json()["secret"]
    [shown] = warehouse.results("/report-webhooks")
    assert (shown["url"], shown["made_by"], "secret" in shown) == (receiver.url, "Warehouse", False)
    made = warehouse.post(
        "/report-schedules", {"report": "asset", "frequency": "daily", "notify": {"webhook": receiver.url}}
    ).json()
    in_use = warehouse.ask("delete", "/report-webhooks", query_params={"url": receiver.url})
    assert (in_use.status_code, in_use.json()["code"]) == (409, "wrong_state")
    clock.move(days=1)
    receiver.statuses = [500]
    [request] = strike(fjord)
    [taken] = receiver.taken
    stamp = taken.headers["Edu-CSV-Timestamp"]
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + taken.body, hashlib.sha256).hexdigest()
    assert taken.headers["Edu-CSV-Signature"] == f"v1={signed}"
    [notice] = warehouse.results("/report-notices", schedule=made["id"])
    assert warehouse.results("/report-notices", request=str(request.pk)) == [notice]
    assert warehouse.results("/report-notices", state="taken") == []
    assert (notice["state"], notice["attempts"], notice["address"]) == ("waiting", 1, receiver.url)
    assert notice["tries"][0]["why"] == "It answered 500."
    assert notice["next_at"] == "2031-03-13T12:01:00Z"
    again = warehouse.post(f"/report-notices/{notice['id']}/send")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    clock.move(minutes=1)
    tell()
    again = warehouse.post(f"/report-notices/{notice['id']}/send")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    tell()
    assert len(receiver.taken) == 3
    assert len({each.headers["Edu-CSV-Delivery"] for each in receiver.taken}) == 1
    assert delivery(fjord).state == "taken"
    look(fjord, request)
    assert warehouse.delete(f"/report-schedules/{made['id']}").status_code == 204
    assert warehouse.ask("delete", "/report-webhooks", query_params={"url": receiver.url}).status_code == 204


def test_wrong_filters_and_addresses_of_webhooks(warehouse: Caller) -> None:
    assert warehouse.get("/report-notices", schedule="x").json()["code"] == "bad_value"
    assert warehouse.get("/report-notices", state="lost").json()["code"] == "bad_enum"
    wrong = put(warehouse, "/report-webhooks", {"url": "https://127.0.0.1/x"}).json()
    assert (wrong["code"], wrong["errors"][0]["field"]) == ("bad_value", "url")
    assert "no webhook is sent" in wrong["detail"]
    assert warehouse.ask("delete", "/report-webhooks").json()["code"] == "required"
    gone = warehouse.ask("delete", "/report-webhooks", query_params={"url": "https://a.example"})
    assert gone.status_code == 404


def test_a_client_whose_reports_are_switched_off_is_let_in_nowhere(warehouse: Caller, fjord: Tenant) -> None:
    with tenancy.use_institution(fjord.pk):
        ApiClient.objects.filter(key=warehouse.key).update(may_use_reporting=False)
    for path in ("/report-schedules", "/report-webhooks", "/report-notices"):
        assert warehouse.get(path).status_code == 403


def test_one_that_somebody_else_made_is_seen_and_not_changed(warehouse: Caller, fjord: Tenant) -> None:
    made = warehouse.post("/report-schedules", WEEKLY).json()
    analyst = caller_in(fjord, "analyst", name="Ann")
    one = f"/report-schedules/{made['id']}"
    assert analyst.get(one).status_code == 200
    for answer in (patch(analyst, one, {"paused": True}), analyst.delete(one)):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
        assert "Warehouse made this recurring report" in answer.json()["detail"]
    with tenancy.use_institution(fjord.pk):
        assert ReportSchedule.objects.filter(paused_at=None).count() == 1
