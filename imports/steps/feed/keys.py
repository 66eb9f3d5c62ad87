"""Keys: fields that no two live objects may share, held against the roster and between the objects of the upload.

Whose object has the value keeps it, else the first good row has it (``steps.contests``). A value that another row
gives away is free only if that row is applied, which ``needs`` says.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.feed import Kind, Only
from imports.steps.clashes import find_beaten
from imports.steps.feed import known, wishes
from imports.steps.feed.good import GOOD
from imports.steps.feed.space import FeedSpace, drop
from imports.steps.workspace import called, fragment

TABLES = """
    CREATE TEMP TABLE contested (row integer, number smallint, key integer, until integer, holds boolean) ON COMMIT DROP;
    CREATE TEMP TABLE beaten (row integer, number smallint, by_row integer) ON COMMIT DROP
"""
# Objects that take a value they had not: of most nights' files, none.
TAKERS = SQL("""
    CREATE TEMP TABLE {taker} ON COMMIT DROP AS
    SELECT w._row, w._id, w.{field} AS value FROM {f} AS w LEFT JOIN {b} AS b ON b.id = w._id
     WHERE NOT w._deletes AND w.{field} IS NOT NULL AND {good}
       AND (w._state <> 1 OR b.{field} IS DISTINCT FROM w.{field})
""")
ANY_TAKER = SQL("SELECT EXISTS (SELECT FROM {taker})")
# Who has the value and keeps it: objects that no good row speaks of, and those whose row does not change it.
HELD = SQL("""
    INSERT INTO problem
    SELECT DISTINCT ON (t._row) t._row, {severity}, {header}, {code}, {cell},
           jsonb_build_object('object', {object}::text, 'holder', holder.label, 'other_row', holder.row,
                              'variant', CASE WHEN holder.label IS NULL THEN 'row' END)
      FROM {taker} AS t JOIN {f} AS w ON w._row = t._row
      JOIN (SELECT o.{field} AS value, o.id, NULL::integer AS row, {label} AS label FROM {table} AS o
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL {fixed}
               AND o.{field} IN (SELECT each.value FROM {taker} AS each)
               AND NOT EXISTS (SELECT FROM {f} AS w WHERE w._id = o.id AND {good})
               AND NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id AND a.kind <> {kind})
             UNION ALL
            SELECT a.{field}, a.id, a.row, NULL FROM {after} AS a
             WHERE a.alive AND a.kind <> {kind} AND a.{field} IN (SELECT each.value FROM {taker} AS each)
               AND NOT EXISTS (SELECT FROM {f} AS w WHERE w._id = a.id AND {good})
             UNION ALL
            SELECT o.{field}, o.id, NULL, {label} FROM {f} AS w JOIN {table} AS o ON o.id = w._id
             WHERE NOT w._deletes AND w._state = 1 AND o.{field} = w.{field} AND {good}
               AND w.{field} IN (SELECT each.value FROM {taker} AS each)
           ) AS holder ON holder.value = t.value AND holder.id <> t._id
     WHERE NOT EXISTS (SELECT FROM problem AS p WHERE p.row = t._row AND p.code = {code})
     ORDER BY t._row, holder.row NULLS FIRST, holder.id
""")
# A value that another row of the upload takes from its object, by giving it another or deleting it.
GIVEN_AWAY = SQL("""
    INSERT INTO needs
    SELECT t._row, giver._row, {header}, 'key_not_freed', {cell}
      FROM {taker} AS t JOIN {f} AS w ON w._row = t._row
      JOIN {b} AS b ON b.{field} = t.value AND b.id <> t._id
      JOIN {f} AS giver ON giver._id = b.id AND giver._row <> t._row AND giver._state = 1
     WHERE giver._deletes OR giver.{field} IS DISTINCT FROM t.value
""")
CONTESTED = SQL("""
    INSERT INTO contested (row, number, key, until, holds)
    SELECT w._row, {number}, dense_rank() OVER (ORDER BY w.value), dense_rank() OVER (ORDER BY w.value), false
      FROM {taker} AS w
     WHERE {good} AND w.value IN (SELECT w.value FROM {taker} AS w WHERE {good} GROUP BY w.value HAVING count(*) > 1)
""")
ANY_CONTESTED = "SELECT EXISTS (SELECT FROM contested)"
# While it is decided who has a key: whoever points to one of its own kind that this upload makes needs its row.
# Afterwards it is looked at what stands, for another row may make it too.
OWN_NEEDS = SQL("""
    INSERT INTO needs
    SELECT DISTINCT w._row, up._row, NULL, 'own_need', NULL
      FROM {f} AS w CROSS JOIN LATERAL unnest({ids}) AS pointed (id) JOIN {f} AS up ON up._id = pointed.id
     WHERE NOT w._deletes AND up._state = 0 AND up._row <> w._row
