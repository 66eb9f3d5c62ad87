"""Renames: new identifiers for what is in the roster, a whole file at once (circlein-csv.md 6).

All rows of a file are read against the roster before it (6.3), so chains move each object one step, swaps swap, and the
order of rows means nothing. One bad row, and the file is not applied (6.7). Several files of one upload follow each other.

``identified`` objects that have an identifier which the file speaks of; ``rename_move`` what is renamed, row by row:
(row, file, object_type, object_id, is_live, before, after, is_first); ``renamed`` (object_type, id, external_id) what that
comes to; ``rename_stopped`` the new identifiers that a file would have given, had it been good. Other kinds of the upload find
the new identifiers by ``after_<noun>``, as they find whatever earlier kinds leave (``known``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import PERSON, SECTION, Noun
from imports.formats.feed import Kind, Layout
from imports.models import Outcome
from imports.steps.feed import cells
from imports.steps.feed.good import GOOD_ROW
from imports.steps.feed.space import FeedSpace, drop
from imports.steps.workspace import called

KIND = "renames"
# In `after_<noun>`, and for the cells of rows: a kind that makes nothing.
_CELLS = ("old_id", "new_id", "obj_type")
_ROWS = Kind(
    name=KIND, noun=SECTION, key=(), fields=(), order=0, uses=_CELLS, required=_CELLS, called="rename"
)
NOUNS = (SECTION, PERSON)

TABLES = """
    CREATE TEMP TABLE rename_move (
        row integer, file smallint, object_type smallint, object_id uuid, is_live boolean, before text, after text,
        is_first boolean) ON COMMIT DROP;
    CREATE TEMP TABLE renamed (object_type smallint, id uuid, row integer, external_id text) ON COMMIT DROP;
    CREATE TEMP TABLE rename_stopped (object_type smallint, new_id text, row integer) ON COMMIT DROP
"""
WANTED = SQL("""
    CREATE TEMP TABLE rename ON COMMIT DROP AS
    SELECT s.row, s.file,
           CASE s.v_obj_type WHEN {section} THEN {section_code} ELSE {person_code} END::smallint AS object_type,
           CASE s.v_obj_type WHEN {section} THEN 'course' ELSE 'user' END AS object,
           s.v_old_id AS old_id, s.v_new_id AS new_id
      FROM {stage} AS s
     WHERE s.file = %(file)s AND s.v_old_id IS NOT NULL AND s.v_obj_type IS NOT NULL
""")
# Deleted objects keep their identifiers. A section is known by identifier and term, so only within a term do
# two collide (6.2); people have one place, so to say.
IDENTIFIED = SQL("""
    CREATE TEMP TABLE identified ON COMMIT DROP AS
    WITH asked AS MATERIALIZED (
        SELECT r.object_type, r.old_id AS id FROM rename AS r
         UNION SELECT r.object_type, r.new_id FROM rename AS r WHERE r.new_id IS NOT NULL)
    {objects}
""")
OBJECTS = SQL("""
    SELECT {code}::smallint AS object_type, o.id AS object_id, {place}::uuid AS place, o.deleted_at IS NULL AS is_live,
           coalesce(n.external_id, o.external_id) AS external_id
      FROM {table} AS o LEFT JOIN renamed AS n ON n.object_type = {code} AND n.id = o.id
     WHERE o.institution_id = %(institution)s
       AND coalesce(n.external_id, o.external_id) IN (SELECT asked.id FROM asked WHERE asked.object_type = {code})
""")

# What is wrong with rows, each with those that it is at odds with (6.5, 6.6).
REPEATED = SQL("""
    INSERT INTO problem
    SELECT told.row, 'error', {column}, {code}, told.said,
           jsonb_build_object('object', told.object, 'other_row', CASE WHEN told.row = told.first THEN told.last ELSE told.first END)
      FROM (SELECT r.row, r.object, r.{column_name} AS said, min(r.row) OVER same AS first, max(r.row) OVER same AS last
              FROM rename AS r WHERE r.{column_name} IS NOT NULL
            WINDOW same AS (PARTITION BY r.object_type, r.{column_name})) AS told
     WHERE told.first <> told.last
""")
SAME = """
    INSERT INTO problem
    SELECT r.row, 'warning', 'new_id', 'same_id', r.new_id, jsonb_build_object('object', r.object)
      FROM rename AS r WHERE r.old_id = r.new_id
"""
UNKNOWN = """
    INSERT INTO problem
    SELECT r.row, CASE WHEN n.id IS NULL THEN 'error' ELSE 'warning' END, 'old_id',
           CASE WHEN n.id IS NULL THEN 'unknown_id' ELSE 'already_renamed' END, r.old_id,
           jsonb_build_object('object', r.object, 'new_id', r.new_id)
      FROM rename AS r
      LEFT JOIN (SELECT DISTINCT i.object_type, i.external_id AS id FROM identified AS i) AS o
        ON o.object_type = r.object_type AND o.id = r.old_id
      LEFT JOIN (SELECT DISTINCT i.object_type, i.external_id AS id FROM identified AS i) AS n
        ON n.object_type = r.object_type AND n.id = r.new_id
     WHERE r.old_id <> r.new_id AND o.id IS NULL
