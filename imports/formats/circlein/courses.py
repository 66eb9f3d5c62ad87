"""Courses.csv: sections of terms, and what they need around them (circlein-csv.md 3; design section 2)."""

from __future__ import annotations

from typing import Any

from edu_csv.roster.nouns import COURSE, DEPARTMENT, ORG_UNIT, SECTION, TERM
from imports.formats.circlein import columns, offerings
from imports.formats.circlein.family import CircleInLayout
from imports.formats.feed import Kind, Looks, Only, Ref, RowRule, Set
from imports.formats.leaving import SECTION_ENDS, off_schedules

STATUSES = {"Available": "available", "Deleted": "deleted"}
# Never NULL, so that a row with another word is told of it.
_DELETES = "s.v_status IS NOT DISTINCT FROM 'deleted'"
# Only rows of courses that are to be there make what a course needs.
_MAKES = "s.v_status = 'available'"

# A code is compared as course codes are everywhere, without case.
_CODE = "s.v_subject || ' ' || s.v_catalog_number"
_CODE_FOLDED = "s.f_subject || ' ' || s.f_catalog_number"
_HEADERS = (
    "identifier", "term", "session", "subject", "catalog_number", "section_name", "full_course_name",
    "enrollment_count", "term_length", "start_date", "end_date", "status",
)  # fmt: skip

# Every cell counts, whatever the row does: all kinds ask for all, and each fault is told once.
_CELLS: dict[str, Any] = {
    "called": "course", "deletes": _DELETES, "uses": _HEADERS, "required": _HEADERS, "uses_on_delete": _HEADERS,
    "required_on_delete": _HEADERS,
}  # fmt: skip

# `Subject/Department` is the external id of a department, `Term` that of a term; both are made when unknown and
# never changed: other families know more about them.
_DEPARTMENT = Kind(
    name="department",
    noun=ORG_UNIT,
    key=("external_id", "type"),
    fields=(
        Set("external_id", "s.v_subject", header="Subject/Department"),
        Set("type", f"'{DEPARTMENT.fixed['type']}'"),
        Set("name", "s.v_subject", only_new=True),
        Set("name_folded", "s.f_subject", only_new=True),
    ),
    order=10,
    resolved=_MAKES,
    is_main=False,
    **_CELLS,
    header="Subject/Department",
    label="w.name",
)
_TERM = Kind(
    name="term",
    noun=TERM,
    key=("external_id",),
    fields=(
        Set("external_id", "s.v_term", header="Term"),
        Set("name", "s.v_term", only_new=True, header="Term"),
        Set("name_folded", "s.f_term", only_new=True, header="Term"),
    ),
    order=20,
    resolved=_MAKES,
    is_main=False,
    **_CELLS,
    # Two terms of one name could not be told apart; the one that is there has another external id.
    only=(
        Only(
            "name_folded",
            "duplicate_object",
            "Term",
            label="'the term `' || coalesce(o.external_id, o.id::text) || '`'",
        ),
    ),
    header="Term",
    label="w.name",
)
_FIND_DEPARTMENT = Ref(
    "department",
    "s.v_subject",
    "Subject/Department",
    Looks((ORG_UNIT,), {"org_unit": f"o.type = '{DEPARTMENT.fixed['type']}'"}).by("external_id"),
    unknown="unknown_reference",
    object="department",
)
# Never renamed: a course has one name, and the names of its sections are their titles.
_COURSE = Kind(
    name="course",
    noun=COURSE,
    key=("code_folded",),
    fields=(
        Set("code_folded", _CODE_FOLDED, header="Catalog Number"),
        Set("code", _CODE, only_new=True, header="Catalog Number"),
        Set("name", "s.v_full_course_name", only_new=True),
        Set("department_id", "r_department.id", "uuid", only_new=True),
    ),
    order=30,
    resolved=_MAKES,
    refs=(_FIND_DEPARTMENT,),
    is_main=False,
    **_CELLS,
    header="Catalog Number",
    label="w.code",
)
_FIND_TERM = Ref(
    "term", "s.v_term", "Term", Looks((TERM,)).by("external_id"), unknown="unknown_reference", object="term"
)
# A row that deletes makes no term: where there is none, there is no section either, and it says nothing.
_FIND_OLD_TERM = Ref(
    "old_term",
    f"CASE WHEN {_DELETES} THEN s.v_term END",
    "Term",
    Looks((TERM,)).by("external_id"),
    unknown="",
    on_delete=True,
    object="term",
)
_COURSES_OF_CODE = f"""
    SELECT t.text, {COURSE.code}::smallint, o.id, o.row FROM t JOIN as_left_course AS o ON o.code_folded = t.text
"""  # noqa: S608  # of our own words
_FIND_COURSE = Ref(
    "course",
    # As it is folded, for the look-up; two courses of one code are named, and the row fails.
    _CODE_FOLDED,
    "Catalog Number",
    _COURSES_OF_CODE,
    unknown="unknown_reference",
    object="course",
    said=_CODE,
)
_SECTION = Kind(
    name="section",
    noun=SECTION,
    key=("external_id", "term_id"),
    fields=(
        Set("external_id", "s.v_identifier", header="Unique Course/Section Identifier"),
        Set("term_id", "coalesce(r_term.id, r_old_term.id)", "uuid", header="Term"),
        Set("course_id", "r_course.id", "uuid", header="Catalog Number"),
        Set("name", "s.v_section_name", header="Section Name"),
        Set("name_folded", "s.f_section_name", header="Section Name"),
        Set("title", "s.v_full_course_name", header="Full Course Name"),
        Set("session", "s.v_session", header="Session"),
        Set("start_date", "s.v_start_date", "date", header="Start Date"),
        Set("end_date", "s.v_end_date", "date", header="End Date"),
        Set("offering_id", "NULL::uuid", "uuid", blank="keep", header="Catalog Number"),
    ),
    order=40,
    refs=(_FIND_TERM, _FIND_OLD_TERM, _FIND_COURSE),
    **_CELLS,
    # C-8: the enrollments end, and do not come back with the section.
    ends=SECTION_ENDS,
    completions=offerings.COMPLETIONS,
    effects=(*offerings.EFFECTS, off_schedules()),
    header="Unique Course/Section Identifier",
    label="w.external_id",
)


