"""People and groups of templates beside what other families' files say of them."""

from __future__ import annotations

from imports.templates.gallery import entries
from tests.imports.feed.packing import USERS
from tests.imports.groups.rows import (
    group,
    load_rows,
    members,
    outcomes,
    people,
    person,
    template,
    told,
    units,
    views,
)
from tests.imports.harness import Tenant
from tests.imports.templated.house import load, make_template

# csv data import 2.5.
DEFAULT_FILE = """Group ID,Group Name,Group Type,Child Group ID,Person ID,Person Name,Person Email
arts,Faculty of Arts,Faculty,music,,,
music,Music Department,Department,,p-11,Kofi Mensah,kofi@example.edu
music,,,,p-12,Lena Vogt,lena@example.edu
"""


def test_the_file_of_the_default_template_makes_what_it_says(tenant: Tenant) -> None:
    ready = entries()["groups"]
    variables = [list(each) for each in ready.variables]
    version = make_template(tenant, ready.body, name="Groups", kind="groups", variables=variables)
    upload = load(tenant, version, DEFAULT_FILE)
    assert outcomes(tenant, upload) == {2: "created", 3: "created", 4: "created"}
    assert units(tenant) == {
        "arts": ("Faculty of Arts", "faculty", []),
        "music": ("Music Department", "department", ["arts"]),
    }
    assert members(tenant) == {("p-11", "music"), ("p-12", "music")}
    assert people(tenant)["p-12"] == ("Lena Vogt", ["mbox:mailto:lena@example.edu"])
    assert outcomes(tenant, load(tenant, version, DEFAULT_FILE)) == dict.fromkeys((2, 3, 4), "unchanged")


def test_who_came_by_a_group_is_enrolled_by_another_family(tenant: Tenant) -> None:
    tenant.load_basics()
    load_rows(tenant, template(tenant), {"people": [person("p-11", "Kofi Mensah", "kofi@example.edu")]})
    [(section,)] = tenant.query("SELECT external_id FROM roster_section ORDER BY external_id LIMIT 1")
    upload = tenant.load(f"User ID,Section ID,Role\np-11,{section},Student\n", "echovideo.enrollments.v1")
    assert upload.counts["created"] == 1
    assert tenant.query(
        "SELECT p.external_id FROM roster_enrollment AS e JOIN roster_person AS p ON p.id = e.person_id"
        " WHERE p.external_id = 'p-11' AND e.deleted_at IS NULL"
    ) == [("p-11",)]


KOFI = "user,{action},kofi,p,Kofi,Mensah-Owu,,1,Student,kofi@example.edu,,,,,"


def test_a_file_of_d2l_corrects_a_person_and_keeps_personas_and_groups(tenant: Tenant) -> None:
    version = template(tenant)
    tenant.load(f"{USERS}\n{KOFI.format(action='CREATE')}\n", "d2l.users", "")
    load_rows(
        tenant,
        version,
        {
            "groups": [group("g", "G", "Team")],
            "people": [person("p", "Kofi M", "k@example.edu", groups=["g"])],
        },
    )
    upload = tenant.load(f"{USERS}\n{KOFI.format(action='UPDATE')}\n", "d2l.users", "")
    assert outcomes(tenant, upload) == {2: "updated"}
    assert members(tenant) == {("p", "g")}
    assert people(tenant) == {"p": ("Kofi Mensah-Owu", ["mbox:mailto:k@example.edu"])}


def test_whom_d2l_deletes_loses_personas_and_permissions_until_that_is_undone(tenant: Tenant) -> None:
    tenant.load(f"{USERS}\n{KOFI.format(action='CREATE')}\n", "d2l.users", "")
    load_rows(
        tenant,
        template(tenant),
        {
            "groups": [group("g", "G", "Team")],
            "people": [person("p", "Kofi M", "k@example.edu", groups=["g"])],
        },
        {
            "permissions": [
                {"person": "p", "canView": {"everyone": True}},
                {"group": "g", "canView": {"group": "g"}},
            ]
        },
    )
    before = people(tenant), members(tenant), views(tenant)
    upload = tenant.load(f"{USERS}\n{KOFI.format(action='DELETE')}\n", "d2l.users", "")
    assert upload.effects == {
        "membership": {"deleted": 1}, "persona": {"deleted": 1}, "viewing_permission": {"deleted": 1},
    }  # fmt: skip
    assert (people(tenant), members(tenant), views(tenant)) == ({}, set(), {("g", "g")})
    tenant.undo(upload)
    assert (people(tenant), members(tenant), views(tenant)) == before


def test_a_department_that_echovideo_deletes_takes_what_may_be_viewed(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nMusic,music\n", "echovideo.departments.v1")
    load_rows(
        tenant,
        template(tenant),
        {"people": [person("p", "Kofi M", groups=["music"])]},
        {"permissions": [{"person": "p", "canView": {"group": "music"}}]},
    )
    upload = tenant.load("Department ID\nmusic\n", "echovideo.departments.v1", "delete")
    assert upload.effects == {"membership": {"deleted": 1}, "viewing_permission": {"deleted": 1}}
    tenant.undo(upload)
    assert views(tenant) == {("p", "music")}


def test_a_group_keeps_the_parents_that_others_gave_it(tenant: Tenant) -> None:
    tenant.load("Organization Name,External ID\nNorth Campus,ORG-N\n", "echovideo.organizations.v1")
    tenant.load(
        "Department Name,Organization ID,External ID\nMusic,ORG-N,music\n", "echovideo.departments.v1"
    )
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("music", parents=["arts"]), group("arts", "Arts", "Faculty")]},
    )
    assert outcomes(tenant, upload) == {2: "created"}
    assert units(tenant)["music"] == ("Music", "department", ["ORG-N", "arts"])


def test_a_name_that_another_family_gave_is_overwritten_and_that_is_told(tenant: Tenant) -> None:
    tenant.load(f"{USERS}\n{KOFI.format(action='CREATE')}\n", "d2l.users", "")
    tenant.load("Name,External ID\nMusic,music\n", "echovideo.departments.v1")
    upload = load_rows(
        tenant,
        template(tenant),
        {"people": [person("p", "Kofi M")], "groups": [group("music", "Music and Dance")]},
    )
    [user, department] = sorted(told(tenant, upload)[2])
    assert department.startswith("name was last set by Command line (`echovideo.departments.v1`)")
    assert user.startswith("name was last set by Command line (`d2l.users`)")
    assert people(tenant)["p"][0] == "Kofi M"
    again = load_rows(tenant, template(tenant, name="again"), {"people": [person("p", "Kofi Mensah")]})
    # What this family said last is its own.
    assert told(tenant, again) == {}
