"""Every door × every role, against one table (design section 6).

A door is an address of the API with a method; those of the pages stand in tests/pages/test_doors.py.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from edu_csv.access import policy
from edu_csv.access.actors import Actor, Granted, system_actor
from edu_csv.access.policy import EVERYWHERE, Ability, Reach
from edu_csv.access.roles import Role
from edu_csv.roster.nouns import ACTIVITY_ORDER
from tests.api.caller import caller_in
from tests.api.doors import Door, doors
from tests.imports.harness import Tenant

ALL = set(Role)
IMPORTERS = ALL - {Role.ANALYST}
FEEDERS = ALL - {Role.SCHEDULER, Role.ANALYST}

# Who may pass. Noun by noun for what is imported: section 6 of the design, echovideo.md 1.2.
DOORS: dict[str, set[Role]] = {
    "GET formats": ALL,
    "GET format": ALL,
    "GET format-sample": ALL,
    "GET imports": IMPORTERS,
    "POST imports": IMPORTERS,
    "GET import": IMPORTERS,
    "GET import-rows": IMPORTERS,
    "GET import-results": IMPORTERS,
    "GET import-failed": IMPORTERS,
    "GET import-file": IMPORTERS,
    "POST import-apply": IMPORTERS,
    "POST import-cancel": IMPORTERS,
    "POST import-void": IMPORTERS,
    "GET import-conflicts": IMPORTERS,
    "GET import-events": IMPORTERS,
    "POST uploads": IMPORTERS,
    "GET upload": IMPORTERS,
    "DELETE upload": IMPORTERS,
    "POST upload-complete": IMPORTERS,
    "GET sources": FEEDERS,
    # Whoever sets a source up; the other doors are for what one sees of them.
    "POST sources": {Role.ADMIN},
    "GET source": FEEDERS,
    "PATCH source": FEEDERS,
    "PUT source-password": FEEDERS,
    "DELETE source-password": FEEDERS,
    "POST source-keys": FEEDERS,
    "DELETE source-keys": FEEDERS,
    "GET source-files": FEEDERS,
    "GET source-file": FEEDERS,
    "PUT source-inbox": FEEDERS,
    "POST source-inbox": FEEDERS,
    "DELETE source-inbox": FEEDERS,
    "GET templates": FEEDERS,
    # Whoever changes templates; the other doors are for what one reads of them.
    "POST templates": {Role.ADMIN},
    "GET template": FEEDERS,
    "PATCH template": FEEDERS,
    "DELETE template": FEEDERS,
    "GET template-example": FEEDERS,
    "PUT template-example": FEEDERS,
    "GET template-sample": FEEDERS,
    "POST template-preview": FEEDERS,
    "GET exports": ALL,
    "POST exports": ALL,
    "GET export": ALL,
    "DELETE export": ALL,
    **{
        door: ALL - {Role.SCHEDULER}
        for door in (
            "GET report-schedules", "POST report-schedules", "GET report-schedule", "PATCH report-schedule",
            "DELETE report-schedule", "GET report-schedule-runs", "GET report-webhooks", "PUT report-webhooks",
            "DELETE report-webhooks", "GET report-notices", "POST report-notice-send",
        )
    },
    **{
        f"GET {noun}{rest}": ALL
        for noun in (
            "organizations", "departments", "org-units", "campuses", "buildings", "rooms", "terms", "courses",
            "offerings", "sections", "people", "enrollments", "memberships", "person-attributes", "personas",
            "viewing-permissions", "schedules",
        )
        for rest in ("", "-one", "-history")
    },
}  # fmt: skip

SCHEDULED = {"term", "course", "section", "schedule"}
OTHERS = {
    "organization",
    "department",
    "campus",
    "building",
    "room",
    "person",
    "enrollment",
    "offering",
    "org_unit",
}
# What people did (reporting-api.md 7): for who feeds all of an institution.
ACTIVITY = {noun.name for noun in ACTIVITY_ORDER}
IMPORTED: dict[Role, set[str]] = {
    Role.ADMIN: SCHEDULED | OTHERS | ACTIVITY,
    Role.ORG_ADMIN: SCHEDULED | OTHERS,
    Role.DEPARTMENT_ADMIN: SCHEDULED | OTHERS,
    Role.INTEGRATION: SCHEDULED | OTHERS | ACTIVITY,
    Role.SCHEDULER: SCHEDULED,
    Role.ANALYST: set(),
}


def actor(role: Role, org_unit: bool = False) -> Actor:
    return Actor(1, "somebody", account=1, grants=(Granted(role, uuid4() if org_unit else None),))


def test_every_door_of_the_api_stands_in_the_table() -> None:
    assert {str(door) for door in doors()} == set(DOORS)


@pytest.mark.parametrize("role", list(Role))
def test_a_door_opens_to_exactly_the_roles_of_the_table(tenant: Tenant, role: Role) -> None:
    caller = caller_in(tenant, role)
    opened = {str(door) for door in doors() if passes(caller.ask(door.method, address(door)).status_code)}
    assert opened == {door for door, roles in DOORS.items() if role in roles}


def address(door: Door) -> str:
    nowhere = uuid4()
    return door.address(
        import_id=nowhere, export_id=nowhere, upload_id=nowhere, object_id=nowhere, source_id=nowhere, file_id=nowhere,
        key="echovideo.terms.v1", name="terms.csv", template_id=1, schedule_id=nowhere, notice_id=nowhere,
    )  # fmt: skip


def passes(status: int) -> bool:
    """Past the door: there may be nothing behind it, or the request may be wrong; it is not forbidden."""
    assert status in (200, 202, 400, 403, 404), status
    return status != 403


@pytest.mark.parametrize("role", list(Role))
def test_a_role_imports_exactly_the_objects_of_the_table(role: Role) -> None:
    assert {
        noun for noun in SCHEDULED | OTHERS | ACTIVITY if policy.may_import(actor(role), noun)
    } == IMPORTED[role]


@pytest.mark.parametrize(
    ("ability", "roles"),
    [
        (Ability.IMPORT, IMPORTERS),
        (Ability.EXPORT, ALL),
        (Ability.READ_ROSTER, ALL),
        (Ability.REPORT, ALL - {Role.SCHEDULER}),
        (Ability.SOURCES, FEEDERS),
        (Ability.TEMPLATES, FEEDERS),
        (Ability.SETTINGS, {Role.ADMIN}),
    ],
)
def test_an_ability_belongs_to_exactly_these_roles(ability: Ability, roles: set[Role]) -> None:
    assert {role for role in Role if policy.may(actor(role), ability)} == roles


@pytest.mark.parametrize("role", list(Role))
def test_the_imports_of_others_are_seen_as_designated_administration_says(role: Role) -> None:
    admins = {Role.ADMIN, Role.ORG_ADMIN, Role.DEPARTMENT_ADMIN}
    assert policy.sees_all_jobs(actor(role), designated_administration=False) == (role in admins)
    assert policy.sees_all_jobs(actor(role), designated_administration=True) == (role is Role.ADMIN)
    # An administrator below an org unit is no institution-level one.
    assert not policy.sees_all_jobs(actor(role, org_unit=True), designated_administration=True)


def test_reach_is_the_union_of_the_grants_that_give_the_ability() -> None:
    unit, other = uuid4(), uuid4()
    both = Actor(
        1,
        "somebody",
        account=1,
        grants=(Granted(Role.SCHEDULER, unit), Granted(Role.ANALYST, other)),
    )
    assert policy.import_reach(both, "section") == Reach((unit,), unpublished=False)
    assert policy.import_reach(both, "person") == Reach((), unpublished=False)
    assert policy.read_reach(both).granted == [unit, other]
    whole = Actor(1, "somebody", account=1, grants=(*both.grants, Granted(Role.ADMIN, None)))
    assert policy.import_reach(whole, "section") == EVERYWHERE


# Whether somebody with this role sees schedules without a section: for all of the institution, and below an org unit
# without and with the switch that shows unpublished captures (echovideo.md 5.2, 5.4).
UNPUBLISHED: dict[Role, tuple[bool, bool, bool]] = {
    Role.ADMIN: (True, False, True),
    Role.ORG_ADMIN: (True, False, True),
    Role.DEPARTMENT_ADMIN: (True, False, True),
    Role.SCHEDULER: (False, False, False),
    Role.ANALYST: (True, False, False),
    Role.INTEGRATION: (True, False, False),
}


@pytest.mark.parametrize("role", list(Role))
def test_schedules_without_a_section_are_within_reach_as_the_table_says(role: Role) -> None:
    below = actor(role, org_unit=True)
    switched = replace(below, shows_unpublished_captures=True)
    found = tuple(
        policy.read_reach(who, Ability.EXPORT).unpublished for who in (actor(role), below, switched)
    )
    assert found == UNPUBLISHED[role]
    if role is not Role.ANALYST:
        found = tuple(
            policy.import_reach(who, "schedule").unpublished for who in (actor(role), below, switched)
        )
        assert found == UNPUBLISHED[role]


def test_a_scheduler_must_publish_where_no_other_grant_reaches() -> None:
    assert {role for role in Role if policy.must_publish(actor(role))} == {Role.SCHEDULER}
    unit = uuid4()
    scheduler, below = Granted(Role.SCHEDULER, None), Granted(Role.DEPARTMENT_ADMIN, unit)
    both = Actor(1, "both", account=1, grants=(scheduler, below))
    assert policy.must_publish(both)
    assert policy.free_reach(both) == Reach((unit,), unpublished=False)
    assert policy.free_reach(actor(Role.SCHEDULER)) == Reach((), unpublished=False)
    assert policy.free_reach(replace(both, shows_unpublished_captures=True)) == Reach((unit,))
    analyst = replace(both, grants=(scheduler, Granted(Role.ANALYST, None)))
    assert policy.must_publish(analyst)
    assert policy.free_reach(analyst) == Reach((), unpublished=False)
    assert not policy.must_publish(replace(both, grants=(scheduler, Granted(Role.ORG_ADMIN, None))))
    assert not policy.must_publish(system_actor(1))


def test_a_scheduler_of_the_whole_sees_unpublished_captures_by_another_grant_alone() -> None:
    scheduler, below = Granted(Role.SCHEDULER, None), Granted(Role.DEPARTMENT_ADMIN, uuid4())
    both = Actor(1, "both", account=1, grants=(scheduler, below))
    assert policy.read_reach(both) == Reach(None, unpublished=False)
    # They have no place: whoever administers anything sees them all where the switch is on.
    switched = replace(both, shows_unpublished_captures=True)
    assert policy.read_reach(switched).unpublished
    assert policy.read_reach(replace(switched, grants=(below,))).unpublished
    assert not policy.read_reach(replace(switched, grants=(scheduler,))).unpublished


def test_about_an_import_decides_who_submitted_it_or_reaches_all_of_the_institution() -> None:
    below = actor(Role.DEPARTMENT_ADMIN, org_unit=True)
    assert policy.may_decide(below, "section", own=True)
    assert not policy.may_decide(below, "section", own=False)
    assert policy.may_decide(actor(Role.ADMIN), "section", own=False)
    assert not policy.may_decide(actor(Role.SCHEDULER), "person", own=True)
    assert not policy.may_decide(actor(Role.ANALYST), "section", own=True)


def test_nobody_without_a_grant_may_anything_and_the_system_may_everything() -> None:
    nobody = Actor(1, "somebody", account=1)
    assert not any(policy.may(nobody, ability) for ability in Ability)
    system = system_actor(1)
    assert all(policy.may(system, ability) for ability in Ability)
    assert policy.import_reach(system, "section") == EVERYWHERE
