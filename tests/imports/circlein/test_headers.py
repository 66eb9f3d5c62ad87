"""The header of a CircleIn file: names, letter case and order count (circlein-csv.md 2.1, 2.3)."""

from __future__ import annotations

import pytest

from imports.formats.circlein.courses import Courses
from imports.formats.circlein.enrollments import Enrollments
from imports.formats.circlein.family import CircleInLayout
from imports.formats.circlein.update_ids import UpdateIds
from imports.formats.circlein.users import Users
from imports.problems import FileRejected
from tests.imports.circlein import files

TEMPLATES = [
    (Courses, files.COURSES),
    (Enrollments, files.ENROLLMENTS),
    (Users, files.USERS),
    (UpdateIds, files.UPDATE_IDS),
]


@pytest.mark.parametrize(("layout", "header"), TEMPLATES)
def test_the_printed_header_fits(layout: type[CircleInLayout], header: str) -> None:
    fitted = layout.fit(header.split(","))
    assert [column.header for column in fitted] == header.split(",")
    assert list(fitted.values()) == list(range(len(fitted)))


@pytest.mark.parametrize(("layout", "header"), TEMPLATES)
def test_no_other_template_fits(layout: type[CircleInLayout], header: str) -> None:
    for other, _ in TEMPLATES:
        if other is not layout:
            with pytest.raises(FileRejected):
                other.fit(header.split(","))


def test_our_own_columns_are_taken_away_first() -> None:
    fitted = Users.fit(["_row", *files.USERS.split(","), "_outcome", "_problems"])
    assert list(fitted.values()) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("header", "code", "words"),
    [
        ("old_id,new_id,obj_type,", "empty_column", "at place 4"),
        ("old_id,,new_id,obj_type", "empty_column", "at place 2"),
        ("old_id,  ,obj_type", "empty_column", "at place 2"),
        ("old_id,new_id", "missing_column", "lacks `obj_type`"),
        ("old_id,newid,obj_type", "missing_column", "lacks `new_id`"),
        ("old_id,new_id,obj_type,note", "unknown_column", "has `note`"),
        ("old_id,new_id,obj_type,new_id", "unknown_column", "has `new_id`"),
        (
            "new_id,old_id,obj_type",
            "header_mismatch",
            "Column 1 is `new_id`, and UpdateIDs.csv has `old_id` there",
        ),
        ("old_id,new_id,Obj_Type", "header_mismatch", "Column 3 is `Obj_Type`"),
        ("old_id, new_id,obj_type", "header_mismatch", "Column 2 is ` new_id`"),
        ("“old_id”,new_id,obj_type", "missing_column", "lacks `old_id`"),
    ],
)
def test_any_other_header_is_refused_and_told_how_to_mend_it(header: str, code: str, words: str) -> None:
    with pytest.raises(FileRejected) as refused:
        UpdateIds.fit(header.split(","))
    assert refused.value.code == code
    assert words in refused.value.detail
    assert "`old_id,new_id,obj_type`" in refused.value.detail or code == "unknown_column"
