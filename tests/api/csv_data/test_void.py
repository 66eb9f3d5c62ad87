"""Void: what an import made goes, and nothing else (csv data import 4.6)."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid5

import pytest

from edu_csv import tenancy
from edu_csv.activity.voiding import voiding_id
from edu_csv.jobs.models import Job
from edu_csv.roster.models import OrgUnit, Person
from imports.models import Import
from tests.activity.store.statements import put, statement
from tests.api.caller import caller_in
from tests.api.csv_data.callers import BODY, GOOD, HEADER, PEOPLE, VIEWS, Script, add_template
from tests.api.csv_data.test_doors import error
from tests.api.csv_data.test_listing import views

# Of the ids of voiding statements (csv data import 4.6).
NAMESPACE = UUID("7ab965e4-e755-575f-a2f8-ab0d686e595f")
KOFI = "ID,Name,Email,Group\np-11,Kofi Mensah,kofi@example.edu,music\n"


def void(script: Script, number: int | str, **query: Any) -> Any:
    answer = script.ask("delete", f"csv-import/{number}", query=query)
    if answer.status_code == 200:
        assert (answer.content, answer["Content-Length"]) == (b"", "0")
    return answer


def voided(script: Script) -> set[str]:
    return {str(row[0]) for row in script.tenant.query("SELECT target FROM activity_voiding")}


def test_the_statements_are_voided_and_the_import_is_out_of_the_listing(script: Script) -> None:
    first, second = script.import_(views(1, 3)), script.import_(views(4, 5))
    ids = script.one(first)["allStatementIds"]
    assert void(script, first).status_code == 200
    assert voided(script) == set(ids)
    assert [one["id"] for one in script.listing()["results"]] == [second]
    assert script.listing(id=first) == {"count": 0, "results": []}
    job = script.job(first)
    assert (job["state"], job["percentage"]) == ("voided", 100)
    made = script.tenant.query("SELECT id::text FROM activity_statement WHERE is_voiding")
    assert {row[0] for row in made} == {
        str(uuid5(NAMESPACE, f'["{script.organization}","{id_}"]')) for id_ in ids
    }


def test_by_the_other_path_and_by_the_uuid(script: Script) -> None:
    first, second = script.import_(views(1, 1)), script.import_(views(2, 2))
    answer = script.ask("delete", f"statement-import/{first}", query={"deleteLrsStatements": "true"})
    assert answer.status_code == 200
    assert void(script, str(script.stored(second).pk)).status_code == 200
    assert script.listing()["count"] == 0


def test_a_second_void_is_200_again_and_makes_nothing(script: Script) -> None:
    number = script.import_(views(1, 3))
    for _ in range(3):
        assert void(script, number).status_code == 200
    assert script.tenant.query("SELECT count(*) FROM activity_statement WHERE is_voiding") == [(3,)]
    assert script.tenant.query("SELECT count(*) FROM jobs_job WHERE kind = 'undo'") == [(1,)]


def test_statements_of_another_import_stay(script: Script) -> None:
    first = script.import_(views(1, 3))
    second = script.import_(views(2, 5))
    assert void(script, second).status_code == 200
    assert not voided(script) & set(script.one(first)["allStatementIds"])
    assert len(voided(script)) == 2


def test_kept_statements_stand_and_the_import_is_gone_from_the_listing(script: Script) -> None:
    number = script.import_(views(1, 3))
    assert void(script, number, deleteLrsStatements="false").status_code == 200
    assert voided(script) == set()
    assert script.listing()["count"] == 0


@pytest.mark.parametrize("given", ["yes", "1", "0", "no", "truee"])
def test_anything_but_true_and_false_is_400(script: Script, given: str) -> None:
    number = script.import_(views(1, 1))
    assert error(void(script, number, deleteLrsStatements=given)) == (400, "bad_request")
    assert script.listing()["count"] == 1


def test_an_import_that_runs_is_409(script: Script) -> None:
    number = int(script.upload().content)
    answer = void(script, number)
    assert error(answer) == (409, "import_running")
    assert "still running (queued)" in answer.json()["message"]
    with tenancy.use_institution(script.tenant.pk):
        Job.objects.filter(pk=script.stored(number).pk).update(state="running", status="checking")
    assert error(void(script, number)) == (409, "import_running")


def test_one_that_failed_whole_is_put_away(script: Script) -> None:
    number = script.import_("User ID\nx\n")
    assert script.listing()["count"] == 1
    assert void(script, number).status_code == 200
    assert void(script, number).status_code == 200
    assert script.listing() == {"count": 0, "results": []}
    assert script.job(number)["state"] == "voided"


def test_a_voided_file_is_corrected_and_sent_again_with_a_new_revision(script: Script) -> None:
    number = script.import_()
    assert void(script, number).status_code == 200
    again = script.one(script.import_("\n".join([HEADER, GOOD, ""])))
    assert "was voided; its id cannot be used again" in again["failedRows"]["2"]
    add_template(script.tenant, "Revised", BODY, revision="2")
    revised = script.one(script.import_(VIEWS.replace(",,", ",b@example.edu,"), "Revised"))
    assert (revised["failedRows"], len(revised["allStatementIds"])) == ({}, 2)


class TestPeople:
    @pytest.fixture
    def people(self, script: Script) -> Script:
        add_template(script.tenant, "People", PEOPLE, kind="groups")
        return script

    def names(self, script: Script) -> tuple[list[str], list[str]]:
        with tenancy.use_institution(script.tenant.pk):
            persons = Person.objects.filter(deleted_at=None).order_by("external_id")
            units = OrgUnit.objects.filter(deleted_at=None).order_by("external_id")
            return [str(each.external_id) for each in persons], [str(each.external_id) for each in units]

    def test_what_the_import_created_goes_even_if_edited_since(self, people: Script) -> None:
        number = people.import_(KOFI, "People")
        assert self.names(people) == (["p-11"], ["music"])
        people.import_(KOFI.replace("Kofi Mensah", "Kofi A. Mensah"), "People")
        assert void(people, number).status_code == 200
        assert self.names(people) == ([], [])

    def test_what_was_there_before_stays_as_it_is(self, people: Script) -> None:
        people.import_(KOFI, "People")
        number = people.import_(
            KOFI.replace("Mensah", "Boateng") + "p-12,Lena Vogt,lena@example.edu,music\n", "People"
        )
        assert void(people, number).status_code == 200
        assert self.names(people) == (["p-11"], ["music"])
        with tenancy.use_institution(people.tenant.pk):
            left = Person.objects.get(deleted_at=None)
        assert (left.given_name, left.family_name) == ("Kofi", "Boateng")


def test_a_void_within_the_call_waits_for_no_import_of_the_same_organization(script: Script) -> None:
    number = script.import_(views(1, 3))
    for _ in range(3):
        script.upload(views(10, 20))
    begun = time.monotonic()
    assert void(script, number).status_code == 200
    assert time.monotonic() - begun < 10
    assert script.stored(number).job.status == "voided"
    assert len(voided(script)) == 3
    script.tenant.work()
    assert script.listing()["count"] == 3


def test_a_large_one_is_queued_and_out_of_the_listing_at_once(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.api.csv_data.voiding.DONE_AT_ONCE", 2)
    number = script.import_(views(1, 3))
    assert void(script, number).status_code == 200
    assert script.listing() == {"count": 0, "results": []}
    assert voided(script) == set()
    assert script.job(number)["state"] == "voiding"
    assert void(script, number).status_code == 200
    script.tenant.work()
    assert len(voided(script)) == 3
    assert script.job(number)["state"] == "voided"


def test_rest_tells_the_void_and_who_asked_for_it_is_noted(script: Script) -> None:
    number = script.import_(views(1, 3))
    upload = script.stored(number)
    void(script, number)
    shown = caller_in(script.tenant).get(f"/imports/{upload.pk}").json()
    assert (shown["status"], shown["void"]["restore"]) == ("voided", False)
    [(client,)] = script.tenant.query(
        "SELECT client_id FROM access_audit_event WHERE verb = 'import.undone' AND target = %s",
        str(upload.pk),
    )
    assert client is not None


def test_an_undo_that_fails_leaves_the_import_as_it_was(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = script.import_(views(1, 3))

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("imports.undo._undo", broken)
    script.client.raise_request_exception = False
    assert error(void(script, number)) == (500, "internal_error")
    assert script.one(number)["state"] == "complete"
    assert voided(script) == set()
    monkeypatch.undo()
    assert void(script, number).status_code == 200
    assert len(voided(script)) == 3


def test_a_void_that_would_leave_statements_live_is_never_200(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = script.import_(views(1, 3))
    [one, *_] = script.one(number)["allStatementIds"]
    put(script.tenant.pk, *([statement(id=str(each))] for each in voidings_of(script, one)))
    monkeypatch.setattr("edu_csv.activity.voiding.secrets.token_hex", lambda: "guessed")
    answer = void(script, number)
    assert error(answer) == (500, "internal_error")
    assert answer.json()["message"].startswith(
        "The import could not be taken back. 1 of the 3 statements of this import would not be void"
    )
    assert (script.one(number)["state"], voided(script)) == ("complete", set())
    # Chance is what nobody knows beforehand.
    monkeypatch.undo()
    assert void(script, number).status_code == 200
    assert len(voided(script)) == 3


def voidings_of(script: Script, statement: str) -> list[UUID]:
    """The ids of statements that would void this one, and that of one that chance should make."""
    return [
        voiding_id(script.tenant.pk, UUID(statement), *further) for further in ([], ["2"], ["3"], ["guessed"])
    ]


def test_the_record_and_the_file_are_kept(script: Script) -> None:
    number = script.import_()
    void(script, number)
    with tenancy.use_institution(script.tenant.pk):
        assert Import.objects.filter(number=number).exists()
    rest = caller_in(script.tenant)
    assert rest.get(f"/imports/{script.stored(number).pk}/file").status_code == 302
