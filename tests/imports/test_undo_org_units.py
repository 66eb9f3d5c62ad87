"""Undo of org units and places: what hangs on what, and whose key is whose."""

from __future__ import annotations

from imports.models import Import
from tests.imports.harness import Tenant

ORGANIZATIONS, DEPARTMENTS = "echovideo.organizations.v1", "echovideo.departments.v1"
MARINE = "Name,External ID\nMarine Science,ORG-MAR\n"
LAW = "Name,External ID\nLaw,ORG-LAW\n"
OCEAN = "Name,Organization ID,External ID\nOceanography,ORG-MAR,DEP-OCE\n"
MOVE = "Department ID,Name,Organization ID,External ID\nDEP-OCE,Oceanography,ORG-LAW,DEP-OCE\n"


def reasons(upload: Import) -> list[tuple[str | None, str]]:
    assert upload.void is not None
    return [(conflict["field"], conflict["reason"]) for conflict in upload.void["conflicts"]]


def parents(tenant: Tenant) -> list[tuple[str]]:
    return tenant.query(
        "SELECT up.external_id FROM roster_org_unit AS o JOIN roster_org_unit AS up ON up.id = ANY (o.parent_ids)"
        " WHERE o.deleted_at IS NULL AND up.deleted_at IS NULL"
    )


def test_all_samples_are_taken_back_newest_first(tenant: Tenant) -> None:
    for upload in reversed(tenant.load_samples()):
        assert reasons(tenant.undo(upload)) == [], upload.format_key
    live = {
        table: tenant.query(f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL")  # noqa: S608  # names of this test
        for table in ("roster_org_unit", "roster_campus", "roster_building", "roster_room", "roster_schedule")
    }
    assert set(map(str, live.values())) == {"[(0,)]"}, live


def test_an_organization_with_departments_stays(tenant: Tenant) -> None:
    made = tenant.load(MARINE, ORGANIZATIONS)
    below = tenant.load(OCEAN, DEPARTMENTS)
    assert reasons(tenant.undo(made)) == [(None, "has_dependants")]
    assert parents(tenant) == [("ORG-MAR",)]
    assert reasons(tenant.undo(below)) == []


def test_a_department_goes_back_to_where_it_was(tenant: Tenant) -> None:
    for text, key in ((MARINE, ORGANIZATIONS), (LAW, ORGANIZATIONS), (OCEAN, DEPARTMENTS)):
        tenant.load(text, key)
    moved = tenant.load(MOVE, DEPARTMENTS, "update")
    assert parents(tenant) == [("ORG-LAW",)]
    assert reasons(tenant.undo(moved)) == []
    assert parents(tenant) == [("ORG-MAR",)]


def test_a_department_does_not_go_back_to_an_organization_that_is_gone(tenant: Tenant) -> None:
    for text, key in ((MARINE, ORGANIZATIONS), (LAW, ORGANIZATIONS), (OCEAN, DEPARTMENTS)):
        tenant.load(text, key)
    moved = tenant.load(MOVE, DEPARTMENTS, "update")
    tenant.load("Organization ID\nORG-MAR\n", ORGANIZATIONS, "delete")
    assert reasons(tenant.undo(moved)) == [("parent_ids", "parent_gone")]
    assert parents(tenant) == [("ORG-LAW",)]


def test_an_external_id_that_another_kind_of_unit_has_by_now_is_no_obstacle(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nMarine Science,SEA\n", ORGANIZATIONS)
    gone = tenant.load("Organization ID\nSEA\n", ORGANIZATIONS, "delete")
    tenant.load("Name,Organization ID,External ID\nSea,,SEA\n", DEPARTMENTS)
    assert reasons(tenant.undo(gone)) == []
    found = tenant.query(
        "SELECT type FROM roster_org_unit WHERE external_id = 'SEA' AND deleted_at IS NULL ORDER BY type"
    )
    assert found == [("department",), ("organization",)]


def test_an_external_id_that_a_unit_of_its_kind_has_by_now_stays_with_that(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nMarine Science,SEA\n", ORGANIZATIONS)
    gone = tenant.load("Organization ID\nSEA\n", ORGANIZATIONS, "delete")
    tenant.load("Name,External ID\nSeafaring,SEA\n", ORGANIZATIONS)
    assert reasons(tenant.undo(gone)) == [(None, "key_taken")]
