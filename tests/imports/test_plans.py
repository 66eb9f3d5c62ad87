"""What pages and the API read of a stored plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edu_csv import tenancy
from edu_csv.access.policy import EVERYWHERE
from imports import plans
from imports.models import Import, Outcome
from imports.steps import record
from tests.imports.harness import Tenant, csv_text

TERMS, COURSES, SECTIONS = "echovideo.terms.v1", "echovideo.courses.v1", "echovideo.sections.v1"
USERS, ENROLLMENTS = "echovideo.users.v1", "echovideo.enrollments.v1"


def read(tenant: Tenant, upload: Import, **filters: Any) -> plans.RowPage:
    with tenancy.use_institution(tenant.pk):
        return plans.rows(upload, EVERYWHERE, **filters)


def statements(tenant: Tenant, upload: Import, **filters: Any) -> int:
    with tenancy.use_institution(tenant.pk), CaptureQueriesContext(connection) as seen:
        plans.rows(upload, EVERYWHERE, **filters)
    return len(seen)


def many_terms(number: int) -> str:
    rows = [[f"Term {i:04}", "2031-08-18", "2031-12-19", f"T-{i:04}"] for i in range(number)]
    return csv_text(["Name", "Start Date", "End Date", "External ID"], *rows)


def test_a_created_row_shows_its_cells_as_what_will_be_written(tenant: Tenant) -> None:
    upload = tenant.load(many_terms(1), TERMS, mode="preview")
    [row] = read(tenant, upload).rows
    assert (row.row, row.outcome, row.key) == (2, Outcome.CREATED, "T-0000 · Term 0000")
    assert row.changes == {
        "Name": [None, "Term 0000"],
        "Start Date": [None, "2031-08-18"],
        "End Date": [None, "2031-12-19"],
        "External ID": [None, "T-0000"],
    }


def test_an_updated_row_shows_values_as_files_write_them(loaded: Tenant) -> None:
    text = csv_text(
        ["Section ID", "Course ID", "Term ID", "Section Name", "Instructor ID", "LMS Course IDs"],
        ["S-OCE210-31A-01", "GEN001", "T-2031A", "01", "", "lms-1;lms-2"],
        ["S-OCE210-31A-02", "C-OCE210", "T-2032S", "02", "P-1001", ""],
    )
    upload = loaded.load(text, SECTIONS, "update", mode="preview", keep_absent=True)
    first, second = read(loaded, upload).rows
    assert first.outcome == Outcome.FAILED  # GEN001 is a code, no id
    assert [problem.column for problem in first.problems] == ["Course ID"]
    assert second.changes == {"Term ID": ["T-2031A", "T-2032S"], "Instructor ID": [None, "P-1001"]}
    assert second.key == "S-OCE210-31A-02 · 02" or second.key == "02"


def test_a_department_that_moves_shows_its_organizations_by_the_ids_of_files(tenant: Tenant) -> None:
    tenant.load("Name,External ID\nMarine Science,ORG-MAR\nLaw,\n", "echovideo.organizations.v1")
    tenant.load("Name,Organization ID,External ID\nIce,ORG-MAR,DEP-ICE\n", "echovideo.departments.v1")
    [(law,)] = tenant.query("SELECT id::text FROM roster_org_unit WHERE name = 'Law'")
    text = f"Department ID,Name,Organization ID,External ID\nDEP-ICE,Sea Ice,{law},DEP-ICE\n"
    upload = tenant.load(text, "echovideo.departments.v1", "update", mode="preview")
    [row] = read(tenant, upload).rows
    assert row.changes == {"Name": ["Ice", "Sea Ice"], "Organization ID": ["ORG-MAR", law]}


def test_effects_name_the_objects_and_their_new_values(loaded: Tenant) -> None:
    text = csv_text(["User ID", "Section ID", "Role"], ["P-1002", "S-OCE210-31A-02", "TA"])
    upload = loaded.load(text, ENROLLMENTS, mode="preview")
    [row] = read(loaded, upload).rows
    [effect] = row.effects
    assert (effect.object_type, effect.operation, effect.external_id) == ("person", "updated", "P-1002")
    assert effect.label == "Mei Tan"
    assert effect.changes == {"Role": ["Student", "Teaching Assistant;Student"]}
    assert row.effects_total == 1


def test_deleting_tells_what_ends_with_it(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(["Section ID"], ["S-OCE210-31A-01"]), SECTIONS, "delete", mode="preview")
    with tenancy.use_institution(loaded.pk):
        knock_on = plans.biggest_deletes(upload)
    [row] = read(loaded, upload).rows
    enrollments = [effect for effect in row.effects if effect.object_type == "enrollment"]
    assert knock_on.lost["enrollment"] == len(enrollments) > 0
    assert knock_on.people == len(enrollments)
    assert knock_on.largest[0].key == "S-OCE210-31A-01"
    assert all(" in S-OCE210-31A-01" in effect.label for effect in enrollments)


def test_pages_go_forth_and_back_without_gap_or_repeat(tenant: Tenant) -> None:
    upload = tenant.load(many_terms(7), TERMS, mode="preview")
    seen: list[int] = []
    page = read(tenant, upload, limit=3)
    assert page.before is None
    while True:
        seen += [row.row for row in page.rows]
        if page.after is None:
            break
        page = read(tenant, upload, limit=3, after=page.after)
    assert seen == [2, 3, 4, 5, 6, 7, 8]
    back = read(tenant, upload, limit=3, before=page.before)
    assert [row.row for row in back.rows] == [5, 6, 7]
    assert (back.after, back.before) == ((0, 7), (0, 5))
    first = read(tenant, upload, limit=3, before=back.before)
    assert ([row.row for row in first.rows], first.before) == ([2, 3, 4], None)


def test_filters_choose_by_outcome_problem_column_and_text(loaded: Tenant) -> None:
    text = csv_text(
        ["Course ID", "Course Code", "Course Name"],
        ["C-OCE210", "OCE210", "Tides, Currents and Waves"],
        ["C-404", "X404", "Nothing"],
        ["C-405", "X405", ""],
    )
    upload = loaded.load(text, COURSES, "update", mode="preview", keep_absent=True)

    def found(**filters: Any) -> list[int]:
        numbers = [row.row for row in read(loaded, upload, **filters).rows]
        with tenancy.use_institution(loaded.pk):
            assert plans.count_rows(upload, **filters) == len(numbers)
        return numbers

    assert found() == [2, 3, 4]
    assert found(outcomes=[Outcome.UPDATED]) == [2]
    assert found(outcomes=[Outcome.FAILED]) == [3, 4]
    assert found(column="Course Name") == [2, 4]  # changed in one, at fault in the other
    assert found(column="Course Name", code="required_blank") == [4]
    assert found(code="unknown_own") == [3]
    assert found(q="waves") == [2]
    assert found(q="100%") == []
    assert found(plan_changed=True) == []
    assert found(file=1) == []


def test_causes_are_grouped_and_counted(loaded: Tenant) -> None:
    header = ["User ID", "Section ID", "Role"]
    bad = [[f"P-{i}", "S-OCE210-31A-03", "Student"] for i in range(3)]
    upload = loaded.load(csv_text(header, *bad, ["P-1002", "S-1", "Student"]), ENROLLMENTS, mode="preview")
    with tenancy.use_institution(loaded.pk):
        causes = plans.counts_by_cause(upload)
        facets = plans.facets(upload)
    [most, *others] = causes.causes
    assert (most.problem.column, most.problem.value, most.rows) == ("Section ID", "S-OCE210-31A-03", 3)
    assert "S-OCE210-31A-03" in str(most.problem)
    assert causes.total == 1 + len(others)
    assert facets.codes["unknown_reference"] == 4
    assert facets.columns["Section ID"] == 4
    assert facets.outcomes["failed"] == 4


def test_many_values_of_a_column_are_one_cause(loaded: Tenant) -> None:
    header = ["User ID", "Section ID", "Role"]
    bad = [["P-1002", f"S-{i % 7}", "Student"] for i in range(9)]
    upload = loaded.load(csv_text(header, *bad, ["P-0", "S-8", "Student"]), ENROLLMENTS, mode="preview")
    with tenancy.use_institution(loaded.pk):
        causes = plans.counts_by_cause(upload)
    [sections, person] = causes.causes
    assert (sections.rows, sections.distinct, sections.values) == (10, 8, ["S-0", "S-1", "S-2"])
    assert (person.rows, person.distinct, person.problem.value) == (1, 1, "P-0")
    assert causes.total == 2


@pytest.mark.parametrize("own_tables", [False, True])
def test_a_page_takes_the_same_statements_for_one_row_and_for_many(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, own_tables: bool
) -> None:
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1 if own_tables else 10_000)
    one = tenant.load(many_terms(1), TERMS, mode="preview")
    many = tenant.load(many_terms(300), TERMS, mode="preview")
    assert (one.has_own_tables, many.has_own_tables) == (own_tables, own_tables)
    few = statements(tenant, one, limit=500)
    assert statements(tenant, many, limit=500) == few <= 3
    assert len(read(tenant, many, limit=500).rows) == 300


def test_a_big_plan_says_that_it_leaves_unchanged_rows_out(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.load(many_terms(3), TERMS)
    small = tenant.load(many_terms(3), TERMS, mode="preview")
    assert [row.outcome for row in read(tenant, small).rows] == [Outcome.UNCHANGED] * 3
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 3)
    big = tenant.load(many_terms(4), TERMS, mode="preview")
    page = read(tenant, big)
    assert [row.outcome for row in page.rows] == [Outcome.CREATED]
    assert page.leaves_out_unchanged
    assert not plans.keeps_unchanged(big)
    with tenancy.use_institution(tenant.pk):
        assert plans.count_rows(big) == 1
        assert plans.count_rows(big, q="Term") is None
        assert plans.row_at(big, 5, EVERYWHERE) is not None
        assert plans.row_at(big, 2, EVERYWHERE) is None