""")
FORGET_OWN_NEEDS = "DELETE FROM needs WHERE code = 'own_need'"
BEATEN = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, {code}, {cell},
           jsonb_build_object('object', {object}::text, 'other_row', lost.by_row, 'variant', 'row')
      FROM beaten AS lost JOIN {f} AS w ON w._row = lost.row WHERE lost.number = {number}
""")
# What fails with this value now would fail with it again, when the object is folded without its last row.
ALIKE = SQL("""
    INSERT INTO problem
    SELECT w._row, p.severity, p.col, p.code, p.value, p.params
      FROM problem AS p JOIN {f} AS f ON f._row = p.row JOIN {w} AS w ON w._id = f._id
     WHERE p.code = {code} AND p.severity = 'error' AND w._row <> f._row AND NOT w._deletes AND w.{field} = f.{field} AND {good}
""")
# Where two may share a value, each but the first is told.
SHARED = SQL("""
    INSERT INTO problem
    SELECT w._row, 'warning', {header}, {code}, {cell},
           jsonb_build_object('object', {object}::text, 'other_row', shared.first, 'variant', 'row')
      FROM (SELECT t._row, min(t._row) OVER (PARTITION BY t.value) AS first FROM {taker} AS t) AS shared
      JOIN {f} AS w ON w._row = shared._row
     WHERE shared._row > shared.first
       AND NOT EXISTS (SELECT FROM problem AS p WHERE p.row = shared._row AND p.code = {code})
""")


def contest(space: FeedSpace, kind: Kind) -> None:
    """Tell whoever wants a value that another object has, or that another row has first."""
    given = {number: _given(kind, only, number) for number, only in enumerate(kind.only)}
    wanted = [number for number in given if _any_taker(space, given[number])]
    drop(["contested", "beaten"])
    space.run(TABLES)
    for number in wanted:
        only = kind.only[number]
        space.run(HELD.format(severity=Literal(only.severity), **given[number]), "keys")
        if only.severity == "error":
            space.need(GIVEN_AWAY.format(**given[number]))
        else:
            space.run(SHARED.format(**given[number]), "keys")
    # Who fails with another wants nothing any more.
    space.fail_dependents()
    strict = [number for number in wanted if kind.only[number].severity == "error"]
    for number in strict:
        space.run(CONTESTED.format(number=Literal(number), **given[number]), "keys")
    if space.fetch(ANY_CONTESTED, "keys") == [(True,)] and _find_beaten(space, kind):
        for number in strict:
            space.run(BEATEN.format(number=Literal(number), **given[number]), "keys")
    for number in strict:
        space.run(ALIKE.format(**given[number]), "keys")


def _find_beaten(space: FeedSpace, kind: Kind) -> bool:
    for each in (each for ref in kind.refs if ref.own_kind for each in wishes.said_by(kind, ref)):
        ids = SQL("w.{}" if each.type.endswith("[]") else "ARRAY[w.{}]").format(Identifier(each.field))
        space.run(OWN_NEEDS.format(f=Identifier(f"f_{kind.name}"), ids=ids), "needs")
    found = find_beaten(space)
    space.run(FORGET_OWN_NEEDS)
    return found


def _any_taker(space: FeedSpace, given: dict[str, Composable]) -> bool:
    space.run(SQL("DROP TABLE IF EXISTS {taker}").format(**given))
    space.run(TAKERS.format(**given), "keys")
    space.analyze(given["taker"].as_string(None).strip('"'))
    return space.fetch(ANY_TAKER.format(**given), "keys") == [(True,)]


def _given(kind: Kind, only: Only, number: int) -> dict[str, Composable]:
    noun = kind.noun
    return {
        "taker": Identifier(f"taker_{number}"),
        "f": Identifier(f"f_{kind.name}"),
        "w": Identifier(f"w_{kind.name}"),
        "b": Identifier(f"b_{kind.name}"),
        "table": Identifier(noun.table),
        "after": known.after(noun),
        "field": Identifier(only.field),
        "kind": Literal(kind.name),
        "good": GOOD,
        "header": Literal(only.header),
        "code": Literal(only.code),
        "fixed": _fixed(noun),
        "label": fragment(only.label or noun.label),
        "object": Literal(called(noun.name)),
        # A folded field is shown as it was written.
        "cell": SQL("w.{}").format(Identifier(only.field.removesuffix("_folded"))),
    }


def _fixed(noun: Noun) -> Composable:
    return SQL("").join(
        SQL(" AND o.{} = {}").format(Identifier(name), Literal(value)) for name, value in noun.fixed.items()
    )
