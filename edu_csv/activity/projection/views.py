"""Views and their events of 30 seconds, from times watched and from what players did (reporting-api.md 7.1).

A view is told by its session (video profile), by a registration and its day, or else by who watched what where on
which day. It began with the first play. Of a player, video is watched from ``played`` until the next move; a seek
goes on from where it ended. Seconds are those of the video where both positions are said, at most four in a second of
the clock, else those of the clock. What is left of one stretch counts in the next; every 30 seconds make an event.
What a heartbeat tells of within such a stretch is counted already.
"""

from __future__ import annotations

from typing import Any

# Nobody plays faster; so positions that somebody made up make no more events than time went by.
FASTEST = 4
# Without positions nobody knows whether somebody still watched.
LONGEST_BLIND_HOURS = 6

# Those whose rows are worked out anew, from all that was said of them: sessions, and where something became void.
# To the others, something is only added.
TOUCHED = """
    CREATE TEMP TABLE pj_view ON COMMIT DROP AS
    SELECT target, bool_or(is_whole) AS is_whole
      FROM (SELECT p.target, p.kind = 2 OR p.flags & 4 > 0
                   OR EXISTS (SELECT FROM activity_fact AS f
                               WHERE f.institution_id = %(institution)s AND f.target = p.target AND f.kind = 2) AS is_whole
              FROM pj_placed AS p WHERE p.kind IN (1, 2)
             UNION ALL
            SELECT target, true FROM pj_gone WHERE kind IN (1, 2)) AS touched
     GROUP BY target;
    CREATE TEMP TABLE pj_seen ON COMMIT DROP AS
    SELECT f.target, f.at, f.statement, f.object_id, f.person_id, f.section_id, f.kind, f.verb, f.flags, f.amount, f.further
      FROM pj_view AS v
      JOIN activity_fact AS f ON f.institution_id = %(institution)s AND f.target = v.target
     WHERE v.is_whole
     UNION ALL
    SELECT p.target, p.at, p.statement, p.object_id, p.person_id, p.section_id, p.kind, p.verb, p.flags, p.amount, p.further
      FROM pj_placed AS p JOIN pj_view AS v USING (target)
     WHERE NOT v.is_whole AND p.kind IN (1, 2)
"""
WANTED = """
    CREATE TEMP TABLE pj_wanted_view ON COMMIT DROP AS
    SELECT w.*, v.is_whole
      FROM (SELECT target AS id, (array_agg(object_id))[1] AS video_id, (array_agg(person_id))[1] AS person_id,
                   (array_agg(section_id ORDER BY at, statement) FILTER (WHERE section_id IS NOT NULL))[1] AS section_id,
                   bool_or(flags & 1 > 0) AS via_public_link, bool_or(flags & 2 > 0) AS is_live,
                   min(CASE WHEN kind = 1 THEN at - greatest(amount - 1, 0) * interval '30 seconds'
                            WHEN verb IN (2, 3, 5) THEN at END) AS started_at
              FROM pj_seen GROUP BY target) AS w
      JOIN pj_view AS v ON v.target = w.id
     WHERE w.started_at IS NOT NULL
"""
UPDATE = """
    UPDATE activity_view AS o
       SET section_id = w.section_id, via_public_link = w.via_public_link, is_live = w.is_live, started_at = w.started_at,
           updated_at = now()
      FROM (SELECT w.id, w.section_id,
                   w.via_public_link OR NOT w.is_whole AND o.via_public_link AS via_public_link,
                   w.is_live OR NOT w.is_whole AND o.is_live AS is_live,
                   CASE WHEN w.is_whole THEN w.started_at ELSE least(w.started_at, o.started_at) END AS started_at
              FROM pj_wanted_view AS w JOIN activity_view AS o ON o.institution_id = %(institution)s AND o.id = w.id) AS w
     WHERE o.institution_id = %(institution)s AND o.id = w.id AND o.origin = 1
       AND (o.section_id, o.via_public_link, o.is_live, o.started_at)
           IS DISTINCT FROM (w.section_id, w.via_public_link, w.is_live, w.started_at)
"""
INSERT = """
    INSERT INTO activity_view (id, institution_id, origin, video_id, section_id, person_id, via_public_link, is_live, started_at)
    SELECT w.id, %(institution)s, 1, w.video_id, w.section_id, w.person_id, w.via_public_link, w.is_live, w.started_at
      FROM pj_wanted_view AS w ORDER BY w.id
        ON CONFLICT (id) DO NOTHING
"""
# run: a move and the seeks after it; what the move began goes on through them. In whole milliseconds, so that the
# same is counted in whatever portions it comes.
WANTED_EVENTS = f"""
    CREATE TEMP TABLE pj_wanted_event ON COMMIT DROP AS
    WITH move AS (
        SELECT target, at, statement, verb, amount, further,
               count(*) FILTER (WHERE verb <> 4) OVER (PARTITION BY target ORDER BY at, verb, statement) AS run
          FROM pj_seen WHERE kind = 2),
    stretch AS (
        SELECT target, at, verb, statement,
               first_value(verb) OVER (PARTITION BY target, run ORDER BY at, verb, statement) = 5 AS is_playing,
               CASE verb WHEN 4 THEN further ELSE amount END AS from_position,
               lead(amount) OVER (PARTITION BY target ORDER BY at, verb, statement) AS to_position,
               lead(at) OVER (PARTITION BY target ORDER BY at, verb, statement) AS until
          FROM move),
    timed AS MATERIALIZED (
        SELECT target, at, verb, statement, until - at AS lasted,
               round(1000 * least({FASTEST} * extract(epoch FROM until - at)::double precision,
                     coalesce(CASE WHEN to_position < from_position THEN 0 ELSE to_position - from_position END,
                              least(extract(epoch FROM until - at)::double precision, {LONGEST_BLIND_HOURS} * 3600))))::bigint AS ms
          FROM stretch WHERE is_playing AND until IS NOT NULL),
    summed AS (
        SELECT target, at, lasted, ms, sum(ms) OVER (PARTITION BY target ORDER BY at, verb, statement)::bigint AS up_to
          FROM timed)
    SELECT target AS view_id, date_trunc('milliseconds', at + lasted * ((k * 30000 - (up_to - ms))::double precision / ms)) AS occurred_at
      FROM summed CROSS JOIN LATERAL generate_series((up_to - ms) / 30000 + 1, up_to / 30000) AS k
     WHERE ms > 0
     UNION
    SELECT seen.target, seen.at - k * interval '30 seconds'
      FROM pj_seen AS seen CROSS JOIN LATERAL generate_series(0, seen.amount::integer - 1) AS k
     WHERE seen.kind = 1
       AND NOT EXISTS (SELECT FROM timed
                        WHERE timed.target = seen.target AND seen.at - k * interval '30 seconds' > timed.at
                          AND seen.at - (k + 1) * interval '30 seconds' < timed.at + timed.lasted)
"""  # noqa: S608  # our own numbers
# Within which time events of these views may lie: other months are not looked at.
TIMES = """
    SELECT min(at) - interval '1 day', max(at)
      FROM (SELECT min(at) AS at FROM pj_seen UNION ALL SELECT max(at) FROM pj_seen
             UNION ALL SELECT min(at) FROM pj_gone UNION ALL SELECT max(at) FROM pj_gone) AS times
"""
FORGET_EVENTS = """
    DELETE FROM activity_view_event AS e USING pj_view AS v
     WHERE v.is_whole AND e.institution_id = %(institution)s AND e.view_id = v.target AND e.origin = 1 AND e.deleted_at IS NULL
       AND e.occurred_at BETWEEN %(first)s AND %(last)s
       AND NOT EXISTS (SELECT FROM pj_wanted_event AS w WHERE w.view_id = e.view_id AND w.occurred_at = e.occurred_at)
"""
INSERT_EVENTS = """
    INSERT INTO activity_view_event (id, institution_id, origin, view_id, occurred_at)
    SELECT activity_named('event ' || w.view_id || ' ' || extract(epoch FROM w.occurred_at)), %(institution)s, 1, w.view_id,
           w.occurred_at
      FROM pj_wanted_event AS w
     WHERE NOT EXISTS (SELECT FROM activity_view_event AS e
                        WHERE e.view_id = w.view_id AND e.occurred_at = w.occurred_at AND e.deleted_at IS NULL
                          AND e.occurred_at BETWEEN %(first)s AND %(last)s)
     ORDER BY w.occurred_at, w.view_id
        ON CONFLICT DO NOTHING
"""
FORGET = """
    DELETE FROM activity_view AS o USING pj_view AS v
     WHERE v.is_whole AND o.institution_id = %(institution)s AND o.id = v.target AND o.origin = 1
       AND NOT EXISTS (SELECT FROM pj_wanted_view AS w WHERE w.id = o.id)
       AND NOT EXISTS (SELECT FROM activity_view_event AS e WHERE e.view_id = o.id AND e.deleted_at IS NULL)
"""


def write(cursor: Any, institution: int) -> None:
    """Bring views and their events to what was said of them."""
    params: dict[str, Any] = {"institution": institution}
    cursor.execute(TOUCHED, params)
    cursor.execute(WANTED)
    cursor.execute(WANTED_EVENTS)
    cursor.execute("ANALYZE pj_view, pj_seen, pj_wanted_view, pj_wanted_event")
    cursor.execute(TIMES)
    params["first"], params["last"] = cursor.fetchone()
    for statement in (UPDATE, INSERT, FORGET_EVENTS, INSERT_EVENTS, FORGET):
        cursor.execute(statement, params)
