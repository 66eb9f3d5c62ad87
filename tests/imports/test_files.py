"""Row numbers that go through an upload, and the files and rows that people know."""

from __future__ import annotations

import pytest

from imports.files import File, Files, Place
from imports.problems import Problem

# The second was refused and the fourth is empty: they share the base of what follows them.
PACKAGE = Files(
    [
        File(1, "01.csv", "d2l.orgs", base=0, rows=2),
        File(2, "02.csv", "", base=3),
        File(3, "03.csv", "d2l.users", base=3, rows=4),
        File(4, "04.csv", "d2l.enrollments", base=8),
    ]
)


@pytest.mark.parametrize(
    ("stored", "place"),
    [
        (2, Place(1, "01.csv", 2)),
        (3, Place(1, "01.csv", 3)),
        (5, Place(3, "03.csv", 2)),
        (8, Place(3, "03.csv", 5)),
    ],
)
def test_a_stored_row_is_a_row_of_a_file_and_back(stored: int, place: Place) -> None:
    assert PACKAGE.at(stored) == place
    assert PACKAGE.number(place.number, place.row) == stored


def test_a_row_of_a_file_by_itself_is_the_row_it_is() -> None:
    assert Files().at(17) == Place(0, None, 17)
    assert Files().number(0, 17) == 17
    assert (str(Files().at(1217)), str(PACKAGE.at(8))) == ("row 1,217", "row 5 of 03.csv")


def test_a_file_that_is_not_there_has_no_number() -> None:
    assert PACKAGE.named("05.csv") is None
    for number in (0, 5):
        with pytest.raises(KeyError):
            PACKAGE.number(number, 2)


def test_another_row_is_told_with_its_file_where_it_is_not_the_same() -> None:
    problem = Problem("superseded", severity="warning", params={"other_row": 8, "object": "user"})
    assert str(PACKAGE.told(problem, 3)) == "Row 5 says this user again. The last row counts."
    assert str(PACKAGE.told(problem, 1)) == "Row 5 of `03.csv` says this user again. The last row counts."
    failed = Problem("parent_failed", "code", "DEP-A", params={"other_row": 2})
    assert "is made by row 2 of this file, which failed" in str(PACKAGE.told(failed, 1))
    assert "is made by row 2 of `01.csv`, which failed" in str(PACKAGE.told(failed, 3))
    assert Files().told(problem, 0) is problem
