"""Taking an import of groups back: all of it, or what it made alone (csv data import 4.6)."""

from __future__ import annotations

from typing import Any

from tests.imports.groups.rows import group, load_rows, members, people, person, template, units, views
from tests.imports.harness import Tenant

USERS = "First Name,Last Name,Email Address,Roles,External ID\nBen,Ode,ben@example.edu,Student,old\n"


def standing(tenant: Tenant) -> tuple[Any, ...]:
    types = tenant.query("SELECT name, plural_name FROM roster_org_unit_type ORDER BY name")
    return people(tenant), units(tenant), members(tenant), views(tenant), types


def begin(tenant: Tenant) -> None:
    tenant.load(USERS, "echovideo.users.v1")
    load_rows(
        tenant,
        template(tenant, name="begin"),
        {"groups": [group("top", "Top", "Faculty"), group("side", "Side", "Faculty")]},
        {"people": [person("gone", "Gone Soon", personas=[{"openid": "https://id.example/g"}], groups=["side"])]},
    )  # fmt: skip


ROWS = (
    {
        "groups": [
            group("new", "New", "Choir", parents=["top"]),
            group("top", "Top of all", parents=["side"]),
        ],
        "people": [person("p", "Pia Sund", "p@example.edu", groups=["new", "top"])],
    },
    {"people": [person("old", "Benjamin Ode", "old@example.edu", groups=["new", "top"])]},
    {"people": [person("old", personas=[{"openid": "https://id.example/g"}])]},
    {"permissions": [{"person": "p", "canView": {"group": "top"}}, {"person": "old", "canView": {"group": "new"}}]},
    {"permissions": [{"person": "old", "canView": {"everyone": True}}]},
)  # fmt: skip


def test_restoring_takes_all_back(tenant: Tenant) -> None:
    begin(tenant)
    before = standing(tenant)
    upload = load_rows(tenant, template(tenant), *ROWS)
    assert standing(tenant) != before
    assert "gone" not in people(tenant)
    done = tenant.undo(upload)
    assert done.void is not None
    assert done.void["conflicts"] == []
    assert standing(tenant) == before
    assert tenant.query("SELECT given_name, family_name FROM roster_person WHERE external_id = 'old'") == [
        ("Ben", "Ode")
    ]


def test_the_narrow_void_takes_what_was_made_and_leaves_what_was_changed(tenant: Tenant) -> None:
    begin(tenant)
    version = template(tenant)
    upload = load_rows(tenant, version, *ROWS)
    # Edited since: goes all the same.
    load_rows(tenant, version, {"people": [person("p", "Pia Lund")], "groups": [group("new", "Newer")]})
    tenant.undo(upload, restore=False)
    assert people(tenant) == {
        # Changes stay, and so do personas that moved.
        "old": ("Benjamin Ode", ["mbox:mailto:old@example.edu", "openid:https://id.example/g"]),
    }
    assert units(tenant) == {"top": ("Top of all", "faculty", ["side"]), "side": ("Side", "faculty", [])}
    # The membership between things that were there stays, others go with what they hang on.
    assert members(tenant) == {("old", "top")}
    assert views(tenant) == set()
    assert tenant.query("SELECT name FROM roster_org_unit_type") == [("faculty",)]


def test_what_others_hang_on_a_person_or_group_keeps_it(tenant: Tenant) -> None:
    tenant.load_basics()
    upload = load_rows(
        tenant,
        template(tenant),
        {"people": [person("p", "Pia Sund", "p@example.edu"), person("q", "Qi Lo", "q@example.edu")]},
    )
    [(section,)] = tenant.query("SELECT external_id FROM roster_section ORDER BY external_id LIMIT 1")
    enrolled = tenant.load(f"User ID,Section ID,Role\np,{section},Student\n", "echovideo.enrollments.v1")
    assert enrolled.counts["created"] == 1
    done = tenant.undo(upload, restore=False)
    assert "p" in people(tenant)
    assert "q" not in people(tenant)
    assert done.void is not None
    assert [conflict["reason"] for conflict in done.void["conflicts"]] == ["has_dependants"]
    told = done.void["statements"]
    # Once the enrollment is undone, the person goes too; statements that are void are told once.
    tenant.undo(enrolled)
    again = tenant.undo(done, restore=False)
    assert "p" not in people(tenant)
    assert again.void is not None
    assert (again.void["by_type"]["person"], again.void["conflicts_total"]) == ({"removed": 2}, 0)
    assert again.void["statements"] == told


def test_a_void_of_a_group_takes_edges_of_groups_below_it(tenant: Tenant) -> None:
    version = template(tenant)
    upload = load_rows(tenant, version, {"groups": [group("top", "Top", "Faculty")]})
    load_rows(tenant, version, {"groups": [group("below", "Below", "Team", parents=["top"])]})
    tenant.undo(upload, restore=False)
    assert units(tenant) == {"below": ("Below", "team", [])}


def test_a_persona_that_somebody_else_got_meanwhile_does_not_come_back(tenant: Tenant) -> None:
    version = template(tenant)
    x, y = {"openid": "https://id.example/x"}, {"openid": "https://id.example/y"}
    load_rows(
        tenant,
        version,
        {"people": [person("a", "Ana", personas=[y]), person("b", "Ben", "b@example.edu", personas=[x])]},
    )
    # The persona moves on twice; the first move is undone last.
    first = load_rows(tenant, version, {"people": [person("a", personas=[x])]})
    load_rows(tenant, version, {"people": [person("c", "Cy", "c@example.edu")]})
    second = load_rows(tenant, version, {"people": [person("c", personas=[x])]})
    done = tenant.undo(first)
    assert done.void is not None
    assert [conflict["reason"] for conflict in done.void["conflicts"]] == ["changed_later"]
    assert people(tenant)["c"][1] == ["mbox:mailto:c@example.edu", "openid:https://id.example/x"]
    tenant.undo(second)
    assert people(tenant)["a"][1] == ["openid:https://id.example/x", "openid:https://id.example/y"]
