"""What rows of Courses.csv do (circlein-csv.md 3; design section 2)."""

from __future__ import annotations

from typing import Any

from imports.models import Import
from tests.imports.circlein.files import COURSES, ENROLLMENTS, lines
from tests.imports.harness import Tenant, csv_text

BIO_1 = "27A-BIO110-01,27A,1,BIO,110,01,Cell Biology,0,0,2027-09-06,2027-12-17,Available"
BIO_2 = "27A-BIO110-02,27A,1,BIO,110,02,Cell Biology,0,0,2027-09-06,2027-12-17,Available"


def load(tenant: Tenant, *rows: str) -> Import:
    return tenant.load(lines(COURSES, *rows), "circlein.courses", "")


def outcomes(tenant: Tenant, done: Import) -> list[tuple[str, list[str]]]:
    return [(row.outcome, row.codes) for row in tenant.plan(done)]


def sections(tenant: Tenant) -> list[tuple[Any, ...]]:
    return tenant.query("""
        SELECT s.external_id, t.external_id, c.code, s.session, s.name, s.title, s.start_date::text, s.end_date::text
          FROM roster_section AS s JOIN roster_term AS t ON t.id = s.term_id JOIN roster_course AS c ON c.id = s.course_id
         WHERE s.deleted_at IS NULL ORDER BY s.external_id, t.external_id
    """)


def live(tenant: Tenant, noun: str) -> int:
    [(count,)] = tenant.query(f"SELECT count(*) FROM roster_{noun} WHERE deleted_at IS NULL")  # noqa: S608  # names of this test
    return int(count)


def test_a_row_makes_its_section_and_what_that_needs(tenant: Tenant) -> None:
    done = load(tenant, BIO_1, BIO_2)
    assert done.counts["created"] == 2
    assert done.effects == {name: {"created": 1} for name in ("org_unit", "term", "course", "offering")}
    assert sections(tenant)[0] == (
        "27A-BIO110-01", "27A", "BIO 110", "1", "01", "Cell Biology", "2027-09-06", "2027-12-17",
    )  # fmt: skip
    assert tenant.query("SELECT type, external_id, name, parent_ids FROM roster_org_unit") == [
        ("department", "BIO", "BIO", [])
    ]
    assert tenant.query("SELECT external_id, name, start_date, end_date FROM roster_term") == [
        ("27A", "27A", None, None)
    ]
    [(code, name, department, offering, is_implicit, course)] = tenant.query("""
        SELECT c.code, c.name, d.name, o.external_id, o.is_implicit, c.id::text
          FROM roster_course AS c JOIN roster_org_unit AS d ON d.id = c.department_id
          JOIN roster_offering AS o ON o.course_id = c.id
    """)
    assert (code, name, department, is_implicit) == ("BIO 110", "Cell Biology", "BIO", True)
    assert offering == f"{course}.27A"
    assert {found for (found,) in tenant.query("SELECT offering_id FROM roster_section")} == {
        found for (found,) in tenant.query("SELECT id FROM roster_offering")
    }


def test_the_same_file_again_changes_nothing(tenant: Tenant) -> None:
    load(tenant, BIO_1, BIO_2)
    before = tenant.dump()
    again = load(tenant, BIO_1, BIO_2)
    assert outcomes(tenant, again) == [("unchanged", []), ("unchanged", [])]
    assert again.effects == {}
    assert tenant.dump() == before


