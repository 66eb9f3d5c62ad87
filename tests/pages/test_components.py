"""The parts of pages that compute something, as a browser gets them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from edu_csv.pages.contexts.parts import Change, Problem, Segment
from edu_csv.pages.styleguide import COUNTS
from edu_csv.pages.tallies import segments
from tests.pages.html import elements


def render(source: str, **context: object) -> str:
    return Template("{% load pages %}" + source).render(Context(context))


def widths(html: str) -> list[float]:
    return [
        float(e.attributes["width"].rstrip("%"))
        for e in elements(html)
        if e.tag == "rect" and e.attributes.get("class") is None
    ]


def test_the_bar_links_each_outcome_and_leaves_words_to_the_tally() -> None:
    html = render("{% bar parts %}", parts=segments(COUNTS, "/imports/7/"))
    links = [e for e in elements(html) if e.tag == "a"]
    assert [link.attributes["href"] for link in links][:2] == [
        "/imports/7/?outcome=created",
        "/imports/7/?outcome=updated",
    ]
    assert all(link.attributes["tabindex"] == "-1" for link in links)
    assert elements(html)[0].attributes["aria-hidden"] == "true"
    # The figures of the mock-up: 212 of 3,643 with four segments at the floor of 1.6 %.
    assert widths(html) == [5.58, 33.82, 1.6, 1.6, 1.6, 1.6, 54.2]


def test_a_small_bar_is_a_picture_that_says_its_counts() -> None:
    html = render('{% bar parts "mini" %}', parts=segments({"updated": 1128, "failed": 37, "unchanged": 39}))
    assert elements(html)[0].attributes["role"] == "img"
    assert elements(html)[0].attributes["aria-label"] == "1,128 updated, 37 failed, 39 unchanged"
    assert not [e for e in elements(html) if e.tag == "a"]


def test_a_bar_of_nothing_is_an_empty_frame() -> None:
    nothing: list[Segment] = []
    html = render('{% bar parts "mini" %}', parts=nothing)
    assert widths(html) == []
    assert elements(html)[0].attributes["aria-label"] == "nothing"


def test_the_tally_shows_outcomes_without_rows_dimmed_and_the_chosen_one_marked() -> None:
    html = render(
        '{% include "components/_tally.html" %}', segments=segments({"failed": 2}, "/imports/7/", ["failed"])
    )
    links = [e.attributes for e in elements(html) if e.tag == "a"]
    assert [link.get("class") for link in links] == ["none", "none", "none", "none", None, "none", "none"]
    assert links[4]["aria-current"] == "true"
    assert links[4]["href"] == "/imports/7/"  # clicking it again shows all


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (
            {"field": "d", "before": "2026-08-31", "after": "2026-09-07"},
            ["<del><bdi>2026-08-31</bdi></del>", "2026-0<mark>9-07</mark>", "was ", "becomes "],
        ),
        (
            {"field": "d", "before": None, "after": "x"},
            ['<span class="empty">blank</span>', "<mark>x</mark>"],
        ),
        ({"field": "d", "before": "x", "after": ""}, ['<ins class="empty">blank</ins>']),
        ({"field": "d", "before": "ab", "after": "a"}, ["a<mark>b</mark></bdi></del>"]),
        ({"field": "d", "before": "<b>", "after": "&"}, ["&lt;b&gt;", "&amp;"]),
    ],
)
def test_before_and_after_are_told_with_words_and_marks(change: Change, shown: list[str]) -> None:
    html = render("{% diff change %}", change=change)
    assert [piece for piece in shown if piece not in html] == []


def test_a_secret_is_never_written_into_the_page() -> None:
    change: Change = {"field": "password", "before": "old-secret", "after": "new-secret", "is_secret": True}
    html = render("{% diff change %}", change=change)
    assert "secret" not in html
    assert "changed, not shown" in html


def test_a_long_value_shows_the_part_that_differs_and_keeps_the_whole_in_the_title() -> None:
    before, after = "a" * 100 + " one " + "b" * 100, "a" * 100 + " two " + "b" * 100
    html = render("{% diff change %}", change={"field": "d", "before": before, "after": after})
    shown = elements(html)[0].attributes["title"]
    assert shown == f"{before} → {after}"
    assert "…" in html
    assert "<mark>two</mark>" in html


def test_a_problem_marks_the_value_it_quotes_and_counts_rows_alike() -> None:
    found: Problem = {
        "severity": "error",
        "code": "unknown_reference",
        "column": "Term ID",
        "value": "2026.FA",
        "message": "There is no term `2026.FA`. The nearest is `2026F`.",
        "alike": 1,
    }
    html = render("{% problem found %}", found=found)
    assert '<b>There is no term <span class="bad-cell id">2026.FA</span>.</b>' in html
    assert '<span class="id">2026F</span>' in html
    assert "Same in 1 more row." in html


def test_a_time_is_in_the_active_zone_with_utc_on_hover() -> None:
    with timezone.override("Asia/Tokyo"):
        html = render('{% when at "clock" %}', at=datetime(2026, 8, 18, 20, 42, 6, tzinfo=UTC))
    assert ">05:42:06<" in html
    assert elements(html)[0].attributes["title"] == "2026-08-18 20:42:06 UTC"


def test_a_button_that_cannot_be_used_yet_says_why() -> None:
    html = render(
        '{% include "components/_action.html" %}',
        action={"label": "Approve 3 changes", "href": "/x/", "why_not": "Type 31 first"},
    )
    button = elements(html)[0]
    assert button.attributes["aria-disabled"] == "true"
    assert "Type 31 first" in html
    assert "/x/" not in html


def test_a_post_action_is_a_form_with_its_token() -> None:
    html = render(
        '{% include "components/_action.html" %}',
        action={
            "label": "Cancel import",
            "href": "/imports/7/cancel/",
            "method": "post",
            "fields": {"a": "1"},
        },
        csrf_token="token-of-this-test",
    )
    form, token, hidden, _ = elements(html)
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "/imports/7/cancel/")
    assert token.attributes["value"] == "token-of-this-test"
    assert (hidden.attributes["name"], hidden.attributes["value"]) == ("a", "1")


def test_a_wrong_count_is_said_beside_the_field_and_kept() -> None:
    html = render(
        '{% include "components/_confirm.html" %}',
        confirm={"number": 1284, "purpose": "to confirm", "wrong": "You typed 13.", "typed": "13"},
    )
    field = next(e for e in elements(html) if e.tag == "input")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("13", "true")
    assert "<b>1,284</b>" in html
    assert 'data-confirm="1284"' in html
