"""Occupancy: two captures in one room at one time, found before anything is written (echovideo.md 2.13).

A file of schedules changes what takes place, and so does one that moves terms, sections, rooms, buildings or
campuses below them. Which noun moves what is known from the roster (``occurrences.MOVED_BY``), so every format of
such a noun is looked at, and a clash is told on the column that fills the field at fault.

``touched`` (schedule_id, row, rows, object_id): the schedules that rows of this file re-plan. A row to update a
    schedule expands under an id of its own, since several rows may be about one schedule until it is
    decided which of them counts; ``object_id`` is the schedule itself.
``fresh`` (row, schedule_id, room_number, starts_at, ends_at, day, is_first): what would take place, once for
    each day (UTC) that it lies on; ``is_first`` is the occurrence itself.
``standing``: what takes place already in those rooms, in the same way.
``met``: pairs of one of each. ``is_given``: a row of this file re-plans the one that takes place already.

What takes place and stays beats every row. A place that another row gives up is free if that row is
applied (``needs``), or not at all when that row still wants the same time. What then is left are contests of
rows among themselves, decided with those about keys (``clashes``).
"""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster import occurrences
from edu_csv.roster.nouns import BUILDING, CAMPUS, ROOM, SCHEDULE, SECTION, TERM, Noun
from imports.formats.columns import CREATE, DELETE, UPDATE
from imports.formats.references import Reference
from imports.steps.resolve import written_fields
from imports.steps.room_words import tell
from imports.steps.scope import live
from imports.steps.workspace import IS_GOOD, Workspace, fragment

# Beside the numbers of a format's keys.
PLACE = 1_000

# What a plan says of schedules below its objects.
CAPTURE_COUNTS = ("schedules", "moved", "added", "removed")

# (schedule, row of this file that moves it), by what is moved; ``moved`` (id, row).
_BY_SECTION = """
    SELECT s.id, moved.row FROM roster_schedule AS s
     CROSS JOIN LATERAL unnest(s.section_ids) AS one_of (id)
      JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = one_of.id
      JOIN moved ON moved.id = {id}
"""
_BY_ROOM = """
    SELECT s.id, moved.row FROM roster_schedule AS s
      JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.id = s.room_id
      JOIN roster_building AS building ON building.institution_id = %(institution)s AND building.id = room.building_id
      JOIN moved ON moved.id = {id}
"""
SCHEDULES: Mapping[int, str] = {
    SECTION.code: _BY_SECTION.format(id="section.id"),
    TERM.code: _BY_SECTION.format(id="section.term_id"),
    ROOM.code: _BY_ROOM.format(id="room.id"),
    BUILDING.code: _BY_ROOM.format(id="building.id"),
    CAMPUS.code: _BY_ROOM.format(id="building.campus_id"),
}
MOVED = SQL("""
    SELECT w._id AS id, w._row AS row FROM work AS w
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = w._id
     WHERE ({differs}) AND {good}
""")
# A deleted section takes the days without teaching of its term away from schedules that have others.
SECTIONS_LEFT = SQL("""
    SELECT w._id AS id, w._row AS row FROM work AS w
      JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id
      JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = o.term_id
     WHERE term.exclusion_dates <> '{{}}' AND {good}
""")
# What lies behind is never rewritten; a day more for the zones that are behind.
TOUCHED_BELOW = SQL("""
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    WITH moved AS MATERIALIZED ({moved})
    SELECT found.id AS schedule_id, min(found.row) AS row,
           array_agg(DISTINCT found.row ORDER BY found.row) AS rows, found.id AS object_id
      FROM ({schedules} WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL
               AND coalesce(s.end_date, s.start_date) >= current_date - 2) AS found
     GROUP BY found.id
""")
TOUCHED_CREATE = SQL("""
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    SELECT w._id AS schedule_id, w._row AS row, NULL::integer[] AS rows, w._id AS object_id FROM work AS w
     WHERE {good} AND w._row NOT IN (SELECT t.row FROM twin AS t)
""")
TOUCHED_UPDATE = SQL("""
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    SELECT (%(prefix)s || lpad(to_hex(moved.row), 8, '0'))::uuid AS schedule_id, moved.row, NULL::integer[] AS rows,
           moved.id AS object_id
      FROM ({moved}) AS moved
""")

