"""The institution's time zone: whoever changes it moves the captures of campuses that have none of their own.

Schedules say local times (echovideo.md 6.2 (32)), so their future occurrences are written anew; what took
place stays. Two captures of one room that would overlap by it refuse the change, and are named.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db import OperationalError, connection, transaction
from psycopg.sql import SQL, Composable

from edu_csv.access.models import Institution
from edu_csv.errors import EduCsvError
from edu_csv.roster import lock, occurrences

# A page waits so long for an import that is being applied.
LOCK_WAIT = "SET LOCAL lock_timeout = '5s'"
FORGET_TOUCHED = "DROP TABLE IF EXISTS pg_temp.touched"
TOUCHED = """
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    SELECT schedule.id AS schedule_id
      FROM roster_schedule AS schedule
      JOIN roster_room AS room
        ON (room.institution_id, room.id) = (schedule.institution_id, schedule.room_id)
      JOIN roster_building AS building
        ON (building.institution_id, building.id) = (room.institution_id, room.building_id)
      JOIN roster_campus AS campus
        ON (campus.institution_id, campus.id) = (building.institution_id, building.campus_id)
     WHERE schedule.institution_id = %(institution)s AND schedule.deleted_at IS NULL AND campus.time_zone IS NULL
"""
FUTURE = """
    SELECT count(DISTINCT o.schedule_id), count(*) FROM roster_occurrence AS o
      JOIN touched AS t ON t.schedule_id = o.schedule_id
     WHERE o.institution_id = %(institution)s AND o.starts_at > now()
"""
# The index of the exclusion constraint answers nothing under row-level security; that of rooms and moments
# does, for no capture lasts a day (SCHEDULE_MAX_MINUTES).
CLASHES = """
    SELECT room.name, to_char(pair.at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI'), this.name, other.name,
           count(*) OVER ()
      FROM (SELECT one.schedule_id AS this, two.schedule_id AS other, one.room_number, min(one.starts_at) AS at
              FROM touched AS t
              JOIN roster_occurrence AS one
                ON one.institution_id = %(institution)s AND one.schedule_id = t.schedule_id AND one.starts_at > now()
              JOIN roster_occurrence AS two
                ON two.institution_id = %(institution)s
               AND two.room_number = one.room_number
               AND two.starts_at < one.ends_at AND two.ends_at > one.starts_at
               AND two.starts_at > one.starts_at - interval '1 day'
               AND two.schedule_id <> one.schedule_id
               AND (two.schedule_id > one.schedule_id OR two.schedule_id NOT IN (SELECT schedule_id FROM touched))
             GROUP BY 1, 2, 3) AS pair
      JOIN roster_schedule AS this ON this.institution_id = %(institution)s AND this.id = pair.this
      JOIN roster_schedule AS other ON other.institution_id = %(institution)s AND other.id = pair.other
      JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.number = pair.room_number
     ORDER BY pair.at, this.name, other.name LIMIT %(most)s
"""
CLASHES_TOLD = 5
KNOWN = "SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s)"


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change of zone moves: schedules, and their captures that are still to come."""

    schedules: int
    captures: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Two schedules that would take one room at once. at: the first time, local to the new zone."""

    room: str
    at: str
    schedule: str
    other: str

    def __str__(self) -> str:
        return f"{self.room}, {self.at}: {self.schedule} and {self.other}"


class NotPossible(EduCsvError):
    """The zone cannot be this one; the message says why, and how to mend it."""


class ZoneClashes(NotPossible):
    """Captures would overlap. count: pairs of schedules; clashes: the first of them."""

    def __init__(self, count: int, clashes: list[Clash]) -> None:
        super().__init__(count, clashes)
        self.count, self.clashes = count, clashes

    def __str__(self) -> str:
        told = "; ".join(map(str, self.clashes))
        more = f"; and {self.count - len(self.clashes):,} more" if self.count > len(self.clashes) else ""
        pairs = "two schedules" if self.count == 1 else f"{self.count:,} pairs of schedules"
        return (
            f"In this zone {pairs} would take a room at once: {told}{more}."
            " Give the campus a time zone of its own, or move one of the two; then change the zone."
        )


@dataclass
class _Statements:
    """Statements about one institution, as ``occurrences.refresh`` runs them."""

    institution: int
    zone: str

    def run(self, statement: Composable | str, name: str = "", /, **extra: Any) -> psycopg.Cursor[Any]:
        connection.ensure_connection()
        cursor: psycopg.Cursor[Any] = connection.connection.cursor()
        # A str here is a constant of ours.
        composed = statement if isinstance(statement, Composable) else SQL(statement)
        cursor.execute(cast("SQL", composed), {"institution": self.institution, "zone": self.zone, **extra})
        return cursor

    def fetch(self, statement: Composable | str, name: str = "", /, **extra: Any) -> list[tuple[Any, ...]]:
        return self.run(statement, name, **extra).fetchall()


def change_zone(institution: int, zone: str, *, only_look: bool = False) -> Moved:
    """Give the institution this time zone and its captures their new times; all of it or nothing.

    only_look: say what would move, and change nothing. Raises NotPossible (no such zone, an import is being
    applied), ZoneClashes.
    """
    statements = _Statements(institution, zone)
    _check(statements)
    with transaction.atomic():
        statements.run(LOCK_WAIT)
        try:
            lock.lock_roster(institution)
        except OperationalError as busy:
            raise NotPossible("An import is being applied just now. Try again in a minute.") from busy
        Institution.objects.filter(pk=institution).update(time_zone=zone)
        statements.run(FORGET_TOUCHED)
        statements.run(TOUCHED)
        occurrences.refresh(statements)
        _refuse_clashes(statements)
        [moved] = statements.fetch(FUTURE)
        # A plan that was made before has judged clashes by the former times.
        lock.raise_version(institution)
        if only_look:
            transaction.set_rollback(True)
    return Moved(*moved)


def _check(statements: _Statements) -> None:
    try:
        known = zoneinfo.ZoneInfo(statements.zone).key == statements.zone
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known or not statements.fetch(KNOWN)[0][0]:
        raise NotPossible(f"“{statements.zone}” is no IANA time zone. Write one such as Europe/Oslo.")


def _refuse_clashes(statements: _Statements) -> None:
    found = statements.fetch(CLASHES, most=CLASHES_TOLD)
    if found:
        raise ZoneClashes(found[0][4], [Clash(*row[:4]) for row in found])
