"""Cells of CircleIn files: they count as they stand (circlein-csv.md 2.2, 2.4, C-4, C-6, C-13, C-19)."""

from __future__ import annotations

from datetime import date

import pytest

from imports.formats.circlein import columns
from imports.formats.circlein.courses import Courses
from imports.formats.circlein.enrollments import ROLES, Enrollments
from imports.formats.circlein.update_ids import UpdateIds
from imports.formats.circlein.users import Users
from imports.formats.columns import Column
from imports.problems import Problem


def said(column: Column, cell: str) -> str:
    """The sentence that a bad cell is told."""
    fault = column.fault(cell)
    assert fault is not None
    return str(Problem(fault[0], column.header, cell, params=fault[1]))


def code(column: Column, cell: str) -> str | None:
    fault = column.fault(cell)
    return fault[0] if fault else None


@pytest.mark.parametrize(
    "cell", ["2027-09-06", "2027.09.06", "2027/09/06", "09-06-2027", "09.06.2027", "09/06/2027"]
)
def test_each_of_the_six_forms_is_the_same_day(cell: str) -> None:
    assert columns.Day("Start Date").parse(cell) == date(2027, 9, 6)


@pytest.mark.parametrize(
    "cell",
    [
        "2027-9-6", "9/6/2027", "27-09-06", "2027-09/06", "09.06/2027", "20270906", "2027-09-06 00:00", " 2027-09-06",
        "2027-09-06 ", "06 Sep 2027", "2027_09_06", "٢٠٢٧-٠٩-٠٦", "2027-02-30", "02/30/2027", "2027-13-01", "2027-00-10",
        "46271",
    ],
)  # fmt: skip
def test_no_other_form_is_a_date(cell: str) -> None:
    assert code(columns.Day("Start Date"), cell) == "bad_date"


def test_leap_days_are_days_of_leap_years_only() -> None:
    day = columns.Day("End Date")
    assert day.parse("02/29/2028") == date(2028, 2, 29)
    assert said(day, "02/29/2027") == (
        "End Date is `02/29/2027`, and there is no such day. Write a day of the calendar: a day like 2027-09-06 or"
        " 09/06/2027 (month first), also with dots, dashes or slashes throughout."
    )


def test_a_day_that_is_put_first_is_told_in_the_other_order() -> None:
    assert said(columns.Day("End Date"), "17.12.2027") == (
        "End Date is `17.12.2027`, and there is no such month. The month stands before the day: write `12.17.2027`."
    )


@pytest.mark.parametrize(("cell", "padded"), [("9/6/2027", "09/06/2027"), ("2027.9.06", "2027.09.06")])
def test_one_digit_is_told_with_two(cell: str, padded: str) -> None:
    assert f"write `{padded}`" in said(columns.Day("Start Date"), cell)


@pytest.mark.parametrize("cell", ["0", "00", "7", "123456789012345678901234567890"])
def test_a_number_that_nobody_uses_is_whole_and_not_below_zero(cell: str) -> None:
    column = Courses.column("Term Length")
    assert column.fault(cell) is None
    assert (column.parse(cell) == 0) == (set(cell) == {"0"})


@pytest.mark.parametrize("cell", ["-1", "1.0", "1,000", "1_000", " 1", "none", "٣", "+1"])
def test_anything_else_is_no_such_number(cell: str) -> None:
    assert code(Courses.column("Enrollment Count"), cell) == "bad_integer"


@pytest.mark.parametrize("cell", list(ROLES))
def test_every_listed_role_is_read(cell: str) -> None:
    assert Enrollments.column("Role").fault(cell) is None


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Teacher", "teacher"), ("Faculty", "faculty"), ("STUDENT", "Student"), ("Admin", "admin"), ("TUTOR", "Tutor"),
        ("si leader", "SI Leader"), ("student ", "Student"), (" teacher", "teacher"),
    ],
)  # fmt: skip
def test_roles_count_letter_for_letter_and_the_nearest_is_named(cell: str, meant: str) -> None:
    assert said(Enrollments.column("Role"), cell) == (
        f"Role is `{cell}`, and roles count letter for letter. Did you mean `{meant}`?"
    )


def test_an_unknown_role_is_told_all_that_there_are() -> None:
    told = said(Enrollments.column("Role"), "Dean")
    assert told.startswith(
        "Role is `Dean`, and roles count letter for letter. Use `Student`, `student`, `teacher`,"
    )
    assert told.endswith("`Student Leader` or `admin`.")


@pytest.mark.parametrize(
    ("column", "good", "bad", "expected"),
    [
        (Courses.column("Status"), "Available", "available", "bad_status"),
        (Courses.column("Status"), "Deleted", "Active", "bad_status"),
        (Enrollments.column("Status"), "Active", "Available", "bad_status"),
        (Users.column("Status"), "Deleted", "DELETED", "bad_status"),
        (UpdateIds.column("obj_type"), "Course", "course", "bad_obj_type"),
        (UpdateIds.column("obj_type"), "User", "Person", "bad_obj_type"),
    ],
)
def test_other_words_of_a_closed_list_have_their_own_code(
    column: Column, good: str, bad: str, expected: str
) -> None:
    assert code(column, good) is None
    assert code(column, bad) == expected


@pytest.mark.parametrize(
    "cell", ["k.oduya@example.edu", "K@LOCALHOST", "grüße@example.edu", "a" * 242 + "@example.edu"]
)
def test_an_address_has_one_at_sign(cell: str) -> None:
    assert Users.column("Email").fault(cell) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("nobody", "bad_email"), ("@example.edu", "bad_email"), ("a@", "bad_email"), ("a@b@example.edu", "bad_email"),
        ("a b@example.edu", "bad_email"), ("a" * 243 + "@example.edu", "too_long"),
    ],
)  # fmt: skip
def test_anything_else_is_no_address(cell: str, expected: str) -> None:
    assert code(Users.column("Email"), cell) == expected


LIMITS = [
    (Courses, "Unique Course/Section Identifier", 255),
    (Courses, "Term", 64),
    (Courses, "Session", 64),
    (Courses, "Subject/Department", 128),
    (Courses, "Catalog Number", 64),
    (Courses, "Section Name", 64),
    (Courses, "Full Course Name", 255),
    (Enrollments, "Unique Course/Section Identifier", 255),
    (Enrollments, "Term", 64),
    (Enrollments, "Unique User Identifier", 255),
    (Enrollments, "First Name", 150),
    (Enrollments, "Last Name", 150),
    (Users, "Unique User Identifier", 255),
    (Users, "First Name", 150),
    (Users, "Last Name", 150),
    (UpdateIds, "old_id", 255),
    (UpdateIds, "new_id", 255),
]


@pytest.mark.parametrize(("layout", "header", "limit"), LIMITS)
def test_a_longer_text_is_a_fault_and_is_never_cut(layout: type[Courses], header: str, limit: int) -> None:
    column = layout.column(header)
    assert column.parse("ä" * limit) == "ä" * limit
    assert code(column, "ä" * (limit + 1)) == "too_long"


def test_texts_are_kept_as_they_are() -> None:
    assert Courses.column("Section Name").parse(" 01 ") == " 01 "
    assert Courses.column("Catalog Number").parse("015") == "015"
    assert Users.column("Last Name").parse("“O’Brien”") == "“O’Brien”"
