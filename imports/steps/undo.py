"""Undo: what taking an import back would do, and which of it later work forbids. Set-wise.

``undoing`` holds one row per field that was set, object that was deleted, object that was made:
(object_type, object_id, operation, field, before, after, change_id, row, conflict).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.ids import object_prefix
from edu_csv.roster.fields import points_to
from edu_csv.roster.nouns import ACTIVITY_ORDER, ORG_UNIT, ROSTER_ORDER, SCHEDULE, SECTION, Noun
from edu_csv.roster.occurrences import MOVED_BY
from imports.steps import undo_clashes, undo_live, undo_offerings
from imports.steps.workspace import Session

CREATE_UNDOING = """
    CREATE TEMP TABLE undoing (
        object_type smallint, object_id uuid, operation smallint, field text, before jsonb, after jsonb,
        change_id bigint, row integer, conflict text, now jsonb) ON COMMIT DROP
"""
# A value that was erased from the journal cannot come back.
FIELDS_SET = """
    INSERT INTO undoing
    SELECT c.object_type, c.object_id, 2, f.field, c.before -> f.field, c.after -> f.field, c.id, c.row,
           CASE WHEN c.before ? '_erased' THEN 'erased' END
      FROM roster_change AS c
     CROSS JOIN LATERAL jsonb_object_keys(c.before) AS f (field)
     WHERE c.institution_id = %(institution)s AND c.job_id = %(of)s AND c.operation = 2 AND c.undone_by IS NULL
"""
DELETIONS = """
    INSERT INTO undoing
    SELECT c.object_type, c.object_id, 3, NULL, NULL, NULL, c.id, c.row,
           CASE WHEN c.before ? '_erased' THEN 'erased' END
      FROM roster_change AS c
     WHERE c.institution_id = %(institution)s AND c.job_id = %(of)s AND c.operation = 3 AND c.undone_by IS NULL
"""
# What the import brought back goes again, as what it made.
REVIVALS = """
    INSERT INTO undoing
    SELECT c.object_type, c.object_id, 1, NULL, NULL, NULL, c.id, c.row,
           CASE WHEN c.before ? '_erased' THEN 'erased' END
      FROM roster_change AS c
     WHERE c.institution_id = %(institution)s AND c.job_id = %(of)s AND c.operation = 4 AND c.undone_by IS NULL
"""
# The ids of what one job made stand side by side in the primary key.
CREATIONS = SQL("""
    INSERT INTO undoing
    SELECT {code}, o.id, 1, NULL, NULL, NULL, NULL, o.made_by_row
      FROM {table} AS o
     WHERE o.id BETWEEN {low}::uuid AND {high}::uuid AND o.institution_id = %(institution)s
       AND o.made_by_job = %(of)s AND o.deleted_at IS NULL
""")
ANALYZE = "ANALYZE undoing"
# Undone again: what an earlier undo took back is done, whatever became of it since.
DONE_BEFORE = """
    DELETE FROM undoing AS u USING roster_change AS done
     WHERE done.institution_id = %(institution)s AND done.job_id = ANY (%(earlier)s::uuid[])
       AND done.object_id = u.object_id
       AND (u.operation = 1 AND done.operation = 3 OR u.operation = 2 AND done.operation = 2 AND done.after ? u.field)
"""

# What stands in each field by now; a field that no longer says what the import wrote was changed later.
FIELDS_NOW = SQL("""
    UPDATE undoing AS u
       SET now = to_jsonb(o) -> u.field,
           conflict = CASE WHEN u.conflict IS NOT NULL THEN u.conflict
                           -- What was deleted before could still be given another identifier; what the import
                           -- deleted itself may have been changed on the way.
                           WHEN o.deleted_at >= (SELECT min(c.at) FROM roster_change AS c WHERE c.job_id = %(of)s)
                                AND u.object_id NOT IN (SELECT gone.object_id FROM undoing AS gone WHERE gone.operation = 3)
                             OR (to_jsonb(o) -> u.field) IS DISTINCT FROM coalesce(u.after, 'null') THEN 'changed_later'
                      END
      FROM {table} AS o
     WHERE u.object_type = {code} AND u.operation = 2 AND o.institution_id = %(institution)s AND o.id = u.object_id
