"""Devices of rooms: the one thing about a room that a rooms file never says."""

from __future__ import annotations

import pytest

from imports.models import Import
from tests.imports.harness import Tenant, csv_text

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
