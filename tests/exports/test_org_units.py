"""Organizations, departments and places as EchoVideo's exports say them (echovideo.md 2.1 to 2.5)."""

from __future__ import annotations

from edu_csv import tenancy
from edu_csv.roster.models import OrgUnit, Room
from exports.models import Export
from imports.formats.text import fold
from tests.exports.harness import cells, content, export, lines
from tests.imports.harness import Tenant, csv_text

ORGANIZATIONS, DEPARTMENTS = "echovideo.organizations.v1", "echovideo.departments.v1"
COURSES, ROOMS = "echovideo.courses.v1", "echovideo.rooms.v1"


def unit(tenant: Tenant, name: str, kind: str, *parents: OrgUnit) -> OrgUnit:
    """An org unit as another family may have made it."""
    with tenancy.use_institution(tenant.pk):
        return OrgUnit.objects.create(
            institution_id=tenant.pk,
            external_id=name.upper(),
            type=kind,
            name=name,
            name_folded=fold(name),
            parent_ids=[parent.pk for parent in parents],
        )


def left_out(done: Export) -> list[list[str]]:
    """[External ID, column, reason] of each object that is not in the file."""
    return [[row[1], row[3], row[4]] for row in cells(content(done.omitted_key))[1:]]


def test_an_organization_is_counted_what_hangs_on_it(tenant: Tenant) -> None:
    tenant.load_samples()
    [law, marine] = lines(export(tenant, ORGANIZATIONS))
    counts = ("Department Count", "Course Count", "Section Count")
    assert (law["Name"], [law[name] for name in counts]) == ("Faculty of Law", ["0", "0", "0"])
    assert (marine["Name"], [marine[name] for name in counts]) == (
        "School of Marine Science",
        ["1", "1", "2"],
    )


def test_departments_come_by_organization_those_without_first(tenant: Tenant) -> None:
    tenant.load(csv_text(["Name", "External ID"], ["Science", "S"], ["arts", "A"]), ORGANIZATIONS)
    tenant.load(
        csv_text(["Name", "Organization ID"], ["b", "S"], ["A", "S"], ["Music", "A"], ["Visitors", ""]),
        DEPARTMENTS,
    )
    found = [(line["Organization Name"], line["Name"]) for line in lines(export(tenant, DEPARTMENTS))]
    assert found == [("", "Visitors"), ("arts", "Music"), ("Science", "A"), ("Science", "b")]


def test_departments_that_the_layout_cannot_place_are_left_out_and_listed(tenant: Tenant) -> None:
    arts, science = (unit(tenant, name, "organization") for name in ("Arts", "Science"))
    faculty = unit(tenant, "Faculty", "faculty")
    both = unit(tenant, "Both", "department", arts, science)
    unit(tenant, "Deep", "department", faculty)
    unit(tenant, "Deeper", "department", both)
    unit(tenant, "Plain", "department", arts)
    done = export(tenant, DEPARTMENTS)
    assert [line["Name"] for line in lines(done)] == ["Plain"]
    assert done.omitted == {"several_values/Organization ID": 1, "other_kind/Organization ID": 2}
    assert sorted(left_out(done)) == [
        ["BOTH", "Organization ID", "Organization ID would have to name more than one, and this format has room for one."],
        ["DEEP", "Organization ID", "Organization ID would have to name an object of a kind that this format does not have there."],
        ["DEEPER", "Organization ID", "Organization ID would have to name an object of a kind that this format does not have there."],
    ]  # fmt: skip
    assert [line["Name"] for line in lines(export(tenant, ORGANIZATIONS))] == ["Arts", "Science"]


def test_a_course_of_a_unit_that_is_no_organization_is_left_out(tenant: Tenant) -> None:
    faculty = unit(tenant, "Faculty", "faculty")
    tenant.load(csv_text(["Course Code", "Course Name"], ["A1", "x"], ["B1", "x"]), COURSES)
    tenant.query("UPDATE roster_course SET organization_id = %s WHERE code = 'A1'", faculty.pk)
    done = export(tenant, COURSES)
    assert [line["Course Code"] for line in lines(done)] == ["B1"]
    assert done.omitted == {"other_kind/Organization ID": 1}


def test_units_of_other_families_keep_what_they_hang_on(tenant: Tenant) -> None:
    arts = unit(tenant, "Arts", "organization")
    unit(tenant, "Faculty", "faculty", arts)
    upload = tenant.load("Organization ID\nARTS\n", ORGANIZATIONS, "delete")
    assert tenant.row(upload, 2).sentences == [
        "`ARTS` still has 1 org unit. Delete those first, then send this row again."
    ]


def test_a_room_tells_where_it_is_and_what_captures_there(tenant: Tenant) -> None:
    tenant.load_samples()
    with tenancy.use_institution(tenant.pk):
        Room.objects.filter(external_id="RM-LIG-A1").update(
            device_id="d-77", device_type="PRO", device_software_version="6.1.2"
        )
    [auditorium, seminar] = lines(export(tenant, ROOMS))
    only_exported = (
        "Device ID", "Device Type", "Device Software Version", "Campus Name", "Building Name",
    )  # fmt: skip
    assert [auditorium[name] for name in only_exported] == [
        "d-77", "PRO", "6.1.2", "Harbour Campus", "Lighthouse Building",
    ]  # fmt: skip
    assert [seminar[name] for name in only_exported] == ["", "", "", "Harbour Campus", "Lighthouse Building"]
