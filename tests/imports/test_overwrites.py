"""Whose value: a row that replaces what a person or another family set last says so (design section 4)."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import transaction

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.policy import EVERYWHERE
from edu_csv.roster.nouns import COURSE, SCHEDULE
from imports import plans, services
from imports.formats import registry
from imports.formats.base import Format
from imports.formats.columns import ExternalId, Text
from imports.formats.references import OwnId
from imports.steps import report_rows
from tests.imports.harness import Tenant, csv_text

COURSES, OTHERS = "echovideo.courses.v1", "made-up.courses"
HEADER = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]


class OtherCourses(Format):
    """The courses of another family."""

    family = "made-up"
    target = COURSE
    title = "Courses"
    actions = ("create", "update")

    course_id = OwnId("Key", COURSE)
    course_code = Text("Code", field="code", required=True, folded=True)
    course_name = Text("Title", field="name", required=True)
    external_id = ExternalId()


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**registry.formats(), OTHERS: OtherCourses}
    monkeypatch.setattr(OtherCourses, "key", OTHERS)
    for reader in (registry, services):
        monkeypatch.setattr(reader, "formats", lambda: known)


def ours(code: str, name: str, external_id: str = "C-OCE210") -> str:
    return csv_text(HEADER, [external_id, code, name, "", "", external_id])


def theirs(code: str, name: str, external_id: str = "C-OCE210") -> str:
    return csv_text(["Key", "Code", "Title", "External ID"], [external_id, code, name, external_id])


def edit(tenant: Tenant, field: str, value: str, *, account: int | None) -> None:
    """What a page does when somebody changes one field: the object, and its line in the journal."""
    tenant.query(
        "WITH was AS (SELECT id, to_jsonb(c) -> %s AS value FROM roster_course AS c WHERE external_id = 'C-OCE210')"
        " INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, account_id)"
        " SELECT '2031-08-20 22:30Z', %s, 3, id, 2, jsonb_build_object(%s::text, value),"
        " jsonb_build_object(%s::text, %s::text), %s FROM was",
        field, tenant.pk, field, field, value, account,
    )  # fmt: skip
    tenant.query(f"UPDATE roster_course SET {field} = %s WHERE external_id = 'C-OCE210'", value)  # noqa: S608  # names of this test


def warnings(tenant: Tenant, file: str, key: str = COURSES, **options: object) -> list[str]:
    """What the one row of an update is told."""
    upload = tenant.load(file, key, "update", **options)
    assert upload.counts["updated"] == 1, upload.job.problem
    assert upload.counts["warnings"] == len(tenant.row(upload, 2).codes)
    return tenant.row(upload, 2).sentences


def hired(tenant: Tenant) -> int:
    email = f"maren@{tenant.slug}.example"
    return access.create_account(institution=tenant.pk, email=email, role="admin", name="Maren Holt").pk


@pytest.fixture
def maren(loaded: Tenant) -> int:
    return hired(loaded)


def test_a_persons_value_is_replaced_with_a_warning_that_says_who_and_when(
    loaded: Tenant, maren: int
) -> None:
    edit(loaded, "name", "Tides, by hand", account=maren)
    # 22:30 UTC is the next day where the institution is.
    assert warnings(loaded, ours("OCE210", "Tides by file")) == [
        "Course Name was last set by Maren Holt on 2031-08-21; this row replaces it."
    ]
    # It is the file's value now, so the next file replaces nobody's.
    assert warnings(loaded, ours("OCE210", "Tides by file again")) == []


def test_a_field_that_the_file_leaves_as_it_is_is_not_mentioned(loaded: Tenant, maren: int) -> None:
    edit(loaded, "name", "Tides, by hand", account=maren)
    assert warnings(loaded, ours("OCE211", "Tides, by hand")) == []


def test_a_command_is_somebody_too(loaded: Tenant) -> None:
    edit(loaded, "code", "OCE999", account=None)
    assert warnings(loaded, ours("OCE210", "Tides and Currents")) == [
        "Course Code was last set by a command on 2031-08-21; this row replaces it."
    ]


def test_what_another_family_set_and_made_is_theirs(loaded: Tenant) -> None:
    loaded.load(theirs("OCE500", "Deep water"), OTHERS, "update")
    [told] = warnings(loaded, ours("OCE500", "Shallow water"))
    assert told.startswith("Course Name was last set by ")
    assert "(`made-up.courses`) on 20" in told
    loaded.load(csv_text(["Code", "Title", "External ID"], ["LAW1", "Law", "C-LAW1"]), OTHERS)
    told_of_new = warnings(loaded, ours("LAW2", "Law", "C-LAW1"))
    assert len(told_of_new) == 1
    assert told_of_new[0].startswith("Course Code was last set by ")
    assert warnings(loaded, ours("LAW3", "Law", "C-LAW1")) == []


def test_to_the_other_family_our_values_are_somebody_elses(loaded: Tenant) -> None:
    [told] = warnings(loaded, theirs("OCE210", "Deep water"), OTHERS)
    assert told.startswith("Title was last set by ")
    assert "(`echovideo.courses.v1`)" in told


def test_an_undo_gives_the_value_back_to_who_set_it(loaded: Tenant, maren: int) -> None:
    edit(loaded, "name", "Tides, by hand", account=maren)
    upload = loaded.load(ours("OCE210", "Tides by file"), COURSES, "update")
    loaded.undo(upload)
    assert len(warnings(loaded, ours("OCE210", "Tides by file"))) == 1


def test_what_an_undo_took_back_was_set_by_nobody(loaded: Tenant, maren: int) -> None:
    upload = loaded.load(theirs("OCE500", "Deep water"), OTHERS, "update")
    edit(loaded, "name", "Tides, by hand", account=maren)
    # The code goes back to what our own file said; the name stays, and stays Maren's.
    loaded.undo(upload)
    assert warnings(loaded, ours("OCE777", "Tides by file")) == [
        "Course Name was last set by Maren Holt on 2031-08-21; this row replaces it."
    ]


def test_a_column_that_the_file_lacks_empties_an_edit_and_says_so(loaded: Tenant, maren: int) -> None:
    edit(loaded, "external_id", "C-OCE210", account=maren)
    file = csv_text(["Course ID", "Course Code", "Course Name"], ["C-OCE210", "OCE210", "Tides and Currents"])
    [told] = warnings(loaded, file, confirm_clear=True)
    assert told.startswith("External ID was last set by Maren Holt")


def test_an_object_named_in_several_columns_is_told_in_the_one_that_is_its_own(tenant: Tenant) -> None:
    tenant.load_samples()
    account = hired(tenant)
    [(schedule, was)] = tenant.query(
        "SELECT id, room_id FROM roster_schedule WHERE external_id = 'SCH-OCE210-02'"
    )
    [(other,)] = tenant.query("SELECT id FROM roster_room WHERE external_id = 'RM-LIG-204'")
    tenant.query("UPDATE roster_schedule SET room_id = %s WHERE id = %s", other, schedule)
    tenant.query(
        "INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, account_id)"
        " SELECT '2031-08-20 12:00Z', %s, %s, %s, 2, jsonb_build_object('room_id', %s::uuid),"
        " jsonb_build_object('room_id', %s::uuid), %s",
        tenant.pk, SCHEDULE.code, schedule, was, other, account,
    )  # fmt: skip
    fmt = registry.formats()["echovideo.schedules.v2"]
    columns = fmt.columns_for("update")
    values = {**fmt.sample_rows[0], "schedule_id": str(schedule)}
    file = csv_text([c.header for c in columns], [values.get(c.name, "") for c in columns])
    upload = tenant.load(file, fmt.key, "update")
    assert upload.counts["updated"] == 1, tenant.plan(upload)
    with tenancy.use_institution(tenant.pk):
        [problem] = plans.rows(upload, EVERYWHERE, code="overwrites_edit").rows[0].problems
    assert (problem.column, problem.value) == ("Room Name", "Auditorium 1")
    assert str(problem) == "Room Name was last set by Maren Holt on 2031-08-20; this row replaces it."


def test_the_plan_its_rows_and_the_results_file_all_say_it(loaded: Tenant, maren: int) -> None:
    edit(loaded, "name", "Tides, by hand", account=maren)
    upload = loaded.load(ours("OCE210", "Tides by file"), COURSES, "update", mode="preview")
    sentence = "Course Name was last set by Maren Holt on 2031-08-21; this row replaces it."
    with tenancy.use_institution(loaded.pk):
        [row] = plans.rows(upload, EVERYWHERE, code="overwrites_edit").rows
        assert [problem.as_json() for problem in row.problems] == [
            {"severity": "warning", "column": "Course Name", "code": "overwrites_edit", "value": "Tides by file",
             "message": sentence}
        ]  # fmt: skip
    done = loaded.approve(upload)
    assert done.job.status == "completed"
    out = io.BytesIO()
    with tenancy.use_institution(loaded.pk), transaction.atomic():
        report_rows.write(done, out, only_failed=False)
    [line] = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")))
    assert (line["_outcome"], line["_problems"]) == ("updated", sentence)
