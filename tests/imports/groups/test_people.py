"""Whom a definition means, and whose a persona is (csv data import 2.1, 2.3 rule 3)."""

from __future__ import annotations

import time

import pytest

from tests.imports.groups.rows import group, load_rows, members, outcomes, people, person, template, told
from tests.imports.harness import Tenant


def key(name: str) -> str:
    return f"mbox:mailto:{name}@example.edu"


def mail(name: str) -> str:
    return f"{name}@example.edu"


def test_without_a_customid_a_person_is_known_by_any_persona(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(tenant, version, {"people": [person("u1", "Ana Ruiz", mail("a"), mail("b"))]})
    load_rows(tenant, version, {"people": [person("", "Ana R.", mail("b"), mail("c"))]})
    assert people(tenant) == {"u1": ("Ana R.", [key("a"), key("b"), key("c")])}


def test_a_customid_that_nobody_has_goes_to_who_holds_the_personas(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(tenant, version, {"people": [person("", "Ana Ruiz", mail("a"))]})
    upload = load_rows(tenant, version, {"people": [person("u1", "Ana Ruiz", mail("a"))]})
    assert outcomes(tenant, upload) == {2: "updated"}
    assert people(tenant) == {"u1": ("Ana Ruiz", [key("a")])}


def test_personas_of_two_people_fail_the_row_with_both_names(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(
        tenant,
        version,
        {"people": [person("u1", "Ana Ruiz", mail("u204"))]},
        {"people": [person("u2", "A. Ruiz", personas=[{"account": {"homePage": "https://x.example", "name": "u-204"}}])]},
    )  # fmt: skip
    both = [
        {"mbox": "mailto:u204@example.edu"},
        {"account": {"homePage": "https://x.example", "name": "u-204"}},
    ]
    upload = load_rows(
        tenant,
        version,
        {"people": [person("", "Ana", personas=both)]},
        {"people": [person("u3", "Ana", personas=both)]},
    )
    sentence = (
        "account u-204 and u204@example.edu belong to two people (A. Ruiz, Ana Ruiz). Combine them first."
    )
    assert told(tenant, upload) == {2: [sentence], 3: [sentence]}


def test_a_persona_moves_to_whom_the_customid_names_and_the_emptied_go(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(
        tenant,
        version,
        {"groups": [group("g", "G", "Team")]},
        {"people": [person("u1", "Ana Ruiz", mail("a"))]},
        {"people": [person("u2", "Ben Ode", personas=[{"openid": "https://id.example/ben"}], groups=["g"])]},
    )
    upload = load_rows(
        tenant,
        version,
        {"people": [person("u1", "Ana Ruiz", personas=[{"openid": "https://id.example/ben"}])]},
    )
    assert people(tenant) == {"u1": ("Ana Ruiz", [key("a"), "openid:https://id.example/ben"])}
    assert told(tenant, upload) == {
        2: ["Ben Ode had no identifier left but the ones that this row gives to another person, and is deleted."]
    }  # fmt: skip
    assert upload.effects == {
        "person": {"deleted": 1},
        "persona": {"updated": 1},
        "membership": {"deleted": 1},
    }


def test_whom_another_family_knows_stays_without_personas(tenant: Tenant) -> None:
    version = template(tenant)
    tenant.load(
        "First Name,Last Name,Email Address,Roles,External ID\nBen,Ode,ben@example.edu,Student,u2\n",
        "echovideo.users.v1",
    )
    load_rows(
        tenant,
        version,
        {"people": [person("u1", "Ana Ruiz", mail("a")), person("u2", "Ben Ode", mail("b"))]},
    )
    load_rows(tenant, version, {"people": [person("u1", personas=[{"mbox": "mailto:b@example.edu"}])]})
    assert people(tenant) == {"u1": ("Ana Ruiz", [key("a"), key("b")]), "u2": ("Ben Ode", [])}


def test_an_address_that_another_family_gave_is_a_persona_too(tenant: Tenant) -> None:
    tenant.load(
        "First Name,Last Name,Email Address,Roles,External ID\nBen,Ode,Ben@example.edu,Student,\n",
        "echovideo.users.v1",
    )
    load_rows(tenant, template(tenant), {"people": [person("u2", "Ben Ode", "ben@example.edu")]})
    assert people(tenant) == {"u2": ("Ben Ode", ["mbox:mailto:ben@example.edu"])}
    assert tenant.query("SELECT email FROM roster_person") == [("Ben@example.edu",)]


def test_a_persona_of_somebody_with_another_customid_fails(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(tenant, version, {"people": [person("u1", "Ana Ruiz", mail("a"))]})
    upload = load_rows(tenant, version, {"people": [person("u9", "Ana Ruiz", mail("a"))]})
    assert told(tenant, upload) == {
        2: [
            "a@example.edu belongs to Ana Ruiz, whose customId is “u1”, not “u9”. Correct the customId or the persona."
        ]
    }


def test_two_new_people_of_one_file_cannot_have_one_persona(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"people": [person("u1", "Ana", mail("a"))]},
        {"people": [person("u2", "Ben", mail("a"), mail("b"))]},
    )
    assert told(tenant, upload) == {
        3: ["a@example.edu belongs to u1 after this import, and this row is about another person. Correct the persona."]
    }  # fmt: skip
    assert people(tenant) == {"u1": ("Ana", [key("a")])}


def test_the_last_of_two_who_had_their_customids_gets_the_persona(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(tenant, version, {"people": [person("u1", "Ana", mail("a")), person("u2", "Ben", mail("b"))]})
    rows = (
        {"people": [person("u1", personas=[{"mbox": "mailto:x@example.edu"}])]},
        {"people": [person("u2", personas=[{"mbox": "mailto:x@example.edu"}])]},
    )
    load_rows(tenant, version, *rows)
    assert people(tenant) == {"u1": ("Ana", [key("a")]), "u2": ("Ben", [key("b"), key("x")])}
    assert outcomes(tenant, load_rows(tenant, version, *rows)) == {2: "unchanged", 3: "unchanged"}


@pytest.mark.parametrize("turned", [False, True])
def test_definitions_that_share_a_persona_are_one_person(tenant: Tenant, turned: bool) -> None:
    rows = [
        {"people": [person("", "Ana", mail("a"), mail("b"))]},
        {"people": [person("", "Ana", mail("b"), mail("c"))]},
        {"people": [person("", "Ana", mail("c"))]},
    ]
    load_rows(tenant, template(tenant), *(reversed(rows) if turned else rows))
    assert people(tenant) == {"Ana": ("Ana", [key("a"), key("b"), key("c")])}


def test_a_definition_that_joins_two_new_people_fails(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"people": [person("", "Ana", mail("a"))]},
        {"people": [person("", "Ben", mail("b"))]},
        {"people": [person("", "Both", mail("a"), mail("b"))]},
    )
    assert told(tenant, upload) == {
        4: ["a@example.edu and b@example.edu belong to two people (of this file). Combine them first."]
    }
    assert set(people(tenant)) == {"Ana", "Ben"}


def test_a_reference_by_persona_finds_who_holds_it_after_the_file(tenant: Tenant) -> None:
    load_rows(
        tenant,
        template(tenant),
        {"groups": [group("g", "G", "Team", people=[{"persona": {"mbox": "mailto:b@example.edu"}}])]},
        {"people": [person("u1", "Ana", mail("a"), mail("b"))]},
    )
    assert members(tenant) == {("u1", "g")}


@pytest.mark.slow
def test_many_people_who_each_stand_in_two_lists_take_time_by_their_number(tenant: Tenant) -> None:
    """Each is known by what the two lists share; compared pair by pair, 60,000 rows took more than a minute."""
    version = template(tenant)
    rows = [
        {"people": [person("", f"Person {number}", mail(f"a{number}"), mail(f"{letter}{number}"))]}
        for number in range(30_000)
        for letter in "bc"
    ]
    began = time.monotonic()
    load_rows(tenant, version, *rows)
    assert time.monotonic() - began < 45
    assert tenant.query("SELECT count(*) FROM roster_person WHERE deleted_at IS NULL") == [(30_000,)]
