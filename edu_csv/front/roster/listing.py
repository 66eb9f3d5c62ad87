"""Pages of objects of one kind: within reach, searched, filtered, ordered by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier

from edu_csv.access.policy import Reach
from edu_csv.front.roster.cursors import Cursor
from edu_csv.front.roster.kinds import Cell, Count, Kind, href
from edu_csv.pages.contexts.roster import RosterCell, RosterLine
from edu_csv.pages.paging import PAGE_SIZE
from edu_csv.pages.words import number
from edu_csv.roster.reach import reaching, within

# Counting stops here: the exact number of a million people helps nobody, and costs everybody.
MOST_COUNTED = 100_000

PAGE = SQL("""
    {reach}
    SELECT page.* FROM (
        SELECT o.id, {name} AS name, {known_as} AS external_id, o.deleted_at IS NOT NULL AS is_gone, {told}
          FROM {table} AS o {joins}
         WHERE {wanted}
         ORDER BY {order} LIMIT {limit}) AS page
""")
COUNTED = SQL(
    "(SELECT count(*) FROM {table} AS x WHERE x.institution_id = o.institution_id AND {which}"
    " AND x.deleted_at IS NULL AND {within}) AS {name}"
)
COUNT = SQL(
    "{reach} SELECT count(*) FROM (SELECT FROM {table} AS o {joins} WHERE {wanted} LIMIT %(most)s) AS n"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objects: conditions: SQL over ``o``, with their params."""

    institution: int
    reach: Reach
    conditions: Sequence[str] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all_params(self) -> dict[str, Any]:
        return {"institution": self.institution, "granted": self.reach.granted, **self.params}


@dataclass(frozen=True, slots=True)
class Listed:
    """lines: of one page. after: where the next page begins; None when this is the last one."""

    lines: list[RosterLine]
    after: tuple[str, ...] | None


def condition(kind: Kind, wanted: Wanted) -> Composable:
    parts: list[Composable] = [SQL("o.institution_id = %(institution)s")]
    parts += [SQL(text) for text in wanted.conditions]  # our own; what people typed travels as a parameter
    parts.append(within(wanted.reach, kind.place))
    return SQL(" AND ").join(parts)


def page_of(kind: Kind, wanted: Wanted, cursor: Cursor | None = None, limit: int = PAGE_SIZE) -> Listed:
    """One page, in one statement whatever it holds."""
    conditions = list(wanted.conditions)
    params = dict(wanted.all_params)
    if cursor and cursor.after:
        keys = ", ".join((*kind.order, "o.id"))
        values = ", ".join(f"%(after_{i})s" for i in range(len(cursor.after)))
        conditions.append(f"({keys}) {'<' if kind.newest_first else '>'} ({values})")
        # What is NULL comes first, and is behind us once the last key was not.
        if kind.seek and cursor.after[0]:
            conditions.append(f"{kind.seek} >= %(after_0)s")
        params |= {f"after_{i}": value for i, value in enumerate(cursor.after)}
    found = _fetch(kind, Wanted(wanted.institution, wanted.reach, conditions), params, limit + 1)
    shown = found[:limit]
    after = None
    if len(found) > limit:
        last = shown[-1]
        after = (*(last[f"key_{i}"] for i in range(len(kind.order))), str(last["id"]))
    return Listed([_line(kind, row) for row in shown], after)


def count(kind: Kind, wanted: Wanted) -> int | None:
    """How many there are; None beyond MOST_COUNTED."""
    statement = COUNT.format(
        reach=reaching(wanted.reach),
        table=Identifier(kind.noun.table),
        joins=SQL(kind.joins),
        wanted=condition(kind, wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**wanted.all_params, "most": MOST_COUNTED + 1})
        (found,) = cursor.fetchone()
    return int(found) if found <= MOST_COUNTED else None


def _fetch(kind: Kind, wanted: Wanted, params: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    way = SQL(" DESC" if kind.newest_first else " ASC")
    order = SQL(", ").join(
        SQL(key) if kind.sorts and key != "o.id" else SQL(key) + way
        for key in (*(kind.sorts or kind.order), "o.id")
    )
    cells = [part for i, cell in enumerate(kind.cells) for part in _told(cell, i, wanted)]
    keys = [SQL(f"{key} AS key_{i}") for i, key in enumerate(kind.order)]
    if kind.leads:
        keys.append(SQL(f"{kind.leads} AS leads"))
    statement = PAGE.format(
        reach=reaching(wanted.reach),
        name=SQL(kind.name),
        known_as=SQL(kind.known_as),
        told=SQL(", ").join([*keys, *cells]),
        table=Identifier(kind.noun.table),
        joins=SQL(kind.joins),
        wanted=condition(kind, wanted),
        order=order,
        limit=limit,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(params))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _told(cell: Cell | Count, i: int, wanted: Wanted) -> list[Composable]:
    """What the statement tells for one column."""
    if isinstance(cell, Cell):
        parts = (("text", cell.text), ("sub", cell.sub), ("to", cell.to_id))
        told: list[tuple[str, Composable]] = [(part, SQL(text)) for part, text in parts]
        if cell.of is not None:
            of = within(wanted.reach, cell.of, cell.alias)
            told[0] = ("text", SQL(cell.text).format(within=of))
        return [SQL("{} AS {}").format(text, Identifier(f"{part}_{i}")) for part, text in told]
    return [
        COUNTED.format(
            table=Identifier(cell.noun.table),
            which=SQL(cell.which),
            within=within(wanted.reach, cell.noun, "x"),
            name=Identifier(f"text_{i}"),
        )
    ]


def _line(kind: Kind, row: Mapping[str, Any]) -> RosterLine:
    own = f"/roster/{row['leads']}/" if kind.leads else href(kind.key, row["id"])
    cells: list[RosterCell] = []
    for i, cell in enumerate(kind.cells):
        text = row[f"text_{i}"]
        if isinstance(cell, Count):
            to = f"{own}?tab={cell.tab}" if text else ""
            cells.append({"label": cell.head, "text": number(text), "href": to})
            continue
        shown: RosterCell = {"label": cell.head, "text": text or "", "is_id": cell.is_id}
        if text and cell.to:
            shown["href"] = href(cell.to, row[f"to_{i}"])
        if row[f"sub_{i}"]:
            shown["sub"] = row[f"sub_{i}"]
        cells.append(shown)
    return {
        "name": row["name"] or str(row["id"]),
        "id": row["external_id"] or "",
        "href": own,
        "is_gone": row["is_gone"],
        "cells": cells,
    }
