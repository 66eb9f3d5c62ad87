"""What both versions of schedules share: words, rules, order of exports (echovideo.md 2.11 to 2.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings

from edu_csv.roster.nouns import COURSE, ROOM, SECTION, TERM, Noun
from edu_csv.roster.occurrences import WEEKDAYS
from imports.formats.base import Rule
from imports.formats.echovideo.instructors import is_no_instructor

DAYS = {day: day for day in WEEKDAYS}
# The whole list is not public (echovideo.md 6.2 (10)): these are the words that were seen.
INPUTS = {"Display": "display", "Video": "video"}
QUALITIES = {"Medium": "medium", "High": "high", "Highest": "highest"}
# What the pages of the vendor call Medium (echovideo.md 2.11).
ALSO_QUALITIES = {"Standard": "medium"}

MOST_MINUTES: int = settings.SCHEDULE_MAX_MINUTES
MOST_DAYS: int = settings.SCHEDULE_MAX_DAYS
MOST_YEARS: int = settings.SCHEDULE_MAX_YEARS_AHEAD

# A one-off capture has one date, which is not kept twice; where it is, it is no change to say so again.
ONE_DATE = """
    UPDATE work AS w SET end_date = NULL
     WHERE w.end_date = w.start_date AND cardinality(w.days_of_week) = 0
       AND NOT EXISTS (SELECT FROM roster_schedule AS o WHERE o.institution_id = %(institution)s
                          AND o.id = w._id AND o.end_date = w.end_date)
"""
# Blank: published where there is a section to publish to.
PUBLISHED = """
    UPDATE work AS w SET auto_publish = cardinality(w.section_ids) > 0 WHERE w.auto_publish IS NULL
"""
# Each row with the moment of its start, its room, and what was before.
# ``starts_anew``: whether that moment has to lie ahead. It need not when it is as it was, whatever became of it;
# of a series that has begun, the time may change, for then it changes for what is still to come (6.2 (40)).
# ``here``: what the clocks say there now; ``held``: days on which it took place lately.
BOOKED = """
    CREATE TEMP TABLE booked ON COMMIT DROP AS
    WITH place AS MATERIALIZED (
        SELECT room.id AS room_id, room.device_id, zone.name AS zone, known.name AS known_zone
          FROM roster_room AS room
          JOIN roster_building AS building
            ON building.institution_id = %(institution)s AND building.id = room.building_id
          JOIN roster_campus AS campus ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
          JOIN access_institution AS institution ON institution.id = %(institution)s
         CROSS JOIN LATERAL (SELECT coalesce(campus.time_zone, institution.time_zone) AS name) AS zone
          LEFT JOIN pg_timezone_names AS known ON known.name = zone.name
         WHERE room.institution_id = %(institution)s),
    held AS MATERIALIZED (
        SELECT w._row AS row, array_agg((past.starts_at AT TIME ZONE place.known_zone)::date) AS days
          FROM work AS w
          JOIN roster_occurrence AS past ON past.institution_id = %(institution)s AND past.schedule_id = w._id
           AND past.starts_at > now() - interval '3 days' AND past.starts_at <= now()
          JOIN place ON place.room_id = w.room_id
         GROUP BY w._row)
    SELECT w._row AS row, place.zone, place.known_zone IS NULL AS has_unknown_zone, start.at AS starts_at,
           %(action)s = 'create' OR o.start_date <> w.start_date
               OR before.at IS DISTINCT FROM start.at AND (cardinality(w.days_of_week) = 0 OR before.at > now())
               AS starts_anew,
           before.at IS DISTINCT FROM start.at AS is_moved,
           coalesce(now() AT TIME ZONE place.known_zone, '-infinity') AS here, coalesce(held.days, '{}') AS held,
           institution.rooms_need_device AND place.device_id IS NULL
               AND (%(action)s = 'create' OR o.room_id <> w.room_id) AS lacks_device
      FROM work AS w
      JOIN place ON place.room_id = w.room_id
      JOIN access_institution AS institution ON institution.id = %(institution)s
      LEFT JOIN roster_schedule AS o ON o.institution_id = %(institution)s AND o.id = w._id
      LEFT JOIN place AS was ON was.room_id = o.room_id
      LEFT JOIN held ON held.row = w._row
     CROSS JOIN LATERAL (SELECT (w.start_date + w.start_time) AT TIME ZONE place.known_zone AS at) AS start
     CROSS JOIN LATERAL (SELECT (o.start_date + o.start_time) AT TIME ZONE was.known_zone AS at) AS before
