"""What D2L made hang on a unit: an EchoVideo file that deletes the unit ends it, or is told why it cannot."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.imports.harness import Tenant, csv_text

DELETE = {
    "department": ("echovideo.departments.v1", "Department ID"),
    "organization": ("echovideo.organizations.v1", "Organization ID"),
    "term": ("echovideo.terms.v1", "Term ID"),
    "course": ("echovideo.courses.v1", "Course ID"),
    "section": ("echovideo.sections.v1", "Section ID"),
}
CODES = {"department": 1, "organization": 1, "term": 2, "course": 3}


def made(tenant: Tenant, noun: str, external_id: str, **values: object) -> UUID:
    """An object of ours, straight into the roster."""
    columns = {"external_id": external_id, **values}
    [(id_,)] = tenant.query(
        f"INSERT INTO roster_{noun} (id, institution_id, {', '.join(columns)})"  # noqa: S608  # of our own words
        f" VALUES (uuidv7(), %s, {', '.join(['%s'] * len(columns))}) RETURNING id",
        tenant.pk,
        *columns.values(),
    )
    assert isinstance(id_, UUID)
    return id_


def unit(tenant: Tenant, type_: str, external_id: str) -> UUID:
    return made(
        tenant, "org_unit", external_id, type=type_, name=external_id, name_folded=external_id, parent_ids=[]
    )


def bare(tenant: Tenant, kind: str) -> tuple[UUID, str]:
    """A unit of this kind on which nothing of EchoVideo hangs: its system id and external id."""
    if kind in ("department", "organization"):
        return unit(tenant, kind, "U-1"), "U-1"
    if kind == "term":
        return made(
            tenant, "term", "U-1", name="Bare", name_folded="bare", exclusion_dates=[], parent_ids=[]
        ), "U-1"
    return made(tenant, "course", "U-1", code="BARE", code_folded="bare", name="Bare"), "U-1"


def person(tenant: Tenant, external_id: str = "P-1001") -> UUID:
    [(id_,)] = tenant.query("SELECT id FROM roster_person WHERE external_id = %s", external_id)
    assert isinstance(id_, UUID)
    return id_


def member(tenant: Tenant, code: int, of: UUID) -> None:
    tenant.query(
        "INSERT INTO roster_membership (id, institution_id, person_id, unit_type, unit_id, role)"
        " VALUES (uuidv7(), %s, %s, %s, %s, 'instructor')",
        tenant.pk,
        person(tenant),
        code,
        of,
    )


def affiliated(tenant: Tenant, *units: UUID) -> None:
    tenant.query(
        "INSERT INTO roster_person_attributes (id, institution_id, person_id, affiliated_units)"
        " VALUES (uuidv7(), %s, %s, %s)",
        tenant.pk,
        person(tenant),
        list(units),
    )


def units_left(tenant: Tenant) -> list[UUID]:
    [(found,)] = tenant.query("SELECT affiliated_units FROM roster_person_attributes")
    return list(found)


@pytest.mark.parametrize("kind", ["department", "organization", "term", "course"])
def test_memberships_end_with_their_unit_and_come_back_with_it(loaded: Tenant, kind: str) -> None:
    of, external_id = bare(loaded, kind)
    other = unit(loaded, "faculty", "FAC-1")
    member(loaded, CODES[kind], of)
    affiliated(loaded, other, of)
    before = loaded.dump()
    key, header = DELETE[kind]
    upload = loaded.load(csv_text([header], [external_id]), key, "delete")
    assert upload.counts["deleted"] == 1
    assert upload.effects == {"membership": {"deleted": 1}, "person_attributes": {"updated": 1}}
    assert loaded.query("SELECT count(*) FROM roster_membership WHERE deleted_at IS NULL") == [(0,)]
    assert units_left(loaded) == [other]
    undone = loaded.undo(upload)
    assert undone.void is not None
    assert undone.void["conflicts_total"] == 0
    assert loaded.dump() == before


def test_what_somebody_is_affiliated_with_goes_with_a_section_and_the_members_of_its_offering(
    loaded: Tenant,
) -> None:
    [(offering, section)] = loaded.query(
        "SELECT offering_id, id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'"
    )
    [(other,)] = loaded.query("SELECT id FROM roster_section WHERE external_id = 'S-OCE210-31A-02'")
    member(loaded, 4, offering)
    affiliated(loaded, section, other, offering)
    before = loaded.dump()
    key, header = DELETE["section"]
    one = loaded.load(csv_text([header], ["S-OCE210-31A-01"]), key, "delete")
    # The offering has another section, so it stays with its members.
    assert "membership" not in one.effects
    assert units_left(loaded) == [other, offering]
    two = loaded.load(csv_text([header], ["S-OCE210-31A-02"]), key, "delete")
    assert two.effects["membership"] == {"deleted": 1}
    assert units_left(loaded) == []
    for upload in (two, one):
        loaded.undo(upload)
    assert loaded.dump() == before


def test_the_members_of_an_offering_go_when_its_last_section_moves_away(loaded: Tenant) -> None:
    [(offering,)] = loaded.query(
        "SELECT offering_id FROM roster_section WHERE external_id = 'S-OCE210-31A-01'"
    )
    member(loaded, 4, offering)
    affiliated(loaded, offering)
    made(loaded, "term", "T-2", name="Spring", name_folded="spring", exclusion_dates=[], parent_ids=[])
    rows = [
        [name, "C-OCE210", "T-2", name[-2:], name]
        for name in ("S-OCE210-31A-01", "S-OCE210-31A-02")
    ]  # fmt: skip
    header = ["Section ID", "Course ID", "Term ID", "Section Name", "External ID"]
    upload = loaded.load(csv_text(header, *rows), DELETE["section"][0], "update", confirm_clear=True)
    assert upload.counts["updated"] == 2
    assert upload.effects["membership"] == {"deleted": 1}
    assert units_left(loaded) == []


BLOCKED = {
    "a course's further department": ("department", "course", {"code": "X", "code_folded": "x", "name": "X"}),
    "an offering's unit": (
        "department",
        "offering",
        {"course_ids": [], "term_ids": [], "is_implicit": False},
    ),
    "a term's unit": ("organization", "term", {"name": "X", "name_folded": "x", "exclusion_dates": []}),
}


@pytest.mark.parametrize(("kind", "child", "values"), BLOCKED.values(), ids=BLOCKED)
def test_a_unit_stays_as_long_as_something_belongs_to_it(
    loaded: Tenant, kind: str, child: str, values: dict[str, object]
) -> None:
    of, external_id = bare(loaded, kind)
    made(loaded, child, "K-1", **values, parent_ids=[of])
    key, header = DELETE[kind]
    upload = loaded.load(csv_text([header], [external_id]), key, "delete")
    assert loaded.row(upload, 2).codes == ["has_children"]


@pytest.mark.parametrize(("kind", "list_"), [("term", "term_ids"), ("course", "course_ids")])
def test_an_offering_without_sections_keeps_its_course_and_term(
    loaded: Tenant, kind: str, list_: str
) -> None:
    of, external_id = bare(loaded, kind)
    made(loaded, "offering", "OFF-1", is_implicit=False, **{"course_ids": [], "term_ids": [], list_: [of]})
    key, header = DELETE[kind]
    upload = loaded.load(csv_text([header], [external_id]), key, "delete")
    assert loaded.row(upload, 2).codes == ["has_children"]
    assert "offering" in loaded.row(upload, 2).sentences[0]


def test_a_corrected_department_keeps_the_other_parents_of_the_course(loaded: Tenant) -> None:
    first, second, school = (
        unit(loaded, "department", "DEP-1"),
        unit(loaded, "department", "DEP-2"),
        unit(loaded, "school", "SCH-1"),
    )
    made(
        loaded, "course", "C-1", code="DAT200", code_folded="dat200", name="Statistics",
        department_id=first, parent_ids=[second, school],
    )  # fmt: skip
    third = unit(loaded, "department", "DEP-3")
    header = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]
    upload = loaded.load(
        csv_text(header, ["C-1", "DAT200", "Statistics", "", "DEP-3", "C-1"]),
        "echovideo.courses.v1",
        "update",
    )
    assert upload.counts["updated"] == 1
    assert loaded.query("SELECT department_id, parent_ids FROM roster_course WHERE external_id = 'C-1'") == [
        (third, [second, school])
    ]
