from __future__ import annotations

from edu_csv.pages.contexts.parts import OUTCOMES
from edu_csv.pages.styleguide import COUNTS
from edu_csv.pages.tallies import UNDO_WORDS, counts_of, segments


def test_every_outcome_is_there_in_its_order_and_the_sum_is_the_number_of_rows() -> None:
    found = segments(COUNTS)
    assert tuple(segment["outcome"] for segment in found) == OUTCOMES
    assert sum(segment["count"] for segment in found) == COUNTS["rows"]


def test_a_link_keeps_the_other_filters() -> None:
    found = segments(COUNTS, "/imports/7/", keeps=[("column", "Term ID"), ("q", "BIO & co")])
    assert found[0]["href"] == "/imports/7/?outcome=created&column=Term+ID&q=BIO+%26+co"


def test_the_chosen_outcome_leads_back_to_all() -> None:
    found = segments(COUNTS, "/imports/7/", ["created"], [("q", "x")])
    assert (found[0]["is_on"], found[0]["href"]) == (True, "/imports/7/?q=x")
    assert not found[1]["is_on"]


def test_an_undo_has_its_own_words_and_order() -> None:
    found = segments({"deleted": 209, "held": 9}, words=UNDO_WORDS)
    assert [(segment["word"], segment["count"]) for segment in found] == [
        ("removed again", 209),
        ("put back", 0),
        ("brought back", 0),
        ("left alone", 9),
    ]


def test_counts_that_are_not_named_are_nought() -> None:
    assert counts_of({"created": 2})["rows"] == 2
    assert counts_of({"created": 2})["failed"] == 0
