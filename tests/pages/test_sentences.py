"""The sentences of pages, whole, as people read them."""

from __future__ import annotations

import re

import pytest

from edu_csv.pages import sentences
from edu_csv.pages.contexts.parts import Sentence
from edu_csv.pages.styleguide import COUNTS

ENDS = {"enrollment": {"deleted": 867}}


def said(sentence: Sentence) -> str:
    return re.sub(r"</?b>", "", f"{sentence['lead']} {sentence['rest']}").strip()


def test_a_plan_says_what_happens_what_stays_out_and_that_it_can_be_undone() -> None:
    assert said(sentences.plan(COUNTS, "offering", ENDS)) == (
        "If you approve, 212 offerings are created, 1,284 change and 31 are deleted, and 867 enrollments end."
        " It can be undone. 55 rows stay out: 37 failed, 18 are held."
    )


@pytest.mark.parametrize(
    ("counts", "whole"),
    [
        ({"rows": 1, "created": 1}, "If you approve, 1 person is created. It can be undone."),
        (
            {"rows": 3, "updated": 1, "failed": 1, "unchanged": 1},
            "If you approve, 1 person changes. It can be undone. 1 row stays out: it failed.",
        ),
        (
            {"rows": 4, "deleted": 2, "held": 2},
            "If you approve, 2 people are deleted. It can be undone. 2 rows stay out: they are held.",
        ),
        (
            {"rows": 3643, "unchanged": 3643},
            "Nothing to do: all 3,643 rows already say what the roster says.",
        ),
        (
            {"rows": 37, "failed": 37},
            "None of the 37 rows can be applied. Nothing has changed. The causes stand beside the rows.",
        ),
        (
            {"rows": 3, "unchanged": 2, "failed": 1},
            "Nothing to do: no row changes anything. 1 row stays out: it failed.",
        ),
        ({"rows": 0}, "Nothing to do: the file has no rows."),
    ],
)
def test_plans_of_one_of_nothing_and_of_failures(counts: dict[str, int], whole: str) -> None:
    assert said(sentences.plan(counts, "person", {})) == whole


def test_the_bar_repeats_the_consequence() -> None:
    assert sentences.approve(COUNTS, "offering", ENDS) == (
        "Approving creates 212, changes 1,284 and deletes 31 offerings, and ends 867 enrollments."
    )
    assert sentences.left_out(COUNTS) == "37 failed and 18 held rows stay out."
    assert sentences.changes_in(COUNTS) == 1527


def test_effects_name_what_ends_before_what_is_made() -> None:
    effects = {"person": {"created": 12}, "enrollment": {"deleted": 1, "updated": 0}}
    assert said(sentences.plan({"rows": 1, "updated": 1}, "section", effects)) == (
        "If you approve, 1 section changes, and 1 enrollment ends and 12 people are made along."
        " It can be undone."
    )


def test_a_result_is_told_in_the_past() -> None:
    assert said(sentences.result(COUNTS, "offering", ENDS)) == (
        "Done: 212 offerings created, 1,284 updated, 31 deleted; 867 enrollments ended."
        " 37 rows could not be applied. 18 rows are still held."
    )


def test_success_is_never_said_for_an_import_that_changed_nothing() -> None:
    assert said(sentences.result({"rows": 12, "unchanged": 12}, "term", {})).startswith("Nothing to do")


def test_an_undo_says_what_comes_back_and_what_is_left_alone() -> None:
    assert said(sentences.undo(209, 1278, 31, 9, "offering")) == (
        "Undoing takes back 1,518 of 1,527 changes: 209 offerings are removed again, 1,278 get their old"
        " values, 31 come back. 9 are left alone, because something has changed them since."
    )
    assert said(sentences.undo(1, 0, 0, 0, "term")) == (
        "Undoing takes back 1 of 1 change: 1 term is removed again. Nothing it touched has changed since."
    )
    assert said(sentences.undo(0, 0, 0, 2, "term")) == (
        "There is nothing left to undo. All 2 changes have been changed again since."
    )


