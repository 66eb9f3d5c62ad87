"""Who is not known is asked who they are; what belongs to another institution is not there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.api.views import ApiView
from edu_csv.roster.api.urls import NOUNS
from reporting.models import Delivery, ReportSchedule
from tests.access.test_policy import address
from tests.api.caller import Caller, basic
from tests.api.doors import Door, doors
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"


@pytest.mark.parametrize("door", doors(), ids=str)
def test_without_credentials_every_door_answers_401(committed: None, door: Door) -> None:
    answer = getattr(Client(), door.method)(address(door))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert "Bearer" in answer["WWW-Authenticate"]
    assert answer.json()["code"] == "not_authenticated"


def test_a_script_in_a_browser_gets_no_log_in_window_of_the_browser(committed: None) -> None:
    answer = Client().get("/api/v1/imports", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="edu-csv"')


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_that_leads_nowhere_is_a_problem_document_whatever_is_sent(method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in (
        "/api/v1/sources/0190aaaa-0000-7000-8000-000000000001/inbox/",
        "/api/v1/imports/",
        "/api/v2/x",
    ):
        answer = getattr(client, method)(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic a2V5",
        basic("ek_none", "x"),
        basic("a\0b", "x"),
        "Bearer",
        "Bearer nonsense",
        "Digest x",
    ],
)
def test_wrong_credentials_are_401(committed: None, header: str) -> None:
    answer = Client().get("/api/v1/imports", headers={"Authorization": header})
    assert answer.status_code == 401


def notice_of(tenant: Tenant) -> str:
    """A notice that a recurring report of theirs has paused."""
    with tenancy.use_institution(tenant.pk):
        now = timezone.now()
        schedule = ReportSchedule.objects.latest("pk")
        made = Delivery.objects.create(
            institution_id=tenant.pk, kind="mail", address="a@fjord.example", schedule=schedule,
            created_at=now, tried_from=now, next_at=now, state="taken",
        )  # fmt: skip
    return str(made.pk)


def foreign_ids(owner: Caller) -> dict[str, Any]:
    """Of each kind of thing one that belongs to this caller's institution."""
    upload = owner.upload(
        csv_text(["Name", "Start Date", "End Date"], ["Winter", "2031-01-01", "2031-02-01"]),
        format=TERMS,
        action="create",
        mode="preview",
    )
    export = owner.post("/exports", {"format": TERMS})
    begun = owner.post("/uploads", {"name": "big.csv", "bytes": 10})
    source = owner.post(
        "/sources",
        {"name": f"Feed {uuid4()}", "slug": uuid4().hex, "family": "echovideo", "action": "create"},
    )
    template = owner.post("/templates", {"name": f"Views {uuid4()}", "body": '{"statements": []}'})
    made = [
        upload.status_code,
        export.status_code,
        begun.status_code,
        source.status_code,
        template.status_code,
    ]
    assert made == [202, 202, 201, 201, 201]
    inbox = f"/sources/{source.json()['id']}/inbox/a.csv"
    file = owner.ask("put", inbox, data=b"x", content_type="application/octet-stream")
    assert file.status_code == 201
    recurring = owner.post("/report-schedules", {"report": "notes", "frequency": "daily"})
    assert recurring.status_code == 201
    owner.tenant.work()
    return {
        "schedule_id": recurring.json()["id"],
        "notice_id": notice_of(owner.tenant),
        "import_id": upload.json()["id"],
        "export_id": export.json()["id"],
        "upload_id": begun.json()["id"],
        "source_id": source.json()["id"],
        "file_id": file.json()["id"],
        "name": "a.csv.part",
        "template_id": template.json()["id"],
    }


def test_what_is_of_another_institution_is_404_at_every_door(at_home: Caller, stranger: Caller) -> None:
    ids = foreign_ids(at_home)
    checked = 0
    for door in doors():
        if not door.parameters or "key" in door.parameters:
            continue
        given = dict(ids)
        if "object_id" in door.parameters:
            noun = door.name.removesuffix("-one").removesuffix("-history")
            found = at_home.results(f"/{noun}")
            if not found:
                continue
            given["object_id"] = found[0]["id"]
        theirs = stranger.ask(door.method, door.address(**given))
        assert theirs.status_code == 404, (str(door), theirs.content)
        assert theirs.json()["code"] == "not_found"
        checked += 1
    assert checked >= 27