"""
# An identifier is free when all that have it get another in the same file.
TAKEN = """
    INSERT INTO problem
    SELECT DISTINCT ON (r.row) r.row, 'error', 'new_id', 'id_taken', r.new_id,
           jsonb_build_object('object', r.object, 'variant', CASE WHEN NOT holder.is_live THEN 'deleted' END)
      FROM rename AS r
      JOIN identified AS own ON own.object_type = r.object_type AND own.external_id = r.old_id
      JOIN identified AS holder
        ON holder.object_type = r.object_type AND holder.external_id = r.new_id AND holder.place = own.place
      LEFT JOIN (SELECT DISTINCT each.object_type, each.old_id FROM rename AS each
                  WHERE each.new_id IS DISTINCT FROM each.old_id) AS away
        ON away.object_type = r.object_type AND away.old_id = r.new_id
     WHERE r.old_id <> r.new_id AND away.old_id IS NULL
     ORDER BY r.row, holder.is_live DESC
"""
ANY_BAD = """
    SELECT EXISTS (SELECT FROM problem AS p WHERE p.severity = 'error' AND p.row > %(base)s AND p.row <= %(last)s)
"""
STOPPED = """
    INSERT INTO rename_stopped
    SELECT r.object_type, r.new_id, min(r.row) FROM rename AS r
     WHERE r.new_id <> r.old_id
       AND r.row NOT IN (SELECT p.row FROM problem AS p WHERE p.code = 'already_renamed')
     GROUP BY 1, 2
"""
MOVES = """
    INSERT INTO rename_move
    SELECT r.row, r.file, r.object_type, own.object_id, own.is_live, r.old_id, r.new_id,
           row_number() OVER (PARTITION BY r.row ORDER BY own.is_live DESC, own.object_id) = 1
      FROM rename AS r
      JOIN identified AS own ON own.object_type = r.object_type AND own.external_id = r.old_id
     WHERE r.old_id <> r.new_id
"""
NOW = """
    INSERT INTO renamed
    SELECT DISTINCT ON (m.object_type, m.object_id) m.object_type, m.object_id, m.row, m.after FROM rename_move AS m
     ORDER BY m.object_type, m.object_id, m.file DESC
"""
# Single sign-on delivers the identifier, so what it is matched with follows; an SSO id of its own stays (6.1).
PUBLISH = SQL("""
    INSERT INTO {after} (id, row, kind, alive, is_new, is_lost, {names})
    SELECT o.id, n.row, {kind}, o.deleted_at IS NULL, false, false, {values}
      FROM renamed AS n JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = n.id
     WHERE n.object_type = {code}
""")
# Rows that carry an identifier which a file was to give, and does not: they would be about another object.
UNGIVEN = SQL("""
    INSERT INTO problem
    SELECT s.row, 'error', {header}, 'parent_failed', s.{cell},
           jsonb_build_object('object', {object}::text, 'variant', 'rename', 'other_row', stopped.row)
      FROM {stage} AS s JOIN rename_stopped AS stopped ON stopped.object_type = {code} AND stopped.new_id = s.{cell}
     WHERE {good}
""")

RENAMED = SQL("""
    (SELECT {fields}, coalesce(r.external_id, named.external_id) AS external_id
       FROM {table} AS named LEFT JOIN renamed AS r ON r.object_type = {code} AND r.id = named.id)
""")

CHANGES = SQL("""
    INSERT INTO change_raw
    SELECT 0, m.object_type, m.object_id, 2, jsonb_build_object('external_id', m.before) || follows.before,
           jsonb_build_object('external_id', m.after) || follows.after, m.row, NOT m.is_first
      FROM rename_move AS m
      LEFT JOIN roster_person AS person
        ON m.object_type = {person} AND person.institution_id = %(institution)s AND person.id = m.object_id
       AND person.sso_id = person.external_id
     CROSS JOIN LATERAL (
            SELECT CASE WHEN person.id IS NULL THEN '{{}}' ELSE jsonb_build_object('sso_id', m.before) END AS before,
                   CASE WHEN person.id IS NULL THEN '{{}}' ELSE jsonb_build_object('sso_id', m.after) END AS after) AS follows
     WHERE m.row NOT IN (SELECT h.row FROM held AS h)
""")
OUTCOMES = SQL("""
    INSERT INTO outcome
    SELECT s.row, s.file, CASE WHEN m.row IS NULL THEN {unchanged} ELSE {updated} END, m.object_type, m.object_id
      FROM {stage} AS s LEFT JOIN rename_move AS m ON m.row = s.row AND m.is_first
     WHERE {good} AND s.row NOT IN (SELECT h.row FROM held AS h)
