"""Videos, presentations, polls and questions that only statements tell of: made, named as the newest statement says, ended.

What files or people made keeps what they said. Nothing here looks at the order in which statements came.
"""

from __future__ import annotations

from typing import Any

# Each text once, with the newest statement that says it. Of void ones another takes the place, when one said the same.
UNSAID = """
    WITH unsaid AS (
        DELETE FROM activity_said AS s USING pj_gone AS g
         WHERE s.institution_id = %(institution)s AND s.object_id = g.object_id AND s.says = g.says
           AND s.last_statement = g.statement
     RETURNING s.object_id, s.says, s.value)
    INSERT INTO activity_said (institution_id, object_id, says, last_at, last_statement, value)
    SELECT %(institution)s, u.object_id, u.says, f.at, f.statement, u.value
      FROM unsaid AS u
     CROSS JOIN LATERAL (
           SELECT f.at, f.statement FROM activity_fact AS f
            WHERE f.institution_id = %(institution)s AND f.object_id = u.object_id AND f.says = u.says
            ORDER BY f.at DESC, f.statement DESC LIMIT 1) AS f
        ON CONFLICT (institution_id, object_id, says) DO UPDATE
       SET last_at = excluded.last_at, last_statement = excluded.last_statement
"""
SAID = """
    INSERT INTO activity_said AS s (institution_id, object_id, says, last_at, last_statement, value)
    SELECT DISTINCT ON (p.object_id, p.says) %(institution)s, p.object_id, p.says, p.at, p.statement, saying.value
      FROM pj_placed AS p
      JOIN (SELECT DISTINCT ON (says) says, value FROM pj_saying WHERE value <> '{}' ORDER BY says) AS saying USING (says)
     ORDER BY p.object_id, p.says, p.at DESC, p.statement DESC
        ON CONFLICT (institution_id, object_id, says) DO UPDATE
       SET last_at = excluded.last_at, last_statement = excluded.last_statement
     WHERE (s.last_at, s.last_statement) < (excluded.last_at, excluded.last_statement)
"""
# What is known of each by now: of each column the newest statement that says it. tail: what a new one is called by.
KNOWN = """
    CREATE TEMP TABLE pj_known ON COMMIT DROP AS
    SELECT o.id, o.noun, o.tail, first.at AS first_at, coalesce(known.value, '{}') AS value
      FROM (SELECT o.id, max(t.noun) AS noun, max(t.tail) AS tail
              FROM (SELECT object_id AS id, CASE WHEN slide_id IS NULL THEN thing END AS thing FROM pj_placed
                     UNION SELECT object_id, NULL FROM pj_gone) AS o
              LEFT JOIN pj_thing AS t ON t.n = o.thing
             GROUP BY o.id) AS o
      LEFT JOIN LATERAL (
           SELECT f.at FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.object_id = o.id
            ORDER BY f.at LIMIT 1) AS first ON true
      LEFT JOIN LATERAL (
           SELECT jsonb_object_agg(newest.key, newest.value) AS value
             FROM (SELECT DISTINCT ON (each.key) each.key, each.value
                     FROM activity_said AS s CROSS JOIN LATERAL jsonb_each(s.value) AS each
                    WHERE s.institution_id = %(institution)s AND s.object_id = o.id
                    ORDER BY each.key, s.last_at DESC, s.last_statement DESC) AS newest) AS known ON true
"""
# Columns and values of each; $id, $tail and $value stand for what is known.
_VIDEO = "coalesce(k.value ->> 'name', {tail}), k.first_at, (k.value ->> 'length')::integer"
_PRESENTATION = "coalesce(k.value ->> 'name', {tail})"
_POLL = """
    (k.value ->> 'deck_id')::uuid, coalesce(k.value ->> 'name', {tail}), k.value ->> 'content', k.value ->> 'solution'
"""
# Who was erased asked nothing, whoever's statements still say it.
_QUESTION = """
    (k.value ->> 'section_id')::uuid, (k.value ->> 'author_id')::uuid,
    CASE WHEN EXISTS (SELECT FROM roster_person AS p
                       WHERE p.institution_id = %(institution)s AND p.id = (k.value ->> 'author_id')::uuid
                         AND p.deleted_at IS NOT NULL
                         AND num_nonnulls(p.external_id, p.given_name, p.family_name, p.email, p.username, p.sso_id) = 0)
         THEN '' ELSE coalesce(k.value ->> 'name', '') END,
    CASE WHEN k.value ? 'asked_ms' THEN timestamptz 'epoch' + (k.value ->> 'asked_ms')::bigint * interval '1 millisecond' END
"""
THINGS: dict[str, tuple[int, str, str]] = {
    "activity_video": (20, "name, made_at, duration_seconds", _VIDEO),
    "activity_presentation": (25, "name", _PRESENTATION),
    "activity_poll": (30, "presentation_id, prompt, content, solution", _POLL),
    "activity_question": (33, "section_id, author_id, body, asked_at", _QUESTION),
}
INSERT = """
    INSERT INTO {table} (id, institution_id, external_id, origin, {columns})
    SELECT k.id, %(institution)s, k.tail, 1, {new}
      FROM pj_known AS k
     WHERE k.noun = {noun} AND k.first_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM {table} AS o WHERE o.id = k.id)
     ORDER BY k.id
        ON CONFLICT (id) DO NOTHING
"""
UPDATE = """
    UPDATE {table} AS o SET ({columns}) = ROW ({known}), updated_at = now()
      FROM pj_known AS k
     WHERE o.institution_id = %(institution)s AND o.id = k.id AND o.origin = 1 AND k.first_at IS NOT NULL
       AND ROW ({old}) IS DISTINCT FROM ROW ({known})
"""
INSERTS = {
    table: INSERT.format(table=table, columns=columns, noun=noun, new=new.format(tail="k.tail"))
    for table, (noun, columns, new) in THINGS.items()
}
UPDATES = {
    table: UPDATE.format(
        table=table,
        columns=columns,
        known=new.format(tail="o.external_id"),
        old=", ".join(f"o.{column}" for column in columns.split(", ")),
    )
    for table, (_, columns, new) in THINGS.items()
}
# Presentations that only statements tell of have the slides that these count (xapi.md 8.2, slide-count).
_COUNTED = """
    SELECT p.id, coalesce((k.value ->> 'slides')::integer, 0) AS slides
      FROM pj_known AS k
      JOIN activity_presentation AS p
        ON p.institution_id = %(institution)s AND p.id = k.id AND p.origin = 1 AND p.deleted_at IS NULL
"""
MORE_SLIDES = f"""
    INSERT INTO activity_slide (id, institution_id, origin, presentation_id, position)
    SELECT activity_named('slide ' || p.id || ' ' || place), %(institution)s, 1, p.id, place
      FROM ({_COUNTED}) AS p CROSS JOIN LATERAL generate_series(1, p.slides) AS place
     WHERE NOT EXISTS (SELECT FROM activity_slide AS s
                        WHERE s.presentation_id = p.id AND s.position = place AND s.deleted_at IS NULL)
        ON CONFLICT (id) DO NOTHING
"""  # noqa: S608  # our own text
_OVER = """
    DELETE FROM activity_slide AS o USING ({presentations}) AS p
     WHERE o.institution_id = %(institution)s AND o.presentation_id = p.id AND o.position > p.slides AND o.deleted_at IS NULL
       AND o.origin = 1 AND {unused}
"""
# Planned as if there were few, what looks for slides that are too many would compare all with all.
ANALYZE_SLIDES = "ANALYZE (SKIP_LOCKED) activity_slide"
WORTH_ANALYZING = 1_000

