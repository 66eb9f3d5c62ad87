"""Rooms and schedules of a test's own, written past every door, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg.sql import SQL

from edu_csv import tenancy
from edu_csv.ids import uuid7
from edu_csv.roster import occurrences
from imports.steps.workspace import Session
from tests.imports.harness import Tenant

# A one-off capture far ahead; a test says what is different about its own.
PLAIN: dict[str, Any] = {
    "name": "Tides and Currents",
    "start_date": "2031-08-19",
    "start_time": "09:00",
    "duration_minutes": 90,
    "end_date": None,
    "days_of_week": [],
    "exclusion_dates": [],
    "section_ids": [],
    "instructor_id": None,
    "stream_live": False,
    "caption": False,
    "auto_publish": False,
    "input_1": "display",
    "capture_quality": "high",
    "external_id": None,
}


@dataclass
class Timetable:
    """One campus with one building, and rooms and schedules in it."""

    tenant: Tenant
    campus: UUID
    building: UUID

    @classmethod
    def of(cls, tenant: Tenant, time_zone: str | None = "Europe/Oslo") -> Timetable:
        [(campus,)] = tenant.query(
            "INSERT INTO roster_campus (id, institution_id, name, name_folded, time_zone)"
            " VALUES (uuidv7(), %s, 'Harbour', 'harbour', %s) RETURNING id",
            tenant.pk,
            time_zone,
        )
        return cls(tenant, campus, cls._building(tenant, campus))

    @staticmethod
    def _building(tenant: Tenant, campus: UUID) -> UUID:
        [(building,)] = tenant.query(
            "INSERT INTO roster_building (id, institution_id, campus_id, name, name_folded, external_id)"
            " VALUES (uuidv7(), %s, %s, 'Lighthouse', 'lighthouse', 'BLD-LIG') RETURNING id",
            tenant.pk,
            campus,
        )
        found: UUID = building
        return found

    def room(self, name: str = "A1") -> UUID:
        [(room,)] = self.tenant.query(
            "INSERT INTO roster_room (id, institution_id, building_id, name, name_folded, external_id)"
            " VALUES (uuidv7(), %s, %s, %s, %s, %s) RETURNING id",
            self.tenant.pk, self.building, name, name.casefold(), f"RM-{name}",
        )  # fmt: skip
        found: UUID = room
        return found

    def schedule(self, room: UUID, **different: Any) -> UUID:
        values = {"id": uuid7(), "institution_id": self.tenant.pk, "room_id": room, **PLAIN, **different}
        names = ", ".join(values)
        places = ", ".join({"section_ids": "%s::uuid[]"}.get(name, "%s") for name in values)
        self.tenant.query(
            f"INSERT INTO roster_schedule ({names}) VALUES ({places})",  # noqa: S608  # names of this file
            *values.values(),
        )
        made: UUID = values["id"]
        return made

    def take_place(self, *schedules: UUID) -> list[tuple[datetime, datetime]]:
        """Write what lies ahead of these schedules; all that there is of them then."""
        with self.touching(*schedules) as session:
            occurrences.refresh(session)
        return self.times(*schedules)

    def times(self, *schedules: UUID) -> list[tuple[datetime, datetime]]:
        return [
            (begins.astimezone(UTC), ends.astimezone(UTC))
            for begins, ends in self.tenant.query(
                "SELECT starts_at, ends_at FROM roster_occurrence WHERE schedule_id = ANY (%s) ORDER BY starts_at",
                list(schedules),
            )
        ]

    @contextmanager
    def touching(self, *schedules: UUID) -> Iterator[Session]:
        """A transaction in which ``touched`` names these schedules."""
        with tenancy.use_institution(self.tenant.pk), transaction.atomic():
            session = Session(self.tenant.pk, uuid7())
            session.run(SQL("CREATE TEMP TABLE touched (schedule_id uuid) ON COMMIT DROP"))
            session.run("INSERT INTO touched SELECT unnest(%(these)s::uuid[])", these=list(schedules))
            yield session

    def put_past(self, schedule: UUID, room: UUID, begins: datetime, ends: datetime) -> None:
        """Let a capture have taken place."""
        self.tenant.query(
            "INSERT INTO roster_occurrence (institution_id, schedule_id, room_number, starts_at, ends_at)"
            " SELECT %s, %s, number, %s, %s FROM roster_room WHERE id = %s",
            self.tenant.pk, schedule, begins, ends, room,
        )  # fmt: skip
