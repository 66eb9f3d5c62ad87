"""Who is let in, by which paths, and how refusals look (csv data import 4.1)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access import tokens
from edu_csv.access.models import ApiClient
from edu_csv.access.roles import Role
from edu_csv.roster.models import OrgUnit
from tests.access.grid import read_grid
from tests.api.caller import basic
from tests.api.csv_data.callers import Script, form, script_in, switch_off
from tests.imports.views.conftest import client_of

CALLS: dict[str, tuple[str, list[str]]] = {
    "upload": ("post", ["csv-import", "statement-import"]),
    "preview": ("post", ["statement-import/preview", "csv-import/preview"]),
    "fetch": ("get", ["csv-import", "statement-import"]),
    "job": ("get", ["csv-import/job/77", "statement-import/job/77"]),
    "void": ("delete", ["csv-import/77", "statement-import/77"]),
}
# csv data import G25. A grant below an org unit reaches no statement, for they lie below none.
ROLES = read_grid("""
                         upload  preview  fetch  job  void
admin                    yes     yes      yes    yes  yes
integration              yes     yes      yes    yes  yes
analyst                  -       -        yes    yes  -
org_admin                -       -        -      -    -
department_admin         -       -        -      -    -
scheduler                -       -        -      -    -
admin:below              -       -        -      -    -
integration:below        -       -        -      -    -
analyst:below            -       -        -      -    -
org_admin:below          -       -        -      -    -
department_admin:below   -       -        -      -    -
scheduler:below          -       -        -      -    -
""")


def error(answer: Any) -> tuple[int, str]:
    """The status and code, which the body says too."""
    assert answer["Content-Type"] == "application/json", answer.content
    body = answer.json()
    assert set(body) == {"status", "code", "message"}
    assert body["status"] == answer.status_code
    assert body["message"].endswith(".")
    return answer.status_code, body["code"]


def call(script: Script, name: str, path: str | None = None) -> Any:
    method, paths = CALLS[name]
    body = form("a,b\n") if method == "post" else b""
    return script.ask(method, path or paths[0], body=body)


def is_let_in(answer: Any) -> bool:
    """Past the door: what is asked for there may be wrong or unknown."""
    if answer.status_code == 200:
        return True
    status, code = error(answer)
    assert (status, code) in {(400, "missing_template"), (404, "unknown_import"), (403, "not_permitted")}
    return status != 403


def test_the_table_names_every_role_and_call() -> None:
    assert {row for row, _ in ROLES} == {f"{role}{at}" for role in Role for at in ("", ":below")}
    assert {column for _, column in ROLES} == set(CALLS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("at", ["", ":below"])
def test_every_door_opens_to_the_roles_of_the_table(script: Script, role: Role, at: str) -> None:
    unit = None
    if at:
        with tenancy.use_institution(script.tenant.pk):
            unit = OrgUnit.objects.create(
                institution_id=script.tenant.pk, type="department", name="Ocean", name_folded="ocean"
            ).pk
    theirs = script_in(script.tenant, role, unit)
    for name, (_, paths) in CALLS.items():
        for path in paths:
            let_in = is_let_in(call(theirs, name, path))
            assert let_in == (ROLES[f"{role}{at}", name] == "yes"), (role, at, path)


@pytest.mark.parametrize("name", CALLS)
def test_both_families_of_paths_are_taken_with_and_without_a_slash_at_the_end(
    script: Script, name: str
) -> None:
    _, paths = CALLS[name]
    answers = {
        (answer.status_code, answer.getvalue().decode())
        for path in paths
        for end in ("", "/")
        for answer in [call(script, name, path + end)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] in (200, 400, 404)


WRONG = [None, "", "Basic", "Basic !!!", "Basic a2V5", basic("ek_none", "x"), basic("a\0b", "x"), "Digest x"]


@pytest.mark.parametrize("name", CALLS)
def test_without_the_right_credentials_every_call_is_401(script: Script, name: str) -> None:
    method, paths = CALLS[name]
    for authorization in WRONG:
        headers = {} if authorization is None else {"Authorization": authorization}
        path = f"/api/organizations/{script.organization}/{paths[0]}"
        answer = Client().generic(method.upper(), path, headers=headers)
        assert error(answer) == (401, "not_authenticated"), authorization
        assert answer["WWW-Authenticate"] == 'Basic realm="edu-csv"'


def test_a_wrong_secret_is_401_and_noted(script: Script) -> None:
    wrong = Script(script.tenant, script.key, "wrong")
    assert error(wrong.ask("get")) == (401, "not_authenticated")
    [(verb,)] = script.tenant.query("SELECT verb FROM access_audit_event WHERE target = %s", script.key)
    assert verb == "client.wrong_secret"


def test_neither_a_session_nor_a_bearer_token_counts(script: Script) -> None:
    account = access.create_account(
        institution=script.tenant.pk, email=f"{uuid4()}@fjord.example", role="admin", password="p"
    )
    path = f"/api/organizations/{script.organization}/csv-import"
    assert error(client_of(account).get(path)) == (401, "not_authenticated")
    with tenancy.use_institution(script.tenant.pk):
        token = tokens.issue(ApiClient.objects.get(key=script.key)).access
    answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})
    assert error(answer) == (401, "not_authenticated")
    # With the right key a session beside it changes nothing, and no CSRF token is asked for.
    client = client_of(account)
    client.handler.enforce_csrf_checks = True
    beside = Script(script.tenant, script.key, script.secret, client)
    assert error(beside.ask("post", body=form("a\n"))) == (400, "missing_template")


@pytest.mark.parametrize("name", CALLS)
def test_with_api_access_switched_off_every_call_is_403(script: Script, name: str) -> None:
    switch_off(script)
    answer = call(script, name)
    assert error(answer) == (403, "not_permitted")
    assert "API access is switched off" in answer.json()["message"]


@pytest.mark.parametrize("name", CALLS)
def test_another_organization_and_an_unknown_one_are_404(script: Script, stranger: Script, name: str) -> None:
    for organization in (stranger.organization, 10**30, "x", f"0{script.organization}"):
        method, paths = CALLS[name]
        answer = script.client.generic(
            method.upper(),
            f"/api/organizations/{organization}/{paths[0]}",
            headers={"Authorization": basic(script.key, script.secret)},
        )
        assert error(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("csv-import", "put", "GET, HEAD, POST"),
        ("statement-import", "patch", "GET, HEAD, POST"),
        ("csv-import", "delete", "GET, HEAD, POST"),
        ("statement-import/preview", "get", "POST"),
        ("csv-import/job/1", "post", "GET, HEAD"),
        ("csv-import/1", "get", "DELETE"),
        ("csv-import/1", "options", "DELETE"),
    ],
)
def test_another_method_is_405_and_says_which_there_are(
    script: Script, path: str, method: str, allowed: str
) -> None:
    answer = script.ask(method, path)
    assert error(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == allowed


def test_a_head_has_no_body(script: Script) -> None:
    answer = script.ask("head")
    assert (answer.status_code, answer["Content-Type"], answer.getvalue()) == (200, "application/json", b"")


@pytest.mark.parametrize("given", ["abc", "1.5", "-1", "٣", "5123x", "0190aaaa-0000-7000-8000-00000000000"])
def test_an_id_that_is_none_is_400(script: Script, given: str) -> None:
    assert error(script.ask("get", f"csv-import/job/{given}")) == (400, "bad_id")
    assert error(script.ask("delete", f"csv-import/{given}")) == (400, "bad_id")
    assert error(script.ask("get", query={"id": given})) == (400, "bad_id")


@pytest.mark.parametrize("given", ["1", "0", "9" * 40, "0190aaaa-0000-7000-8000-000000000001"])
def test_an_unknown_id_is_404_and_lists_nothing(script: Script, given: str) -> None:
    assert error(script.ask("get", f"csv-import/job/{given}")) == (404, "unknown_import")
    assert error(script.ask("delete", f"csv-import/{given}")) == (404, "unknown_import")
    assert script.listing(id=given) == {"count": 0, "results": []}


def test_nothing_in_between_keeps_a_copy(script: Script) -> None:
    for answer in (script.ask("get"), script.ask("put"), Client().get("/api/organizations/1/csv-import")):
        assert answer["Cache-Control"] == "private, no-store"


def test_too_many_wrong_tries_wait(script: Script) -> None:
    wrong = Script(script.tenant, f"ek_{uuid4().hex}", "wrong")
    codes = [wrong.ask("get", headers={"X-Try": str(n)}).status_code for n in range(31)]
    assert set(codes[:30]) == {401}
    answer = wrong.ask("get")
    assert error(answer)[0] == 429
    assert int(answer["Retry-After"]) > 0


def test_a_fault_of_ours_tells_nothing(
    script: Script, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("imports.api.csv_data.listing.lookup.find", broken)
    script.client.raise_request_exception = False
    answer = script.ask("get", query={"template": "x"})
    assert error(answer) == (500, "internal_error")
    assert b"42" not in answer.content
    assert "the secret is 42" in caplog.text


def test_a_query_without_end_is_refused(script: Script) -> None:
    answer = script.client.get(
        f"/api/organizations/{script.organization}/csv-import?{'&'.join(f'a{n}=1' for n in range(2_000))}",
        headers={"Authorization": basic(script.key, script.secret)},
    )
    assert error(answer) == (400, "bad_request")
