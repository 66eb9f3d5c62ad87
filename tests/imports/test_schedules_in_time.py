"""Schedules whose time has come, or goes: what a change of their start, place or people then means."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from imports.formats.echovideo.schedules_v1 import SchedulesV1
from tests.exports.harness import export, lines
from tests.imports.booking import (
    BUILDINGS,
    CAMPUSES,
    ROOMS,
    TERMS,
    V1,
    booked,
    build_rooms,
    change,
    schedules,
    taking_place,
)
from tests.imports.harness import Tenant, csv_text

V2 = "echovideo.schedules.v2"
SECTIONS, USERS = "echovideo.sections.v1", "echovideo.users.v1"
NOTHING_AHEAD = (
    "Nothing of this capture lies ahead any more: its days are over, took place already, or are excluded by the row or"
    " by the term of its section. Correct the row if that is not meant."
)
# A zone in which it is about noon, so that a day has hours behind it and hours to come.
NOON = f"Etc/GMT{datetime.now(ZoneInfo('UTC')).hour - 12:+d}"


@pytest.fixture
def at_noon(tenant: Tenant) -> Tenant:
    build_rooms(tenant, zone=NOON)
    return tenant


def day(later: int = 0) -> str:
    """A day there: today, and so many days later."""
    return f"{(datetime.now(ZoneInfo(NOON)) + timedelta(days=later)).date()}"


def took_place(tenant: Tenant, hours_ago: float = 3) -> None:
    """All that lies ahead began so many hours ago and lasted one; its schedule is older than that."""
    tenant.query(
        "UPDATE roster_occurrence SET starts_at = now() - make_interval(mins => %s),"
        " ends_at = now() - make_interval(mins => %s)",
        int(hours_ago * 60),
        int(hours_ago * 60) - 60,
    )
    tenant.query("UPDATE roster_schedule SET updated_at = now() - interval '30 days'")


def move_campus(tenant: Tenant, zone: str) -> None:
    moved = tenant.load(
        csv_text(["Campus ID", "Name", "Time Zone", "External ID"], ["C-1", "Harbour", zone, "C-1"]), CAMPUSES, "update"
    )  # fmt: skip
    assert moved.counts["updated"] == 1


def test_a_one_off_cannot_be_moved_into_the_past_of_its_day(at_noon: Tenant) -> None:
    booked(at_noon, {"external_id": "X", "start": day(), "time": "23:00"})
    [row] = at_noon.plan(change(at_noon, {"external_id": "X", "start": day(), "time": "00:05"}))
    assert row.sentences == [
        f"Start Date is `{day()}`, and `00:05` of that day is past ({NOON}). Write a start in the future."
    ]
    assert len(taking_place(at_noon)) == 1


def test_a_one_off_cannot_be_moved_into_the_past_by_the_zone_of_another_room(at_noon: Tenant) -> None:
    at_noon.query("UPDATE roster_campus SET time_zone = 'Etc/GMT+12' WHERE external_id = 'C-2'")
    at_noon.load(csv_text(["Building ID", "Name", "External ID"], ["B-2", "West", "R-9"]), ROOMS)
    # The same hour is past wherever it is later than there.
    soon = datetime.now(ZoneInfo("Etc/GMT+12")) + timedelta(minutes=30)
    one = {"external_id": "X", "start": f"{soon:%Y-%m-%d}", "time": f"{soon:%H:%M}"}
    booked(at_noon, {**one, "room": "R-9"})
    again = {**one, "room": "R-1"}
    assert at_noon.plan(change(at_noon, again))[0].codes == ["time_in_past"]


def test_a_series_that_has_begun_changes_its_time_for_what_is_to_come(at_noon: Tenant) -> None:
    series = {"external_id": "X", "start": day(), "end": day(13), "days": "MO;TU;WE;TH;FR;SA;SU"}
    booked(at_noon, {**series, "time": "23:00"})
    # Its first capture is still ahead, and would be lost.
    assert at_noon.plan(change(at_noon, {**series, "time": "00:05"}))[0].codes == ["time_in_past"]
    at_noon.query("UPDATE roster_schedule SET start_date = start_date - 7")
    begun = {**series, "start": day(-7)}
    assert at_noon.plan(change(at_noon, {**begun, "time": "00:05"}))[0].sentences == []
    assert len(taking_place(at_noon)) == 13


def test_a_change_that_leaves_nothing_ahead_is_told(at_noon: Tenant) -> None:
    series = {
        "external_id": "X",
        "start": day(),
        "end": day(6),
        "days": "MO;TU;WE;TH;FR;SA;SU",
        "time": "23:00",
    }
    booked(at_noon, series)
    at_noon.query("UPDATE roster_schedule SET start_date = start_date - 7")
    [row] = at_noon.plan(change(at_noon, {**series, "start": day(-7), "end": day(-1)}))
    assert (row.outcome, row.codes, row.sentences) == ("updated", ["no_occurrence"], [NOTHING_AHEAD])
    assert not taking_place(at_noon)
    # What is over stays over, and nobody is told so every night.
    [row] = at_noon.plan(change(at_noon, {**series, "name": "Renamed", "start": day(-7), "end": day(-1)}))
    assert (row.outcome, row.codes) == ("updated", [])


def test_a_one_off_that_took_place_is_not_moved_to_the_evening(at_noon: Tenant) -> None:
    booked(at_noon, {"external_id": "X", "start": day(), "time": "22:00"})
    took_place(at_noon)
    at_noon.query("UPDATE roster_schedule SET start_time = '09:00'")
    [row] = at_noon.plan(change(at_noon, {"external_id": "X", "start": day(), "time": "23:00"}))
    assert (row.outcome, row.sentences) == ("updated", [NOTHING_AHEAD])
    assert not taking_place(at_noon)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT+8"])
def test_a_one_off_that_took_place_does_not_do_so_again_in_another_zone(tenant: Tenant, zone: str) -> None:
    # From the zone where the day begins first to one where the same hour is still to come.
    build_rooms(tenant, zone="Etc/GMT-9")
    here = datetime.now(ZoneInfo("Etc/GMT-9")) - timedelta(hours=2)
    booked(tenant, {"external_id": "X"})
    tenant.query("UPDATE roster_schedule SET start_date = %s, start_time = %s", here.date(), f"{here:%H}:00")
    took_place(tenant)
    tenant.query("UPDATE roster_occurrence SET starts_at = %s, ends_at = %s", *(
        here.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours) for hours in (0, 1)
    ))  # fmt: skip
    move_campus(tenant, zone)
    assert not taking_place(tenant)
    # Nor does anything else bring it back.
    moved = csv_text(["Building ID", "Campus ID", "Name", "External ID"], ["B-1", "C-2", "Lighthouse", "B-1"])
    tenant.query("UPDATE roster_campus SET time_zone = %s WHERE external_id = 'C-2'", zone)
    assert tenant.load(moved, BUILDINGS, "update").counts["updated"] == 1
    assert not taking_place(tenant)


def test_the_rest_of_a_series_goes_on_in_another_zone(tenant: Tenant) -> None:
    build_rooms(tenant, zone="Etc/GMT-9")
    here = datetime.now(ZoneInfo("Etc/GMT-9")) - timedelta(hours=2)
    booked(tenant, {"external_id": "X", "end": "2031-09-16", "days": "MO;TU;WE;TH;FR;SA;SU"})
    at = here.replace(minute=0, second=0, microsecond=0)
    tenant.query(
        "UPDATE roster_schedule SET start_date = %s, end_date = %s, start_time = %s, updated_at = now() - interval '9 days'",
        at.date() - timedelta(days=7), at.date() + timedelta(days=7), f"{at:%H}:00",
    )  # fmt: skip
    tenant.query(
        "DELETE FROM roster_occurrence WHERE starts_at > (SELECT min(starts_at) FROM roster_occurrence)"
    )
    tenant.query("UPDATE roster_occurrence SET starts_at = %s, ends_at = %s", at, at + timedelta(hours=1))
    move_campus(tenant, "Etc/GMT+8")
    # Today's is done; those of the seven days that follow are not.
    assert sorted(start for _, _, start in taking_place(tenant)) == [
        f"{(at + timedelta(days=days, hours=17)).astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M}"
        for days in range(1, 8)
    ]


def test_a_zone_that_the_database_knows_no_longer_stops_only_what_lies_in_it(loaded: Tenant) -> None:
    build_rooms(loaded)
    loaded.load(csv_text(["Building ID", "Name", "External ID"], ["B-2", "West", "R-9"]), ROOMS)
    of_autumn = {"sections": "S-OCE210-31A-01"}
    booked(loaded, {"external_id": "X", **of_autumn}, {"external_id": "Y", "room": "R-9", **of_autumn})
    loaded.query("UPDATE roster_campus SET time_zone = 'Mars/Olympus' WHERE external_id = 'C-1'")
    term = csv_text(
        ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"],
        ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-19", "2031-09-03", "T-2031A"],
    )
    assert loaded.load(term, TERMS, "update").counts["updated"] == 1
    # Nobody can say when it would be, until somebody says where.
    assert {name for name, _, _ in taking_place(loaded)} == {"Y"}
    rooms = csv_text(["Room ID", "Building ID", "Name", "External ID"], ["R-2", "B-2", "Room 2", "R-2"])
    assert loaded.load(rooms, ROOMS, "update").counts["updated"] == 1
    move_campus(loaded, "Europe/Oslo")
    assert {name for name, _, _ in taking_place(loaded)} == {"X", "Y"}


ALMOST_A_DAY = {
    "start": "2031-03-24", "end": "2031-04-06", "days": "MO;TU;WE;TH;FR;SA;SU", "time": "00:30", "minutes": "1430",
}  # fmt: skip


def test_a_capture_of_almost_a_day_meets_itself_where_a_day_has_23_hours(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with SCHEDULE_MAX_MINUTES=1439.
    monkeypatch.setattr(SchedulesV1.column("duration_minutes"), "high", 1_439)
    build_rooms(tenant)
    done = tenant.load(schedules({"external_id": "L", **ALMOST_A_DAY}), V1)
    assert tenant.row(done, 2).sentences == [
        (
            "This schedule would meet itself in Room 1 over the change of the clocks: its captures of 2031-03-30 and 2031-03-31"
            " overlap. Make them shorter, or leave one of these days out."
        )
    ]
    assert tenant.row(done, 2).codes == ["schedule_clash"]
    tenant.query("UPDATE roster_campus SET time_zone = 'UTC'")
    booked(tenant, {"external_id": "L", **ALMOST_A_DAY})
    moved = tenant.load(
        csv_text(["Campus ID", "Name", "Time Zone", "External ID"], ["C-1", "Harbour", "Europe/Oslo", "C-1"]),
        CAMPUSES,
        "update",
    )
    assert tenant.row(moved, 2).sentences == [
        (
            "`L` would meet itself in Room 1 over the change of the clocks: its captures of 2031-03-30 and 2031-03-31"
            " overlap. Make them shorter, or leave one of these days out."
        )
    ]


def test_who_loses_the_role_is_in_exports_all_the_same_and_they_change_nothing(loaded: Tenant) -> None:
    build_rooms(loaded)
    talk = csv_text(
        ["Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Instructor ID", "Input 1", "Capture Quality", "External ID"],
        ["Talk", "2031-10-06", "09:00", "60", "R-1", "P-1001", "Video", "High", "X"],
    )  # fmt: skip
    assert loaded.load(talk, V1).counts["created"] == 1
    student = csv_text(
        ["User ID", "First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"],
        ["P-1001", "Ingrid", "Solberg", "ingrid.solberg@fjord.example", "Student", "isolberg", "P-1001"],
    )
    assert loaded.row(loaded.load(student, USERS, "update"), 2).codes == ["still_instructs"]
    for key in (V1, V2, SECTIONS):
        done = export(loaded, key)
        assert lines(done)
        assert not done.omitted
        given = csv_text(list(lines(done)[0]), *(list(line.values()) for line in lines(done)))
        again = loaded.load(given, key, "update")
        assert again.counts["unchanged"] == len(lines(done)), [row.sentences for row in loaded.plan(again)]
