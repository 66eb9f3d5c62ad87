"""Sheets: the statements behind the files of a feed: their rows, and the objects that they are about.

They read ``said``, which ``exports.steps.said`` fills. Of objects that are put down there the fault is known; that
of all others (enrollments, memberships, attributes) is asked with each row.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.reach import reaching, within
from exports.steps.left_out import Source
from exports.steps.said import Asked, fault, numbers
from exports.steps.select import declared, live
from imports.formats.exporting import Aside, Part, Rows, Unsaid

ROWS = SQL("{reach} SELECT {cells} {source} AND ({fault}) IS NULL ORDER BY {order}")


def of_rows(asked: Asked, rows: Rows) -> Source:
    if rows.code:
        relations = SQL(" FROM said JOIN {table} AS o ON o.id = said.id {joins}").format(
            table=Identifier(rows.noun.table), joins=declared(rows.joins)
        )
        conditions = SQL("said.kind = {} AND said.wanted").format(Literal(rows.name))
        return Source(rows.noun, relations, conditions, SQL("said.fault"), rows.reasons, rows.no_place)
    named = [
        SQL("LEFT JOIN said AS {name} ON {name}.id = {one}").format(
            name=Identifier(naming.name), one=declared(naming.one)
        )
        for naming in rows.names
        if naming.one
    ]
    relations = SQL(" FROM {table} AS o {named} {joins}").format(
        table=Identifier(rows.noun.table), named=SQL(" ").join(named), joins=declared(rows.joins)
    )
    conditions = SQL("{live} AND ({where}) AND {reached} AND {wanted}").format(
        live=live(rows.noun),
        where=declared(rows.where),
        reached=asked.reached(rows),
        wanted=asked.wanted(rows),
    )
    return Source(
        rows.noun,
        relations,
        conditions,
        _asked_fault(rows),
        rows.reasons,
        rows.no_place,
        reaching(asked.reach),
    )


def of_aside(asked: Asked, aside: Aside) -> Source:
    """Objects without rows of their own; with filters only those that were asked for, as others carry them along."""
    noun = aside.noun
    told = Unsaid("no_file", noun.many, "")
    said = declared(aside.said)
    conditions = SQL("{live} AND ({where}) AND {reached}{asked}").format(
        live=live(noun),
        where=declared(aside.where),
        reached=within(asked.reach, aside.within or noun),
        asked=SQL(" AND ({})").format(said) if asked.filters else SQL(""),
    )
    return Source(
        noun,
        SQL(" FROM {} AS o").format(Identifier(noun.table)),
        conditions,
        SQL("CASE WHEN NOT ({}) THEN 1 END").format(said),
        [told],
        aside.no_place,
        reaching(asked.reach),
    )


def _asked_fault(rows: Rows) -> Composable:
    """What the object itself gives, else what it names."""
    whens = []
    for naming in rows.names:
        number = numbers(rows, naming)
        if naming.one:
            name = Identifier(naming.name)
            gone = SQL("{} IS NOT NULL AND {}.id IS NULL").format(declared(naming.one), name)
            left_out = SQL("{}.fault IS NOT NULL").format(name)
        else:
            # Each looked up by its id: a join may read all of ``said`` for every row.
            each = SQL(
                "EXISTS (SELECT FROM unnest({}) AS above (id)"
                " WHERE (SELECT {} FROM said AS there WHERE there.id = above.id) IS {} NULL)"
            )
            gone = each.format(declared(naming.ids), SQL("there.id"), SQL(""))
            left_out = each.format(declared(naming.ids), SQL("there.fault"), SQL("NOT"))
        whens.append(SQL("WHEN {} THEN {}").format(gone, Literal(number)))
        whens.append(SQL("WHEN {} THEN {}").format(left_out, Literal(number + 1)))
    return (
        SQL("coalesce({}, CASE {} END)").format(fault(rows), SQL(" ").join(whens)) if whens else fault(rows)
    )


def rows_of(asked: Asked, part: Part, rows: Rows) -> Composable:
    """The lines of one kind in a file; columns that it has nothing for are blank."""
    source = of_rows(asked, rows)
    cells = [
        declared(f"({rows.cells[header]})::text" if header in rows.cells else "NULL")
        for header in part.header
    ]
    order = rows.order or "said.level, said.code"
    return ROWS.format(
        reach=source.reach,
        cells=SQL(", ").join(cells),
        source=source.source,
        fault=source.fault,
        # What is still alike is told apart by the id, so that the same roster is the same bytes.
        order=declared(f"{order}, o.id"),
    )
