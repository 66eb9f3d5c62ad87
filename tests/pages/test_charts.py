"""Charts: what is drawn, what is said, and that both are the same figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from edu_csv.pages.charts import (
    BASE,
    LETTER,
    TOP,
    WIDTH,
    Chart,
    Point,
    bars,
    columns,
    figure,
    grid_step,
    of_days,
)
from tests.chance import examples
from tests.pages.html import elements

HOURS = ("1480", "1710", "1655", "1120", "420", "690", "2310")
DAYS = [Point(f"2026-08-{11 + i}", "", Decimal(value)) for i, value in enumerate(HOURS)]
VALUES = st.decimals(0, 10**9, places=2, allow_nan=False)


def week() -> Chart:
    return columns("hours", "Hours watched per day", "h", of_days(DAYS, date(2026, 8, 11), date(2026, 8, 17)))


def drawn(chart: Chart) -> str:
    name = "_columns_chart.html" if chart.columns else "_bars_chart.html"
    return render_to_string(f"components/{name}", {"chart": chart})


@settings(max_examples=examples(few=15, many=200))
@given(st.lists(VALUES, max_size=40), st.sampled_from(["", "h", "views"]))
def test_columns_stand_on_the_base_inside_the_picture_and_beside_each_other(
    values: list[Decimal], unit: str
) -> None:
    chart = columns("k", "Views", unit, [Point(f"P {i}", "", value) for i, value in enumerate(values)])
    for column in chart.columns:
        assert column.y + column.height == pytest.approx(BASE, abs=0.11)
        assert column.y >= TOP - 0.11
        assert chart.left <= column.x
        assert column.x + column.width <= WIDTH + 0.11
    assert all(one.x + one.width < other.x for one, other in pairwise(chart.columns))
    assert sum(column.is_marked for column in chart.columns) <= 1


@settings(max_examples=examples(few=15, many=200))
@given(st.lists(VALUES, min_size=2, max_size=12))
def test_the_yellow_one_is_the_one_that_the_finding_names(values: list[Decimal]) -> None:
    chart = columns("k", "Views", "views", [Point(f"P{i}", "", value) for i, value in enumerate(values)])
    marked = [column for column in chart.columns if column.is_marked]
    assert bool(marked) == (values.count(max(values)) == 1)
    for column in marked:
        assert chart.finding.startswith(f"{column.label} is the highest, with ")
        assert column.value == figure(max(values) if max(values) < 100 else max(values).quantize(Decimal(1)))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((3, 9, 4), "B is the highest, with 9 flags."),
        ((1, 0, 0), "A is the highest, with 1 flag."),
        ((9, 9, 4), "A and B are level, with 9 flags each."),
        ((7, 7, 7), "Each slide has 7 flags."),
        ((9, 9, 9, 9, 1), "4 are level, with 9 flags each."),
        ((5,), "A: 5 flags."),
        ((0, 0), "Nothing here yet."),
        ((), "Nothing here yet."),
    ],
)
def test_the_finding_says_what_stands_out_and_what_does_not(values: tuple[int, ...], said: str) -> None:
    points = [Point(chr(65 + i), "", Decimal(value)) for i, value in enumerate(values)]
    assert columns("k", "Flags", "flags", points, of="slide").finding == said


def test_days_without_rows_are_drawn_as_none_and_called_by_their_names() -> None:
    found = of_days([Point("2026-08-12", "", Decimal("0.5"))], date(2026, 8, 10), date(2026, 8, 12))
    assert [(each.label, each.value) for each in found] == [
        ("Mon 10", Decimal(0)), ("Tue 11", Decimal(0)), ("Wed 12", Decimal("0.5")),
    ]  # fmt: skip
    chart = columns("k", "Hours", "h", found)
    assert chart.finding == "Wednesday 12 August is the highest, with 0.5 h."
    assert [column.height for column in chart.columns[:2]] == [0, 0]


def test_values_stand_on_twelve_columns_and_beyond_on_the_yellow_one_alone() -> None:
    twelve = columns("k", "V", "", [Point(str(i), "", Decimal(i)) for i in range(12)])
    assert [column.value for column in twelve.columns] == [str(i) for i in range(12)]
    more = columns("k", "V", "", [Point(f"{i:02}:00", "", Decimal(i)) for i in range(24)])
    assert [column.value for column in more.columns if column.value] == ["23"]
    # Labels that would touch are left out, whole ones stay.
    labelled = [column for column in more.columns if column.label]
    assert 6 <= len(labelled) < 24
    assert all(other.middle - one.middle > len(one.label) * LETTER for one, other in pairwise(labelled))


def test_a_long_label_is_cut_on_the_axis_and_whole_in_words() -> None:
    name = "Which of these rocks is volcanic?"
    chart = columns(
        "k", "Answers", "answers", [Point(name, "", Decimal(3)), *[Point("b", "", Decimal(1))] * 6]
    )
    assert chart.columns[0].label.endswith("…")
    assert len(chart.columns[0].label) * LETTER < (WIDTH - chart.left) / 7
    assert name in chart.figures
    assert chart.lines[0].label == name


@pytest.mark.parametrize(
    ("highest", "whole", "step"),
    [("2310", True, "500"), ("4", True, "1"), ("0", True, "1"), ("0.5", False, "0.2"), ("12.5", False, "5")],
)
def test_grid_lines_are_at_round_numbers(highest: str, whole: bool, step: str) -> None:
    assert grid_step(Decimal(highest), whole=whole) == Decimal(step)


def test_level_bars_are_ranked_and_as_long_as_their_values() -> None:
    points = [Point("Counterpoint", "MUS120", Decimal(121)), Point("Tides", "OCE210", Decimal(412))]
    chart = bars("top", "Most watched", "hours", points, of="video")
    assert [(line.label, line.share, line.is_marked) for line in chart.lines] == [
        ("Tides", "100.0", True), ("Counterpoint", "29.4", False),
    ]  # fmt: skip
    assert chart.finding == "Tides leads, with 412 hours."


@pytest.mark.parametrize(
    "chart", [week(), bars("top", "Most watched", "h", DAYS, of="video")], ids=["columns", "bars"]
)
def test_a_chart_is_a_picture_with_its_figures_and_a_table_of_the_same(chart: Chart) -> None:
    html = drawn(chart)
    found = elements(html)
    (picture,) = [each for each in found if each.attributes.get("role") == "img"]
    for line in chart.lines:
        assert f"{line.label}: {line.value}" in picture.attributes["aria-label"]
        assert f"<bdi>{line.label}</bdi></th>" in html
        assert f'<td class="num">{line.value}</td>' in html
    # A strict content policy blocks styles, and a script would be another file.
    assert not [each for each in found if "style" in each.attributes or each.tag in ("style", "script")]
    assert html.count("c-mark") == 1
    assert "Show as table" in html


def test_names_of_people_and_videos_are_text_and_not_markup() -> None:
    points = [Point("<i>1 & 2</i>", '"', Decimal(1)), Point("x", "", Decimal(2))]
    for chart in (columns("k", "T", "views", points), bars("k", "T", "views", points, of="video")):
        assert "<i>1" not in drawn(chart)