# A schedule that several rows move is as all of them leave it: they live and die together.
TIED = SQL("""
    INSERT INTO needs
    SELECT DISTINCT t.rows[place], t.rows[place %% cardinality(t.rows) + 1], {header}, 'moved_together', NULL
      FROM touched AS t CROSS JOIN LATERAL generate_subscripts(t.rows, 1) AS place
     WHERE cardinality(t.rows) > 1
""")

# What stands for the table while it is asked what would take place.
SCHEDULES_AFTER = SQL("""
    SELECT t.schedule_id AS id, {columns} FROM touched AS t JOIN work AS w ON w._row = t.row {kept}
""")
KEPT_FIELDS = SQL("LEFT JOIN roster_schedule AS o ON o.institution_id = %(institution)s AND o.id = w._id")
OTHERS_AFTER = SQL("""
    SELECT o.id, {columns} FROM {table} AS o LEFT JOIN (SELECT w.* FROM work AS w WHERE {good}) AS w ON w._id = o.id
     WHERE {live}
""")
OTHERS_LEFT = SQL("""
    SELECT o.* FROM {table} AS o WHERE {live} AND o.id NOT IN (SELECT w._id FROM work AS w WHERE {good} AND w._id IS NOT NULL)
""")

# Each is a table of its own with statistics: of what an earlier step or this very transaction wrote the planner
# knows nothing, and a join that expects one row compares each with each.
EXPANDED = SQL("CREATE TEMP TABLE expanded ON COMMIT DROP AS {expansion}")
FRESH = SQL("""
    CREATE TEMP TABLE fresh ON COMMIT DROP AS
    SELECT t.row, t.object_id AS schedule_id, f.room_number, f.starts_at, f.ends_at, on_day.day,
           on_day.place = 1 AS is_first
      FROM expanded AS f JOIN touched AS t USING (schedule_id) {days}
""")

WANTED_ROOMS = "CREATE TEMP TABLE wanted_room ON COMMIT DROP AS SELECT DISTINCT f.room_number FROM fresh AS f"
STANDING = SQL("""
    CREATE TEMP TABLE standing ON COMMIT DROP AS
    SELECT o.schedule_id, o.room_number, o.starts_at, o.ends_at, on_day.day, on_day.place = 1 AS is_first
      FROM wanted_room JOIN roster_occurrence AS o ON o.room_number = wanted_room.room_number {days}
     WHERE o.institution_id = %(institution)s AND o.starts_at > now() - {longest} AND o.ends_at > now()
""")
# Two that meet do so first on a day that is the first of one of them, and only there are they counted. What a row
# moves away itself is not in its way.
MET = """
    CREATE TEMP TABLE met ON COMMIT DROP AS
    SELECT f.row, f.schedule_id, f.room_number, f.starts_at, f.ends_at, o.schedule_id AS other_id,
           o.starts_at AS other_starts_at, o.ends_at AS other_ends_at, NULL::integer AS other_row,
           o.starts_at > now() AND t.object_id IS NOT NULL AS is_given
      FROM fresh AS f
      JOIN standing AS o ON o.room_number = f.room_number AND o.day = f.day AND (o.is_first OR f.is_first)
       AND o.starts_at < f.ends_at AND o.ends_at > f.starts_at AND o.schedule_id <> f.schedule_id
      LEFT JOIN (SELECT t.object_id, min(t.row) AS row FROM touched AS t GROUP BY t.object_id) AS t
        ON t.object_id = o.schedule_id
     WHERE t.row IS DISTINCT FROM f.row OR o.starts_at <= now()
"""