""")
# The value may be the same again, yet by somebody's later decision.
FIELDS_SET_LATER = """
    UPDATE undoing AS u SET conflict = 'changed_later'
      FROM roster_change AS later
     WHERE u.operation = 2 AND u.conflict IS NULL AND later.institution_id = %(institution)s
       AND later.object_id = u.object_id AND later.id > u.change_id AND later.undone_by IS NULL
       AND later.job_id IS DISTINCT FROM %(of)s AND (later.operation <> 2 OR later.after ? u.field)
"""
ALIVE_AGAIN = SQL("""
    UPDATE undoing AS u SET conflict = 'changed_later'
      FROM {table} AS o
     WHERE u.object_type = {code} AND u.operation = 3 AND u.conflict IS NULL
       AND o.institution_id = %(institution)s AND o.id = u.object_id AND o.deleted_at IS NULL
""")
EDITED_SINCE = """
    UPDATE undoing AS u SET conflict = 'changed_later'
      FROM roster_change AS later
     WHERE u.operation = 1 AND later.institution_id = %(institution)s AND later.object_id = u.object_id
       AND later.id > coalesce(u.change_id, 0) AND later.undone_by IS NULL AND later.job_id IS DISTINCT FROM %(of)s
"""

CONFLICTS_FOUND = "SELECT count(*) FROM undoing WHERE conflict IS NOT NULL"

# A key that a live object holds, which this undo neither removes nor gives another key.
KEY_TAKEN = SQL("""
    UPDATE undoing AS u SET conflict = 'key_taken', now = to_jsonb(holder.id)
      FROM {table} AS o
      JOIN {table} AS holder ON holder.institution_id = o.institution_id AND holder.deleted_at IS NULL
       AND holder.id <> o.id
     WHERE u.object_type = {code} AND u.conflict IS NULL AND {which} AND {holds}
       AND o.institution_id = %(institution)s AND o.id = u.object_id
       AND NOT EXISTS (SELECT FROM undoing AS h
                        WHERE h.object_id = holder.id AND h.conflict IS NULL
                          AND (h.operation = 1 OR h.operation = 2 AND h.field = ANY ({fields})))
""")
# One that waits for another's key waits for ever when that other is left alone.
KEY_KEPT = SQL("""
    WITH RECURSIVE kept (object_id, field) AS (
        SELECT u.object_id, u.field FROM undoing AS u
         WHERE u.object_type = {code} AND u.operation = 2 AND u.field = {field} AND u.conflict IS NOT NULL
        UNION
        SELECT u.object_id, u.field FROM kept
          JOIN {table} AS holder ON holder.institution_id = %(institution)s AND holder.id = kept.object_id
          JOIN undoing AS u ON u.object_type = {code} AND u.operation = 2 AND u.field = {field}
           AND u.before = to_jsonb(holder.{name}) AND u.object_id <> holder.id)
    UPDATE undoing AS u SET conflict = 'key_taken'
      FROM kept WHERE u.object_id = kept.object_id AND u.field = kept.field AND u.conflict IS NULL
""")

# Whatever an object points to must live, or come back by this undo.
PARENT_GONE = SQL("""
    UPDATE undoing AS u SET conflict = 'parent_gone'
      FROM {table} AS o
     CROSS JOIN LATERAL unnest({points}) AS pointed (id)
      JOIN {parent} AS parent ON parent.institution_id = o.institution_id AND parent.id = pointed.id
     WHERE u.object_type = {code} AND u.conflict IS NULL AND u.operation = 3
       AND o.institution_id = %(institution)s AND o.id = u.object_id AND parent.deleted_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM undoing AS p
                        WHERE p.object_id = parent.id AND p.operation = 3 AND p.conflict IS NULL)
       AND NOT EXISTS (SELECT FROM undoing AS moved
                        WHERE moved.object_id = o.id AND moved.operation = 2 AND moved.field = {field}
                          AND moved.conflict IS NULL)
