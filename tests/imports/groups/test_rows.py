"""People, groups and permissions of rows: order, references, folding, failures (csv data import 2.2, 2.3)."""

from __future__ import annotations

from imports.models import Import, ImportTemplateVersion
from tests.imports.groups.rows import (
    Said,
    group,
    load_rows,
    members,
    outcomes,
    people,
    person,
    receive_rows,
    template,
    told,
    units,
    views,
)
from tests.imports.harness import Tenant
from tests.imports.test_statements import statements_of

KOFI = "mbox:mailto:kofi@example.edu"


def test_a_row_makes_people_groups_memberships_edges_and_permissions(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {
            "permissions": [{"person": "p-11", "canView": {"group": "music"}}, {"group": "music", "canView": {"everyone": True}}],
            "people": [person("p-11", "Kofi Mensah", "Kofi@Example.EDU", groups=["music"])],
            "groups": [
                group("music", "Music Department", "Department", parents=[{"customId": "arts"}]),
                group("arts", "Faculty of Arts", "", type={"name": "Faculty", "pluralName": "Faculties"}),
            ],
        },
    )  # fmt: skip
    assert outcomes(tenant, upload) == {2: "created"}
    assert people(tenant) == {"p-11": ("Kofi Mensah", ["mbox:mailto:Kofi@example.edu"])}
    assert units(tenant) == {
        "music": ("Music Department", "department", ["arts"]),
        "arts": ("Faculty of Arts", "faculty", []),
    }
    assert members(tenant) == {("p-11", "music")}
    assert views(tenant) == {("p-11", "music"), ("music", "everyone")}
    assert tenant.query("SELECT name, plural_name FROM roster_org_unit_type") == [("faculty", "Faculties")]
    assert tenant.query("SELECT given_name, family_name, email FROM roster_person") == [
        ("Kofi", "Mensah", "Kofi@example.edu")
    ]
    assert upload.effects == {
        "person": {"created": 1},
        "org_unit": {"created": 2},
        "membership": {"created": 1},
        "persona": {"created": 1},
        "viewing_permission": {"created": 2},
    }


def test_the_same_file_again_changes_nothing(tenant: Tenant) -> None:
    version = template(tenant)
    rows = (
        {"groups": [group("arts", "Faculty of Arts", "Faculty", children=["music"])]},
        {"groups": [group("music", "Music", "Department")], "people": [person("p-1", "Lena Vogt", "l@example.edu")]},
        {"people": [person("", "Ana Ruiz", "a@example.edu", groups=[{"name": "Music", "type": "Department"}])]},
        {"permissions": [{"person": {"persona": {"mbox": "mailto:a@example.edu"}}, "canView": {"group": "arts"}}]},
    )  # fmt: skip
    first = load_rows(tenant, version, *rows)
    assert outcomes(tenant, first) == {2: "created", 3: "created", 4: "created", 5: "updated"}
    before = tenant.dump()
    again = load_rows(tenant, version, *rows)
    assert outcomes(tenant, again) == dict.fromkeys((2, 3, 4, 5), "unchanged")
    assert tenant.dump() == before


def test_a_parent_may_come_further_down_than_its_child(tenant: Tenant) -> None:
    load_rows(
        tenant,
        template(tenant),
        {"groups": [group("music", "Music", "Department", parents=["arts"])]},
        {"groups": [group("arts", "Arts", "Faculty")]},
    )
    assert units(tenant)["music"] == ("Music", "department", ["arts"])


def test_an_unknown_reference_fails_its_row_and_no_other(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"people": [person("p-1", "Ana", groups=["dept-77"])]},
        {"people": [person("p-2", "Ben")]},
        {"groups": [group("g", "G", "Team", people=[{"persona": {"mbox": "mailto:x@example.edu"}}])]},
        {"groups": [group("h", "H", "Team", people=["p-1"])]},
    )
    assert told(tenant, upload) == {
        2: ['Group "dept-77" is not in this file and does not exist.'],
        4: ["Person x@example.edu is not in this file and does not exist."],
        # Row 2 failed, so nobody made this person.
        5: ['Person "p-1" is not in this file and does not exist.'],
    }
    assert set(people(tenant)) == {"p-2"}
    assert units(tenant) == {}


def test_several_rows_about_one_object_are_folded_top_to_bottom(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("music")]},
        {"groups": [group("music", "Music", "Team")]},
        {"groups": [group("music", "Music and Dance", "")], "people": [person("p", "Ana Ruiz")]},
        {"people": [person("p", "Ana Ruiz Gil", "a@example.edu")]},
    )
    assert units(tenant) == {"music": ("Music and Dance", "team", [])}
    assert people(tenant) == {"p": ("Ana Ruiz Gil", ["mbox:mailto:a@example.edu"])}
    assert outcomes(tenant, upload) == {2: "created", 3: "unchanged", 4: "created", 5: "updated"}


def test_what_is_new_needs_a_name_and_a_type(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("a")]},
        {"groups": [group("b", "B")]},
        {"people": [person("p")]},
    )
    assert told(tenant, upload) == {
        2: ['Group "a" is new and has no name and type. Give the name and type in this row or in another one about it.'],
        3: ['Group "b" is new and has no type. Give the type in this row or in another one about it.'],
        4: ['Person "p" is new and has no name. Give the name in this row or in another one about the person.'],
    }  # fmt: skip


