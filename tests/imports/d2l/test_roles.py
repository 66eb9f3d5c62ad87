"""The roles of a person: that of the organisation, and those of sections (d2l 7.2, echovideo 6.2)."""

from __future__ import annotations

from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, USERS, package
from tests.imports.harness import Tenant

KWAME = "user,UPDATE,k.oduya,S-70021,Kwame,Oduya,,1,{},k.oduya@example.org,Parent:T-0107,Kay,,,he/him"


def load(tenant: Tenant, kind: str, header: str, row: str) -> dict[str, int]:
    done = tenant.load(f"{header}\n{row}\n", f"d2l.{kind}", "", file_name=f"{kind}.csv")
    assert done.job.status == "completed", done.job.problem
    counts: dict[str, int] = done.counts
    return counts


def roles(tenant: Tenant) -> tuple[str, list[str]]:
    [found] = tenant.query("SELECT org_role, roles FROM roster_person WHERE external_id = 'S-70021'")
    return found[0], sorted(found[1])


def test_a_role_held_in_a_section_stays_when_that_of_the_organisation_changes(tenant: Tenant) -> None:
    assert tenant.load(package(D2L_ORGS), "d2l.package", "").job.status == "completed"
    load(tenant, "users", USERS, KWAME.format("Teacher"))
    assert roles(tenant) == ("instructor", ["instructor", "student"])
    # This one is held nowhere.
    load(tenant, "users", USERS, KWAME.format("Tutor"))
    assert roles(tenant) == ("tutor", ["student", "tutor"])
    assert load(tenant, "users", USERS, KWAME.format("Tutor"))["unchanged"] == 1


def test_a_role_in_a_section_is_a_role_of_the_person(tenant: Tenant) -> None:
    assert tenant.load(package(D2L_ORGS), "d2l.package", "").job.status == "completed"
    row = "enrollment,UPDATE,S-70021,Teaching Assistant,SEC-BIO110-27A-2"
    assert load(tenant, "enrollments", ENROLLMENTS, row)["created"] == 1
    assert roles(tenant) == ("student", ["student", "teaching_assistant"])
    assert load(tenant, "enrollments", ENROLLMENTS, row)["unchanged"] == 1
    assert load(tenant, "users", USERS, KWAME.format("Student"))["unchanged"] == 1
    assert roles(tenant) == ("student", ["student", "teaching_assistant"])