""")
FIELD_PARENT_GONE = SQL("""
    UPDATE undoing AS u SET conflict = 'parent_gone'
      FROM undoing AS field
     CROSS JOIN LATERAL jsonb_array_elements_text(
            CASE jsonb_typeof(field.before) WHEN 'array' THEN field.before ELSE jsonb_build_array(field.before) END
            ) AS pointed (id)
      JOIN {parent} AS parent ON parent.institution_id = %(institution)s AND parent.id = pointed.id::uuid
     WHERE field.object_type = {code} AND field.operation = 2 AND field.field = {field} AND field.conflict IS NULL
       AND parent.deleted_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM undoing AS p
                        WHERE p.object_id = parent.id AND p.operation = 3 AND p.conflict IS NULL)
       AND u.ctid = field.ctid
""")
# What something hangs on that stays must stay.
HAS_DEPENDANTS = SQL("""
    UPDATE undoing AS u SET conflict = 'has_dependants'
      FROM {child} AS child {points}
     WHERE u.object_type = {code} AND u.operation = 1 AND u.conflict IS NULL
       AND child.institution_id = %(institution)s AND child.deleted_at IS NULL AND points.to_id = u.object_id
       AND NOT EXISTS (SELECT FROM undoing AS c
                        WHERE c.object_id = child.id AND c.operation = 1 AND c.conflict IS NULL)
       AND NOT EXISTS (SELECT FROM undoing AS c
                        WHERE c.object_id = child.id AND c.operation = 2 AND c.conflict IS NULL
                          AND c.field = {field} AND NOT coalesce(c.before @> to_jsonb(u.object_id), false))
""")
POINTS_TO_ONE = SQL("CROSS JOIN LATERAL (SELECT child.{}) AS points (to_id)")
POINTS_TO_SEVERAL = SQL("CROSS JOIN LATERAL unnest(child.{}) AS points (to_id)")
# A unit within units of the same import, or a parent of people: those to whom one that stays points, stay.
ANCESTORS_STAY = SQL("""
    WITH RECURSIVE stays (id) AS (
        SELECT u.object_id FROM undoing AS u WHERE u.object_type = {code} AND u.operation = 1 AND u.conflict IS NOT NULL
        UNION
        SELECT up.id FROM stays JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = stays.id
         CROSS JOIN LATERAL unnest({lists}) AS up (id))
    UPDATE undoing AS u SET conflict = 'has_dependants'
      FROM stays WHERE u.object_id = stays.id AND u.operation = 1 AND u.conflict IS NULL
""")

SUMMARY = """
    SELECT count(DISTINCT object_id) FILTER (WHERE operation = 2 AND conflict IS NULL),
           count(*) FILTER (WHERE operation = 3 AND conflict IS NULL),
           count(*) FILTER (WHERE operation = 1 AND conflict IS NULL),
           count(*) FILTER (WHERE conflict IS NOT NULL)
      FROM undoing
"""
BY_TYPE = """
    SELECT object_type, operation, count(DISTINCT object_id) FROM undoing WHERE conflict IS NULL GROUP BY 1, 2 ORDER BY 1, 2
"""
CONFLICTS = """
    SELECT object_type, object_id, field, conflict, after, now FROM undoing WHERE conflict IS NOT NULL
     ORDER BY row, object_type, object_id, field LIMIT %(most)s
"""
FORGET_CONFLICTS = (
    "DELETE FROM imports_conflict WHERE institution_id = %(institution)s AND upload_id = %(of)s"
)
KEEP_CONFLICTS = """
    INSERT INTO imports_conflict (institution_id, upload_id, place, object_type, object_id, field, reason, ours, now)
    SELECT %(institution)s, %(of)s, row_number() OVER (ORDER BY row, object_type, object_id, field),
           object_type, object_id, field, conflict, after, now
      FROM undoing WHERE conflict IS NOT NULL