"""
# Each row with the terms of its sections, once each.
TAUGHT = """
    CREATE TEMP TABLE taught ON COMMIT DROP AS
    SELECT DISTINCT w._row AS row, term.id, term.name, term.start_date, term.end_date, term.exclusion_dates
      FROM work AS w
     CROSS JOIN LATERAL unnest(w.section_ids) AS one_of (id)
      JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = one_of.id
      JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = section.term_id
"""
COMPLETIONS = (ONE_DATE, PUBLISHED, BOOKED, "ANALYZE booked", TAUGHT, "ANALYZE taught")

# 5.4: of a scheduler, who is free elsewhere: a row of which a section, as it is or was, lies outside of that.
_BOUND = """EXISTS (
    SELECT FROM unnest(w.section_ids || (SELECT o.section_ids FROM roster_schedule AS o
                                          WHERE o.institution_id = %(institution)s AND o.id = w._id)) AS one_of (id)
     WHERE NOT EXISTS (
            SELECT FROM roster_section AS section
              JOIN roster_course AS course
                ON course.institution_id = %(institution)s AND course.id = section.course_id
             WHERE section.institution_id = %(institution)s AND section.id = one_of.id
               AND (course.organization_id IN (SELECT id FROM free_reach)
                    OR course.department_id IN (SELECT id FROM free_reach))))"""

_LAST_DAY = "coalesce(w.end_date, w.start_date)"
_IS_SERIES = "cardinality(w.days_of_week) > 0"
_BOOKED = "JOIN booked ON booked.row = w._row"
# The first term that the days of a row lie outside of.
_OUTSIDE = f"""JOIN (
    SELECT DISTINCT ON (taught.row) taught.row, taught.name, taught.start_date, taught.end_date,
           w.start_date NOT BETWEEN taught.start_date AND taught.end_date AS at_start
      FROM taught JOIN work AS w ON w._row = taught.row
     WHERE w.start_date < taught.start_date OR {_LAST_DAY} > taught.end_date
     ORDER BY taught.row, taught.start_date, taught.id) AS outside ON outside.row = w._row"""  # noqa: S608  # ours
_FREE = """LEFT JOIN (
    SELECT taught.row, array_agg(free.day) AS days
      FROM taught CROSS JOIN LATERAL unnest(taught.exclusion_dates) AS free (day)
     GROUP BY taught.row) AS free ON free.row = w._row"""
# One day after the other, and no further than the first on which it takes place.
_NO_DAY_WHERE = f"""
    {_LAST_DAY} - w.start_date BETWEEN 0 AND {MOST_DAYS - 1}
    AND NOT EXISTS (
        SELECT FROM (SELECT w.start_date + generate_series(
                                {{first}}, CASE WHEN {_IS_SERIES} THEN least(w.end_date - w.start_date, {MOST_DAYS - 1})
                                              ELSE 0 END)) AS each (day)
         WHERE (cardinality(w.days_of_week) = 0
                OR (ARRAY{list(WEEKDAYS)})[extract(isodow FROM each.day)::integer] = ANY (w.days_of_week))
           AND NOT each.day = ANY (w.exclusion_dates)
           AND NOT each.day = ANY (coalesce(free.days, '{{{{}}}}')) {{which}})"""  # noqa: S608  # of our own words
_NO_DAY = _NO_DAY_WHERE.format(first="0", which="")
# Told of a row that makes it so, and not of every capture that is over.
_NO_DAY_AHEAD = f"""
    %(action)s = 'update' AND NOT (booked.starts_anew AND booked.starts_at <= now())
    AND (booked.is_moved OR EXISTS (
        SELECT FROM roster_occurrence AS later WHERE later.institution_id = %(institution)s
           AND later.schedule_id = w._id AND later.starts_at > now()))
    AND {
    _NO_DAY_WHERE.format(
        first="CASE WHEN booked.here > w.start_date THEN booked.here::date - w.start_date ELSE 0 END",
        which="AND each.day + w.start_time > booked.here AND NOT each.day = ANY (booked.held)",
    )
}
    AND NOT ({_NO_DAY})"""
_TOO_FAR = f"(current_date + interval '{MOST_YEARS} years')::date"
_FAR_WORDS = f"jsonb_build_object('years', {MOST_YEARS})"


def outside_series(days: str = "w.exclusion_dates") -> str:
    """SQL of the first of these days that is not one of the row's."""
    return f"(SELECT min(day)::text FROM unnest({days}) AS day WHERE day NOT BETWEEN w.start_date AND {_LAST_DAY})"  # noqa: S608  # ours