# The row that gives a place up: the one that counts, else one whose failing is to be told.
GIVERS = SQL("""
    CREATE TEMP TABLE giver ON COMMIT DROP AS
    SELECT DISTINCT ON (w.object_id) w.object_id, w.row, w.rows
      FROM (SELECT t.row AS _row, t.* FROM touched AS t
             WHERE t.object_id IN (SELECT m.other_id FROM met AS m WHERE m.is_given)) AS w
     ORDER BY w.object_id, ({good}) DESC, w.row
""")
# Given up, but wanted again by the same schedule at a time that meets: taken whatever becomes of its row.
KEPT = SQL("""
    CREATE TEMP TABLE kept ON COMMIT DROP AS
    SELECT DISTINCT w.row, w.schedule_id, w.room_number, w.starts_at, w.ends_at, w.other_id, w.other_starts_at,
           w.other_ends_at, w.other_row
      FROM (SELECT m.row AS _row, m.* FROM met AS m WHERE m.is_given) AS w
      JOIN giver AS g ON g.object_id = w.other_id AND g.row <> w.row {days}
      JOIN fresh AS n ON n.row = g.row AND n.schedule_id = w.other_id AND n.room_number = w.room_number
       AND n.day = on_day.day AND n.starts_at < w.ends_at AND n.ends_at > w.starts_at
     WHERE {good}
""")
NEEDS_PLACE = SQL("""
    INSERT INTO needs
    SELECT DISTINCT m.row, g.row, {header}, 'room_not_freed', {value}
      FROM met AS m JOIN giver AS g ON g.object_id = m.other_id AND g.row <> m.row
      JOIN work AS w ON w._row = m.row
     WHERE m.is_given
""")

# Only what meets another is contested. A time in a room is known by the numbers of all beginnings within it:
# two meet when one begins within the other.
CONTESTED = SQL("""
    INSERT INTO contested (row, number, key, until, holds)
    WITH placed AS (
        SELECT w.row, w.room_number, w.starts_at, w.ends_at,
               max(w.ends_at) OVER (before ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until,
               lead(w.starts_at) OVER before AS next_at
          FROM (SELECT f.row AS _row, f.* FROM fresh AS f WHERE f.is_first) AS w
         WHERE {good}
        WINDOW before AS (PARTITION BY w.room_number ORDER BY w.starts_at, w.row, w.schedule_id)),
    crowded AS (
        SELECT p.row, p.room_number, p.starts_at, p.ends_at,
               dense_rank() OVER (ORDER BY p.room_number, p.starts_at) AS key
          FROM placed AS p WHERE p.busy_until > p.starts_at OR p.next_at < p.ends_at),
    mark AS (
        SELECT DISTINCT NULL::integer AS row, c.key, c.room_number, c.starts_at AS at, 1 AS begins FROM crowded AS c
        UNION ALL
        SELECT c.row, c.key, c.room_number, c.ends_at, 0 FROM crowded AS c),
    numbered AS (
        SELECT m.row, m.key, m.begins,
               sum(m.begins) OVER (ORDER BY m.room_number, m.at, m.begins) AS until
          FROM mark AS m)
    SELECT n.row, {number}, n.key, n.until, FALSE FROM numbered AS n WHERE n.begins = 0
""")
# Who was beaten, with the times at which they meet; rows that do not meet themselves meet by what they need.
BEATEN = SQL("""
    CREATE TEMP TABLE beaten_place ON COMMIT DROP AS
    SELECT b.row, f.schedule_id, f.room_number, f.starts_at, f.ends_at, n.schedule_id AS other_id,
           n.starts_at AS other_starts_at, n.ends_at AS other_ends_at, b.by_row AS other_row
      FROM beaten AS b
      JOIN fresh AS f ON f.row = b.row
      LEFT JOIN fresh AS n ON n.row = b.by_row AND n.room_number = f.room_number AND n.day = f.day
       AND (n.is_first OR f.is_first) AND n.starts_at < f.ends_at AND n.ends_at > f.starts_at
       AND (n.schedule_id, n.starts_at) <> (f.schedule_id, f.starts_at)
     WHERE b.number = {number}
""")

