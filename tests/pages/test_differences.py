from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.pages.differences import LONGEST_SHOWN, Value, difference


@pytest.mark.parametrize(
    ("before", "after", "head", "own", "tail"),
    [
        ("2026-08-31", "2026-09-07", "2026-0", "9-07", ""),
        ("Ingrid Solberg", "Tomas Reyes", "", "Tomas Reyes", ""),
        (["lms-1"], ["lms-1", "lms-2"], "lms-1", "; lms-2", ""),
        ("Introduction to Biology", "Introduction to Chemistry", "Introduction to ", "Chemistry", ""),
        ("two days at sea", "three days at sea", "t", "hree", " days at sea"),
        (None, "Morning", "", "Morning", ""),
        ("Morning", None, "", "", ""),
        ("same", "same", "same", "", ""),
    ],
)
def test_only_what_differs_is_the_own_part(
    before: Value, after: Value, head: str, own: str, tail: str
) -> None:
    new = difference(before, after).after
    assert (new.head, new.own, new.tail) == (head, own, tail)


def test_a_letter_keeps_its_accent() -> None:
    # e and a combining acute, against a plain e: the mark must not begin between the two.
    new = difference("Ste", "Ste\u0301").after
    assert (new.head, new.own) == ("St", "e\u0301")


def test_what_was_only_taken_away_is_marked_in_the_old_value() -> None:
    found = difference("Biology 101", "Biology")
    assert found.marks_before
    assert found.before.own == " 101"


def test_a_blank_side_marks_nothing() -> None:
    assert not difference("Morning", "").marks_before


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_parts_of_a_value_are_the_value(before: str, after: str) -> None:
    found = difference(before, after)
    assert found.before.head + found.before.own + found.before.tail == before
    assert found.after.head + found.after.own + found.after.tail == after
    assert found.before.head == found.after.head
    assert found.before.tail == found.after.tail


@given(st.text(min_size=LONGEST_SHOWN + 1, max_size=400), st.text(max_size=400))
def test_a_long_value_is_shortened_and_kept_whole_beside(before: str, after: str) -> None:
    side = difference(before, after).before
    assert side.shortened
    assert side.whole == before
    assert len(side.head + side.own + side.tail) <= 2 * 21 + LONGEST_SHOWN + 1
