"""Undo of files that went through a template: what they stored is voided, and nothing else (csv data import 4.6)."""

from __future__ import annotations

import json
from uuid import UUID, uuid4, uuid5

import pytest

from edu_csv import tenancy
from edu_csv.activity.voiding import voiding_id
from imports import services
from imports.services import UndoRequest
from tests.imports.harness import Tenant, csv_text
from tests.imports.templated.house import (
    PLAIN,
    live,
    load,
    make_template,
    plain,
    stored,
    told,
)

A, B, C, D = (str(uuid4()) for _ in range(4))
WHO = "ana@example.edu"
VOIDING = """{"statements": [{
  "id": "{{uuid "void" columns.target}}", "actor": {"mbox": "mailto:ops@example.edu"},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "object": {"objectType": "StatementRef", "id": "{{columns.target}}"}
}]}"""


def test_what_an_import_stored_is_voided_and_nothing_else(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    load(tenant, version, plain((A, WHO, "v"), (B, WHO, "v")))
    second = load(tenant, version, plain((B, WHO, "v"), (C, WHO, "v"), (D, WHO, "v")))
    undone = tenant.undo(second)
    assert undone.job.status == "voided"
    assert undone.void is not None
    assert undone.void["statements"] == {"voided": 2, "already_voided": 0, "standing": 0}
    # B is the first import's.
    assert live(tenant) == {A, B}
    # Nothing is erased: five are there, two of them voiding.
    assert len(stored(tenant)) == 6


def test_the_voiding_statements_have_the_ids_and_words_that_the_rules_give_them(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, WHO, "v")))
    tenant.undo(done)
    voiding = stored(tenant)[-1]
    namespace = UUID("7ab965e4-e755-575f-a2f8-ab0d686e595f")
    assert voiding["id"] == str(uuid5(namespace, json.dumps([str(tenant.pk), A], separators=(",", ":"))))
    assert voiding["object"] == {"objectType": "StatementRef", "id": A}
    assert voiding["actor"]["name"] == f"Import {done.number} void"


def test_the_id_of_a_voiding_statement_that_is_taken_keeps_nothing_from_being_voided(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, WHO, "v"), (B, WHO, "v")))
    taken = str(voiding_id(tenant.pk, UUID(A)))
    load(tenant, version, plain((taken, WHO, "w")))
    undone = tenant.undo(done)
    assert undone.job.status == "voided"
    assert undone.void is not None
    assert undone.void["statements"] == {"voided": 2, "already_voided": 0, "standing": 0}
    assert live(tenant) == {taken}


def test_an_undo_that_would_leave_statements_live_fails_and_the_import_stays(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, WHO, "v"), (B, WHO, "v")))
    taken = [str(voiding_id(tenant.pk, UUID(A), *further)) for further in ([], ["2"])]
    load(tenant, version, plain(*((each, WHO, "w") for each in taken)))
    monkeypatch.setattr("edu_csv.activity.voiding.FURTHER", ())
    monkeypatch.setattr("edu_csv.activity.voiding.secrets.token_hex", lambda: "2")
    kept = tenant.undo(done)
    assert (kept.job.status, kept.void) == ("completed", None)
    assert live(tenant) == {A, B, *taken}
    [(problem,)] = tenant.query(
        "SELECT problem::text FROM jobs_job WHERE kind = 'undo' AND status = 'failed'"
    )
    assert json.loads(problem) == {
        "code": "statements_not_voided",
        "detail": "1 of the 2 statements of this import would not be void, since other statements have the ids of those that"
        " void them. Nothing was undone. Undo the import again; if it stays so, tell whoever runs this system.",
        "left": 1,
        "live": 2,
    }
    monkeypatch.undo()
    assert tenant.undo(kept).job.status == "voided"
    assert live(tenant) == set(taken)


def test_a_voided_file_can_be_sent_again_with_another_revision(tenant: Tenant) -> None:
    body = PLAIN.replace('"{{columns.id}}"', '"{{uuid revision columns.id}}"')
    version = make_template(tenant, body, variables=[["revision", "1"]])
    file = plain(("one", WHO, "v"), ("two", WHO, "v"))
    tenant.undo(load(tenant, version, file))
    again = load(tenant, version, file)
    assert again.counts["failed"] == 2
    assert told(tenant, again)[2] == (
        f"The statement {stored(tenant)[0]['id']} was voided; its id cannot be used again. Change what the id is made of, for"
        " example with a revision number."
    )
    raised = make_template(tenant, body, variables=[["revision", "2"]], name="Revision 2")
    assert load(tenant, raised, file).counts["created"] == 2
    assert len(live(tenant)) == 2


def test_statements_stay_where_that_is_asked_for(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, WHO, "v")))
    with tenancy.use_institution(tenant.pk):
        services.void(tenant.actor, done, UndoRequest(restore=False, keep_statements=True))
    tenant.work()
    undone = tenant.fresh(done)
    assert undone.job.status == "voided"
    assert undone.void is not None
    assert undone.void["statements"]["voided"] == 0
    assert live(tenant) == {A}


def test_statements_that_void_others_are_left_standing_and_counted(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    load(tenant, version, plain((A, WHO, "v"), (B, WHO, "v")))
    voiding = make_template(tenant, VOIDING, name="Statement Void")
    done = load(tenant, voiding, csv_text(["target"], [A]))
    assert done.counts["created"] == 1
    assert live(tenant) == {B}
    undone = tenant.undo(done)
    assert undone.void is not None
    assert undone.void["statements"] == {"voided": 0, "already_voided": 0, "standing": 1}
    assert live(tenant) == {B}


def test_a_preview_says_what_would_be_voided_and_voids_nothing(tenant: Tenant) -> None:
    version = make_template(tenant, PLAIN)
    done = load(tenant, version, plain((A, WHO, "v"), (B, WHO, "v")))
    voiding = make_template(tenant, VOIDING, name="Statement Void")
    load(tenant, voiding, csv_text(["target"], [A]))
    with tenancy.use_institution(tenant.pk):
        found = services.preview_void(tenant.actor, done, UndoRequest())
        kept = services.preview_void(tenant.actor, done, UndoRequest(keep_statements=True))
    assert found["statements"] == {"voided": 1, "already_voided": 1, "standing": 0}
    assert kept["statements"]["voided"] == 0
    assert live(tenant) == {B}
