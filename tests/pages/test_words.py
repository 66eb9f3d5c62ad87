from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from edu_csv.pages import moments, words


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 KB"),
        (412_004, "412 KB"),
        (999_950, "1 MB"),
        (21_400_000, "21.4 MB"),
        (2_000_000_000, "2 GB"),
    ],
)
def test_sizes_have_three_figures_at_most(size_bytes: int, said: str) -> None:
    assert words.size(size_bytes) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (1.42, "1.4 s"),
        (9.97, "10 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3_600, "1 h"),
        (7_920, "2 h 12 min"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (1, "person", "1 person"),
        (66_109, "person", "66,109 people"),
        (0, "row", "0 rows"),
        (1, "org_unit", "1 org unit"),
        (2, "view_event", "2 view events"),
    ],
)
def test_counts_carry_their_noun(value: int, kind: str, said: str) -> None:
    assert words.counted(value, kind) == said


def test_lists_end_in_and() -> None:
    assert [words.listed(["a", "b", "c"][:length]) for length in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_running_clock_shows_hours_only_when_there_are_some() -> None:
    assert [words.elapsed(seconds) for seconds in (14.9, 75, 3_725)] == ["0:14", "1:15", "1:02:05"]


NOW = datetime(2026, 8, 18, 7, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "prose", "brief", "day"),
    [
        (datetime(2026, 8, 18, 7, 12, tzinfo=UTC), "today, 09:12", "09:12", "Today"),
        (datetime(2026, 8, 17, 22, 30, tzinfo=UTC), "today, 00:30", "00:30", "Today"),
        (datetime(2026, 8, 17, 8, 12, tzinfo=UTC), "yesterday, 10:12", "yesterday", "Yesterday"),
        (datetime(2026, 8, 16, 14, 40, tzinfo=UTC), "16 Aug, 16:40", "Sun", "16 August"),
        (datetime(2026, 8, 3, 12, 20, tzinfo=UTC), "3 Aug, 14:20", "3 Aug", "3 August"),
        (datetime(2025, 8, 3, 12, 20, tzinfo=UTC), "3 Aug 2025, 14:20", "3 Aug 2025", "3 August 2025"),
    ],
)
def test_times_are_said_in_the_zone_of_the_institution(
    at: datetime, prose: str, brief: str, day: str
) -> None:
    with timezone.override("Europe/Oslo"):
        assert (moments.prose(at, NOW), moments.brief(at, NOW), moments.day(at, NOW)) == (prose, brief, day)
        assert moments.date_title(NOW) == "Tuesday, 18 August"