def test_a_known_key_overwrites_all_other_columns(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    done = load(
        tenant, "27A-BIO110-01,27A,2,CHE,010,A1,Organic Chemistry,0,0,10/01/2027,2028.01.31,Available"
    )
    assert outcomes(tenant, done) == [("updated", [])]
    assert sections(tenant) == [
        ("27A-BIO110-01", "27A", "CHE 010", "2", "A1", "Organic Chemistry", "2027-10-01", "2028-01-31")
    ]


def test_a_section_that_moves_leaves_its_implicit_offering_and_makes_another(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    done = load(tenant, BIO_1.replace("BIO,110", "CHE,010"))
    assert done.effects == {
        "org_unit": {"created": 1},
        "course": {"created": 1},
        "offering": {"created": 1, "deleted": 1},
    }
    assert tenant.query("""
        SELECT o.is_implicit, o.course_id = s.course_id FROM roster_section AS s JOIN roster_offering AS o ON o.id = s.offering_id
         WHERE o.deleted_at IS NULL
    """) == [(True, True)]
    assert live(tenant, "offering") == 1


def test_the_key_is_identifier_and_term(tenant: Tenant) -> None:
    done = load(
        tenant, BIO_1, BIO_1.replace("27A,1", "28S,1"), BIO_1.replace("27A-BIO110-01", "27a-bio110-01")
    )
    assert outcomes(tenant, done) == [("created", [])] * 3
    assert [row[:2] for row in sections(tenant)] == [
        ("27A-BIO110-01", "27A"),
        ("27A-BIO110-01", "28S"),
        ("27a-bio110-01", "27A"),
    ]


def test_a_course_is_found_by_its_code_in_any_case_and_is_never_renamed(tenant: Tenant) -> None:
    tenant.load(
        csv_text(["Course Code", "Course Name", "External ID"], ["bio 110", "The Cell", "C-1"]),
        "echovideo.courses.v1",
    )
    done = load(tenant, BIO_1)
    assert outcomes(tenant, done) == [("created", [])]
    assert tenant.query("SELECT code, name, department_id FROM roster_course") == [
        ("bio 110", "The Cell", None)
    ]
    assert tenant.query("SELECT external_id FROM roster_offering") == [("C-1.27A",)]


def test_two_courses_of_one_code_fail_the_row_and_are_named(tenant: Tenant) -> None:
    for external_id, code in (("C-1", "BIO 110"), ("C-2", "BIO 111")):
        tenant.load(
            csv_text(["Course Code", "Course Name", "External ID"], [code, "The Cell", external_id]),
            "echovideo.courses.v1",
        )
    tenant.query("UPDATE roster_course SET code = 'BIO 110', code_folded = 'bio 110'")
    done = load(tenant, BIO_1)
    [row] = tenant.plan(done)
    assert (row.outcome, row.codes, row.columns) == ("failed", ["ambiguous_reference"], ["Catalog Number"])
    assert row.sentences[0].startswith("`BIO 110` can mean more than one course: `")
    assert live(tenant, "org_unit") == live(tenant, "term") == 0


def test_a_term_and_a_department_that_are_known_stay_as_they_are(loaded: Tenant) -> None:
    loaded.load(csv_text(["Name", "External ID"], ["Oceanography", "OCE"]), "echovideo.departments.v1")
    before = loaded.query("SELECT * FROM roster_term ORDER BY id")
    units = loaded.query("SELECT * FROM roster_org_unit ORDER BY id")
    done = load(loaded, "X-1,T-2031A,1,OCE,900,01,New,0,0,2031-09-01,2031-12-17,Available")
    assert outcomes(loaded, done) == [("created", [])]
    assert len(units) == 1
    assert loaded.query("SELECT * FROM roster_term ORDER BY id") == before
    assert loaded.query("SELECT * FROM roster_org_unit ORDER BY id") == units


def test_a_second_term_of_one_name_is_refused(loaded: Tenant) -> None:
    done = load(loaded, "X-1,Autumn 2031,1,DEP-OCE,900,01,New,0,0,2031-09-01,2031-12-17,Available")
    [row] = loaded.plan(done)
    assert (row.outcome, row.codes, row.columns) == ("failed", ["duplicate_object"], ["Term"])
    assert "the term `T-2031A`" in row.sentences[0]


def test_sections_go_into_the_one_offering_of_course_and_term(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    tenant.query("UPDATE roster_offering SET is_implicit = false, external_id = 'OFF-1'")
    load(tenant, BIO_2)
    assert tenant.query("SELECT external_id FROM roster_offering WHERE deleted_at IS NULL") == [("OFF-1",)]
    load(tenant, BIO_1.replace("Available", "Deleted"), BIO_2.replace("Available", "Deleted"))
    assert tenant.query("SELECT external_id FROM roster_offering WHERE deleted_at IS NULL") == [("OFF-1",)]


def test_deleted_ends_the_enrollments_and_the_implicit_offering(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    enroll(tenant, "27A-BIO110-01")
    done = load(tenant, BIO_1.replace("Available", "Deleted"))
    assert outcomes(tenant, done) == [("deleted", [])]
    assert done.effects == {"offering": {"deleted": 1}, "enrollment": {"deleted": 1}}
    assert live(tenant, "person") == 1
    assert live(tenant, "course") == live(tenant, "term") == live(tenant, "org_unit") == 1


def test_available_revives_the_section_and_not_its_enrollments(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    enroll(tenant, "27A-BIO110-01")
    [(before,)] = tenant.query("SELECT id FROM roster_section")
    load(tenant, BIO_1.replace("Available", "Deleted"))
    done = load(tenant, BIO_1.replace("Cell Biology", "Cells"))
    assert outcomes(tenant, done) == [("updated", [])]
    assert tenant.query("SELECT id, title, deleted_at FROM roster_section") == [(before, "Cells", None)]
    assert live(tenant, "enrollment") == 0
    assert live(tenant, "offering") == 1
    enroll(tenant, "27A-BIO110-01")
    assert live(tenant, "enrollment") == 1


def test_a_row_that_deletes_and_one_that_revives_leave_the_section_without_enrollments(
    tenant: Tenant,
) -> None:
    load(tenant, BIO_1)
    enroll(tenant, "27A-BIO110-01")
    done = load(tenant, BIO_1.replace("Available", "Deleted"), BIO_1)
    assert outcomes(tenant, done) == [("superseded", ["duplicate_row"]), ("updated", [])]
    assert done.effects == {"enrollment": {"deleted": 1}}
    assert live(tenant, "section") == live(tenant, "offering") == 1
    assert live(tenant, "enrollment") == 0


def test_deleting_what_is_not_there_warns_and_makes_nothing(tenant: Tenant) -> None:
    done = load(tenant, BIO_1.replace("Available", "Deleted"))
    assert outcomes(tenant, done) == [("unchanged", ["delete_missing"])]
    assert done.counts["warnings"] == 1
    assert all(live(tenant, noun) == 0 for noun in ("org_unit", "term", "course", "offering", "section"))


def test_the_last_of_several_rows_counts_and_the_others_are_told(tenant: Tenant) -> None:
    done = load(tenant, BIO_1, BIO_2, BIO_1.replace("Cell Biology", "Cells"))
    [first, _, _] = tenant.plan(done)
    assert outcomes(tenant, done) == [("superseded", ["duplicate_row"]), ("created", []), ("created", [])]
    assert first.sentences == ["Row 4 has the same key. The last row counts: remove one of the two."]
    assert done.counts["warnings"] == 1
    assert [row[5] for row in sections(tenant)] == ["Cells", "Cell Biology"]


def test_a_bad_row_makes_nothing_and_spoils_no_other(tenant: Tenant) -> None:
    done = load(
        tenant,
        "A,28S,1,CHE,1,01,Chemistry,0,0,2027-13-06,2027-12-17,Available",
        "B,28S,1,CHE,1,01,Chemistry,x,0,2027-09-06,2027-12-17,Available",
        "C,28S,1,CHE,1,01,,0,0,2027-09-06,2027-12-17,Available",
        "D,28S,1,CHE,1,01,Chemistry,0,0,2027-12-17,2027-09-06,Available",
        "E,28S,1,CHE,1,01,Chemistry,0,0,2027-09-06,2027-12-17,available",
        "   ,28S,1,CHE,1,01,Chemistry,0,0,2027-09-06,2027-12-17,Available",
        "G,28S,1,CHE,1,01,Chemistry,0,0,2027-09-06,2027-12-17",
        ",,,,,,,,,,,",
        BIO_1,
    )
    assert outcomes(tenant, done) == [
        ("failed", ["bad_date"]),
        ("failed", ["bad_integer"]),
        ("failed", ["required_blank"]),
        ("failed", ["date_order"]),
        ("failed", ["bad_status"]),
        ("failed", ["required_blank"]),
        ("failed", ["record_length"]),
        ("failed", ["empty_row"]),
        ("created", []),
    ]
    assert done.job.status == "completed_with_errors"
    assert tenant.query("SELECT external_id FROM roster_term") == [("27A",)]


def test_rows_that_delete_need_all_cells_too(tenant: Tenant) -> None:
    load(tenant, BIO_1)
    done = load(tenant, "27A-BIO110-01,27A,1,BIO,110,01,,0,0,tomorrow,2027-12-17,Deleted")
    assert [sorted(codes) for _, codes in outcomes(tenant, done)] == [["bad_date", "required_blank"]]
    assert live(tenant, "section") == 1


def test_numbers_that_nobody_uses_are_warned_of(tenant: Tenant) -> None:
    done = load(tenant, BIO_1.replace(",0,0,", ",25,16,"))
    [row] = tenant.plan(done)
    assert (row.outcome, sorted(map(str, row.columns))) == ("created", ["Enrollment Count", "Term Length"])
    assert row.codes == ["nonzero_deprecated", "nonzero_deprecated"]
    assert "Enrollment Count is `25`, and this column is not used any more." in " ".join(row.sentences)


def test_a_header_alone_is_accepted_with_a_warning(tenant: Tenant) -> None:
    done = load(tenant)
    assert done.job.status == "completed"
    assert [note["code"] for note in done.files[0]["notes"]] == ["no_rows"]


def enroll(tenant: Tenant, section: str) -> None:
    done = tenant.load(
        lines(ENROLLMENTS, f"{section},27A,Student,70021,Kwame,Oduya,k.oduya@example.edu,Active"),
        "circlein.enrollments",
        "",
    )
    assert done.job.status == "completed"