def test_an_undo_that_something_hangs_on_says_what_to_undo_first() -> None:
    hangs, both = sentences.Why(hangs=True, changed=False), sentences.Why(hangs=True, changed=True)
    assert said(sentences.undo(0, 0, 0, 2, "video", hangs)) == (
        "Nothing can be undone yet. All 2 changes are left alone, because something made later hangs on them."
        " Undo first the imports that made what hangs on them, then this one."
    )
    assert said(sentences.undo(3, 0, 0, 1, "video", hangs)) == (
        "Undoing takes back 3 of 4 changes: 3 videos are removed again. 1 is left alone, because something made later"
        " hangs on it. Undo first the imports that made what hangs on it, then this one."
    )
    assert said(sentences.undo(3, 0, 0, 2, "video", both)).endswith(
        "2 are left alone, because something has changed them since or hangs on them."
        " Undo first the imports that made what hangs on them, then this one."
    )


@pytest.mark.parametrize("phase", ["queued", "reading", "checking", "planning"])
def test_until_apply_nothing_has_changed(phase: str) -> None:
    assert said(sentences.running(phase)).startswith("Nothing has changed yet.")


def test_while_applying_it_is_all_or_nothing() -> None:
    assert said(sentences.running("applying")).startswith("All of it happens or none of it does.")


def test_words_of_a_file_are_escaped_in_a_sentence() -> None:
    assert "<script>" not in sentences.refused("<script>alert(1)</script>")["lead"]


KINDS = {
    "section": {"created": 212, "updated": 31, "unchanged": 9},
    "person": {"created": 66},
    "enrollment": {"created": 1, "deleted": 1},
}
OF_KINDS = {"rows": 320, "created": 279, "updated": 31, "deleted": 1, "unchanged": 9}


def test_what_a_feed_would_do_is_told_by_kind_of_object() -> None:
    assert said(sentences.plan(OF_KINDS, "object", {"offering": {"created": 1}}, KINDS, 3)) == (
        "If you approve these 3 files, 212 sections, 66 people and 1 enrollment are created, 31 sections change and"
        " 1 enrollment is deleted, and 1 offering is made along. It can be undone."
    )
    assert sentences.approve(OF_KINDS, "object", ENDS, KINDS) == (
        "Approving creates 212 sections, 66 people and 1 enrollment, changes 31 sections and deletes 1 enrollment, and"
        " ends 867 enrollments."
    )


def test_what_a_feed_did_is_told_by_kind_of_object() -> None:
    assert said(sentences.result(OF_KINDS, "object", ENDS, KINDS, 3)) == (
        "Done, 3 files: 212 sections, 66 people and 1 enrollment created, 31 sections updated, 1 enrollment deleted;"
        " 867 enrollments ended."
    )


def test_a_file_that_is_only_checked_says_how_many_rows_are_good() -> None:
    assert said(sentences.checked({"rows": 215, "held": 212, "failed": 3})) == (
        "Checked only: 212 rows are good, 3 failed. Nothing was changed."
    )


def test_a_file_that_was_not_read_is_said_before_all_else() -> None:
    same = {"rows": 6, "unchanged": 6}
    assert said(sentences.result(same, "object", {}, {}, 4, unread=1)) == (
        "1 file of 4 was not read. Nothing to do in the rest: all 6 rows already say what the roster says."
    )
    assert said(sentences.plan({"rows": 0}, "object", {}, {}, 4, unread=2)) == (
        "2 files of 4 were not read. Nothing to do in the rest: there are no rows."
    )
    assert said(sentences.result(OF_KINDS, "object", {}, KINDS, 4, unread=1)).startswith(
        "1 file of 4 was not read. Done, 3 files: 212 sections, "
    )
    assert said(sentences.plan(OF_KINDS, "object", {}, KINDS, 4, unread=1)).startswith(
        "1 file of 4 was not read. If you approve the other 3 files, 212 sections, "
    )
    assert said(sentences.checked({"rows": 6, "failed": 1}, 4, unread=1)).startswith(
        "1 file of 4 was not read. Checked only: 5 rows are good, 1 failed."
    )


def test_values_in_a_refusal_are_set_apart_and_not_between_marks() -> None:
    lead = sentences.refused("Column 2 is `Action<b>`, and that is none.")["lead"]
    assert lead == '<b>Column 2 is <span class="id">Action&lt;b&gt;</span>, and that is none.</b>'
