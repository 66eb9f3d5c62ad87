"""Undo gives back the database that was there before, and leaves later work alone."""

from __future__ import annotations

from edu_csv import tenancy
from imports import undo
from imports.models import Conflict
from tests.imports.harness import Tenant, csv_text

SECTIONS, COURSES, ENROLLMENTS = "echovideo.sections.v1", "echovideo.courses.v1", "echovideo.enrollments.v1"
COURSE_HEADER = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]


def test_a_deleted_terms_sections_come_back_with_their_enrollments(loaded: Tenant) -> None:
    before = loaded.dump()
    upload = loaded.load("Section ID\nS-OCE210-31A-01\nS-OCE210-31A-02\n", SECTIONS, "delete")
    assert upload.counts["deleted"] == 2
    assert upload.effects == {"enrollment": {"deleted": 3}, "offering": {"deleted": 1}}
    assert loaded.dump() != before
    upload = loaded.undo(upload)
    assert upload.job.status == "voided"
    assert upload.void is not None
    assert upload.void["restored"] == 6
    assert upload.void["conflicts_total"] == 0
    assert loaded.dump() == before


def test_created_objects_go_again(loaded: Tenant) -> None:
    upload = loaded.load("Course Code,Course Name\nLAW101,Law\nLAW102,More law\n", COURSES)
    upload = loaded.undo(upload)
    assert upload.void is not None
    assert upload.void["removed"] == 2
    assert loaded.query(
        "SELECT count(*) FROM roster_course WHERE code LIKE 'LAW%%' AND deleted_at IS NULL"
    ) == [(0,)]


def test_a_field_that_was_changed_later_is_left_alone_and_listed(loaded: Tenant) -> None:
    ours = loaded.load(
        csv_text(COURSE_HEADER, ["C-OCE210", "OCE211", "Waves", "", "", "C-OCE210"]), COURSES, "update"
    )
    loaded.load(
        csv_text(COURSE_HEADER, ["C-OCE210", "OCE211", "Big waves", "", "", "C-OCE210"]), COURSES, "update"
    )
    ours = loaded.undo(ours)
    assert ours.void is not None
    assert ours.void["conflicts_total"] == 1
    [conflict] = ours.void["conflicts"]
    assert conflict["field"] == "name"
    assert conflict["reason"] == "changed_later"
    assert (conflict["ours"], conflict["now"]) == ("Waves", "Big waves")
    with tenancy.use_institution(loaded.pk):
        assert Conflict.objects.filter(upload=ours).count() == 1
    assert loaded.query("SELECT code, name FROM roster_course WHERE external_id = 'C-OCE210'") == [
        ("OCE210", "Big waves")
    ]


def test_undoing_newest_first_goes_all_the_way_back(loaded: Tenant) -> None:
    before = loaded.dump()
    first = loaded.load(
        csv_text(COURSE_HEADER, ["C-OCE210", "OCE211", "Waves", "", "", "C-OCE210"]), COURSES, "update"
    )
    second = loaded.load(
        csv_text(COURSE_HEADER, ["C-OCE210", "OCE212", "Big waves", "", "", "C-NEW"]), COURSES, "update"
    )
    assert loaded.undo(second).void["conflicts_total"] == 0  # type: ignore[index]
    assert loaded.undo(first).void["conflicts_total"] == 0  # type: ignore[index]
    assert loaded.dump() == before


def test_what_something_hangs_on_stays(tenant: Tenant) -> None:
    uploads = tenant.load_basics()
    courses, sections = uploads[1], uploads[3]
    undone = tenant.undo(courses)
    assert undone.void is not None
    # GEN001 goes; OCE210 has sections by now.
    assert undone.void["removed"] == 1
    assert [c["reason"] for c in undone.void["conflicts"]] == ["has_dependants"]
    # The enrollments that a later import made keep their sections; one of the two has such.
    undone = tenant.undo(sections)
    assert undone.void is not None
    assert {c["reason"] for c in undone.void["conflicts"]} == {"has_dependants"}


def test_a_key_that_was_taken_meanwhile_is_a_conflict(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(COURSE_HEADER[:1], ["GEN-X"]), COURSES, "delete")
    assert upload.counts["failed"] == 1
    loaded.load("Course Code,Course Name,External ID\nLAW101,Law,C-LAW\n", COURSES)
    gone = loaded.load("Course ID\nC-LAW\n", COURSES, "delete")
    loaded.load("Course Code,Course Name,External ID\nLAW201,Law again,C-LAW\n", COURSES)
    undone = loaded.undo(gone)
    assert undone.void is not None
    assert [c["reason"] for c in undone.void["conflicts"]] == ["key_taken"]


