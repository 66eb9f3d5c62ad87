"""Views and 30-second events from what a player did (video profile 1.0, reporting-api.md 7.1)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.activity.projection.house import (
    ADLNET,
    BASE,
    EXTENSION,
    START,
    VIDEO,
    in_section,
    move,
    named,
    rows,
    said,
    statement,
    times,
    video,
    watched,
)
from tests.imports.harness import Tenant

EXAMPLE = json.loads((Path(__file__).parents[1] / "xapi" / "examples" / "video.json").read_text())


def started(tenant: Tenant) -> list[float]:
    return [(moment - START).total_seconds() for (moment,) in rows(tenant, "view", "started_at")]


def test_a_session_is_one_view_with_an_event_each_30_seconds(house: Tenant) -> None:
    said(
        house,
        move("i", "initialized", 0),
        move("p", "played", 10, 0),
        move("h", "paused", 110, 100),
        move("q", "played", 200, 100),
        move("c", "completed", 230, 130),
        move("t", "terminated", 240, 130),
    )
    assert rows(house, "view", "video, section, person") == [("v-17", "s-3", "u-204")]
    assert started(house) == [10]
    # 100 seconds make three; the ten that are left and twenty of the next stretch make the fourth.
    assert times(house) == [40, 70, 100, 220]


def test_a_page_that_was_loaded_and_never_played_is_no_view(house: Tenant) -> None:
    done = said(house, move("i", "initialized", 0), move("t", "terminated", 90, 0))
    assert done.counts["kind 2"] == 2
    assert not rows(house, "view", "id")


def test_a_short_play_is_a_view_without_events(house: Tenant) -> None:
    said(house, move("p", "played", 0, 0), move("h", "paused", 29, 29))
    assert len(rows(house, "view", "id")) == 1
    assert not times(house)


def test_what_was_skipped_was_not_watched(house: Tenant) -> None:
    said(
        house,
        move("p", "played", 0, 0),
        move("s", "seeked", 40, (40, 1000)),
        # The player goes on by itself after a seek.
        move("h", "paused", 65, 1025),
    )
    assert times(house) == [30, 60]


def test_a_seek_while_paused_plays_nothing(house: Tenant) -> None:
    said(
        house,
        move("p", "played", 0, 0),
        move("h", "paused", 30, 30),
        move("s", "seeked", 31, (30, 500)),
        move("q", "played", 100, 500),
        move("t", "terminated", 130, 530),
    )
    assert times(house) == [30, 130]


def test_going_back_counts_what_was_seen_twice(house: Tenant) -> None:
    said(
        house,
        move("p", "played", 0, 0),
        move("s", "seeked", 60, (60, 0)),
        move("h", "paused", 120, 60),
    )
    assert times(house) == [30, 60, 90, 120]


def test_faster_play_counts_seconds_of_the_video(house: Tenant) -> None:
    said(house, move("p", "played", 0, 0), move("h", "paused", 60, 120))
    assert times(house) == [15, 30, 45, 60]


def test_nobody_watches_an_hour_in_a_minute(house: Tenant) -> None:
    said(house, move("p", "played", 0, 0), move("h", "paused", 60, 3600))
    assert len(times(house)) == 8


def test_waiting_for_data_is_not_watching(house: Tenant) -> None:
    said(house, move("p", "played", 0, 0), move("h", "paused", 600, 60))
    assert times(house) == [300, 600]


def test_without_positions_the_clock_counts(house: Tenant) -> None:
    said(house, move("p", "played", 0), move("t", "terminated", 65))
    assert times(house) == [30, 60]


def test_what_comes_after_the_last_move_is_not_known(house: Tenant) -> None:
    said(house, move("p", "played", 0, 0))
    assert started(house) == [0]
    assert not times(house)


def test_sessions_are_apart_and_a_reload_is_another_view(house: Tenant) -> None:
    said(
        house,
        move("a", "played", 0, 0),
        move("b", "paused", 30, 30),
        move("c", "played", 100, 0, session="d0b7bb46-a4dc-4a3e-9e35-0a4c9a4a2c0b"),
        move("d", "paused", 130, 30, session="d0b7bb46-a4dc-4a3e-9e35-0a4c9a4a2c0b"),
    )
    assert started(house) == [0, 100]
    assert times(house) == [30, 130]


def test_the_id_of_the_first_statement_names_the_session(house: Tenant) -> None:
    session = named("i")
    said(
        house,
        move("i", "initialized", 0, session=""),
        move("p", "played", 5, 0, session=session, section=None),
        move("h", "paused", 65, 60, session=session, section=None),
    )
    # The section is said by one of them only, and counts for the session.
    assert rows(house, "view", "section") == [("s-3",)]
    assert times(house) == [35, 65]


def test_a_registration_makes_a_view_of_each_day(house: Tenant) -> None:
    context = in_section(registration="dc0dbf12-8154-433e-91d8-8c2f8b7da695")
    day = 86_400
    moves = [("played", 0, 0), ("paused", 60, 60), ("played again", day, 60), ("paused again", day + 60, 120)]
    said(
        house,
        *(
            statement(
                verb,
                VIDEO + "verbs/" + verb[:6],
                video(),
                seconds,
                context=context,
                result={"extensions": {EXTENSION + "time": position}},
            )
            for verb, seconds, position in moves
        ),
    )
    assert started(house) == [0, day]
    assert times(house) == [30, 60, day + 30, day + 60]


def test_a_single_pause_tells_that_it_was_played(house: Tenant) -> None:
    said(house, EXAMPLE)
    assert rows(house, "view", "video, section, person") == [("v-17", "s-3", "u-204")]
    assert rows(house, "video", "name, duration_seconds") == [("Lecture 4: Queues", 3120)]
    assert not times(house)


def test_moves_that_come_later_are_taken_at_their_place(house: Tenant) -> None:
    said(house, move("h", "paused", 120, 120))
    assert (started(house), times(house)) == ([120], [])
    said(house, move("p", "played", 0, 0))
    assert (started(house), times(house)) == ([0], [30, 60, 90, 120])
    # A pause in between, that had been on its way all the time: less was watched than it seemed.
    said(house, move("s", "paused", 45, 45))
    assert (started(house), times(house)) == ([0], [30])


def test_heartbeats_without_a_session_make_a_view_of_each_day_and_section(house: Tenant) -> None:
    said(
        house,
        watched("a", 60),
        watched("b", 30),
        watched("c", 90, context=in_section("s-4")),
        watched("d", 86_400),
    )
    assert sorted(started(house)) == [30, 90, 86_400]
    said(house, watched("e", 0))
    assert sorted(started(house)) == [0, 90, 86_400]
    assert len(times(house)) == 5


def test_heartbeats_of_a_session_with_moves_count_nothing_twice(house: Tenant) -> None:
    session = {EXTENSION + "session-id": "3a61c672-668f-49b5-ac6d-7f0bb9e754e9"}
    beats = [watched(f"w{n}", 29.5 + 30 * n, context=in_section(extensions=session)) for n in range(5)]
    said(house, move("p", "played", 0, 0), *beats[:2], move("h", "paused", 61, 61))
    assert times(house) == [30, 60]
    # Nobody told of a pause after these: the heartbeats say what was watched.
    said(house, move("q", "played", 100, 61), *beats[4:])
    assert times(house) == [30, 60, 149.5]
    assert len(rows(house, "view", "id")) == 1


def test_heartbeats_beside_moves_of_the_same_day_count_nothing_twice(house: Tenant) -> None:
    """Neither says a session: both tell of the view of this day, whichever comes first."""
    said(house, watched("w1", 29.5), watched("w2", 59.5))
    assert times(house) == [29.5, 59.5]
    said(house, move("p", "played", 0, 0, session=""), move("h", "paused", 61, 61, session=""))
    assert times(house) == [30, 60]
    said(house, watched("w3", 45))
    assert times(house) == [30, 60]


def test_two_heartbeats_of_one_moment_are_one_event(house: Tenant) -> None:
    said(house, watched("a", 30), watched("b", 30))
    assert times(house) == [30]


def test_a_session_over_the_turn_of_a_month_is_whole(house: Tenant) -> None:
    last_night = (START.replace(day=30, hour=23, minute=59) - START).total_seconds()
    said(house, move("p", "played", last_night, 0))
    said(house, move("h", "paused", last_night + 120, 120))
    assert times(house) == [last_night + 30 * n for n in range(1, 5)]
    said(house, move("s", "paused", last_night + 40, 40))
    assert times(house) == [last_night + 30]


def test_moves_of_one_moment_are_taken_in_the_order_in_which_players_make_them(house: Tenant) -> None:
    said(
        house,
        move("p", "played", 0, 0),
        move("h", "paused", 60, 60),
        move("s", "seeked", 60, (60, 300)),
        move("q", "played", 60, 300),
        move("c", "completed", 120, 360),
        move("t", "terminated", 120, 360),
    )
    assert times(house) == [30, 60, 90, 120]


@pytest.mark.parametrize("nonsense", ["far", -5, 1e300, {"a": 1}, None, [3], True])
def test_a_position_that_is_none_counts_as_not_said(house: Tenant, nonsense: object) -> None:
    odd = statement(
        "p", VIDEO + "verbs/played", video(),
        context={"extensions": {EXTENSION + "session-id": "x"}}, result={"extensions": {EXTENSION + "time": nonsense}},
    )  # fmt: skip
    ends = statement(
        "t",
        ADLNET + "terminated",
        {"id": f"{BASE}/media/v-17"},
        60,
        context={"extensions": {EXTENSION + "session-id": "x"}},
    )
    said(house, odd, ends)
    assert times(house) == [30, 60]


def test_the_clock_of_a_session_that_nobody_ended_counts_six_hours_at_most(house: Tenant) -> None:
    said(house, move("p", "played", 0), move("t", "terminated", 30 * 86_400))
    assert len(times(house)) == 6 * 3600 / 30