def _nonzero(header: str, name: str, place: int) -> RowRule:
    return RowRule(
        "nonzero_deprecated", header, f"s.v_{name} <> 0", f"s.cells[{place}]", severity="'warning'", on="both"
    )


class Courses(CircleInLayout):
    key = "circlein.courses"
    title = "Courses"
    file_name = "Courses.csv"
    called = ("courses", "course")
    target = SECTION
    order = 1
    identifiers = (("identifier", SECTION),)

    identifier = columns.text(
        "Unique Course/Section Identifier", columns.IDENTIFIER, field="external_id",
        help="Together with the term what a section is known by.",
    )  # fmt: skip
    term = columns.text(
        "Term", columns.TERM, field="term_id", folded=True,
        help="External id of a term; one that is unknown is made, with this name and without dates.",
    )  # fmt: skip
    session = columns.text("Session", columns.SESSION)
    subject = columns.text(
        "Subject/Department", columns.SUBJECT, field="department_id", folded=True,
        help="External id of a department; one that is unknown is made, with this name.",
    )  # fmt: skip
    catalog_number = columns.text(
        "Catalog Number", columns.NUMBER, field="course_id", folded=True,
        help="With the subject before it the code of a course; one that is unknown is made.",
    )  # fmt: skip
    section_name = columns.text("Section Name", columns.NUMBER, field="name", folded=True)
    full_course_name = columns.text(
        "Full Course Name", columns.TITLE, field="title",
        help="The title of the section, and the name of a course that is made; courses are never renamed.",
    )  # fmt: skip
    enrollment_count = columns.Unused("Enrollment Count", **columns.needed({"help": "Is ignored; send 0."}))
    term_length = columns.Unused("Term Length", **columns.needed({"help": "Is ignored; send 0."}))
    start_date = columns.Day(
        "Start Date", **columns.needed({"help": "From 00:00 in the institution's zone."})
    )
    end_date = columns.Day(
        "End Date", **columns.needed({"help": "Not before Start Date; 00:00 in the institution's zone."})
    )
    status = columns.Exactly(
        "Status", STATUSES, code="bad_status",
        **columns.needed({"help": "Deleted ends the enrollments of the section too."}),
    )  # fmt: skip

    label = ("identifier", "term")
    kinds = (_DEPARTMENT, _TERM, _COURSE, _SECTION)
    row_rules = (
        RowRule(
            "date_order", "End Date", "s.v_end_date < s.v_start_date", "s.cells[11]",
            "jsonb_build_object('other', s.cells[10])", on="both",
        ),
        _nonzero("Enrollment Count", "enrollment_count", 8),
        _nonzero("Term Length", "term_length", 9),
    )  # fmt: skip
    sample_rows = (
        {
            "identifier": "32F-OCE210-01", "term": "32F", "session": "1", "subject": "OCE", "catalog_number": "210",
            "section_name": "01", "full_course_name": "Tides and Currents", "enrollment_count": "0",
            "term_length": "0", "start_date": "2032-09-06", "end_date": "2032-12-17", "status": "Available",
        },
        {
            "identifier": "32F-GEN001-01", "term": "32F", "session": "1", "subject": "GEN", "catalog_number": "001",
            "section_name": "01", "full_course_name": "Study Skills, Reading", "enrollment_count": "0",
            "term_length": "0", "start_date": "09/06/2032", "end_date": "12/17/2032", "status": "Available",
        },
    )  # fmt: skip
