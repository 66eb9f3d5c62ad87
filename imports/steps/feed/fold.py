"""Fold: one object of several good rows about it, top to bottom and cell by cell (design section 4).

``f_<kind>``: one row per object: _row (the last, which carries the outcome), _first (the first that says it is to be),
_gone_row (the last that deletes it, which ends what hung on it even when a later row revives it), _deletes, _file, _id, _state,
then all fields of the noun. ``b_<kind>``: what objects are before.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Set
from imports.steps.feed import known
from imports.steps.feed.good import GOOD
from imports.steps.feed.space import FeedSpace, drop
from imports.steps.workspace import called, fragment

BEFORE = SQL("""
    CREATE TEMP TABLE {b} ON COMMIT DROP AS
    SELECT ids._id AS id, {fields}
      FROM (SELECT DISTINCT w._id FROM {w} AS w WHERE w._state <> 0) AS ids
      LEFT JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = ids._id
      LEFT JOIN {after} AS a ON a.id = ids._id AND a.kind <> {kind} AND NOT a.is_lost
""")
EITHER = SQL("CASE WHEN a.id IS NOT NULL THEN a.{f} ELSE o.{f} END AS {f}")

FOLDED = SQL("""
    CREATE TEMP TABLE {f} ON COMMIT DROP AS
    SELECT w._row, w._row AS _first, CASE WHEN w._deletes THEN w._row END AS _gone_row, w._deletes, w._file, w._id, w._state,
           w._lacks, {fields}
      FROM {w} AS w WHERE {good} AND w._id IS NOT NULL
""")
ANY_REPEATED = SQL("SELECT count(*) > count(DISTINCT f._id) FROM {f} AS f")
FOLD = SQL("""
    WITH many AS (
        SELECT f._id, max(f._row) AS last, coalesce(min(f._row) FILTER (WHERE NOT f._deletes), min(f._row)) AS first,
               max(f._row) FILTER (WHERE f._deletes) AS gone, {folded}
          FROM {f} AS f GROUP BY f._id HAVING count(*) > 1)
    UPDATE {f} AS f SET _first = many.first, _gone_row = many.gone {assignments} FROM many WHERE f._row = many.last
""")
SUPERSEDED = SQL("""
    INSERT INTO superseded
    SELECT f._row, f._file, last.row, f._id, {object}::text FROM {f} AS f
      JOIN (SELECT each._id, max(each._row) AS row FROM {f} AS each GROUP BY each._id HAVING count(*) > 1) AS last USING (_id)
     WHERE f._row < last.row
""")
FORGET = SQL("""
    DELETE FROM {f} AS f USING (SELECT each._id, max(each._row) AS row FROM {f} AS each GROUP BY each._id HAVING count(*) > 1) AS last
     WHERE last._id = f._id AND f._row < last.row
""")
FILL = SQL("""
    UPDATE {f} AS f SET {assignments} FROM {f} AS each LEFT JOIN {b} AS b ON b.id = each._id
     WHERE each._id = f._id AND NOT f._deletes
