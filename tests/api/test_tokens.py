"""Bearer tokens, and what happens to those who guess (rest-api.md section 1)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.api import authentication, tokens
from edu_csv.access.models import AccessToken, ApiClient, AuditEvent, TokenFamily
from tests.api.caller import Caller, basic
from tests.pages.house import browser_of, new_house


def ask(headers: Any = None, **fields: str) -> Any:
    return Client().post(
        "/oauth2/access_token", {"grant_type": "client_credentials", **fields}, headers=headers or {}
    )


def bearer(token: str) -> Any:
    return Client().get("/api/v1/terms", headers={"Authorization": f"Bearer {token}"})


def test_other_methods_are_told_in_the_shape_of_token_errors(caller: Caller) -> None:
    answer = Client().get("/oauth2/access_token")
    assert (answer.status_code, answer["Allow"], answer.json()["error"]) == (405, "POST", "invalid_request")


def test_key_and_secret_give_a_token_that_works_everywhere(caller: Caller) -> None:
    answer = ask(client_id=caller.key, client_secret=caller.secret)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert bearer(body["access_token"]).status_code == 200


def test_basic_credentials_give_one_too(caller: Caller) -> None:
    answer = ask({"Authorization": basic(caller.key, caller.secret)})
    assert bearer(answer.json()["access_token"]).status_code == 200


def refreshed(caller: Caller, token: str, headers: Any = None, **fields: str) -> Any:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": caller.key, **fields}
    return Client().post("/oauth2/access_token", form, headers=headers or {})


def granted(caller: Caller) -> dict[str, Any]:
    answer = ask(client_id=caller.key, client_secret=caller.secret)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_refresh_token_gives_the_next_pair_without_the_secret(caller: Caller) -> None:
    first = granted(caller)
    answer = refreshed(caller, first["refresh_token"])
    second = answer.json()
    assert answer.status_code == 200, second
    assert answer["Cache-Control"] == "no-store"
    assert set(second) == set(first) == {
        "token_type", "access_token", "expires_in", "expires_at", "refresh_token",
    }  # fmt: skip
    assert len({first["access_token"], second["access_token"]}) == 2
    assert refreshed(caller, second["refresh_token"]).status_code == 200
    # Each access token lives out its hour.
    assert bearer(first["access_token"]).status_code == 200
    assert bearer(second["access_token"]).status_code == 200


def test_a_refresh_token_used_twice_ends_all_that_came_of_its_grant(caller: Caller) -> None:
    first, other = granted(caller), granted(caller)
    second = refreshed(caller, first["refresh_token"]).json()
    again = refreshed(caller, first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    for pair in (first, second):
        assert bearer(pair["access_token"]).status_code == 401
        assert refreshed(caller, pair["refresh_token"]).json()["error"] == "invalid_grant"
    # Another grant of the same client is not touched.
    assert bearer(other["access_token"]).status_code == 200
    assert refreshed(caller, other["refresh_token"]).status_code == 200
    with tenancy.use_institution(caller.tenant.pk):
        assert AuditEvent.objects.get(verb="client.refresh_token_reused").target == caller.key


def test_of_two_refreshes_at_once_one_wins_and_the_other_ends_the_grant(caller: Caller) -> None:
    token = granted(caller)["refresh_token"]
    both = threading.Barrier(2)

    def go(_: int) -> Any:
        both.wait()
        try:
            return refreshed(caller, token)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(go, range(2)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 400]
    assert bearer(answers[0].json()["access_token"]).status_code == 401


def test_refresh_tokens_are_stored_hashed_in_both_halves(caller: Caller) -> None:
    token = granted(caller)["refresh_token"]
    with tenancy.use_institution(caller.tenant.pk):
        kept = TokenFamily.objects.get()
    for half in token.split("."):
        assert half not in kept.family_sha256 + kept.unspent_sha256
        assert len(half) >= 32


def test_a_refresh_token_is_good_for_its_own_client_alone(caller: Caller, stranger: Caller) -> None:
    token = granted(caller)["refresh_token"]
    assert refreshed(stranger, token).json()["error"] == "invalid_grant"
    # Which is no reason to end it.
    assert refreshed(caller, token).status_code == 200


def test_a_secret_that_comes_with_a_refresh_token_has_to_be_right(caller: Caller) -> None:
    token = granted(caller)["refresh_token"]
    wrong = refreshed(caller, token, client_secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert refreshed(caller, token, {"Authorization": basic(caller.key, "wrong")}).status_code == 401
    right = refreshed(caller, token, {"Authorization": basic(caller.key, caller.secret)})
    assert right.status_code == 200


@pytest.mark.parametrize("token", ["none", "a.b", ".", "ø.é", "x" * 5_000])
def test_what_is_no_refresh_token_is_refused(caller: Caller, token: str) -> None:
    answer = refreshed(caller, token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_refresh_without_token_or_key_is_told_what_it_lacks(caller: Caller) -> None:
    for answer in (refreshed(caller, ""), refreshed(caller, "a.b", client_id="")):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_client_that_was_switched_off_refreshes_nothing(caller: Caller) -> None:
    token = granted(caller)["refresh_token"]
    with tenancy.use_institution(caller.tenant.pk):
        ApiClient.objects.update(is_active=False)
    assert refreshed(caller, token).json()["error"] == "invalid_grant"


def test_the_kind_of_grant_may_stand_in_the_address_for_it_is_no_secret(caller: Caller) -> None:
    fields = {"client_id": caller.key, "client_secret": caller.secret}
    answer = Client().post("/oauth2/access_token?grant_type=client_credentials", fields)
    assert bearer(answer.json()["access_token"]).status_code == 200


@pytest.mark.parametrize("name", ["refresh_token", "client_secret", "password"])
def test_no_secret_is_taken_from_the_address(caller: Caller, name: str) -> None:
    answer = Client().post(f"/oauth2/access_token?{name}=x", {"grant_type": "refresh_token"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_tokens_are_stored_hashed_and_end_after_an_hour(caller: Caller) -> None:
    token = ask(client_id=caller.key, client_secret=caller.secret).json()["access_token"]
    with tenancy.use_institution(caller.tenant.pk):
        kept = AccessToken.objects.get()
        assert token not in kept.token_sha256
        AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert bearer(token).status_code == 401


def test_a_client_that_was_switched_off_is_not_let_in(caller: Caller) -> None:
    token = ask(client_id=caller.key, client_secret=caller.secret).json()["access_token"]
    with tenancy.use_institution(caller.tenant.pk):
        ApiClient.objects.update(is_active=False)
    assert bearer(token).status_code == 401
    assert caller.get("/terms").status_code == 401
    assert ask(client_id=caller.key, client_secret=caller.secret).status_code == 401


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": "ek_none", "client_secret": "x"}, 401, "invalid_client"),
        ({}, 401, "invalid_client"),
    ],
)
def test_errors_are_those_of_rfc_6749(
    committed: None, fields: dict[str, str], status: int, error: str
) -> None:
    answer = ask(**fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]


def test_secrets_in_the_address_are_refused(caller: Caller) -> None:
    answer = Client().post(
        f"/oauth2/access_token?client_id={caller.key}&client_secret={caller.secret}",
        {"grant_type": "client_credentials"},
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_too_many_wrong_secrets_are_429_and_the_right_one_still_works(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "WRONG_OF_KEY", 3)
    wrong = Caller(caller.tenant, caller.key, "wrong")
    statuses = [wrong.get("/terms").status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    refused = wrong.get("/terms")
    assert int(refused["Retry-After"]) > 0
    assert refused.json()["code"] == "too_many_attempts"
    token = ask(client_id=caller.key, client_secret="wrong")
    assert (token.status_code, int(token["Retry-After"]) > 0) == (429, True)
    assert caller.get("/terms").status_code == 200


def test_too_many_tokens_are_429(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "TOKENS_OF_CLIENT", 2)
    statuses = [ask(client_id=caller.key, client_secret=caller.secret).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_wrong_secret_stands_in_the_audit_log(caller: Caller) -> None:
    Caller(caller.tenant, caller.key, "wrong").get("/terms")
    with tenancy.use_institution(caller.tenant.pk):
        event = AuditEvent.objects.get(verb="client.wrong_secret")
    assert (event.target, event.address) == (caller.key, "127.0.0.1")


def test_what_a_client_does_stands_in_the_audit_log(caller: Caller) -> None:
    caller.post("/exports", {"format": "echovideo.terms.v1"})
    with tenancy.use_institution(caller.tenant.pk):
        event = AuditEvent.objects.select_related("client").get(verb="export.requested")
    assert event.client is not None
    assert (event.client.key, event.detail["format"]) == (caller.key, "echovideo.terms.v1")


def test_a_session_may_read_and_with_its_csrf_token_write(committed: None) -> None:
    house = new_house()
    account = house.account("admin")
    assert browser_of(account).get("/api/v1/terms").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account)
    body = '{"format": "echovideo.terms.v1"}'
    refused = strict.post("/api/v1/exports", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert "CSRF" in refused.json()["detail"]
    token = "a" * 32
    strict.cookies["csrftoken"] = token
    answer = strict.post(
        "/api/v1/exports", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 202


def test_a_session_uploads_with_its_token_in_the_header(committed: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    house = new_house()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(house.account("admin"))
    strict.cookies["csrftoken"] = "a" * 32
    text = b"Name,Start Date,End Date\r\nAutumn,2031-08-18,2031-12-19\r\n"

    def send(headers: dict[str, str]) -> Any:
        file = SimpleUploadedFile("terms.csv", text)
        return strict.post("/api/v1/imports", {"file": file, "action": "create"}, headers=headers)

    assert send({}).status_code == 403
    assert send({"X-CSRFToken": "a" * 32}).status_code == 202


def test_credentials_win_over_a_session_of_another_institution(caller: Caller) -> None:
    house = new_house()
    browser = browser_of(house.account("admin"))
    caller.client = browser
    caller.upload("Name,Start Date,End Date\r\nAutumn,2031-08-18,2031-12-19\r\n", action="create")
    assert caller.get("/imports").json()["count"] == 1
    assert browser.get("/api/v1/imports").json()["count"] == 0
