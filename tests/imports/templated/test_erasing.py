"""Statements are never changed: an erasure says how many still name the person (decisions/statements.md)."""

from __future__ import annotations

import json
from hashlib import sha1
from io import StringIO
from typing import Any

from django.core.management import call_command

from edu_csv import tenancy
from edu_csv.activity import queries
from imports.erasure import erase_person
from imports.models import TemplateKind
from tests.imports.harness import Tenant, csv_text, new_tenant
from tests.imports.templated.house import load, make_template, stored

# One column, which is a whole JSON object: the row's actor.
BODY = """{"statements": [{
  "id": "{{uuid columns.n}}",
  "actor": {{{columns.actor}}},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
  "object": {{#if columns.target}}{"objectType": "StatementRef", "id": "{{uuid columns.target}}"}{{else}}{"id": "https://v.example/1"}{{/if}}
}]}"""
PERSON = """{"people": [{"customId": "k", "name": "Kofi Mensah", "personas": [
  {"mbox": "mailto:{{columns.mail}}"}, {"account": {"homePage": "https://sis.example", "name": "k-1"}}]}]}"""


def send(tenant: Tenant, *actors: dict[str, Any], targets: tuple[str, ...] = ()) -> None:
    """A statement of each actor; targets: the numbers of the statements that theirs refer to, blank for none."""
    version = make_template(tenant, BODY, name="Actors", variables=[])
    given = [*targets, *([""] * (len(actors) - len(targets)))]
    rows = [
        [str(n), json.dumps(actor), target]
        for n, (actor, target) in enumerate(zip(actors, given, strict=True), 1)
    ]
    done = load(tenant, version, csv_text(["n", "actor", "target"], *rows))
    assert done.counts["created"] == len(actors)


def mbox(address: str) -> dict[str, Any]:
    return {"mbox": f"mailto:{address}"}


def checksum(address: str) -> dict[str, Any]:
    return {"mbox_sha1sum": sha1(f"mailto:{address}".encode(), usedforsecurity=False).hexdigest()}


def account(name: str) -> dict[str, Any]:
    return {"account": {"homePage": "https://sis.example", "name": name}}


def erase(tenant: Tenant, person: str) -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    call_command("erase_person", institution=tenant.slug, person=person, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_statements_by_address_checksum_and_persona_are_counted_and_stay(tenant: Tenant) -> None:
    people = make_template(tenant, PERSON, name="People", kind=TemplateKind.GROUPS, variables=[])
    load(tenant, people, csv_text(["mail"], ["kofi@example.edu"]))
    other = new_tenant()
    send(other, mbox("kofi@example.edu"))
    group = {"objectType": "Group", "member": [mbox("lena@example.edu"), mbox("kofi@example.edu")]}
    send(
        tenant,
        mbox("kofi@example.edu"),
        checksum("kofi@example.edu"),
        account("k-1"),
        account("k-2"),
        mbox("lena@example.edu"),
        group,
        # Refers to what names him, and names him not itself.
        mbox("lena@example.edu"),
        targets=("", "", "", "", "", "", "1"),
    )
    before = stored(tenant)
    told, said = erase(tenant, "kofi@example.edu")
    assert told["statements"] == 4
    assert "4 xAPI statements still name this person" in said
    assert stored(tenant) == before
    # Nothing is known any more that they could be named by.
    again, said = erase(tenant, told["person"])
    assert again["statements"] is None
    assert "cannot be told" in said


def test_void_statements_still_name_somebody(loaded: Tenant) -> None:
    version = make_template(loaded, BODY, name="Actors", variables=[])
    done = load(
        loaded,
        version,
        csv_text(["n", "actor", "target"], ["1", json.dumps(mbox("ingrid.solberg@fjord.example")), ""]),
    )
    assert loaded.undo(done).job.status == "voided"
    told, said = erase(loaded, "P-1001")
    assert told["statements"] == 1
    assert "1 xAPI statement still names this person" in said


def test_nobody_is_told_of_statements_of_another_institution(tenant: Tenant) -> None:
    send(tenant, mbox("kofi@example.edu"))
    key = "mbox:mailto:kofi@example.edu"
    other = new_tenant()
    with tenancy.use_institution(tenant.pk):
        assert queries.count_naming(tenant.pk, [key]) == 1
    with tenancy.use_institution(other.pk):
        assert queries.count_naming(tenant.pk, [key]) == 0
        assert queries.count_naming(other.pk, [key]) == 0


def test_an_erasure_of_somebody_whom_no_statement_names_says_so(loaded: Tenant) -> None:
    with tenancy.use_institution(loaded.pk):
        assert erase_person(loaded.pk, "P-1001")["statements"] == 0
