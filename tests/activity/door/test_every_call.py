"""What holds for every call (xapi.md 5.1, 5.3): version, credentials, addresses, headers of every answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from edu_csv.access import services
from edu_csv.activity.xapi import moment
from tests.activity.door.calling import VERSION, Sender, body_of, new_id, sender_in, statement
from tests.api.caller import basic

CONSISTENT = "X-Experience-API-Consistent-Through"
FORM = "application/x-www-form-urlencoded"


def calls(sender: Sender) -> list[Any]:
    """One answer of each kind that the resource has."""
    stored = statement()
    return [
        sender.post(stored),
        sender.put(statement()),
        sender.get(),
        sender.get(statementId=stored["id"]),
        sender.get(statementId=new_id()),
        sender.get(foo="bar"),
        sender.post({}),
        sender.put(statement(id=stored["id"], verb={"id": "https://a.b/c"})),
        sender.ask("delete", statementId=stored["id"]),
        sender.ask("get", without=("X-Experience-API-Version",)),
        sender.ask("get", without=("Authorization",)),
        sender.post(b"[" + b" " * (10 << 20) + b"]"),
        sender.ask("head"),
    ]


def test_every_answer_says_the_version_and_through_when_statements_are_complete(sender: Sender) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=5)
    answers = calls(sender)
    assert [answer.status_code for answer in answers] == [
        200, 204, 200, 200, 404, 400, 400, 409, 405, 400, 401, 413, 200,
    ]  # fmt: skip
    for answer in answers:
        assert answer["X-Experience-API-Version"] == "1.0.3"
        through = moment(answer[CONSISTENT])
        assert through is not None
        assert begun <= through <= datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.1", "1.0.3", "1.0.9"])
def test_a_version_of_one_point_nought_is_taken(sender: Sender, version: str) -> None:
    assert sender.ask("get", headers={"X-Experience-API-Version": version}).status_code == 200


@pytest.mark.parametrize(
    "version", ["", "0.95", "0.9.9", "1", "1.1", "1.1.0", "2.0.0", "1.00", "1.0.", "1.0.3;x"]
)
def test_any_other_version_is_refused_before_anything_else(sender: Sender, version: str) -> None:
    headers = {"X-Experience-API-Version": version}
    for answer in (
        sender.ask("get", headers=headers),
        sender.ask("get", headers=headers, without=("Authorization",)),
        sender.post(statement(), headers=headers),
        sender.put(statement(), headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_version")


@pytest.mark.parametrize("method", ["delete", "patch", "options"])
def test_no_other_method_is_allowed_whoever_asks(sender: Sender, method: str) -> None:
    answer = sender.ask(method, without=("Authorization",))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, PUT, POST")


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic Um9iQ0lzTm90OkFVc2VyT25UaGlzTFJT",
        "Basic:Um9iQ0lzTm90OkFVc2VyT25UaGlzTFJT",
        "Basic not-base64",
        "Basic " + "YQ==",
        "Bearer nothing",
        "Digest x",
        "",
    ],
)
def test_wrong_credentials_are_401_with_a_challenge(sender: Sender, authorization: str) -> None:
    answer = sender.put(statement(), headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic realm=")


def test_a_session_of_the_browser_is_no_credential(sender: Sender) -> None:
    account = services.create_account(
        institution=sender.tenant.pk, email=f"{uuid4()}@fjord.example", role="admin"
    )
    browser = Client()
    browser.force_login(account)
    assert browser.get("/xAPI/statements", headers=VERSION).status_code == 401


def test_a_bearer_token_stands_for_key_and_secret(sender: Sender) -> None:
    fields = {"grant_type": "client_credentials", "client_id": sender.key, "client_secret": sender.secret}
    token = Client().post("/oauth2/access_token", fields).json()["access_token"]
    answer = sender.post(statement(), headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_client_that_is_switched_off_is_not_known(sender: Sender) -> None:
    sender.tenant.query("UPDATE access_api_client SET is_active = false WHERE key = %s", sender.key)
    assert sender.get().status_code == 401


def test_all_addresses_are_one_endpoint(sender: Sender, stranger: Sender) -> None:
    [stored] = sender.store(statement())
    for base in ("/xAPI", "/xapi", f"/api/organizations/{sender.tenant.pk}/lrs"):
        sender.base = base
        assert sender.ids() == [stored]
        assert sender.ask("get", "about").json() == {"version": ["1.0.3"], "extensions": {}}
    # Another's address does not exist, whoever they are.
    for org in (stranger.tenant.pk, 10**9):
        sender.base = f"/api/organizations/{org}/lrs"
        assert sender.get().status_code == 404
    assert stranger.ids() == []


def test_nothing_of_another_institution_is_there(sender: Sender, stranger: Sender) -> None:
    stored = statement()
    sender.store(stored)
    assert stranger.get(statementId=stored["id"]).status_code == 404
    # Ids are unique per institution (xapi.md A14).
    other = statement(id=stored["id"], actor=agent_of(stranger))
    stranger.store(other)
    assert sender.one(stored["id"])["actor"] == stored["actor"]
    assert stranger.one(stored["id"])["actor"] == other["actor"]


def agent_of(sender: Sender) -> dict[str, str]:
    return {"mbox": f"mailto:{sender.tenant.slug}@fjord.example"}


def test_about_is_open_and_has_two_properties(client: Client) -> None:
    for headers in ({}, VERSION, {"X-Experience-API-Version": "2.0.0"}):
        answer = client.get("/xAPI/about", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json() == {"version": ["1.0.3"], "extensions": {}}
        assert answer["X-Experience-API-Version"] == "1.0.3"
    head = client.head("/xAPI/about")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/xAPI/about?a=b").status_code == 400
    assert client.post("/xAPI/about").status_code == 405


@pytest.mark.parametrize(
    "resource",
    [
        "activities",
        "agents",
        "activities/state",
        "activities/profile",
        "agents/profile",
        "extensions/test",
        "",
    ],
)
def test_what_an_lrs_has_beside_it_is_not_there_and_the_answer_says_what_is(
    sender: Sender, resource: str
) -> None:
    for base in ("/xAPI", "/xapi", f"/api/organizations/{sender.tenant.pk}/lrs"):
        answer = sender.ask("get", f"{base}/{resource}")
        assert answer.status_code == 404, base
        assert answer["X-Experience-API-Version"] == "1.0.3"
        assert "`statements` and `about`" in answer.json()["detail"]
        unversioned = sender.ask("get", f"{base}/{resource}", without=("X-Experience-API-Version",))
        assert (unversioned.status_code, unversioned.json()["code"]) == (400, "bad_version"), base
        assert unversioned["X-Experience-API-Version"] == "1.0.3"


def test_statements_in_forms_are_those_of_plain_requests(sender: Sender) -> None:
    sent = statement()
    fields = {
        "Authorization": sender.authorization,
        "X-Experience-API-Version": "1.0.3",
        "statementId": sent["id"],
        "content": json.dumps(sent),
    }
    assert form("PUT", fields).status_code == 204
    head = {"Authorization": sender.authorization, "X-Experience-API-Version": "1.0.3"}
    answer = form("GET", {**head, "limit": "1"})
    assert [each["id"] for each in body_of(answer)["statements"]] == [sent["id"]]
    assert form("POST", {**head, "content": "[]"}).json() == []
    assert form("HEAD", head).content == b""
    # Fields count before the headers of the request itself, as the standard's own tests have it.
    early = Client().post(
        "/xAPI/statements?method=GET",
        urlencode({"X-Experience-API-Version": "0.8"}),
        content_type=FORM,
        headers=head,
    )
    assert (early.status_code, early.json()["code"]) == (400, "bad_version")
    # Without credentials in it, and in the header, nobody asks.
    assert form("GET", {"X-Experience-API-Version": "1.0.3"}).status_code == 401
    assert form("GET", {"Authorization": sender.authorization}).status_code == 400
    wrong = form("GET", {**head, "Authorization": basic(sender.key, "x")})
    assert wrong.status_code == 401


def test_a_form_is_posted_and_carries_all_itself(sender: Sender) -> None:
    for method in ("get", "put", "head"):
        answer = sender.ask(method, "/xAPI/statements?method=POST", b"limit=1", content_type=FORM)
        assert (answer.status_code, answer.get("Content-Type")) == (400, "application/problem+json")
    for query in ("method=PUT&statementId=x", "method=GET&limit=1"):
        answer = sender.ask("post", f"/xAPI/statements?{query}", b"limit=1", content_type=FORM)
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


def form(method: str, fields: dict[str, str]) -> Any:
    return Client().post(f"/xAPI/statements?method={method}", urlencode(fields), content_type=FORM)


def test_a_role_without_statements_gets_403_and_no_list_of_why(sender: Sender) -> None:
    scheduler = sender_in(sender.tenant, "scheduler")
    for answer in (scheduler.get(), scheduler.post(statement()), scheduler.get(foo="bar")):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_no_answer_is_kept_on_the_way(sender: Sender) -> None:
    for answer in calls(sender):
        assert answer["Cache-Control"] == "private, no-store"
