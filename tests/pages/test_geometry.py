from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.pages.contexts.parts import DayOfRows
from edu_csv.pages.geometry import BASE, FLOOR_PERCENT, TOP, day_chart, shares


def day(created: int, updated: int = 0, deleted: int = 0) -> DayOfRows:
    return {"label": "Wed 5", "created": created, "updated": updated, "deleted": deleted}


@given(st.lists(st.integers(0, 10**9), max_size=7))
def test_widths_sum_to_the_whole_and_none_that_exists_is_under_the_floor(counts: list[int]) -> None:
    widths = shares(counts)
    assert [width > 0 for width in widths] == [count > 0 for count in counts]
    if any(counts):
        assert sum(widths) == pytest.approx(100)
        assert min(width for width in widths if width) >= FLOOR_PERCENT - 1e-9


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=7))
def test_more_rows_are_never_drawn_narrower(counts: list[int]) -> None:
    widths = shares(counts)
    by_count = sorted(zip(counts, widths, strict=True))
    assert all(one <= other + 1e-9 for (_, one), (_, other) in pairwise(by_count))


def test_a_floor_raises_the_small_ones_and_the_others_pay_in_proportion() -> None:
    assert shares([999_999, 1], floor_percent=2.5) == pytest.approx([97.5, 2.5])
    assert shares([1, 3], floor_percent=1.6) == pytest.approx([25, 75])


@given(st.lists(st.builds(day, *[st.integers(0, 10**7)] * 3), min_size=1, max_size=14))
def test_columns_of_a_chart_stand_on_the_base_and_stay_inside(days: list[DayOfRows]) -> None:
    chart = day_chart(days)
    assert len(chart.days) == len(days)
    for drawn, data in zip(chart.days, days, strict=True):
        there = [outcome for outcome in ("updated", "created", "deleted") if data[outcome]]
        assert [column.outcome for column in drawn.columns] == there
        # Three columns of one unit each and their gaps may stand above the highest day.
        assert all(TOP - 6 <= column.y <= BASE for column in drawn.columns)
        assert all(column.height >= 1 for column in drawn.columns)


def test_grid_lines_are_round_numbers_in_short() -> None:
    chart = day_chart([day(33_800)])
    assert [line.label for line in chart.lines] == ["10k", "20k", "30k"]


def test_a_chart_without_rows_has_a_base_and_no_column() -> None:
    chart = day_chart([day(0)])
    assert chart.days[0].columns == []
    assert chart.days[0].is_last
