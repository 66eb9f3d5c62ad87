"""Keys: fields that no two live objects may share, held against the roster and between the objects of the upload.

Whose object has the value keeps it, else the first row has it. A value that another row gives away is free only if that
row is applied, which ``needs`` says.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.feed import Kind, Only
from imports.steps.feed import known
from imports.steps.feed.good import GOOD
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import fragment

# Objects that take a value they had not: of most nights' files, none.
TAKERS = SQL("""
    CREATE TEMP TABLE taker ON COMMIT DROP AS
    SELECT w._row, w._id, w.{field} AS value FROM {f} AS w LEFT JOIN {b} AS b ON b.id = w._id
     WHERE NOT w._deletes AND w.{field} IS NOT NULL AND {good}
       AND (w._state <> 1 OR b.{field} IS DISTINCT FROM w.{field});
    ANALYZE taker
""")
ANY_TAKER = "SELECT EXISTS (SELECT FROM taker)"
# Who has the value: objects that no row of the upload speaks of, then rows that do not change it, then the first.
HOLDERS = SQL("""
    CREATE TEMP TABLE holder ON COMMIT DROP AS
    SELECT o.{field} AS value, o.id, NULL::integer AS row, 0 AS rank FROM {table} AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL {fixed}
       AND o.{field} IN (SELECT t.value FROM taker AS t)
       AND NOT EXISTS (SELECT FROM {f} AS w WHERE w._id = o.id AND {good})
       AND NOT EXISTS (SELECT FROM {after} AS a WHERE a.id = o.id AND a.kind <> {kind})
    UNION ALL
    SELECT a.{field}, a.id, NULL, 0 FROM {after} AS a
     WHERE a.alive AND a.kind <> {kind} AND a.{field} IN (SELECT t.value FROM taker AS t)
       AND NOT EXISTS (SELECT FROM {f} AS w WHERE w._id = a.id AND {good})
    UNION ALL
    SELECT w.{field}, w._id, w._row, CASE WHEN t._row IS NULL THEN 1 ELSE 2 END
      FROM {f} AS w LEFT JOIN taker AS t ON t._row = w._row
     WHERE NOT w._deletes AND w.{field} IN (SELECT t.value FROM taker AS t) AND {good}
""")
TELL = SQL("""
    INSERT INTO problem
    SELECT lost.row, {severity}, {header}, {code}, {cell},
           jsonb_build_object('object', {object}::text, 'other_row', lost.by_row, 'holder', {holder},
                              'variant', CASE WHEN lost.by_row IS NOT NULL THEN 'row' END)
      FROM (SELECT h.row, h.value, h.rank, first_value(h.row) OVER fight AS by_row, first_value(h.id) OVER fight AS by_id,
                   h.id, row_number() OVER fight AS place
              FROM holder AS h WINDOW fight AS (PARTITION BY h.value ORDER BY h.rank, h.row, h.id)) AS lost
      JOIN {f} AS w ON w._row = lost.row
      LEFT JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = lost.by_id
     WHERE lost.place > 1 AND lost.rank = 2 AND lost.by_id <> lost.id
       AND NOT EXISTS (SELECT FROM problem AS p WHERE p.row = lost.row AND p.code = {code})
""")
# A value that another row of the upload takes from its object, by giving it another or deleting it.
GIVEN_AWAY = SQL("""
    INSERT INTO needs
    SELECT t._row, giver._row, {header}, 'key_not_freed', {cell}
      FROM taker AS t JOIN {f} AS w ON w._row = t._row
      JOIN {b} AS b ON b.{field} = t.value AND b.id <> t._id
      JOIN {f} AS giver ON giver._id = b.id AND giver._row <> t._row AND giver._state = 1
     WHERE giver._deletes OR giver.{field} IS DISTINCT FROM t.value
""")


def contest(space: FeedSpace, kind: Kind, only: Only) -> None:
    """Tell whoever wants a value that another object has."""
    noun = kind.noun
    given: dict[str, Composable] = {
        "f": Identifier(f"f_{kind.name}"),
        "b": Identifier(f"b_{kind.name}"),
        "table": Identifier(noun.table),
        "after": known.after(noun),
        "field": Identifier(only.field),
        "kind": Literal(kind.name),
        "good": GOOD,
        "header": Literal(only.header),
        "fixed": _fixed(noun),
        # A folded field is shown as it was written.
        "cell": SQL("w.{}").format(Identifier(only.field.removesuffix("_folded"))),
    }
    space.run(TAKERS.format(**given), "keys")
    [(any_taker,)] = space.fetch(ANY_TAKER, "keys")
    if any_taker:
        space.run(HOLDERS.format(**given), "keys")
        space.run(
            TELL.format(
                severity=Literal(only.severity),
                code=Literal(only.code),
                object=Literal(noun.name.replace("_", " ")),
                holder=fragment(only.label or noun.label),
                **given,
            ),
            "keys",
        )
        if only.severity == "error":
            space.run(GIVEN_AWAY.format(**given), "keys")
        space.run("DROP TABLE holder")
    space.run("DROP TABLE taker")


def _fixed(noun: Noun) -> Composable:
    return SQL("").join(
        SQL(" AND o.{} = {}").format(Identifier(name), Literal(value)) for name, value in noun.fixed.items()
    )