def test_a_row_that_would_put_a_group_below_itself_fails(tenant: Tenant) -> None:
    version = template(tenant)
    upload = load_rows(
        tenant,
        version,
        {"groups": [group("a", "A", "Team", parents=["b"])]},
        {"groups": [group("b", "B", "Team", parents=["c"])]},
        {"groups": [group("c", "C", "Team")]},
        {"groups": [group("c", parents=["a"])], "people": [person("p", "P")]},
        {"groups": [group("a", parents=["a"])]},
    )
    sentence = "Group {} would lie below itself: {} lies below it already. Take one of the two out."
    assert told(tenant, upload) == {5: [sentence.format('"c"', '"a"')], 6: [sentence.format('"a"', '"a"')]}
    # All of the row or nothing of it.
    assert people(tenant) == {}
    again = load_rows(tenant, version, {"groups": [group("c", parents=["a"])]})
    assert outcomes(tenant, again) == {2: "failed"}


def test_a_group_is_known_by_name_and_type_too(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(
        tenant, version, {"groups": [group("", "Owls", "Team")]}, {"groups": [group("o", "Owls", "Club")]}
    )
    upload = load_rows(
        tenant,
        version,
        {"groups": [group("", "OWLS", "team")], "people": [person("p", "P", groups=[{"name": "owls", "type": "Club"}])]},
        {"people": [person("q", "Q", groups=[{"name": "Owls", "type": "Choir"}])]},
    )  # fmt: skip
    assert units(tenant) == {"OWLS": ("OWLS", "team", []), "o": ("Owls", "club", [])}
    assert members(tenant) == {("p", "o")}
    assert told(tenant, upload) == {
        3: ['Group "Owls" of the type "choir" is not in this file and does not exist.']
    }


def test_a_name_and_type_of_two_groups_is_told_with_both(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("o1", "Owls", "Team")]},
        {"groups": [group("o2", "Owls", "Team")]},
        {"people": [person("p", "P", groups=[{"name": "Owls", "type": "Team"}])]},
    )
    assert told(tenant, upload) == {
        4: ['"Owls" of the type "team" is more than one group: o1, o2. Say which by its type, or by another customId.']
    }  # fmt: skip


def test_a_group_changes_its_type_and_name(tenant: Tenant) -> None:
    version = template(tenant)
    load_rows(tenant, version, {"groups": [group("o", "Owls", "Team")]})
    upload = load_rows(tenant, version, {"groups": [group("o", "Night Owls", "Club")]})
    assert outcomes(tenant, upload) == {2: "updated"}
    assert units(tenant) == {"o": ("Night Owls", "club", [])}


def planned(tenant: Tenant, version: ImportTemplateVersion, rows: list[Said]) -> tuple[int, Import]:
    """How many statements an import of these rows takes."""
    received = receive_rows(tenant, version, *rows)
    return statements_of(tenant.work, tenant), tenant.fresh(received)


def test_a_long_chain_of_rows_that_need_one_another_falls_in_as_many_statements(tenant: Tenant) -> None:
    def chain(length: int) -> list[Said]:
        rows: list[Said] = [
            {"groups": [group(f"g{n}", "G", "Team", parents=[f"g{n - 1}"])]} for n in range(1, length)
        ]
        return [*reversed(rows), {"groups": [group("g0", "G", "Team", parents=["nowhere"])]}]

    version = template(tenant)
    load_rows(tenant, version, *chain(2))
    short, _ = planned(tenant, version, chain(3))
    long, upload = planned(tenant, version, chain(60))
    assert set(outcomes(tenant, upload).values()) == {"failed"}
    assert short == long


def test_many_rows_take_as_many_statements_as_few(tenant: Tenant) -> None:
    def some(first: int, count: int) -> list[Said]:
        return [
            {
                "groups": [
                    group(
                        f"g{n}", f"Group {n}", "Team", parents=[f"g{n + 1}"] if n + 1 < first + count else []
                    )
                ],
                "people": [person(f"p{n}", f"Person {n}", f"p{n}@example.edu", groups=[f"g{n}"])],
                "permissions": [{"person": f"p{n}", "canView": {"group": f"g{n}"}}],
            }
            for n in range(first, first + count)
        ]

    version = template(tenant)
    load_rows(tenant, version, *some(0, 2))
    few, _ = planned(tenant, version, some(100, 5))
    many, upload = planned(tenant, version, some(1_000, 300))
    assert upload.counts["created"] == 300
    assert few == many


def test_an_organization_and_a_department_of_one_customid_are_told_apart_by_the_type(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nNorth,x\n", "echovideo.organizations.v1")
    tenant.load("Name,External ID\nNorth,x\n", "echovideo.departments.v1")
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("x", "", "Department", people=["p"])], "people": [person("p", "P")]},
        {"people": [person("p", groups=["x"])]},
        {"groups": [group("x", "", "Team")]},
    )
    sentence = '"x" is more than one group: North (department), North (organization). Say which by its type, or by another customId.'
    assert told(tenant, upload) == {3: [sentence], 4: [sentence]}
    assert tenant.query(
        "SELECT u.type FROM roster_membership AS m JOIN roster_org_unit AS u ON u.id = m.unit_id"
    ) == [("department",)]


def test_a_unit_to_which_courses_belong_keeps_its_type(tenant: Tenant) -> None:
    tenant.load_samples()
    [(unit, type_)] = tenant.query(
        "SELECT u.external_id, u.type FROM roster_org_unit AS u"
        " JOIN roster_course AS c ON u.id IN (c.organization_id, c.department_id) ORDER BY u.id LIMIT 1"
    )
    upload = load_rows(tenant, template(tenant), {"groups": [group(str(unit), "", "Team")]})
    assert told(tenant, upload) == {
        2: [
            f'Group "{unit}" is of the type “{type_}”, and courses belong to it as such. Leave its type as it is.'
        ]
    }