def rules(*, room: str, sections: str, instructor: str) -> Sequence[Rule]:
    """The rules of both versions (2.13). room, sections, instructor: headers of the cells to mend."""
    dates_agree = f"w.start_date <= {_LAST_DAY}"
    return (
        Rule(
            "time_in_past", "Start Date", "booked.starts_anew AND booked.starts_at <= now()", "w.start_date::text",
            "jsonb_build_object('time', to_char(w.start_time, 'HH24:MI'), 'zone', booked.zone)",
            joins=_BOOKED, exported="FALSE", unless_repeated=True,
        ),
        Rule(
            "required_blank", "End Date", f"{_IS_SERIES} AND w.end_date IS NULL",
            params="""'{"variant": "series"}'::jsonb""",
        ),
        Rule(
            "end_before_start", "End Date", "w.end_date < w.start_date", "w.end_date::text",
            "jsonb_build_object('other', w.start_date)",
        ),
        Rule(
            "end_without_days", "End Date", f"NOT {_IS_SERIES} AND w.end_date > w.start_date", "w.end_date::text",
            "jsonb_build_object('other', w.start_date)",
        ),
        Rule(
            "series_too_long", "End Date", f"{_IS_SERIES} AND w.end_date - w.start_date >= {MOST_DAYS}",
            "w.end_date::text", f"jsonb_build_object('days', w.end_date - w.start_date + 1, 'limit', {MOST_DAYS})",
        ),
        Rule("too_far_ahead", "Start Date", f"w.start_date > {_TOO_FAR}", "w.start_date::text", _FAR_WORDS),
        Rule(
            "too_far_ahead", "End Date",
            f"w.start_date <= {_TOO_FAR} AND w.end_date > {_TOO_FAR} AND {_IS_SERIES}"
            f" AND w.end_date - w.start_date < {MOST_DAYS}",
            "w.end_date::text", _FAR_WORDS,
        ),
        Rule(
            "outside_series", "Exclusion Dates", f"{dates_agree} AND {outside_series()} IS NOT NULL",
            outside_series(), f"jsonb_build_object('start', w.start_date, 'end', {_LAST_DAY})",
        ),
        # Other doors may leave a zone that only they know, or a server's list may have grown shorter.
        Rule(
            "unknown_time_zone", room, "booked.has_unknown_zone", "r.text",
            "jsonb_build_object('zone', booked.zone, 'variant', 'room')",
            joins=f"{_BOOKED} JOIN ref_room AS r ON r.ordinal = w._o_room",
            exported="campus.time_zone NOT IN (SELECT zone.name FROM pg_timezone_names AS zone)",
        ),
        Rule(
            "no_device_in_room", room, "booked.lacks_device", "r.text",
            joins=f"{_BOOKED} JOIN ref_room AS r ON r.ordinal = w._o_room", exported="FALSE",
        ),
        Rule(
            "not_instructor", instructor,
            "was.instructor_id IS DISTINCT FROM w.instructor_id AND " + is_no_instructor("w.instructor_id"), "r.text",
            joins="JOIN ref_instructor AS r ON r.ordinal = w._o_instructor LEFT JOIN roster_schedule AS was"
            " ON was.institution_id = %(institution)s AND was.id = w._id",
            exported="FALSE", unless_repeated=True,
        ),
        Rule("live_needs_section", "Stream Live", "w.stream_live AND cardinality(w.section_ids) = 0", "'TRUE'"),
        # 5.4: what schedulers make is published.
        Rule(
            "not_permitted", sections,
            f"%(must_publish)s AND cardinality(w.section_ids) = 0 AND (NOT %(free_unpublished)s OR {_BOUND})",
            params="""'{"variant": "scheduler"}'::jsonb""", exported="FALSE",
        ),
        Rule(
            "not_permitted", "Auto Publish",
            f"%(must_publish)s AND NOT w.auto_publish AND cardinality(w.section_ids) > 0 AND {_BOUND}", "'FALSE'",
            """'{"variant": "unpublished"}'::jsonb""", exported="FALSE",
        ),
        # 6.2 (35): warnings, for a capture outside of the teaching weeks is unusual and may be meant.
        Rule(
            "outside_term", "Start Date", "outside.at_start", "w.start_date::text",
            _term_words(), severity="warning", joins=_OUTSIDE,
        ),
        Rule(
            "outside_term", "End Date", "NOT outside.at_start", "w.end_date::text",
            _term_words(), severity="warning", joins=_OUTSIDE,
        ),
        Rule("no_occurrence", "Exclusion Dates", _NO_DAY, severity="warning", joins=_FREE),
        Rule(
            "no_occurrence", "Start Date", _NO_DAY_AHEAD, "w.start_date::text", """'{"variant": "ahead"}'::jsonb""",
            actions=("update",), severity="warning", joins=f"{_BOOKED} {_FREE}",
        ),
    )  # fmt: skip