"""

# What tells apart the objects of nouns that have no id of their own.
KEYS = {
    "enrollment": ("section_id", "person_id"),
    "membership": ("unit_id", "person_id"),
    "person_attributes": ("person_id",),
    "persona": ("key",),
    "viewing_permission": ("key",),
}
# Of keys of what happened, what may be absent: who both lack it are alike in it.
MAY_LACK = {"download": ("section_id", "person_id"), "confusion": ("slide_id", "section_id")}
EQUAL, SAME = SQL("holder.{f} = o.{f}"), SQL("holder.{f} IS NOT DISTINCT FROM o.{f}")

FORGET_CHANGE = "DROP TABLE IF EXISTS pg_temp.change"
CHANGE = """
    CREATE TEMP TABLE change ON COMMIT DROP AS
    SELECT object_type, object_id, 2::smallint AS operation, jsonb_object_agg(field, after) AS before,
           jsonb_object_agg(field, before) AS after, min(row) AS row, false AS is_effect
      FROM undoing WHERE operation = 2 AND conflict IS NULL GROUP BY object_type, object_id
    UNION ALL
    SELECT object_type, object_id, CASE operation WHEN 1 THEN 3 ELSE 4 END, '{}', '{}', row, false
      FROM undoing WHERE operation IN (1, 3) AND conflict IS NULL
"""
# What was taken back whole counts as no later change any more.
MARK_UNDONE = """
    UPDATE roster_change AS c SET undone_by = %(job)s
     WHERE c.institution_id = %(institution)s AND c.job_id = %(of)s AND c.undone_by IS NULL
       AND NOT EXISTS (SELECT FROM undoing AS u WHERE u.change_id = c.id AND u.conflict IS NOT NULL)