# Table -> what points to its rows: table and column. The order is that in which they can go.
POINTED_AT: dict[str, tuple[tuple[str, str], ...]] = {
    "activity_view": (("activity_view_event", "view_id"),),
    "activity_presentation_view": (("activity_slide_view", "presentation_view_id"),),
    "activity_poll_answer": (("activity_poll_answer_revision", "poll_answer_id"),),
    "activity_answer": (("activity_answer_revision", "answer_id"),),
    "activity_note": (("activity_note_revision", "note_id"),),
    "activity_question": (("activity_answer", "question_id"),),
    "activity_poll": (("activity_poll_answer", "poll_id"),),
    "activity_slide": (("activity_slide_view", "slide_id"), ("activity_confusion", "slide_id")),
    "activity_presentation": (
        ("activity_slide", "presentation_id"),
        ("activity_presentation_view", "presentation_id"),
        ("activity_confusion", "presentation_id"),
        ("activity_poll", "presentation_id"),
        ("activity_note", "presentation_id"),
    ),
    "activity_video": (
        ("activity_publication", "video_id"),
        ("activity_view", "video_id"),
        ("activity_download", "video_id"),
        ("activity_note", "video_id"),
    ),
}
EVENTS = (
    "activity_view_event", "activity_download", "activity_slide_view", "activity_confusion",
    "activity_poll_answer_revision", "activity_answer_revision", "activity_note_revision",
)  # fmt: skip


def unused(table: str) -> str:
    """A condition: nothing that lives points to a row ``o`` of this table."""
    return " AND ".join(
        f"NOT EXISTS (SELECT FROM {other} AS x WHERE x.institution_id = o.institution_id AND x.{column} = o.id"
        " AND x.deleted_at IS NULL)"
        for other, column in POINTED_AT[table]
    )