""")


def prepare(space: FeedSpace) -> None:
    """Make the tables, before views of ``known`` look at them."""
    drop(["rename_move", "renamed", "rename_stopped"])
    space.run(TABLES)


def objects(space: FeedSpace, noun: Noun) -> Composable:
    """What to read objects of the roster from, dead ones too, under the identifiers that they get."""
    if noun not in NOUNS or _layout(space) is None:
        return Identifier(noun.table)
    fields = [name for name in ("id", "institution_id", "deleted_at", *noun.columns) if name != "external_id"]
    return RENAMED.format(
        fields=SQL(", ").join(SQL("named.{}").format(Identifier(name)) for name in fields),
        table=Identifier(noun.table),
        code=Literal(noun.code),
    )


def plan(space: FeedSpace, *, bad: Collection[tuple[str, str]], told: set[tuple[str, str, str, str]]) -> None:
    """Plan all files of renames of the upload, before anything else looks at the roster.

    The tables of ``known`` stand. Rows at fault are told; rows of other files that need what is not given are, too.
    """
    layout = _layout(space)
    if layout is None:
        return
    cells.tell(space, layout, _ROWS, bad=bad, told=told)
    if space.looks_at_cells_only:
        return
    for file in space.files:
        if file["format"] == layout.key:
            _plan_file(space, layout, file)
    for noun in NOUNS:
        _publish(space, noun)
    [(any_stopped,)] = space.fetch("SELECT EXISTS (SELECT FROM rename_stopped)", "renames")
    for other in space.layouts if any_stopped else ():
        _tell_ungiven(space, other)


def compare(space: FeedSpace) -> None:
    """Fill ``change_raw`` and ``outcome`` for the rows that rename."""
    layout = _layout(space)
    if layout is None:
        return
    space.run(CHANGES.format(person=Literal(PERSON.code)), "renames")
    space.run(
        OUTCOMES.format(
            stage=Identifier(f"stage_{layout.slug()}"),
            unchanged=Literal(int(Outcome.UNCHANGED)),
            updated=Literal(int(Outcome.UPDATED)),
            good=GOOD_ROW,
        ),
        "renames",
    )


def _layout(space: FeedSpace) -> type[Layout] | None:
    return next((layout for layout in space.layouts if layout.renames), None)


def _plan_file(space: FeedSpace, layout: type[Layout], file: dict[str, Any]) -> None:
    drop(["rename", "identified"])
    wanted = WANTED.format(
        stage=Identifier(f"stage_{layout.slug()}"),
        section=Literal(SECTION.name),
        section_code=Literal(SECTION.code),
        person_code=Literal(PERSON.code),
    )
    space.run(wanted, "renames", file=file["number"])
    space.run("ANALYZE rename")
    space.run(IDENTIFIED.format(objects=SQL(" UNION ALL ").join(map(_objects, NOUNS))), "renames")
    space.run("ANALYZE identified")
    for column, code in (("old_id", "duplicate_old_id"), ("new_id", "duplicate_new_id")):
        space.run(
            REPEATED.format(column=Literal(column), column_name=Identifier(column), code=Literal(code)),
            "renames",
        )
    for statement in (SAME, UNKNOWN, TAKEN):
        space.run(statement, "renames")
    [(is_bad,)] = space.fetch(ANY_BAD, "renames", base=file["base"], last=file["last"])
    if is_bad:
        space.run(STOPPED, "renames")
        return
    for statement in (MOVES, "TRUNCATE renamed", NOW, "ANALYZE rename_move, renamed"):
        space.run(statement, "renames")


def _objects(noun: Noun) -> Composable:
    place = SQL("o.term_id") if "term_id" in noun.columns else Literal("00000000-0000-0000-0000-000000000000")
    return OBJECTS.format(code=Literal(noun.code), place=place, table=Identifier(noun.table))


def _publish(space: FeedSpace, noun: Noun) -> None:
    values: dict[str, Composable] = {name: SQL("o.{}").format(Identifier(name)) for name in noun.columns}
    values["external_id"] = SQL("n.external_id")
    if "sso_id" in values:
        values["sso_id"] = SQL("CASE WHEN o.sso_id = o.external_id THEN n.external_id ELSE o.sso_id END")
    space.run(
        PUBLISH.format(
            after=Identifier(f"after_{noun.name}"),
            names=SQL(", ").join(map(Identifier, values)),
            values=SQL(", ").join(values.values()),
            kind=Literal(KIND),
            table=Identifier(noun.table),
            code=Literal(noun.code),
        ),
        "renames",
    )
    space.run(SQL("ANALYZE {}").format(Identifier(f"after_{noun.name}")))


def _tell_ungiven(space: FeedSpace, layout: type[Layout]) -> None:
    for name, noun in layout.identifiers:
        space.run(
            UNGIVEN.format(
                header=Literal(layout.column(name).header),
                cell=Identifier(f"v_{name}"),
                object=Literal(called(noun.name)),
                stage=Identifier(f"stage_{layout.slug()}"),
                code=Literal(noun.code),
                good=GOOD_ROW,
            ),
            "renames",
        )