"""


def find_made(session: Session, nouns: Iterable[Noun]) -> None:
    """Put what the import made of these nouns into ``undoing``, which then holds what is not undone yet.

    Parameters: ``of``; ``earlier``, the jobs that have undone it before.
    """
    of = session.params["of"]
    for noun in nouns:
        prefix = object_prefix(of, noun.code)
        session.run(
            CREATIONS.format(
                code=Literal(noun.code),
                table=Identifier(noun.table),
                low=Literal(prefix + "00000000"),
                high=Literal(prefix + "ffffffff"),
            )
        )
    if session.params["earlier"]:
        session.run(DONE_BEFORE)
    session.run(ANALYZE)


def find(session: Session, *, restore: bool, nouns: Sequence[Noun] = ROSTER_ORDER) -> None:
    """Fill ``undoing`` and decide what must be left alone. nouns: what the import may have made."""
    session.run(CREATE_UNDOING)
    if restore:
        session.run(FIELDS_SET)
        session.run(DELETIONS)
        session.run(REVIVALS)
    find_made(session, nouns)
    if restore:
        session.run(EDITED_SINCE)
        session.run(FIELDS_SET_LATER)
    present = [n for n in nouns if session.fetch(_any_of(n))]
    for noun in present:
        session.run(FIELDS_NOW.format(table=Identifier(noun.table), code=Literal(noun.code)))
        session.run(ALIVE_AGAIN.format(table=Identifier(noun.table), code=Literal(noun.code)))
    if restore:
        undo_offerings.into_the_living(session)
    # What is left alone may keep something else from being taken back: until nothing is added. How
    # often depends on how deep kinds hang on one another, not on how many objects there are.
    moves = any(noun.code in MOVED_BY for noun in present)
    found = -1
    while (now := session.fetch(CONFLICTS_FOUND)[0][0]) != found:
        found = now
        for noun in present:
            _keys(session, noun)
        for noun in present:
            _parents(session, noun)
        for noun in reversed(present):
            _dependants(session, noun)
        session.run(undo_offerings.NOT_MOVED)
        if SCHEDULE in present:
            undo_live.find(session)
        if moves:
            to_change(session)
            undo_clashes.find(session)
    if SECTION in present:
        session.run(undo_offerings.LEFT)


def to_change(session: Session) -> None:
    """Fill ``change`` with all that is not left alone."""
    session.run(FORGET_CHANGE)
    session.run(CHANGE)
    session.run("ANALYZE change")


def _any_of(noun: Noun) -> Composable:
    return SQL("SELECT 1 FROM undoing WHERE object_type = {} LIMIT 1").format(Literal(noun.code))


def _pointing(noun: Noun) -> list[tuple[str, Noun, bool]]:
    """The columns of a noun that point somewhere: (column, to, is a list). One that may point to several
    kinds comes once with each: an id is of one of them.
    """
    return [
        (name, to, kind.endswith("[]"))
        for name, kind in noun.columns.items()
        for to in points_to(noun, name) or ()
    ]


def _parents(session: Session, noun: Noun) -> None:
    for name, to, is_list in _pointing(noun):
        points = SQL("o.{}") if is_list else SQL("ARRAY[o.{}]")
        session.run(
            PARENT_GONE.format(
                table=Identifier(noun.table),
                code=Literal(noun.code),
                field=Literal(name),
                points=points.format(Identifier(name)),
                parent=Identifier(to.table),
            )
        )
        session.run(
            FIELD_PARENT_GONE.format(
                code=Literal(noun.code), field=Literal(name), parent=Identifier(to.table)
            )
        )


def _dependants(session: Session, noun: Noun) -> None:
    # What people did stays when what they did it with goes (reporting-api.md 9, G32): it holds nothing of the roster.
    for child in ACTIVITY_ORDER if noun in ACTIVITY_ORDER else ROSTER_ORDER:
        for name, to, is_list in _pointing(child):
            if to.table != noun.table:
                continue
            session.run(
                HAS_DEPENDANTS.format(
                    code=Literal(noun.code),
                    child=Identifier(child.table),
                    points=(POINTS_TO_SEVERAL if is_list else POINTS_TO_ONE).format(Identifier(name)),
                    field=Literal(name),
                )
            )
    own = [name for name, to, _ in _pointing(noun) if to.table == noun.table]
    if own:
        lists = SQL(" || ").join(SQL("o.{}").format(Identifier(name)) for name in own)
        session.run(ANCESTORS_STAY.format(code=Literal(noun.code), table=Identifier(noun.table), lists=lists))


def _keys(session: Session, noun: Noun) -> None:
    code, table = Literal(noun.code), Identifier(noun.table)
    if key := KEYS.get(noun.name, noun.key):
        same_key = [
            (SAME if name in MAY_LACK.get(noun.name, ()) else EQUAL).format(f=Identifier(name))
            for name in key
        ]
        session.run(
            KEY_TAKEN.format(
                table=table,
                code=code,
                holds=SQL(" AND ").join(same_key),
                which=SQL("u.operation = 3"),
                fields=Literal(list(key)),
            )
        )
    for name in ("external_id", "username_folded"):
        if name not in noun.columns:
            continue
        field = Literal(name)
        # Among org units an external id is the one of its type.
        alike = SQL(" AND holder.type = o.type") if noun is ORG_UNIT else SQL("")
        values = {"table": table, "code": code, "fields": SQL("ARRAY[{}]").format(field)}
        back = SQL("holder.{f} = u.before #>> '{{}}'{alike}").format(f=Identifier(name), alike=alike)
        session.run(
            KEY_TAKEN.format(
                holds=back, which=SQL("u.operation = 2 AND u.field = {}").format(field), **values
            )
        )
        same = SQL("holder.{f} = o.{f}{alike}").format(f=Identifier(name), alike=alike)
        session.run(KEY_TAKEN.format(holds=same, which=SQL("u.operation = 3"), **values))
        session.run(KEY_KEPT.format(table=table, code=code, field=field, name=Identifier(name)))
