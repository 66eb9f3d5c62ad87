"""References within one upload: later rows, swaps, failed parents; fold by cell.

Of EchoVideo's formats none points to its own kind, so a format of org units is declared here: that it
works without a change elsewhere is part of what is tested.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edu_csv.roster.nouns import COURSE, ORG_UNIT, ORGANIZATION
from imports.formats import registry
from imports.formats.base import Format, Unique
from imports.formats.columns import ExternalId, Text
from imports.formats.references import OnlyReference, OwnId, Reference, ReferenceList
from tests.imports.harness import Tenant, csv_text

UNITS = "made-up.units"
FOLDED = "made-up.courses"
FACULTIES = "made-up.faculties"


class Units(Format):
    target = ORG_UNIT
    title = "Org units"
    actions = ("create", "update", "delete")

    unit_id = OwnId("Unit ID", ORG_UNIT)
    unit_name = Text("Unit Name", field="name", required=True, folded=True)
    type = Text("Type", required=True)
    parents = ReferenceList("Parent IDs", ORG_UNIT, field="parent_ids")
    external_id = ExternalId()
    label = ("external_id",)
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID"),)


class Faculties(Format):
    """Units of any type; some belong to an organization, be it one of the same file."""

    target = ORG_UNIT
    title = "Faculties"
    actions = ("create",)

    unit_name = Text("Faculty Name", field="name", required=True, folded=True)
    type = Text("Type", required=True)
    organization = OnlyReference("Belongs To", ORGANIZATION, field="parent_ids")
    external_id = ExternalId()
    label = ("external_id",)
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID"),)


class FoldedCourses(Format):
    """Rows about one course are folded: a blank cell leaves what an earlier row said."""

    target = COURSE
    title = "Courses, folded"
    actions = ("update",)
    repeats = "fold"
    blank_on_update = "keep"

    course_id = OwnId("Folded Course ID", COURSE)
    code = Text("Code", folded=True)
    title_text = Text("Title", field="name")
    department = Reference("Dept", ORG_UNIT, field="department_id")
    label = ("code",)


@pytest.fixture(autouse=True)
def made_up_formats(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = {**registry.formats(), UNITS: Units, FOLDED: FoldedCourses, FACULTIES: Faculties}
    Units.key, FoldedCourses.key, Faculties.key = UNITS, FOLDED, FACULTIES
    monkeypatch.setattr(registry, "formats", lambda: known)
    yield
    Units.key = FoldedCourses.key = Faculties.key = ""


HEADER = ["Unit Name", "Type", "Parent IDs", "External ID"]


def parents(tenant: Tenant) -> dict[str, list[str]]:
    return dict(
        tenant.query(
            "SELECT child.external_id, array(SELECT up.external_id FROM unnest(child.parent_ids) AS p (id)"
            " JOIN roster_org_unit AS up ON up.id = p.id) FROM roster_org_unit AS child WHERE deleted_at IS NULL"
        )
    )


def test_a_row_may_point_to_an_object_that_a_later_row_makes(tenant: Tenant) -> None:
    upload = tenant.load(
        csv_text(HEADER, ["Tides", "department", "SCI", "TID"], ["Science", "organization", "", "SCI"]), UNITS
    )
    assert upload.counts["created"] == 2, tenant.plan(upload)
    assert parents(tenant) == {"TID": ["SCI"], "SCI": []}


def test_a_failed_parent_takes_its_children_along(tenant: Tenant) -> None:
    upload = tenant.load(
        csv_text(
            HEADER,
            ["Grandchild", "room", "TID", "GRA"],
            ["Tides", "department", "SCI", "TID"],
            ["", "organization", "", "SCI"],
            ["Law", "organization", "", "LAW"],
        ),
        UNITS,
    )
    assert upload.job.status == "completed_with_errors"
    assert upload.counts["failed"] == 3
    assert upload.counts["created"] == 1
    assert tenant.row(upload, 4).codes == ["required_blank"]
    assert (
        "unknown_reference" in tenant.row(upload, 3).codes or "parent_failed" in tenant.row(upload, 3).codes
    )
    assert tenant.row(upload, 2).codes == ["parent_failed"]
    assert "row 3" in tenant.row(upload, 2).sentences[0]
    assert parents(tenant) == {"LAW": []}


def test_a_cycle_of_failures_ends(tenant: Tenant) -> None:
    # Each needs the other, and one of them clashes with what is there: distinct pairs, never paths.
    tenant.load(csv_text(HEADER, ["Law", "organization", "", "LAW"]), UNITS)
    upload = tenant.load(
        csv_text(
            HEADER,
            ["Other law", "organization", "B", "LAW"],
            ["A", "department", "B", "A"],
            ["B", "department", "A", "B"],
        ),
        UNITS,
    )
    assert upload.counts["failed"] == 1
    assert upload.counts["created"] == 2


def test_of_the_rows_of_a_file_only_those_of_the_wanted_kind_are_meant(tenant: Tenant) -> None:
    upload = tenant.load(
        csv_text(
            ["Faculty Name", "Type", "Belongs To", "External ID"],
            ["Tides", "department", "SCI", "TID"],
            ["Science", "organization", "", "SCI"],
            ["Ice", "department", "TID", "ICE"],
            ["Law", "organization", "", "LAW"],
        ),
        FACULTIES,
    )
    assert tenant.row(upload, 4).sentences == [
        "There is no organization `TID`. Import it first, or correct the id."
    ]
    assert parents(tenant) == {"TID": ["SCI"], "SCI": [], "LAW": []}


def test_departments_look_for_their_organizations_in_the_roster(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nScience,SCI\n", "echovideo.organizations.v1")
    # A department of the same External ID as the organization that the other row names.
    upload = tenant.load(
        "Name,Organization ID,External ID\nScience desk,,SCI\nTides,SCI,TID\n", "echovideo.departments.v1"
    )
    assert upload.counts["created"] == 2, tenant.plan(upload)
    found = tenant.query(
        "SELECT up.type, up.name FROM roster_org_unit AS o JOIN roster_org_unit AS up ON up.id = ANY (o.parent_ids)"
    )
    assert found == [("organization", "Science")]


def test_two_external_ids_are_swapped(loaded: Tenant) -> None:
    header = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
    upload = loaded.load(
        csv_text(
            header,
            ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-19", "2031-10-06;2031-10-07", "T-2032S"],
            ["T-2032S", "Spring 2032", "2032-01-12", "2032-05-28", "", "T-2031A"],
        ),
        "echovideo.terms.v1",
        "update",
    )
    assert upload.counts["updated"] == 2, loaded.plan(upload)
    found = loaded.query("SELECT name, external_id FROM roster_term ORDER BY start_date")
    assert found == [("Autumn 2031", "T-2032S"), ("Spring 2032", "T-2031A")]


def test_a_key_is_free_only_if_the_row_that_gives_it_away_is_applied(loaded: Tenant) -> None:
    header = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
    upload = loaded.load(
        csv_text(
            header,
            ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-19", "", "T-2032S"],
            ["T-2032S", "Spring 2032", "2032-01-12", "2031-01-01", "", "T-NEW"],
        ),
        "echovideo.terms.v1",
        "update",
    )
    assert upload.counts["failed"] == 2
    assert loaded.row(upload, 3).codes == ["end_before_start"]
    assert loaded.row(upload, 2).codes == ["key_not_freed"]


def test_rows_about_one_object_are_folded_cell_by_cell(loaded: Tenant) -> None:
    upload = loaded.load(
        csv_text(
            ["Folded Course ID", "Code", "Title", "Dept"],
            ["C-OCE210", "OCE211", "", ""],
            ["C-OCE210", "", "Tides", ""],
            ["GEN-NOT", "X", "", ""],
            ["C-OCE210", "", "Tides and Waves", ""],
        ),
        FOLDED,
        "update",
    )
    assert upload.counts | {"rows": 4, "updated": 1, "superseded": 2, "failed": 1} == upload.counts
    assert loaded.row(upload, 2).outcome == loaded.row(upload, 3).outcome == "superseded"
    assert loaded.row(upload, 5).outcome == "updated"
    found = loaded.query("SELECT code, name FROM roster_course WHERE external_id = 'C-OCE210'")
    assert found == [("OCE211", "Tides and Waves")]
