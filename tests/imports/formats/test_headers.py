"""Headers as people write them (echovideo.md 4.6)."""

from __future__ import annotations

import pytest

from imports.formats.base import Format
from imports.formats.headers import match, normal
from imports.formats.registry import formats
from imports.problems import FileRejected

SECTIONS = formats()["echovideo.sections.v1"]
TERMS = formats()["echovideo.terms.v1"]
USERS = formats()["echovideo.users.v1"]
ENROLLMENTS = formats()["echovideo.enrollments.v1"]
COURSES = formats()["echovideo.courses.v1"]

# By format: each header besides its own that a column answers to.
ALIASES = [
    (TERMS, "Term ID", ["ID", "UUID", "term_id", "TERM-ID"]),
    (TERMS, "Name", ["Term Name", "NAME", " name "]),
    (TERMS, "Start Date", ["start_date", "StartDate", "START-DATE", "Start/Date"]),
    (TERMS, "External ID", ["External Id", "external_id", "ExternalID", "\ufeffExternal ID"]),
    (COURSES, "Course ID", ["ID", "UUID"]),
    (COURSES, "Course Code", ["Course Identifier", "course code"]),
    (COURSES, "Course Name", ["Name"]),
    (COURSES, "Organization ID", ["Org ID"]),
    (COURSES, "Department ID", ["Dept ID"]),
    (USERS, "User ID", ["ID", "UUID"]),
    (USERS, "Email", ["Email Address", "User Email", "e-mail"]),
    (USERS, "Role", ["Roles", "User Role"]),
    (USERS, "SSO Id", ["sso_id", "SSO ID", "SSOID"]),
    (SECTIONS, "Section ID", ["ID", "UUID"]),
    (SECTIONS, "Section Name", ["Section Number", "Section Code"]),
    (SECTIONS, "Instructor ID", ["Primary Instructor ID", "Presenter ID"]),
    (SECTIONS, "Secondary Instructor IDs", ["Secondary Instructors", "Secondary Instructor ID"]),
    (SECTIONS, "LMS Course IDs", ["LMS Course ID"]),
    (ENROLLMENTS, "User ID", ["User ID/Email", "Email", "user_id_email"]),
]


def header_of(fmt: type[Format], action: str) -> list[str]:
    return [column.header for column in fmt.columns_for(action)]


@pytest.mark.parametrize(("fmt", "canonical", "spellings"), ALIASES)
def test_a_column_answers_to_its_other_names(fmt: type[Format], canonical: str, spellings: list[str]) -> None:
    column = fmt.column(canonical)
    for spelling in spellings:
        header = [spelling if name == canonical else name for name in header_of(fmt, "update")]
        assert match(fmt, "update", header).places[column] == header.index(spelling)


def test_the_order_of_columns_is_irrelevant() -> None:
    header = list(reversed(header_of(TERMS, "create")))
    places = match(TERMS, "create", header).places
    assert [header[places[column]] for column in TERMS.columns_for("create")] == header_of(TERMS, "create")


def test_what_was_read_by_an_alias_is_told() -> None:
    found = match(TERMS, "create", ["Term Name", "Start Date", "End Date"])
    assert found.via_alias == {"Term Name": "Name"}
    assert [column.header for column in found.absent] == ["Exclusion Dates", "External ID"]


def test_an_alias_counts_only_where_no_header_of_its_own_claims_the_name() -> None:
    # "Email" of an exported file is the e-mail address beside the id, and not the id.
    header = ["User ID", "Section ID", "Role", "Email", "First Name"]
    assert match(ENROLLMENTS, "create", header).places[ENROLLMENTS.column("User ID")] == 0
    assert match(ENROLLMENTS, "create", header[1:]).places[ENROLLMENTS.column("User ID")] == 2


def test_columns_of_exports_are_read_past_without_a_word() -> None:
    header = [*header_of(SECTIONS, "update"), "Course Code", "Term Name", "Instructor Count", "Student Count"]
    found = match(SECTIONS, "update", header)
    assert found.ignored == []
    assert len(found.places) == len(header_of(SECTIONS, "update"))


def test_unknown_columns_are_ignored_and_named() -> None:
    header = ["Name", "Phone", "Start Date", "", "End Date", "Notes", "Notes", ""]
    found = match(TERMS, "create", header)
    assert found.ignored == ["Phone", "Notes", "Notes"]


def test_columns_that_begin_with_an_underscore_are_taken_away_before_any_rule() -> None:
    header = ["_row", "Name", "Start Date", "End Date", "_name", "_outcome", "_problems", "_outcome"]
    found = match(TERMS, "create", header)
    assert found.ignored == []
    assert found.places[TERMS.column("Name")] == 1


def test_the_own_id_of_a_create_file_is_ignored_and_told() -> None:
    found = match(TERMS, "create", ["Term ID", "Name", "Start Date", "End Date"])
    assert found.own_id_ignored == "Term ID"
    assert TERMS.column("Term ID") not in found.places
    assert match(TERMS, "delete", ["Term ID"]).own_id_ignored is None


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(FileRejected) as refused:
        match(TERMS, "update", ["Name", "Exclusion Dates"])
    assert refused.value.code == "missing_column"
    assert refused.value.detail == (
        "The file lacks `Term ID`, `Start Date`, `End Date`, which “update” of Terms needs."
        " Add what is missing, or choose another action."
    )


@pytest.mark.parametrize(
    ("header", "both"),
    [
        (["Name", "Term Name", "Start Date", "End Date"], "`Name` and `Term Name`"),
        (["Name", "Start Date", "start_date", "End Date"], "`Start Date` and `start_date`"),
        (["Name", "NAME", "Start Date", "End Date"], "`Name` and `NAME`"),
    ],
)
def test_two_columns_of_one_field_refuse_the_file(header: list[str], both: str) -> None:
    with pytest.raises(FileRejected) as refused:
        match(TERMS, "create", header)
    assert refused.value.code == "duplicate_header"
    assert refused.value.detail.startswith(f"Two columns of the file, {both}, mean the same field, ")
    assert refused.value.detail.endswith(" Remove one of them.")


@pytest.mark.parametrize(
    "name", ["SSO Id", "sso_id", "SSO ID", " sso-id ", "SSO/ID", "\ufeffSso Id\u200b", "S S O I D"]
)
def test_spellings_of_one_header_are_equal(name: str) -> None:
    assert normal(name) == "ssoid"


def test_every_column_of_every_format_is_found_by_its_own_header() -> None:
    for fmt in formats().values():
        for action in fmt.actions:
            places = match(fmt, action, header_of(fmt, action)).places
            assert list(places.values()) == list(range(len(places))), fmt.key
