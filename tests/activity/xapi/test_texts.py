"""Durations and date-times as the tables of xapi.md 2.7 have them, and what follows from the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edu_csv.activity.xapi import is_iri, is_uuid, moment, texts
from edu_csv.activity.xapi.texts import is_duration, is_language, is_mbox, is_media_type, is_sha1, is_version

DURATIONS = [
    "PT0S", "PT30S", "PT1M30.25S", "PT36H", "P1.5D", "P4W", "P3Y1M29DT4H35M59.14S",
    "P1Y", "P2M", "PT5M", "PT0,5S", "P1.5W", "P0D", "PT1H0.5S", "P1YT1S",
]  # fmt: skip
NO_DURATIONS = [
    "P", "PT", "P1YT", "PT5", "-PT5S", "pt30s", "P4W1D", "PT1.5H30M", "30",
    "", "P1", "1S", "P1S", "PT1D", "+PT5S", "P1H", "PT.5S", "PT5.S", "P 1D", "PT1S ", "P1D1Y", "P1Y4W", "PT5S\n",
    "P0001-02-03T04:05:06", "P٥D", "P1.5YT1S", "PT1.5.5S",
]  # fmt: skip
TIMES = {
    "2025-09-03T14:05:30Z": "2025-09-03T14:05:30+00:00",
    "2025-09-03T14:05Z": "2025-09-03T14:05:00+00:00",
    "2024-02-29T00:00:00Z": "2024-02-29T00:00:00+00:00",
    "2025-09-03T14:05:30.1234567+02:00": "2025-09-03T12:05:30.123456+00:00",
    "2025-09-03T14:05:30": "2025-09-03T14:05:30+00:00",
    "2025-09-03T14:05:30,5z": "2025-09-03T14:05:30.500000+00:00",
    "2025-09-03T14:05:30+0230": "2025-09-03T11:35:30+00:00",
    "2025-09-03T14:05:30-05": "2025-09-03T19:05:30+00:00",
    "2025-09-03T14:05:30-00:30": "2025-09-03T14:35:30+00:00",
    "2025-12-31T23:59:60Z": "2026-01-01T00:00:00+00:00",
    "2025-12-31T23:59:60.25Z": "2026-01-01T00:00:00.250000+00:00",
}
NO_TIMES = [
    "2025-02-29T00:00:00Z", "2025-09-03", "2025-09-03 14:05:30Z", "20250903T140530Z", "2025-09-03T24:00:00Z",
    "2025-09-03T14:05:30-00:00", "2025-09-03T14:05:30-0000", "2025-09-03T14:05:30-00", "01/011/2015",
    "", "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-09-31T00:00:00Z", "2025-09-03T14:60:00Z",
    "2025-09-03T14:05:61Z", "2025-09-03T14Z", "2025-09-03T14:05:30.Z", "2025-9-3T14:05:30Z", "2025-09-03T14:05:30+25:00",
    "2025-09-03T14:05:30+01:60", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
    "9999-12-31T23:59:60Z", "2025-09-03t14:05:30Z", "2025-09-03T14:05:30Z\n", "2025-W36-3T14:05:30Z", "٢٠٢٥-09-03T14:05:30Z",
    "10000-01-01T00:00:00Z", "2025-09-03T14:05:30 Z", "2025-09-03T14:05:30UTC",
]  # fmt: skip


@pytest.mark.parametrize("text", DURATIONS)
def test_a_duration_is_taken(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_what_is_no_duration_is_not_taken(text: str) -> None:
    assert not is_duration(text)


@pytest.mark.parametrize(("text", "utc"), TIMES.items())
def test_a_time_is_told_in_utc(text: str, utc: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.isoformat() == utc
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_date_and_time_is_none(text: str) -> None:
    assert moment(text) is None


@given(st.datetimes(timezones=st.timezones()))
def test_every_time_that_python_writes_with_an_offset_is_read_again(at: datetime) -> None:
    offset = at.utcoffset()
    assert offset is not None
    text = at.isoformat()
    if offset.total_seconds() % 60:
        # Local mean times of long ago have seconds, which ISO 8601 has not.
        assert moment(text) is None
        return
    try:
        expected = at.astimezone(UTC)
    except OverflowError:
        assert moment(text) is None
    else:
        assert moment(text) == expected


@given(st.text(max_size=12))
def test_no_text_makes_a_check_raise(text: str) -> None:
    checks = (is_duration, is_iri, is_language, is_mbox, is_media_type, is_sha1, is_uuid, is_version)
    assert {check(text) for check in checks} <= {True, False}
    assert moment(text) is None


HOSTILE = {
    is_duration: ("P" + "1." * 200_000, "P" + "1" * 400_000, "P" + ".1A" * 150_000),
    is_language: ("a-" * 200_000, "en" + "-abcde" * 70_000 + "-", "en" + "-a-bb" * 80_000 + "-"),
    is_mbox: ("mailto:" + "a" * 400_000, "mailto:a@" + "b." * 200_000, "mailto:" + "@" * 400_000),
    is_iri: ("a" * 400_000, "a:" + "b" * 400_000 + " ", "a." * 200_000),
    is_media_type: ("a/" + "b" * 400_000 + "/", "a/b" + " " * 400_000, "a/b;" + ";" * 400_000 + "\n"),
    is_version: ("1.0." + "." * 400_000 + "\n",),
    lambda text: moment(text) is not None: ("2025-09-03T14:05:30." + "1" * 400_000 + "x",),
}


@pytest.mark.parametrize("check", HOSTILE)
def test_no_long_text_makes_a_check_run_away(check: object) -> None:
    """A pattern that tries all ways would take hours over these; a second is generous."""
    assert callable(check)
    begun = perf_counter()
    for text in HOSTILE[check]:
        check(text)
    assert perf_counter() - begun < 1


def test_what_was_found_good_is_not_kept_without_end() -> None:
    for number in range(45_000):
        assert is_iri(f"https://example.edu/{number}")
    assert len(texts.KNOWN_IRIS) <= 20_000
    assert is_iri("https://example.edu/1")
