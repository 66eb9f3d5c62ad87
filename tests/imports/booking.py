"""A campus with rooms, and files of schedules for them, as tests of clashes write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imports.models import Import
from tests.imports.harness import Tenant, csv_text

V1 = "echovideo.schedules.v1"
TERMS, CAMPUSES, BUILDINGS, ROOMS = (
    f"echovideo.{name}.v1" for name in ("terms", "campuses", "buildings", "rooms")
)

HEADERS = {
    "id": "Schedule ID", "name": "Name", "start": "Start Date", "time": "Start Time", "minutes": "Duration Minutes",
    "end": "End Date", "days": "Days Of Week", "but": "Exclusion Dates", "room": "Room ID", "sections": "Section IDs",
    "input": "Input 1", "quality": "Capture Quality", "external_id": "External ID",
}  # fmt: skip
USUAL = {
    "start": "2031-09-02",
    "time": "09:00",
    "minutes": "60",
    "room": "R-1",
    "input": "Video",
    "quality": "High",
}


def schedules(*rows: Mapping[str, str], action: str = "create") -> str:
    """A file of version 1; what a row does not say is as USUAL, or blank."""
    names = [name for name in HEADERS if action != "create" or name != "id"]
    if action == "delete":
        return csv_text([HEADERS["id"]], *([row["id"]] for row in rows))
    filled = ({**USUAL, "name": row.get("external_id") or row.get("id", "Capture"), **row} for row in rows)
    return csv_text(
        [HEADERS[name] for name in names], *([row.get(name, "") for name in names] for row in filled)
    )


def build_rooms(tenant: Tenant, count: int = 3, zone: str = "Europe/Oslo") -> None:
    """Rooms R-1, R-2 … on one campus, C-1, in one building, B-1; campus C-2 is in UTC, with building B-2."""
    tenant.load(
        csv_text(["Name", "Time Zone", "External ID"], ["Harbour", zone, "C-1"], ["Hill", "UTC", "C-2"]),
        CAMPUSES,
    )
    tenant.load(
        csv_text(["Campus ID", "Name", "External ID"], ["C-1", "Lighthouse", "B-1"], ["C-2", "Tower", "B-2"]),
        BUILDINGS,
    )
    tenant.load(
        csv_text(
            ["Building ID", "Name", "External ID"],
            *(["B-1", f"Room {number}", f"R-{number}"] for number in range(1, count + 1)),
        ),
        ROOMS,
    )


def booked(tenant: Tenant, *rows: Mapping[str, str]) -> None:
    """Schedules that are there before the file of the test."""
    done = tenant.load(schedules(*rows), V1)
    assert done.counts["created"] == len(rows), [row.sentences for row in tenant.plan(done)]


def change(tenant: Tenant, *rows: Mapping[str, str]) -> Import:
    """Update schedules, each row with the id it is about (the external id, unless said)."""
    given = ({"id": row["external_id"], **row} for row in rows)
    done = tenant.load(schedules(*given, action="update"), V1, "update", confirm_clear=True)
    assert done.job.status.startswith("completed"), (done.job.status, done.job.problem)
    return done


def taking_place(tenant: Tenant) -> set[tuple[str, str, str]]:
    """(schedule, room, start in UTC) of all that is still to come."""
    found: Iterable[tuple[str, str, str]] = tenant.query(
        "SELECT coalesce(s.external_id, s.name), room.external_id, to_char(o.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"
        "  FROM roster_occurrence AS o JOIN roster_schedule AS s ON s.id = o.schedule_id"
        "  JOIN roster_room AS room ON room.number = o.room_number"
        " WHERE o.starts_at > now()"
    )
    return set(found)