# What the rows that are good do to what lies ahead of the schedules below them. Of one schedule, as many captures
# are told to move as both go and come. A row that fails takes those with it that move the same schedule.
CAPTURES = SQL("""
    WITH moving AS MATERIALIZED (
        SELECT w.object_id AS schedule_id FROM (SELECT t.row AS _row, t.object_id FROM touched AS t) AS w WHERE {good}),
    stays AS (
        SELECT o.schedule_id, o.room_number, o.starts_at, o.ends_at, TRUE AS here
          FROM moving JOIN roster_occurrence AS o USING (schedule_id)
         WHERE o.institution_id = %(institution)s AND o.starts_at > now()),
    comes AS (
        SELECT n.schedule_id, n.room_number, n.starts_at, n.ends_at, TRUE AS here
          FROM moving JOIN expanded AS n USING (schedule_id)),
    by_schedule AS (
        SELECT schedule_id, count(*) FILTER (WHERE stays.here IS NULL) AS added,
               count(*) FILTER (WHERE comes.here IS NULL) AS removed
          FROM stays FULL JOIN comes USING (schedule_id, room_number, starts_at, ends_at)
         WHERE stays.here IS NULL OR comes.here IS NULL
         GROUP BY schedule_id)
    SELECT count(*), coalesce(sum(least(added, removed)), 0)::bigint,
           coalesce(sum(added - least(added, removed)), 0)::bigint,
           coalesce(sum(removed - least(added, removed)), 0)::bigint
      FROM by_schedule
""")


