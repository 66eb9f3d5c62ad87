"""The institution's time zone: whoever changes it moves the captures of campuses that have none of their own.

Schedules say local times (echovideo.md 6.2 (32)), so their future occurrences are reckoned anew; what took
place stays. Two captures of one room that would overlap by it refuse the change, and are named. What would
become of them is reckoned beside the roster, without its lock: only who saves waits for other writers.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db import OperationalError, connection, transaction
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.models import Institution
from edu_csv.errors import EduCsvError
from edu_csv.roster import lock, occurrences
from edu_csv.roster.nouns import CAMPUS

# A page waits so long for an import that is being applied.
LOCK_WAIT = "SET LOCAL lock_timeout = '5s'"
# What ended can have no capture to come; a day more for the zones that are behind.
WITHOUT_A_ZONE = """
    SELECT schedule.id FROM roster_schedule AS schedule
      JOIN roster_room AS room
        ON (room.institution_id, room.id) = (schedule.institution_id, schedule.room_id)
      JOIN roster_building AS building
        ON (building.institution_id, building.id) = (room.institution_id, room.building_id)
      JOIN roster_campus AS campus
        ON (campus.institution_id, campus.id) = (building.institution_id, building.campus_id)
     WHERE schedule.institution_id = %(institution)s AND schedule.deleted_at IS NULL AND campus.time_zone IS NULL
       AND coalesce(schedule.end_date, schedule.start_date) >= current_date - 2
"""
# Campuses as they will be: those without a zone are in the new one.
IN_ZONE = SQL("""
    SELECT campus.id, coalesce(campus.time_zone, %(zone)s) AS time_zone FROM ({live}) AS campus
""").format(live=occurrences.LIVE.format(table=Identifier(CAMPUS.table)))
MOVED = "SELECT count(DISTINCT o.schedule_id), count(*) FROM occurring AS o"
# What will take place in those rooms: what moves, and beside it what is running or belongs to schedules that
# stay, once for each day that it lies on (``occurrences.ON_DAYS``).
FORGET = "DROP TABLE IF EXISTS pg_temp.lying"
LYING = SQL("""
    CREATE TEMP TABLE lying ON COMMIT DROP AS
    SELECT n.schedule_id, n.room_number, n.starts_at, n.ends_at, TRUE AS moves, on_day.day,
           on_day.place = 1 AS is_first
      FROM occurring AS n {days_of_moved}
    UNION ALL
    SELECT o.schedule_id, o.room_number, o.starts_at, o.ends_at, FALSE, on_day.day, on_day.place = 1
      FROM roster_occurrence AS o {days_of_staying}
     WHERE o.institution_id = %(institution)s AND o.starts_at > now() - {longest} AND o.ends_at > now()
       AND (o.starts_at <= now() OR o.schedule_id NOT IN (SELECT t.schedule_id FROM touched AS t))
       AND o.room_number IN (SELECT n.room_number FROM occurring AS n)
""")
CLASHES = """
    SELECT room.name, to_char(pair.at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI'), this.name, other.name,
           pair.this = pair.other, count(*) OVER ()
      FROM (SELECT one.schedule_id AS this, two.schedule_id AS other, one.room_number,
                   min(greatest(one.starts_at, two.starts_at)) AS at
              FROM lying AS one
              JOIN lying AS two
                ON two.room_number = one.room_number AND two.day = one.day AND (two.is_first OR one.is_first)
               AND two.starts_at < one.ends_at AND two.ends_at > one.starts_at
               AND (two.schedule_id, two.starts_at) > (one.schedule_id, one.starts_at)
               AND (two.moves OR one.moves)
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


NOTHING = Moved(0, 0)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two schedules that would take one room at once, or one on two days. at: the first time, in the new zone."""

    room: str
    at: str
    schedule: str
    other: str
    is_of_one: bool


class NotPossible(EduCsvError):
    """The zone cannot be this one; ``edu_csv.front.setup.zone_words`` says why, and how to mend it."""


class NoSuchZone(NotPossible):
    """No zone of IANA's, or none that both Python and the database know."""

    def __init__(self, zone: str) -> None:
        super().__init__(zone)
        self.zone = zone


class RosterBusy(NotPossible):
    """Somebody else writes the roster for longer than a page may wait."""


class ZoneClashes(NotPossible):
    """Captures would overlap. count: pairs of schedules; clashes: the first of them."""

    def __init__(self, count: int, clashes: list[Clash]) -> None:
        super().__init__(count, clashes)
        self.count, self.clashes = count, clashes


@dataclass
class _Session:
    """Statements about one institution and the zone that it would have."""

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


def look(institution: int, zone: str) -> Moved:
    """What this time zone would move; changes nothing, and waits for nobody.

    Raises NoSuchZone, ZoneClashes.
    """
    session = _Session(institution, zone)
    _check(session)
    # The transaction is for the temporary tables.
    with transaction.atomic():
        return _reckon(session) or NOTHING


def change_zone(institution: int, zone: str) -> Moved:
    """Give the institution this time zone and its captures their new times; all of it or nothing.

    Raises NoSuchZone, RosterBusy, ZoneClashes.
    """
    session = _Session(institution, zone)
    _check(session)
    with transaction.atomic():
        with _told_when_busy():
            session.run(LOCK_WAIT)
            lock.lock_roster(institution)
            Institution.objects.filter(pk=institution).update(time_zone=zone)
        moved = _reckon(session)
        if moved is not None:
            occurrences.write(session)
        # A plan that was made before has judged clashes by the former times.
        lock.raise_version(institution)
    return moved or NOTHING


@contextmanager
def _told_when_busy() -> Iterator[None]:
    try:
        yield
    except OperationalError as busy:
        raise RosterBusy from busy


def _check(session: _Session) -> None:
    try:
        known = zoneinfo.ZoneInfo(session.zone).key == session.zone
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known or not session.fetch(KNOWN)[0][0]:
        raise NoSuchZone(session.zone)


def _reckon(session: _Session) -> Moved | None:
    """Fill ``occurring`` with what would take place in the new zone; None when no schedule goes by it.

    Raises ZoneClashes.
    """
    if not occurrences.touch(session, (), made=WITHOUT_A_ZONE):
        return None
    occurrences.expand(session, {CAMPUS.name: IN_ZONE})
    _refuse_clashes(session)
    [moved] = session.fetch(MOVED)
    return Moved(*moved)


def _refuse_clashes(session: _Session) -> None:
    session.run(FORGET)
    session.run(
        LYING.format(
            days_of_moved=occurrences.on_days("n"),
            days_of_staying=occurrences.on_days("o"),
            longest=Literal(occurrences.LONGEST_CAPTURE),
        )
    )
    session.run("ANALYZE lying")
    found = session.fetch(CLASHES, most=CLASHES_TOLD)
    if found:
        raise ZoneClashes(found[0][5], [Clash(*row[:5]) for row in found])