def test_a_list_shows_nothing_of_another_institution(at_home: Caller, stranger: Caller) -> None:
    foreign_ids(at_home)
    for door in doors():
        if not door.parameters and door.method == "get" and door.name != "formats":
            assert stranger.results(door.address()) == [], str(door)


def test_a_filter_by_a_foreign_object_finds_nothing(at_home: Caller, stranger: Caller) -> None:
    term = at_home.results("/terms")[0]["id"]
    assert len(at_home.results("/sections", term=term)) > 0
    assert stranger.results("/sections", term=term) == []


def test_nothing_that_changes_something_goes_without_idempotency() -> None:
    # A preview is one: nothing of it is kept.
    posts = [door for door in doors() if door.method == "post" and door.name != "template-preview"]
    assert posts
    assert [str(door) for door in posts if not getattr(door.handler, "is_idempotent", False)] == []


def test_every_view_of_the_api_says_what_it_needs() -> None:
    open_to_all = {"formats", "format", "format-sample"}
    unsaid = {door.name for door in doors() if issubclass(door.view, ApiView) and door.view.ability is None}
    assert unsaid == open_to_all


def statements(caller: Caller, address: str, **query: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = caller.get(address, **query)
    assert answer.status_code == 200
    return len(seen)


def test_a_page_takes_the_same_statements_for_one_and_for_many(at_home: Caller) -> None:
    for _ in range(3):
        foreign_ids(at_home)
    for path in [
        "/imports",
        "/exports",
        "/sources",
        "/formats",
        "/report-schedules",
        "/report-notices",
        *(f"/{noun}" for noun in NOUNS),
    ]:
        few = statements(at_home, path, limit="1")
        assert statements(at_home, path, limit="500") <= few, path


def test_an_unknown_address_is_a_problem_document(caller: Caller) -> None:
    answer = caller.get("/nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "/api/v1/docs/" in answer.json()["detail"]


def test_a_wrong_method_is_a_problem_document(caller: Caller) -> None:
    answer = caller.ask("put", "/imports")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.json()["detail"] == "This address does not take PUT, but GET or POST."


@pytest.mark.parametrize("path", ["/imports", "/exports", "/terms", "/enrollments"])
def test_a_misspelt_filter_is_refused_instead_of_answered_with_everything(at_home: Caller, path: str) -> None:
    answer = at_home.get(path, externalid="T-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
    assert "`externalid`" in answer.json()["detail"]
    assert "`cursor`" in answer.json()["detail"]


def test_a_word_that_is_not_one_of_a_few_is_told_all_of_them(caller: Caller) -> None:
    answer = caller.upload("Name\nA\n", action="create", mode="maybe")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_enum")
    assert answer.json()["detail"] == "mode: Expected `apply`, `preview`; got `maybe`."


def test_what_was_cancelled_cannot_be_undone_and_is_not_said_to_be(caller: Caller) -> None:
    file = "Name,Start Date,End Date\nAutumn,2031-08-18,2031-12-19\n"
    waiting = caller.import_(file, action="create", mode="preview")
    assert caller.post(waiting["links"]["cancel"]).status_code == 202
    again = caller.post(waiting["links"]["cancel"]).json()
    assert (again["code"], again["detail"]) == ("wrong_state", "This import has ended already: cancelled.")


def test_any_accept_header_is_answered(caller: Caller) -> None:
    assert caller.get("/imports", headers={"Accept": "text/csv"}).status_code == 200


def test_nothing_in_between_keeps_a_copy(caller: Caller) -> None:
    assert caller.get("/people")["Cache-Control"] == "private, no-store"


def test_a_fault_of_ours_tells_nothing(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr("imports.api.receiving.listed", broken)
    caller.client.raise_request_exception = False
    answer = caller.get("/imports")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert b"42" not in answer.content
    assert "the secret is 42" in caplog.text
