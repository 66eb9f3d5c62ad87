"""Where a token may stand (reporting-api.md 5.2): a header, the body, and the address where that is allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from edu_csv.body_limit import PUBLIC_BYTES
from edu_csv.storage.redaction import hide_links
from tests.reporting.door.asker import BASE, Asker, week


def bare(asker: Asker, method: str, path: str, body: Any = None, query: Any = None) -> Any:
    """Without an Authorization header."""
    return asker.ask(method, path, body, headers={}, query=query)


def test_a_token_may_be_a_member_of_the_body(asker: Asker) -> None:
    body = {
        "access_token": asker.token,
        "reportName": "notes",
        "parameters": week(),
        "output": {"output": "csv"},
    }
    assert bare(asker, "post", "/requests/notes", body).status_code == 200
    wrong = bare(asker, "post", "/requests/notes", {**body, "access_token": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "NotAuthenticated")


def test_a_get_may_have_such_a_body_too(asker: Asker) -> None:
    assert bare(asker, "get", "/reports", {"access_token": asker.token}).status_code == 200


@pytest.mark.parametrize("token", [None, "", 1, ["x"], {"a": "b"}, "\ud800", "ø"])
def test_what_is_no_token_in_a_body_is_none(asker: Asker, token: Any) -> None:
    answer = bare(asker, "post", "/requests/asset", {"access_token": token})
    assert (answer.status_code, answer.json()["error"]) == (401, "NotAuthenticated")


def test_of_a_body_that_cannot_be_read_nobody_knows_the_caller(asker: Asker) -> None:
    for body in (b"{", b"[]", json.dumps({"access_token": asker.token, "x": "y" * PUBLIC_BYTES}).encode()):
        assert bare(asker, "post", "/requests/asset", body).status_code == 401


def test_the_header_counts_before_the_body(asker: Asker, stranger: Asker) -> None:
    made = asker.post("/requests/asset", {"access_token": stranger.token}).json()
    assert stranger.get("/requests").json()["requests"] == []
    assert [each["requestId"] for each in asker.get("/requests").json()["requests"]] == [made["requestId"]]


def test_a_token_in_the_address_is_refused_as_long_as_no_setting_allows_it(asker: Asker) -> None:
    answer = bare(asker, "get", "/reports", query={"access_token": asker.token})
    assert answer.status_code == 401
    assert "addresses end up in logs" in answer.json()["message"]


def test_with_the_setting_it_is_taken(asker: Asker, settings: Any) -> None:
    settings.EDUCSV_ALLOW_TOKEN_IN_QUERY = True
    assert bare(asker, "get", "/reports", query={"access_token": asker.token}).status_code == 200
    assert bare(asker, "get", "/requests", query={"access_token": "wrong"}).status_code == 401
    # And is no filter of the list, nor anything else.
    assert bare(asker, "get", "/requests", query={"access_token": asker.token}).json() == {"requests": []}


def test_key_and_secret_are_told_where_they_go(asker: Asker) -> None:
    from tests.api.caller import basic

    answer = asker.ask("get", "/reports", headers={"Authorization": basic(asker.key, asker.secret)})
    assert answer.status_code == 401
    assert "POST /oauth2/access_token" in answer.json()["message"]


def test_a_client_that_was_switched_off_is_nobody(asker: Asker) -> None:
    asker.change(is_active=False)
    assert asker.get("/reports").status_code == 401


def test_credentials_give_a_token_here_and_its_refresh_token_the_next(asker: Asker) -> None:
    form = {"grant_type": "client_credentials", "client_id": asker.key, "client_secret": asker.secret}
    first = Client().post("/oauth2/access_token", form).json()
    asker.token = first["access_token"]
    assert asker.get("/reports").status_code == 200
    form = {"grant_type": "refresh_token", "client_id": asker.key, "refresh_token": first["refresh_token"]}
    asker.token = Client().post("/oauth2/access_token", form).json()["access_token"]
    assert asker.get("/reports").status_code == 200
    Client().post("/oauth2/access_token", form)
    assert asker.get("/reports").status_code == 401


def test_no_header_of_a_page_from_elsewhere_opens_it(committed: None) -> None:
    answer = Client().get(f"{BASE}/reports", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 401
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("name", ["access_token", "client_secret", "refresh_token", "password"])
def test_secrets_in_addresses_stay_out_of_the_logs(name: str) -> None:
    line = f'"GET {BASE}/reports?x=1&{name}=tGzv3JOkF0XG5Qx2.a_b-c&y=2 HTTP/1.1" 401'
    assert hide_links(line) == f'"GET {BASE}/reports?x=1&{name}=…&y=2 HTTP/1.1" 401'
    assert hide_links(f"/oauth2/access_token?{name}=abc") == f"/oauth2/access_token?{name}=…"
