"""How a feed is, by a clock that stands still: late, empty, much smaller, unchanged, stopped, paused, well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from imports.models import FeedFault, Limits
from imports.sources import health_words
from imports.sources.expectation import WEEKDAYS, Expected
from imports.sources.health import Arrival, Became, Health, Watched, assess, shrunk_percent

OSLO = ZoneInfo("Europe/Oslo")
DAILY = Expected.read({"days": list(WEEKDAYS), "by": "07:00", "grace_minutes": 30}, "Europe/Oslo")
TODAY = date(2026, 8, 18)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
COURSES, PEOPLE = "circlein.courses", "circlein.users"


def at(hours: str, day: date = TODAY) -> datetime:
    """A time of the clocks of Oslo."""
    return datetime.fromisoformat(f"{day}T{hours}").replace(tzinfo=OSLO)


def watched(**given_: object) -> Watched:
    base = Watched(True, None, LONG_AGO, DAILY, Limits(), OSLO)
    return replace(base, **given_)  # type: ignore[arg-type]  # fields of its own


def came(moment: datetime, rows: int | None = 1_000, sha256: str = "", **given_: object) -> Arrival:
    base = Arrival(moment, "enrol.csv", COURSES, sha256 or str(moment), 5_000, rows)
    return replace(base, **given_)  # type: ignore[arg-type]  # fields of its own


def yesterday(days: int = 1) -> datetime:
    return at("07:04", TODAY - timedelta(days=days))


def words(health: Health, paused_until: datetime | None = None) -> str:
    with timezone.override(OSLO):
        return health_words.state_words(health, paused_until)


def test_nothing_came_since_yesterday_and_the_grace_is_over() -> None:
    health = assess(watched(), [came(yesterday())], at("09:42"))
    assert words(health) == "late by 2 h 12 min"
    assert health.worst is not None
    assert health.worst.day == TODAY


@pytest.mark.parametrize("now", ["06:59", "07:00", "07:29"])
def test_within_the_grace_it_is_on_time(now: str) -> None:
    assert words(assess(watched(), [came(yesterday())], at(now))) == "on time"


def test_it_is_late_from_the_end_of_the_grace_on() -> None:
    assert assess(watched(), [came(yesterday())], at("07:30")).conditions[0].fault == FeedFault.LATE


@pytest.mark.parametrize("hour", ["19:00", "23:59"])
def test_a_file_of_the_evening_before_is_todays(hour: str) -> None:
    evening = came(at(hour, TODAY - timedelta(days=1)))
    assert words(assess(watched(), [evening, came(yesterday())], at("12:00"))) == "on time"


def test_lateness_counts_from_the_first_file_that_is_missing() -> None:
    health = assess(watched(), [came(yesterday(4))], at("09:30"))
    assert words(health) == "late by 3 days"
    assert health.worst is not None
    assert health.worst.day == TODAY


def test_what_comes_late_ends_it() -> None:
    assert words(assess(watched(), [came(at("09:50")), came(yesterday())], at("10:00"))) == "on time"


def test_nothing_is_missed_from_before_it_was_watched() -> None:
    made_at_nine = watched(since=at("09:00"))
    assert words(assess(made_at_nine, [], at("12:00"))) == "nothing has come yet"
    tomorrow = TODAY + timedelta(days=1)
    assert words(assess(made_at_nine, [], at("08:30", tomorrow))) == "late by 1 h"
    # Made after its window opened and before it was due: that one is expected.
    assert words(assess(watched(since=at("06:00")), [], at("08:30"))) == "late by 1 h"


def test_paused_and_switched_off_feeds_have_no_faults() -> None:
    until = at("07:00", TODAY + timedelta(days=3))
    late = [came(yesterday(5))]
    assert (
        words(assess(watched(paused_until=until), late, at("12:00")), until) == "paused until 21 Aug, 07:00"
    )
    assert words(assess(watched(is_enabled=False), late, at("12:00"))) == "switched off"
    # What was due in the pause is nobody's when it is over.
    over = watched(paused_until=at("08:00"))
    assert words(assess(over, late, at("12:00"))) == "on time"
    assert words(assess(over, late, at("07:31", TODAY + timedelta(days=1)))) == "late by 1 min"


@pytest.mark.parametrize(
    "file",
    [
        came(at("07:01"), rows=0),
        came(at("07:01"), rows=None, bytes=0, became="refused"),
        came(at("07:01"), rows=None, became="refused", problem={"code": "empty_file"}),
    ],
)
def test_a_file_without_rows_is_empty(file: Arrival) -> None:
    assert words(assess(watched(), [file, came(yesterday())], at("08:00"))) == "empty"


def usual(*rows: int, key: str = COURSES) -> list[Arrival]:
    return [came(yesterday(1 + n), rows=count, format_key=key) for n, count in enumerate(rows)]


def test_much_smaller_is_measured_by_the_median() -> None:
    # One odd file more or less does not move what is usual.
    before = usual(1_000, 990, 12, 1_010, 1_000, 50_000)
    assert (
        words(assess(watched(), [came(at("07:01"), rows=360), *before], at("08:00")))
        == "64 % smaller than usual"
    )


def test_up_to_the_limit_and_without_one_nothing_is_said() -> None:
    before = usual(1_000, 1_000, 1_000)
    for rows, limit, said in [(501, 50, "on time"), (500, 50, "50 % smaller than usual"), (1, 0, "on time")]:
        health = assess(
            watched(limits=Limits(shrink_percent=limit)), [came(at("07:01"), rows), *before], at("08:00")
        )
        assert words(health) == said


def test_two_files_do_not_tell_what_is_usual_and_other_formats_neither() -> None:
    assert words(assess(watched(), [came(at("07:01"), 1), *usual(1_000, 1_000)], at("08:00"))) == "on time"
    others = usual(1_000, 1_000, 1_000, 1_000, key=PEOPLE)
    assert words(assess(watched(), [came(at("07:01"), 1), *others], at("08:00"))) == "on time"


def test_of_several_files_of_a_day_the_worst_counts() -> None:
    small = came(at("07:01"), 100, format_key=PEOPLE)
    good = came(at("07:02"), 1_000)
    before = [*usual(1_000, 1_000, 1_000), *usual(1_000, 1_000, 1_000, key=PEOPLE)]
    ordered = sorted([good, small, *before], key=lambda each: each.at, reverse=True)
    assert words(assess(watched(), ordered, at("08:00"))) == "90 % smaller than usual"


def test_a_file_sent_again_corrects_the_one_before() -> None:
    small, whole = came(at("07:01"), 100), came(at("07:40"), 1_000)
    assert words(assess(watched(), [whole, small, *usual(1_000, 1_000, 1_000)], at("08:00"))) == "on time"


def test_the_same_bytes_for_days_are_told_from_the_limit_on() -> None:
    def same(days: int) -> Health:
        file = came(at("07:01"), sha256="a", same_since=yesterday(days))
        return assess(watched(limits=Limits(unchanged_days=5)), [file], at("08:00"))

    assert words(same(4)) == "on time"
    assert words(same(5)) == "same for 5 days"
    never = watched(limits=Limits(unchanged_days=0))
    assert words(assess(never, [came(at("07:01"), same_since=yesterday(90))], at("08:00"))) == "on time"


def test_a_plan_that_waits_and_a_refused_file_stop_a_feed() -> None:
    waits = came(at("07:01"), became="approval", upload=UUID(int=1))
    assert words(assess(watched(), [waits], at("08:00"))) == "stopped: waits for approval"
    assert words(assess(watched(only_checks=True), [waits], at("08:00"))) == "on time"
    refused = came(at("07:01"), became="refused", problem={"code": "header_mismatch", "detail": "No."})
    assert words(assess(watched(), [refused], at("08:00"))) == "a file was refused"
    assert words(assess(watched(refused_at_door="a.csv: no room"), [came(yesterday())], at("07:10"))) == (
        "a file was not taken"
    )


@pytest.mark.parametrize(
    ("key", "later", "is_cured"), [("", PEOPLE, True), (COURSES, PEOPLE, False), (COURSES, COURSES, True)]
)
def test_a_refused_file_is_cured_by_a_good_one_of_its_kind(key: str, later: str, is_cured: bool) -> None:
    refused = came(at("07:01"), rows=None, format_key=key, became="refused", problem={"code": "x"})
    good = came(at("07:30"), format_key=later)
    health = assess(watched(), [good, refused], at("08:00"))
    assert words(health) == ("on time" if is_cured else "a file was refused")


def test_yesterdays_refusal_is_over_when_todays_file_went_well() -> None:
    refused = came(yesterday(), rows=None, became="refused", problem={"code": "x"})
    assert words(assess(watched(), [came(at("07:01"), format_key=PEOPLE), refused], at("08:00"))) == "on time"


def test_without_a_schedule_nothing_is_late() -> None:
    assert words(assess(watched(expected=None), [came(yesterday(300))], at("08:00"))) == "in order"
    assert words(assess(watched(expected=None), [], at("08:00"))) == "nothing has come yet"


became: st.SearchStrategy[Became] = st.sampled_from(
    ["waiting_turn", "running", "approval", "ended", "refused", "cancelled", "undone"]
)
hours = st.integers(0, 24 * 40)


@st.composite
def feeds(draw: st.DrawFn) -> list[Arrival]:
    """What came within 40 days, newest first."""
    when = sorted(draw(st.sets(hours, max_size=20)))
    made = []
    for back in when:
        state: Became = draw(became)
        rows = None if state in ("waiting_turn", "running", "refused") else draw(st.integers(0, 2_000))
        moment = at("12:00") - timedelta(hours=back)
        made.append(came(moment, rows, became=state, format_key=draw(st.sampled_from(["", COURSES, PEOPLE]))))
    return made


@given(feeds(), st.integers(0, 72))
def test_the_words_always_fit_and_the_worst_is_first(arrivals: list[Arrival], later: int) -> None:
    now = at("12:00") + timedelta(hours=later)
    health = assess(watched(), arrivals, now)
    faults = [condition.fault for condition in health.conditions]
    assert faults == sorted(set(faults), key=list(FeedFault).index)
    assert words(health)
    assert (health.state == "faulty") == bool(faults)
    assert health.next is not None
    assert health.next.late_from > now


@given(feeds(), st.integers(0, 200), st.integers(1, 500))
def test_lateness_only_grows_until_something_comes(arrivals: list[Arrival], later: int, more: int) -> None:
    def late(now: datetime) -> int:
        found = [c for c in assess(watched(), arrivals, now).conditions if c.fault == FeedFault.LATE]
        return found[0].params["seconds"] if found else -1

    now = at("12:00") + timedelta(hours=later)
    then = now + timedelta(minutes=more)
    if late(now) >= 0:
        assert late(then) == late(now) + 60 * more
        arrived = [came(then), *arrivals]
        assert all(c.fault != FeedFault.LATE for c in assess(watched(), arrived, then).conditions)


@given(st.lists(st.integers(1, 10_000), min_size=3, max_size=10), st.integers(1, 10_000))
def test_the_percentage_is_never_more_than_what_is_missing(before: list[int], rows: int) -> None:
    file = came(at("07:01"), rows)
    percent = shrunk_percent(file, [file, *usual(*before)])
    middle = round(median(before))
    if percent is None:
        assert rows >= middle
    else:
        assert 0 <= percent < 100
        assert rows * 100 <= middle * (100 - percent) < rows * 100 + middle


def test_a_package_of_which_a_file_was_not_read_is_a_fault_until_a_whole_one_comes() -> None:
    partly = came(at("07:01"), files=4, unread=1, first_unread="01-orgs.csv")
    health = assess(watched(), [partly], at("08:00"))
    assert words(health) == "1 file was not read"
    assert health.worst is not None
    params = health.worst.params
    assert health_words.title("Banner", health.worst.fault, params) == "Banner: 1 file of 4 was not read"
    said = health_words.context(health.worst, health.last, None)
    assert "01-orgs.csv of" in said
    assert "was not read, and nothing of it was applied; the other files went on." in said
    whole = came(at("07:30"), files=4)
    assert words(assess(watched(), [whole, partly], at("08:00"))) == "on time"
    assert words(assess(watched(), [replace(partly, became="undone")], at("08:00"))) == "on time"
