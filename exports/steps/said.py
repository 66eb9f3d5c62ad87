"""Said: what files of a feed can name, put down before anything is written (``imports.formats.exporting``).

The temporary table ``said`` has a row for each object that cells name by code: whether it is asked for, and why it is
left out, if it is. Whoever names something that is left out is left out too, however far: a file that names what is
in none of its rows would import into no empty institution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.roster.reach import reaching, within
from exports.steps.select import declared, live
from imports.formats.exporting import Book, Naming, Rows, Sheet

# level: how many units of its own kind stand above it at most, so that parents come first. fault: the number of
# the reason in ``Rows.reasons``.
CREATE = SQL("""
    CREATE TEMP TABLE said (
        id uuid PRIMARY KEY, kind text, space text, same text COLLATE "C", code text COLLATE "C", wanted boolean,
        fault smallint, level integer DEFAULT 0
    ) ON COMMIT DROP;
    CREATE TEMP TABLE named (child uuid, parent uuid, gone smallint, left_out smallint) ON COMMIT DROP
""")
PUT = SQL("""
    INSERT INTO said (id, kind, space, same, code, wanted, fault)
    {reach} SELECT o.id, {kind}, {space}, {same}, {code}, {reached} AND {filters}, {fault}
      FROM {table} AS o {joins} WHERE {live} AND ({where})
""")
LINK = SQL("""
    INSERT INTO named
    SELECT o.id, above.id, {gone}, {left_out} FROM said JOIN {table} AS o ON o.id = said.id {joins}
     CROSS JOIN LATERAL unnest({ids}) AS above (id)
     WHERE said.kind = {kind} AND above.id IS NOT NULL
""")
READY = SQL("ANALYZE said; CREATE INDEX ON named (parent); ANALYZE named")
# Two that have one code would be taken for each other; the code is reason 1 of whoever has one.
SHARED = SQL("""
    UPDATE said SET fault = 1
      FROM (SELECT twice.space, twice.same FROM said AS twice GROUP BY twice.space, twice.same HAVING count(*) > 1) AS shared
     WHERE (said.space, said.same) = (shared.space, shared.same) AND said.fault IS NULL
""")
GONE = SQL("""
    UPDATE said SET fault = found.number
      FROM (SELECT named.child, min(named.gone) AS number FROM named
             WHERE NOT EXISTS (SELECT FROM said AS there WHERE there.id = named.parent) GROUP BY named.child) AS found
     WHERE said.id = found.child AND said.fault IS NULL
""")
# Over distinct pairs, never over paths: a graph may have more paths than anybody can count.
LOST = SQL("""
    WITH RECURSIVE lost (id, number) AS (
        SELECT said.id, said.fault FROM said WHERE said.fault IS NOT NULL
        UNION
        SELECT named.child, named.left_out FROM lost JOIN named ON named.parent = lost.id)
    UPDATE said SET fault = found.number FROM (SELECT id, min(number) AS number FROM lost GROUP BY id) AS found
     WHERE said.id = found.id AND said.fault IS NULL
""")
# Nothing that makes sense is deeper; what is, or goes round in a ring (people do), is only in another order.
DEEPEST = 100
LEVELS = SQL("""
    WITH RECURSIVE below (id, kind, level) AS (
        SELECT child.id, child.kind, 1 FROM named
          JOIN said AS child ON child.id = named.child JOIN said AS parent ON parent.id = named.parent
         WHERE parent.kind = child.kind
        UNION
        SELECT child.id, child.kind, below.level + 1 FROM below
          JOIN named ON named.parent = below.id JOIN said AS child ON child.id = named.child AND child.kind = below.kind
         WHERE below.level < {deepest})
    UPDATE said SET level = found.level FROM (SELECT id, max(level) AS level FROM below GROUP BY id) AS found
     WHERE said.id = found.id
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an export of a feed was asked for. filters: system ids by name."""

    book: Book
    sheet: Sheet
    institution: int
    reach: Reach = EVERYWHERE
    filters: Mapping[str, Sequence[UUID]] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        return {
            "institution": self.institution,
            "granted": self.reach.granted,
            **self.filters,
            **self.book.words(self.institution),
        }

    @property
    def written(self) -> list[Rows]:
        """The kinds that stand in its files, each once."""
        return [
            self.book.kind(name) for name in dict.fromkeys(n for part in self.sheet.parts for n in part.rows)
        ]

    def reached(self, rows: Rows) -> Composable:
        return within(self.reach, rows.within or rows.noun)

    def wanted(self, rows: Rows) -> Composable:
        """The conditions of the filters that mean something to this kind."""
        parts = [declared(f"({rows.filters[name]})") for name in self.filters if name in rows.filters]
        return SQL(" AND ").join(parts) if parts else SQL("TRUE")


def put_down(asked: Asked) -> None:
    """Fill ``said``; as many statements as the book has kinds and references, whatever the roster."""
    params = asked.params
    coded = [rows for rows in asked.book.kinds if rows.code]
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        for rows in coded:
            cursor.execute(_put(asked, rows), params)
        for rows in coded:
            for naming in rows.names:
                cursor.execute(_link(rows, naming), params)
        for statement in (READY, SHARED, GONE, LOST, LEVELS.format(deepest=Literal(DEEPEST))):
            cursor.execute(statement)


def _put(asked: Asked, rows: Rows) -> Composable:
    return PUT.format(
        reach=reaching(asked.reach),
        kind=Literal(rows.name),
        space=Literal(rows.space),
        same=declared(rows.unique or rows.code),
        code=declared(rows.code),
        reached=asked.reached(rows),
        filters=asked.wanted(rows),
        fault=fault(rows),
        table=Identifier(rows.noun.table),
        joins=declared(rows.joins),
        live=live(rows.noun),
        where=declared(rows.where),
    )


def _link(rows: Rows, naming: Naming) -> Composable:
    first = numbers(rows, naming)
    return LINK.format(
        gone=Literal(first),
        left_out=Literal(first + 1),
        table=Identifier(rows.noun.table),
        joins=declared(rows.joins),
        ids=declared(naming.ids or f"ARRAY[{naming.one}]"),
        kind=Literal(rows.name),
    )


def numbers(rows: Rows, naming: Naming) -> int:
    """The number of the reason that what is named is gone; the next one is that it is left out."""
    return len(rows.reasons) - 2 * len(rows.names) + 2 * rows.names.index(naming) + 1


def fault(rows: Rows) -> Composable:
    """The number, from 1, of the first reason that the object itself gives; NULL: none."""
    whens = [
        SQL("WHEN {} THEN {}").format(declared(reason.when), Literal(number))
        for number, reason in enumerate(rows.reasons, 1)
        if reason.when
    ]
    return SQL("CASE {} END").format(SQL(" ").join(whens)) if whens else SQL("NULL::integer")
