"""Memberships that are added or replaced, and the guard of 20 % (csv data import 2.4)."""

from __future__ import annotations

from imports.models import Import
from tests.imports.groups.rows import group, load_rows, members, outcomes, person, template, told
from tests.imports.harness import Tenant

GROUPS = {
    "groups": [
        group("a", "A", "Team"), group("b", "B", "Team"), group("club", "Club", "Club"),
    ]
}  # fmt: skip


def begin(tenant: Tenant) -> None:
    """p1 to p9 are in team a and p1 in the club too: 10 memberships."""
    everybody = [person(f"p{n}", f"P{n}", groups=["a"]) for n in range(1, 10)]
    load_rows(
        tenant, template(tenant, name="begin"), GROUPS, {"people": everybody}, {"people": [person("p1", groups=["club"])]}
    )  # fmt: skip


def test_add_only_joins(tenant: Tenant) -> None:
    begin(tenant)
    load_rows(tenant, template(tenant), {"people": [person("p1", groups=["b"])]})
    assert {("p1", "a"), ("p1", "b"), ("p1", "club")} <= members(tenant)


def test_replace_leaves_exactly_the_groups_of_the_types_that_the_file_mentions(tenant: Tenant) -> None:
    begin(tenant)
    upload = load_rows(tenant, template(tenant, "replace"), {"people": [person("p1", groups=["b"])]})
    assert upload.review["reasons"] == []
    # The club is of a type that the file does not mention; nobody else is in it.
    assert {group for who, group in members(tenant) if who == "p1"} == {"b", "club"}
    assert {who for who, group in members(tenant) if group == "a"} == {f"p{n}" for n in range(2, 10)}


def test_who_is_named_by_a_group_only_loses_nothing(tenant: Tenant) -> None:
    begin(tenant)
    load_rows(tenant, template(tenant, "replace"), {"groups": [group("b", people=["p2"])]})
    assert {("p2", "a"), ("p2", "b")} <= members(tenant)


def loss(tenant: Tenant, **options: object) -> Import:
    """Three of nine memberships in teams end."""
    rows = [{"people": [person(f"p{n}", groups=["b"])]} for n in (1, 2, 3)]
    return load_rows(tenant, template(tenant, "replace"), *rows, **options)


def test_more_than_a_fifth_waits_for_a_person(tenant: Tenant) -> None:
    begin(tenant)
    upload = loss(tenant)
    assert upload.job.status == "awaiting_approval"
    assert upload.review["reasons"] == ["removes_many"]
    assert (upload.review["removed"], upload.review["removable"]) == (3, 9)
    assert ("p1", "a") in members(tenant)
    done = tenant.approve(upload)
    assert done.job.status == "completed"
    assert ("p1", "a") not in members(tenant)


def test_whoever_wants_no_question_has_it_refused_or_allowed(tenant: Tenant) -> None:
    begin(tenant)
    refused = loss(tenant, switches={"fails_when_large": True})
    assert refused.job.status == "failed"
    assert refused.job.problem is not None
    assert refused.job.problem["detail"] == (
        "This import would end 3 of 9 memberships, more than 20 %. Check that the file is complete; if so, send it again with"
        " allowLargeRemovals=true."
    )  # fmt: skip


def test_large_removals_that_are_allowed_are_done(tenant: Tenant) -> None:
    begin(tenant)
    allowed = loss(tenant, switches={"fails_when_large": True, "allow_large_removals": True})
    assert allowed.job.status == "completed"
    assert outcomes(tenant, allowed) == dict.fromkeys((2, 3, 4), "updated")


def kept(other_row: int, number: int = 1) -> list[str]:
    return [
        (
            f"{number} memberships that this row would end were kept, since row {other_row} failed: it may have said them. Mend"
            " that row and send the file again."
        )
    ]


def test_nobody_loses_a_group_by_a_row_that_failed(tenant: Tenant) -> None:
    begin(tenant)
    upload = load_rows(
        tenant,
        template(tenant, "replace"),
        {"people": [person("p1", groups=["b"])]},
        {"people": [person("p1", "", groups=["a"]) | {"name": ""}]},
        {"people": [person("p2", groups=["b"])]},
    )
    assert outcomes(tenant, upload) == {2: "updated", 3: "failed", 4: "updated"}
    assert told(tenant, upload)[2] == kept(3)
    assert {("p1", "a"), ("p1", "b"), ("p2", "b")} <= members(tenant)
    assert ("p2", "a") not in members(tenant)


def test_nothing_ends_when_it_is_not_known_whom_a_failed_row_was_about(tenant: Tenant) -> None:
    begin(tenant)
    upload = load_rows(
        tenant,
        template(tenant, "replace"),
        {"people": [person("p1", groups=["b"])]},
        {"people": [{"customId": " ", "groups": ["a"]}]},
    )
    assert told(tenant, upload)[2] == kept(3)
    assert {("p1", "a"), ("p1", "b")} <= members(tenant)


def test_a_row_whose_reference_fails_keeps_what_its_person_has(tenant: Tenant) -> None:
    begin(tenant)
    load_rows(
        tenant,
        template(tenant, "replace"),
        {"people": [person("p1", groups=["b"])]},
        {"people": [person("p1", groups=["nowhere"])]},
    )
    assert {("p1", "a"), ("p1", "b")} <= members(tenant)