""")
AS_IT_WAS = SQL("UPDATE {f} AS f SET {assignments} FROM {b} AS b WHERE b.id = f._id AND f._deletes")


def look_back(space: FeedSpace, kind: Kind) -> None:
    """Make ``b_<kind>``."""
    noun = kind.noun
    space.run(
        BEFORE.format(
            b=Identifier(f"b_{kind.name}"),
            w=Identifier(f"w_{kind.name}"),
            table=Identifier(noun.table),
            after=known.after(noun),
            kind=Literal(kind.name),
            fields=SQL(", ").join(EITHER.format(f=Identifier(name)) for name in noun.columns),
        ),
        "fold",
    )
    space.analyze(f"b_{kind.name}")


def fold(space: FeedSpace, kind: Kind) -> None:
    """Make ``f_<kind>`` from the good rows, and fill what rows leave as it is."""
    drop([f"f_{kind.name}"])
    given = {
        "f": Identifier(f"f_{kind.name}"),
        "w": Identifier(f"w_{kind.name}"),
        "b": Identifier(f"b_{kind.name}"),
    }
    own = {each.field for each in kind.fields}
    space.run(
        FOLDED.format(
            fields=SQL(", ").join(
                SQL("w.{}").format(Identifier(name))
                if name in own
                else SQL("{}::{} AS {}").format(_blank(kind, name), fragment(sql_type), Identifier(name))
                for name, sql_type in kind.noun.columns.items()
            ),
            good=GOOD,
            **given,
        ),
        "fold",
    )
    if kind.is_main:
        space.run(
            SQL("DELETE FROM superseded AS s USING {} AS w WHERE w._row = s.row").format(given["w"]), "fold"
        )
    [(repeated,)] = space.fetch(ANY_REPEATED.format(**given), "fold")
    if repeated:
        space.run(
            FOLD.format(
                folded=SQL(", ").join(_folded(space, each) for each in kind.fields),
                assignments=SQL("").join(
                    SQL(", {n} = {value}").format(n=Identifier(each.field), value=_from_many(space, each))
                    for each in kind.fields
                ),
                **given,
            ),
            "fold",
        )
        if kind.is_main:
            space.run(SUPERSEDED.format(object=Literal(called(kind.noun.name)), **given), "fold")
        space.run(FORGET.format(**given), "fold")
    _fill(space, kind, given)
    space.run(SQL("CREATE INDEX ON {f} (_id)").format(**given), "fold")
    space.analyze(f"f_{kind.name}")


def _blank(kind: Kind, name: str) -> Composable:
    """What no column of the kind gives: lists are never NULL, and what tells the noun is fixed."""
    if name in kind.noun.fixed:
        return Literal(kind.noun.fixed[name])
    return Literal("{}") if kind.noun.columns[name].endswith("[]") else SQL("NULL")


def keeps(space: FeedSpace, each: Set) -> bool:
    """Whether NULL leaves the field as it is."""
    return each.blank == "keep" or (each.blank == "switch" and space.switches.blank_means == "keep")


def _folded(space: FeedSpace, each: Set) -> Composable:
    """The newest value that rows give a field; rows that delete give none. Lists go as JSON: arrays of arrays must be even."""
    value = SQL("to_jsonb(f.{n})" if each.type.endswith("[]") else "f.{n}").format(n=Identifier(each.field))
    given: Composable = SQL("")
    if keeps(space, each) or each.only_new:
        given = SQL(" AND f.{} IS NOT NULL").format(Identifier(each.field))
    if _is_lacked(space, each):
        given += SQL(" AND NOT {} = ANY (f._lacks)").format(Literal(each.column))
    return SQL("(array_agg({v} ORDER BY f._row DESC) FILTER (WHERE NOT f._deletes{given}))[1] AS {n}").format(
        v=value, given=given, n=Identifier(each.field)
    )


def _is_lacked(space: FeedSpace, each: Set) -> bool:
    """Whether some file has no column for the field, and so leaves it as it is."""
    return any(column == each.column for _, column in space.lacks)


def _from_many(space: FeedSpace, each: Set) -> Composable:
    name = Identifier(each.field)
    if not each.type.endswith("[]"):
        return SQL("many.{}").format(name)
    listed = (
        "CASE WHEN many.{n} IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(many.{n}))::{kind} END"
    )
    return SQL(listed).format(n=name, kind=fragment(each.type))


def _fill(space: FeedSpace, kind: Kind, given: dict[str, Identifier]) -> None:
    """What rows leave alone is as it was, or as new objects begin."""
    own = {each.field: each for each in kind.fields}
    parts: list[Composable] = []
    for name, sql_type in kind.noun.columns.items():
        field = Identifier(name)
        each = own.get(name)
        if each is None:
            parts.append(SQL("{f} = CASE WHEN b.id IS NOT NULL THEN b.{f} ELSE each.{f} END").format(f=field))
            continue
        default = SQL("({})::{}").format(fragment(each.default), fragment(sql_type))
        if sql_type.endswith("[]") and each.default == "NULL":
            default = SQL("'{{}}'::{}").format(fragment(sql_type))
        if each.only_new:
            value = SQL("CASE WHEN b.id IS NOT NULL THEN b.{f} ELSE coalesce(each.{f}, {d}) END")
        elif keeps(space, each):
            value = SQL(
                "CASE WHEN b.id IS NOT NULL THEN coalesce(each.{f}, b.{f}) ELSE coalesce(each.{f}, {d}) END"
            )
        elif _is_lacked(space, each):
            value = SQL(
                "CASE WHEN b.id IS NOT NULL AND {lacked} = ANY (each._lacks) THEN coalesce(each.{f}, b.{f})"
                " ELSE coalesce(each.{f}, {d}) END"
            )
        else:
            value = SQL("coalesce(each.{f}, {d})")
        parts.append(
            SQL("{f} = ").format(f=field) + value.format(f=field, d=default, lacked=Literal(each.column))
        )
    space.run(FILL.format(assignments=SQL(", ").join(parts), **given), "fold")
    space.run(
        AS_IT_WAS.format(
            assignments=SQL(", ").join(SQL("{f} = b.{f}").format(f=Identifier(n)) for n in kind.noun.columns),
            **given,
        ),
        "fold",
    )