def _term_words() -> str:
    return (
        "jsonb_build_object('variant', 'schedule', 'term', outside.name,"
        " 'start', outside.start_date, 'end', outside.end_date)"
    )


# Natural order: two exports can be compared.
EXPORT_JOINS = """
    LEFT JOIN roster_room AS room ON (room.institution_id, room.id) = (o.institution_id, o.room_id)
    LEFT JOIN roster_building AS building
           ON (building.institution_id, building.id) = (o.institution_id, room.building_id)
    LEFT JOIN roster_campus AS campus ON (campus.institution_id, campus.id) = (o.institution_id, building.campus_id)
    LEFT JOIN roster_person AS instructor
           ON (instructor.institution_id, instructor.id) = (o.institution_id, o.instructor_id)
    LEFT JOIN (
           SELECT s.id, string_agg(term.name, ';' ORDER BY one_of.place) AS term_names,
                  string_agg(course.code, ';' ORDER BY one_of.place) AS course_codes,
                  string_agg(section.name, ';' ORDER BY one_of.place) AS section_names
             FROM roster_schedule AS s
            CROSS JOIN LATERAL unnest(s.section_ids) WITH ORDINALITY AS one_of (id, place)
             JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = one_of.id
             JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = section.term_id
             JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
            WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL GROUP BY s.id
         ) AS listed ON listed.id = o.id
"""
EXPORT_ORDER = (
    'o.start_date, o.start_time, campus.name_folded COLLATE "C", building.name_folded COLLATE "C",'
    ' room.name_folded COLLATE "C", o.name COLLATE "C", o.id'
)
_OF_SECTIONS = (
    "EXISTS (SELECT FROM unnest(o.section_ids) AS one_of (id) JOIN roster_section AS s"
    " ON s.institution_id = o.institution_id AND s.id = one_of.id WHERE {which})"
)
# 5.2: a schedule is of a term when any of its sections is.
EXPORT_FILTERS: Mapping[str, tuple[str, Noun]] = {
    "term": (_OF_SECTIONS.format(which="s.term_id = ANY (%(term)s)"), TERM),
    "course": (_OF_SECTIONS.format(which="s.course_id = ANY (%(course)s)"), COURSE),
    "section": ("o.section_ids && %(section)s::uuid[]", SECTION),
    "room": ("o.room_id = ANY (%(room)s)", ROOM),
}
