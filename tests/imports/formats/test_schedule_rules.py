"""Rules of schedules that a folder of cells cannot show: switches, and starts that have passed meanwhile."""

from __future__ import annotations

import pytest

from tests.imports.harness import Tenant, csv_text

V1 = "echovideo.schedules.v1"
HEADER = [
    "Schedule ID", "Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Input 1", "Capture Quality",
    "External ID",
]  # fmt: skip
DEVICELESS = "Room `RM-204` has no capture device. Name another room, or have a device assigned to it first."


def row(
    own: str = "", *, name: str = "Talk", day: str = "2031-09-20", at: str = "09:00", room: str = "RM-1"
) -> list[str]:
    return [own, name, day, at, "60", room, "Display", "High", "SCH-1"]


@pytest.fixture
def housed(tenant: Tenant) -> Tenant:
    """Two rooms; only the first has a device."""
    campus = csv_text(["Name", "Time Zone", "External ID"], ["Harbour", "Europe/Oslo", "CAM"])
    building = csv_text(["Campus ID", "Name", "External ID"], ["CAM", "Lighthouse", "BLD"])
    rooms = csv_text(
        ["Building ID", "Name", "External ID"], ["BLD", "Auditorium", "RM-1"], ["BLD", "Seminar", "RM-204"]
    )
    for noun, upload in (("campuses", campus), ("buildings", building), ("rooms", rooms)):
        assert tenant.load(upload, f"echovideo.{noun}.v1").job.status == "completed"
    tenant.query("UPDATE roster_room SET device_id = 'DEV-1' WHERE external_id = 'RM-1'")
    return tenant


def schedule(tenant: Tenant, *rows: list[str], action: str = "create") -> list[list[str]]:
    """What is said of each row."""
    upload = tenant.load(csv_text(HEADER, *rows), V1, action, confirm_clear=True)
    return [planned.sentences or [planned.outcome] for planned in tenant.plan(upload)]


def need_devices(tenant: Tenant) -> None:
    tenant.query("UPDATE access_institution SET rooms_need_device = true WHERE id = %s", tenant.pk)


def begin_yesteryear(tenant: Tenant) -> None:
    tenant.query("UPDATE roster_schedule SET start_date = '2020-02-03' WHERE external_id = 'SCH-1'")
    tenant.query(
        "UPDATE roster_occurrence SET starts_at = '2020-02-03 08:00+00', ends_at = '2020-02-03 09:00+00'"
    )


def test_a_room_needs_no_device_where_the_institution_does_not_ask(housed: Tenant) -> None:
    assert schedule(housed, row(room="RM-204")) == [["created"]]


def test_a_room_needs_a_device_where_the_institution_asks(housed: Tenant) -> None:
    need_devices(housed)
    assert schedule(housed, row(room="RM-204")) == [[DEVICELESS]]
    assert schedule(housed, row()) == [["created"]]
    assert schedule(housed, row("SCH-1", room="RM-204"), action="update") == [[DEVICELESS]]


def test_a_schedule_stays_in_a_room_that_lost_its_device(housed: Tenant) -> None:
    schedule(housed, row(room="RM-204"))
    need_devices(housed)
    assert schedule(housed, row("SCH-1", name="Lecture", room="RM-204"), action="update") == [["updated"]]


def test_a_start_that_has_passed_may_stay(housed: Tenant) -> None:
    # 6.2 (40): what is past is accepted on update when it is unchanged.
    schedule(housed, row())
    begin_yesteryear(housed)
    assert schedule(housed, row("SCH-1", name="Lecture", day="2020-02-03"), action="update") == [["updated"]]
    assert schedule(housed, row("SCH-1", name="Lecture", day="2020-02-04"), action="update") == [
        [
            "Start Date is `2020-02-04`, and `09:00` of that day is past (Europe/Oslo). Write a start in the future."
        ]
    ]


def test_a_nightly_file_repeats_what_has_begun(housed: Tenant) -> None:
    # Design section 13: a create that says what is there is no fault, whatever the hour.
    schedule(housed, row())
    begin_yesteryear(housed)
    repeated = ["This schedule exists already, just so. Nothing was done."]
    assert schedule(housed, row(day="2020-02-03")) == [repeated]
    [[holder, past]] = schedule(housed, row(day="2020-02-03", name="Lecture"))
    assert holder.startswith("External ID `SCH-1` already belongs to another schedule")
    assert past.startswith("Start Date is `2020-02-03`")


def test_what_is_past_is_so_at_the_campus(housed: Tenant) -> None:
    # 2.11: the zone of the campus. Kiritimati is 14 hours ahead, Niue 11 behind.
    [(today,)] = housed.query("SELECT to_char(now() AT TIME ZONE 'Pacific/Kiritimati', 'YYYY-MM-DD HH24:MI')")
    day, _, clock = str(today).partition(" ")
    housed.query("UPDATE roster_campus SET time_zone = 'Pacific/Kiritimati'")
    assert schedule(housed, row(day=day, at=clock)) == [
        [
            f"Start Date is `{day}`, and `{clock}` of that day is past (Pacific/Kiritimati). Write a start in the future."
        ]
    ]
    housed.query("UPDATE roster_campus SET time_zone = 'Pacific/Niue'")
    assert schedule(housed, row(day=day, at=clock)) == [["created"]]


def test_a_blank_time_zone_is_that_of_the_institution(housed: Tenant) -> None:
    housed.query("UPDATE roster_campus SET time_zone = NULL")
    housed.query("UPDATE access_institution SET time_zone = 'Pacific/Auckland' WHERE id = %s", housed.pk)
    [[said]] = schedule(housed, row(day="2020-02-03"))
    assert "(Pacific/Auckland)" in said


def test_a_zone_that_the_database_does_not_know_is_told_and_stops_nothing_else(housed: Tenant) -> None:
    housed.query("UPDATE roster_campus SET time_zone = 'Nowhere/Land'")
    assert schedule(housed, row()) == [
        [
            (
                "Room `RM-1` lies on a campus whose time zone, `Nowhere/Land`, our database does not know. Correct the"
                " campus first."
            )
        ]
    ]
