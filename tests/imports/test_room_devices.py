"""Devices of rooms: the one thing about a room that a rooms file never says."""

from __future__ import annotations

import pytest

from imports.models import Import
from tests.imports.harness import Tenant, csv_text
from tests.roster.timetables import Timetable

KEY = "edu-csv.room-devices"
HEADER = ["Room ID", "Device ID", "Device Type", "Device Software Version"]


@pytest.fixture
def rooms(tenant: Tenant) -> Tenant:
    tenant.load(csv_text(["Name", "External ID"], ["Harbour", "CAM"]), "echovideo.campuses.v1")
    tenant.load(
        csv_text(["Campus ID", "Name", "External ID"], ["CAM", "Lighthouse", "BLD"]), "echovideo.buildings.v1"
    )
    made = tenant.load(
        csv_text(["Building ID", "Name", "External ID"], ["BLD", "A1", "R1"], ["BLD", "A2", "R2"]),
        "echovideo.rooms.v1",
    )
    assert made.counts["created"] == 2
    return tenant


def assign(tenant: Tenant, *rows: list[str]) -> Import:
    return tenant.load(csv_text(HEADER, *rows), KEY, "update")


def devices(tenant: Tenant) -> list[tuple[object, ...]]:
    return tenant.query(
        "SELECT external_id, device_id, device_type, device_software_version FROM roster_room ORDER BY external_id"
    )


def test_devices_are_assigned_exchanged_and_taken_back(rooms: Tenant) -> None:
    first = assign(rooms, ["R1", "POD-1", "Pod", "5.1"], ["R2", "POD-2", "Pod", "5.1"])
    assert (first.job.status, first.counts["updated"]) == ("completed", 2)
    exchanged = assign(rooms, ["R1", "POD-2", "Pod", "5.1"], ["R2", "POD-1", "Pod", "5.1"])
    assert exchanged.counts["updated"] == 2
    assert devices(rooms) == [("R1", "POD-2", "Pod", "5.1"), ("R2", "POD-1", "Pod", "5.1")]
    rooms.undo(exchanged)
    rooms.undo(first)
    assert devices(rooms) == [("R1", None, None, None), ("R2", None, None, None)]


def test_a_device_stands_in_one_room(rooms: Tenant) -> None:
    assign(rooms, ["R1", "POD-1", "Pod", "5.1"])
    second = assign(rooms, ["R2", "POD-1", "Pod", "5.1"])
    [row] = rooms.plan(second)
    assert (row.outcome, row.codes, row.columns) == ("failed", ["duplicate_object"], ["Device ID"])
    assert "A1" in row.sentences[0]


def test_a_rooms_file_leaves_devices_alone(rooms: Tenant) -> None:
    assign(rooms, ["R1", "POD-1", "Pod", "5.1"])
    header = ["Room ID", "Building ID", "Name", "External ID"]
    renamed = rooms.load(csv_text(header, ["R1", "BLD", "Aula", "R1"]), "echovideo.rooms.v1", "update")
    assert renamed.counts["updated"] == 1
    assert devices(rooms)[0] == ("R1", "POD-1", "Pod", "5.1")


def test_a_blank_cell_takes_the_device_out(rooms: Tenant) -> None:
    assign(rooms, ["R1", "POD-1", "Pod", "5.1"])
    assert assign(rooms, ["R1", "", "", ""]).counts["updated"] == 1
    assert devices(rooms)[0] == ("R1", None, None, None)


@pytest.fixture
def scheduled(rooms: Tenant) -> Tenant:
    """R1 has a device and, beside what is over, two schedules ahead: one on a day of capture, one on none."""
    assign(rooms, ["R1", "POD-1", "Pod", "5.1"], ["R2", "POD-2", "Pod", "5.1"])
    ids = [rooms.query(f"SELECT id FROM roster_{noun}")[0][0] for noun in ("campus", "building")]  # noqa: S608  # names of this test
    timetable = Timetable(rooms, *ids)
    first, second = (found for (found,) in rooms.query("SELECT id FROM roster_room ORDER BY external_id"))
    timetable.take_place(
        timetable.schedule(first),
        timetable.schedule(first, exclusion_dates=["2031-08-19"]),
        timetable.schedule(first, start_date="2020-01-07"),
        timetable.schedule(second, start_date="2020-01-07"),
    )
    return rooms


def ask_for_devices(tenant: Tenant) -> None:
    tenant.query("UPDATE access_institution SET rooms_need_device = TRUE WHERE id = %s", tenant.pk)


def test_a_room_keeps_its_device_while_schedules_need_it(scheduled: Tenant) -> None:
    ask_for_devices(scheduled)
    upload = assign(scheduled, ["R1", "", "", ""], ["R2", "", "", ""])
    held, free = scheduled.plan(upload)
    assert (held.codes, held.columns) == (["device_needed"], ["Device ID"])
    assert held.sentences == [
        (
            "Device ID is blank, and room `R1` still has 2 schedules of today or later, which here need a device. Write the one"
            " that takes over, or move those to another room first."
        )
    ]
    assert free.outcome == "updated"
    assert devices(scheduled)[0] == ("R1", "POD-1", "Pod", "5.1")
    # Another device may take over.
    assert assign(scheduled, ["R1", "POD-2", "Pod", "5.1"]).counts["updated"] == 1


def test_a_file_without_the_column_takes_no_device_either(scheduled: Tenant) -> None:
    ask_for_devices(scheduled)
    text = csv_text(["Room ID", "Device Type"], ["R1", "Box"])
    upload = scheduled.load(text, KEY, "update", confirm_clear=True)
    assert scheduled.row(upload, 2).codes == ["device_needed"]
    kept = scheduled.load(text, KEY, "update", keep_absent=True)
    assert kept.counts["updated"] == 1
    assert devices(scheduled)[0] == ("R1", "POD-1", "Box", "5.1")


def test_a_device_may_go_where_nobody_asks_for_one(scheduled: Tenant) -> None:
    assert assign(scheduled, ["R1", "", "", ""]).counts["updated"] == 1


def test_a_room_that_has_no_device_stays_without(scheduled: Tenant) -> None:
    assign(scheduled, ["R1", "", "", ""])
    ask_for_devices(scheduled)
    assert assign(scheduled, ["R1", "", "Shelf", ""]).counts["failed"] == 0