class Occupancy:
    """What the rows of one import would do to the rooms."""

    def __init__(self, space: Workspace) -> None:
        self.space = space
        self.noun: Noun = space.fmt.target
        self.moves = False

    @property
    def is_of_schedules(self) -> bool:
        return self.noun.code == SCHEDULE.code

    def before_repeats(self) -> None:
        """Rows of schedules that meet what stays: they fail by the roster, and hide no later row."""
        if self.is_of_schedules and self.space.action != DELETE:
            self._expand()

    def after_repeats(self) -> None:
        """All other faults and needs; what is left is for ``contest``."""
        if not self.is_of_schedules and (self.space.action == UPDATE or self._deletes_sections):
            self._expand()
        if not self.moves or self.space.action == CREATE:
            return
        space = self.space
        if not self.is_of_schedules:
            space.run(TIED.format(header=Literal(self.header)), "places")
        space.run(GIVERS.format(good=IS_GOOD), "places")
        space.run(KEPT.format(good=IS_GOOD, days=occurrences.on_days("w")), "places")
        space.run(NEEDS_PLACE.format(header=Literal(self.header), value=self._cell()), "places")
        self._tell("kept")

    def contest(self) -> None:
        """Fill ``contested`` with the times that several rows want."""
        if self.moves:
            self.space.run(CONTESTED.format(good=IS_GOOD, number=Literal(PLACE)), "places")

    def tell_beaten(self) -> None:
        """Tell the rows in ``beaten`` who has the room."""
        if not self.moves:
            return
        self.space.run(BEATEN.format(number=Literal(PLACE)), "places")
        self._tell("beaten_place")

    def captures(self) -> dict[str, int]:
        """What becomes of captures of schedules that no row names, when it is settled which rows count.

        ``schedules`` whose captures change; captures that are ``moved``, ``added`` or ``removed``. Empty when
        none changes. A file of schedules says itself what it changes.
        """
        if not self.moves or self.is_of_schedules:
            return {}
        [numbers] = self.space.fetch(CAPTURES.format(good=IS_GOOD), "places")
        return dict(zip(CAPTURE_COUNTS, numbers, strict=True)) if numbers[0] else {}

    @property
    def header(self) -> str:
        """Of the cell to mend."""
        own = self.space.fmt.own_id()
        if self.space.action == DELETE and own is not None:
            return own.header
        return self.space.fmt.header_of("start_time" if self.is_of_schedules else self._fields[0])

    @property
    def _deletes_sections(self) -> bool:
        return self.noun.code == SECTION.code and self.space.action == DELETE

    @property
    def _fields(self) -> tuple[str, ...]:
        """Of the object: what moves occurrences."""
        return occurrences.MOVED_BY[self.noun.code][0] if self.noun.code in occurrences.MOVED_BY else ()

    def _expand(self) -> None:
        """Fill ``touched`` and, when there is anything in it, ``fresh`` and ``met``; fail who meets what stays."""
        space = self.space
        touched = self._touched()
        if touched is None or space.run(touched, "places").rowcount == 0:
            return
        self.moves = True
        space.run("ANALYZE touched")
        expansion = occurrences.expansion({self.noun.name: self._after()}, own="object_id")
        space.run(EXPANDED.format(expansion=expansion), "places")
        space.run("ANALYZE expanded")
        longest = Literal(occurrences.LONGEST_CAPTURE)
        space.run(FRESH.format(days=occurrences.on_days("f")), "places")
        space.run("ANALYZE fresh")
        space.run(WANTED_ROOMS, "places")
        space.run("ANALYZE wanted_room")
        space.run(STANDING.format(days=occurrences.on_days("o"), longest=longest), "places")
        space.run("ANALYZE standing")
        space.run(MET, "places")
        space.run("ANALYZE met")
        self._tell("met", which=SQL("NOT m.is_given"))

    def _touched(self) -> Composable | None:
        if self.is_of_schedules and self.space.action == CREATE:
            return TOUCHED_CREATE.format(good=IS_GOOD)
        if self._deletes_sections:
            return self._below(SECTIONS_LEFT.format(good=IS_GOOD))
        written = dict(written_fields(self.space))
        fields = [name for name in self._fields if name in written]
        if not fields:
            return None
        differs = SQL(" OR ").join(
            SQL("o.{f} IS DISTINCT FROM w.{f}").format(f=Identifier(name)) for name in fields
        )
        moved = MOVED.format(table=Identifier(self.noun.table), differs=differs, good=IS_GOOD)
        return TOUCHED_UPDATE.format(moved=moved) if self.is_of_schedules else self._below(moved)

    def _below(self, moved: Composable) -> Composable:
        return TOUCHED_BELOW.format(moved=moved, schedules=fragment(SCHEDULES[self.noun.code]))

    def _after(self) -> Composable:
        """The target's table as this file leaves it."""
        table, alive = Identifier(self.noun.table), live(self.noun)
        if self.space.action == DELETE:
            return OTHERS_LEFT.format(table=table, live=alive, good=IS_GOOD)
        written = dict(written_fields(self.space))
        plain = {**self.noun.columns, "number": "bigint"} if self.noun == ROOM else self.noun.columns
        if self.is_of_schedules:
            columns = [
                (SQL("w.{f}") if name in written else SQL("o.{f}")).format(f=Identifier(name))
                for name in self._fields
            ]
            kept = SQL("") if set(self._fields) <= set(written) else KEPT_FIELDS
            return SCHEDULES_AFTER.format(columns=SQL(", ").join(columns), kept=kept)
        columns = [
            SQL("CASE WHEN w._row IS NULL THEN o.{f} ELSE w.{f} END AS {f}").format(f=Identifier(name))
            if name in written
            else SQL("o.{}").format(Identifier(name))
            for name in plain
        ]
        return OTHERS_AFTER.format(columns=SQL(", ").join(columns), table=table, live=alive, good=IS_GOOD)

    def _tell(self, table: str, which: Composable | None = None) -> None:
        after = {} if self.is_of_schedules else {self.noun.name: self._after()}
        tell(self.space, table, header=self.header, value=self._cell(), after=after, which=which)

    def _cell(self) -> Composable:
        """SQL over alias ``w`` of the cell to mend, as files write it."""
        column = self.space.fmt.column(self.header)
        if isinstance(column, Reference):
            return SQL("(SELECT r.text FROM {ref} AS r WHERE r.ordinal = w.{ordinal})").format(
                ref=Identifier(f"ref_{column.name}"), ordinal=Identifier(f"_o_{column.name}")
            )
        if column.field not in dict(written_fields(self.space)):
            return SQL("NULL::text")
        return fragment(column.export(f"w.{column.field}"))