# Of which no statement tells any more; slides go before their presentations.
FEWER_SLIDES = _OVER.format(presentations=_COUNTED, unused=unused("activity_slide"))
_END_SLIDES = _OVER.format(
    presentations="""
        SELECT p.id, 0 AS slides FROM pj_known AS k
          JOIN activity_presentation AS p ON p.institution_id = %(institution)s AND p.id = k.id AND p.origin = 1
         WHERE k.first_at IS NULL""",
    unused=unused("activity_slide"),
)
ENDED = [
    _END_SLIDES,
    *(
        f"DELETE FROM {table} AS o USING pj_known AS k WHERE o.institution_id = %(institution)s AND o.id = k.id"  # noqa: S608  # our own tables
        f" AND k.first_at IS NULL AND o.origin = 1 AND {unused(table)}"
        for table in ("activity_question", "activity_poll", "activity_presentation", "activity_video")
    ),
]


_NO_FACT = """
    NOT EXISTS (SELECT FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.target = o.id)
    AND NOT EXISTS (SELECT FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.object_id = o.id)
"""
# Rows of which no statement tells any more, held by what files added. Slides go with the next count of theirs.
HELD = [table for table in POINTED_AT if table != "activity_slide"]
ORPHANS = [
    f"INSERT INTO activity_orphan (institution_id, id) SELECT %(institution)s, o.id FROM {table} AS o"  # noqa: S608  # our own tables
    " JOIN (SELECT target AS id FROM pj_gone UNION SELECT object_id FROM pj_gone UNION SELECT activity_named('deck view '"
    " || target || ' ' || extract(epoch FROM at)) FROM pj_gone WHERE kind = 3 UNION SELECT activity_named('deck view ' || target)"
    " FROM pj_gone WHERE kind = 4) AS gone USING (id)"
    f" WHERE o.institution_id = %(institution)s AND o.origin = 1 AND {_NO_FACT} ON CONFLICT (institution_id, id) DO NOTHING"
    for table in HELD
]
_DECK_IS_GONE = """
    NOT EXISTS (SELECT FROM activity_fact AS f
                 WHERE f.institution_id = %(institution)s AND f.kind IN (3, 4) AND f.object_id = o.presentation_id
                   AND o.id IN (activity_named('deck view ' || f.target || ' ' || extract(epoch FROM f.at)),
                                activity_named('deck view ' || f.target)))
"""
SETTLE_ORPHANS = [
    f"DELETE FROM {table} AS o USING activity_orphan AS x WHERE x.institution_id = %(institution)s AND x.id = o.id"  # noqa: S608  # our own tables
    f" AND o.institution_id = %(institution)s AND o.origin = 1 AND {unused(table)} AND {_NO_FACT}"
    + (f" AND {_DECK_IS_GONE}" if table == "activity_presentation_view" else "")
    for table in HELD
]
_STILL = " UNION ALL ".join(
    f"SELECT o.id FROM {table} AS o WHERE o.institution_id = %(institution)s AND o.origin = 1 AND {_NO_FACT}"  # noqa: S608  # our own tables
    for table in HELD
)
FORGET_ORPHANS = f"""
    DELETE FROM activity_orphan AS x
     WHERE x.institution_id = %(institution)s AND x.id NOT IN (SELECT still.id FROM ({_STILL}) AS still)
"""  # noqa: S608  # our own text
ANY_ORPHAN = "SELECT EXISTS (SELECT FROM activity_orphan WHERE institution_id = %(institution)s)"


def settle(cursor: Any, institution: int) -> bool:
    """Take away rows of which no statement tells, now that what held them may be gone; whether there were any."""
    params = {"institution": institution}
    cursor.execute(ANY_ORPHAN, params)
    if not cursor.fetchone()[0]:
        return False
    ended = 0
    for statement in SETTLE_ORPHANS:
        cursor.execute(statement, params)
        ended += cursor.rowcount
    cursor.execute(FORGET_ORPHANS, params)
    return ended > 0


def make(cursor: Any, institution: int) -> bool:
    """Make and name what statements tell of; whether anything with an external id is new."""
    params = {"institution": institution}
    cursor.execute(UNSAID, params)
    cursor.execute(SAID, params)
    cursor.execute(KNOWN, params)
    made = 0
    for table in ("activity_video", "activity_presentation", "activity_poll", "activity_question"):
        cursor.execute(INSERTS[table], params)
        made += cursor.rowcount
        cursor.execute(UPDATES[table], params)
    cursor.execute(MORE_SLIDES, params)
    if cursor.rowcount >= WORTH_ANALYZING:
        cursor.execute(ANALYZE_SLIDES)
    return made > 0


def end(cursor: Any, institution: int, *, is_gone: bool) -> bool:
    """Take away what no statement tells of any more; whether there was any. After all that was part of it.

    is_gone: statements became void; without that no more than slides of a presentation that has fewer now can end.
    """
    ended = 0
    for statement in (FEWER_SLIDES, *(ENDED if is_gone else ())):
        cursor.execute(statement, {"institution": institution})
        ended += cursor.rowcount
    for statement in ORPHANS if is_gone else ():
        cursor.execute(statement, {"institution": institution})
    return ended > 0