def test_a_swap_is_undone(loaded: Tenant) -> None:
    loaded.load("Course Code,Course Name,External ID\nLAW101,Law,C-LAW\n", COURSES)
    before = loaded.dump()
    swap = loaded.load(
        csv_text(
            COURSE_HEADER,
            ["C-OCE210", "OCE210", "Tides and Currents", "", "", "C-LAW"],
            ["C-LAW", "LAW101", "Law", "", "", "C-OCE210"],
        ),
        COURSES,
        "update",
    )
    assert swap.counts["updated"] == 2
    assert loaded.undo(swap).void["restored"] == 2  # type: ignore[index]
    assert loaded.dump() == before


def test_the_preview_says_what_the_undo_does_and_changes_nothing(loaded: Tenant) -> None:
    upload = loaded.load("Section ID\nS-OCE210-31A-01\n", SECTIONS, "delete")
    before = loaded.dump()
    with tenancy.use_institution(loaded.pk):
        told = undo.preview(upload)
    assert loaded.dump() == before
    done = loaded.undo(upload).void
    assert done is not None
    assert {name: done[name] for name in told} == told


def test_the_narrow_undo_removes_what_was_made_even_if_edited_and_restores_nothing(loaded: Tenant) -> None:
    upload = loaded.load("Course Code,Course Name,External ID\nLAW101,Law,C-LAW\n", COURSES)
    loaded.load(csv_text(COURSE_HEADER, ["C-LAW", "LAW101", "Laws", "", "", "C-LAW"]), COURSES, "update")
    told = loaded.undo(upload, restore=False).void
    assert told is not None
    assert (told["removed"], told["restored"], told["conflicts_total"]) == (1, 0, 0)


def test_an_effect_is_undone_with_its_row(loaded: Tenant) -> None:
    before = loaded.dump()
    upload = loaded.load("User ID,Section ID,Role\nP-1002,S-OCE210-31A-02,Teaching Assistant\n", ENROLLMENTS)
    assert upload.effects == {"person": {"updated": 1}}
    loaded.undo(upload)
    after = loaded.dump()
    assert after["person"] == before["person"]


SECTION_HEADER = ["Course ID", "Term ID", "Section Name", "External ID"]


def offerings_of_live_sections(tenant: Tenant) -> list[tuple[object, ...]]:
    return tenant.query(
        "SELECT s.name, o.deleted_at IS NULL FROM roster_section AS s JOIN roster_offering AS o ON o.id = s.offering_id"
        " WHERE s.deleted_at IS NULL ORDER BY s.name"
    )


def test_what_comes_back_goes_into_the_offering_that_was_made_meanwhile(loaded: Tenant) -> None:
    gone = loaded.load("Section ID\nS-OCE210-31A-01\nS-OCE210-31A-02\n", SECTIONS, "delete")
    loaded.load(csv_text(SECTION_HEADER, ["C-OCE210", "T-2031A", "03", "S-3"]), SECTIONS)
    undone = loaded.undo(gone)
    assert undone.job.status == "voided"
    assert offerings_of_live_sections(loaded) == [("01", True), ("02", True), ("03", True)]
    assert loaded.query("SELECT count(*) FROM roster_offering WHERE deleted_at IS NULL") == [(1,)]


def test_enrollments_of_a_section_that_cannot_come_back_stay_away_too(loaded: Tenant) -> None:
    gone = loaded.load("Section ID\nS-OCE210-31A-01\n", SECTIONS, "delete")
    loaded.load(csv_text(SECTION_HEADER, ["C-OCE210", "T-2031A", "09", "S-OCE210-31A-01"]), SECTIONS)
    undone = loaded.undo(gone)
    assert undone.job.status == "voided"
    assert undone.void is not None
    assert {c["reason"] for c in undone.void["conflicts"]} == {"key_taken", "parent_gone"}
    assert undone.void["restored"] == 0


def test_the_last_undo_takes_the_implicit_offering_along(loaded: Tenant) -> None:
    first = loaded.load(csv_text(SECTION_HEADER, ["GEN001", "T-2031A", "01", "G-1"]), SECTIONS)
    assert first.counts["failed"] == 1, "this course has no External ID"
    first = loaded.load(csv_text(SECTION_HEADER, ["C-OCE210", "T-2032S", "01", "G-1"]), SECTIONS)
    second = loaded.load(csv_text(SECTION_HEADER, ["C-OCE210", "T-2032S", "02", "G-2"]), SECTIONS)
    loaded.undo(first)
    loaded.undo(second)
    assert loaded.query(
        "SELECT count(*) FROM roster_offering AS o JOIN roster_term AS t ON t.id = o.term_id"
        " WHERE o.deleted_at IS NULL AND t.external_id = 'T-2032S'"
    ) == [(0,)]
