"""Sheets: the statements behind the files of a feed: rows, what is left out of them, and what gets lost.

They read ``said``, which ``exports.steps.said`` fills. Of objects that are put down there the fault is known; that
of all others (enrollments, memberships, attributes) is asked with each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from edu_csv.roster.reach import reaching, within
from exports import omissions
from exports.omissions import FIELD, OBJECT, Omission
from exports.steps.said import Asked, fault, numbers
from exports.steps.select import declared, live
from imports.formats.exporting import Aside, NoPlace, Part, Rows, Unsaid

ROWS = SQL("{reach} SELECT {cells} {source} AND ({fault}) IS NULL ORDER BY {order}")
# Faults by number, then losses by number: one pass, whatever there is.
COUNTS = SQL("""
    {reach} SELECT {counts} FROM (SELECT ({fault}) AS fault, ARRAY[{losses}]::boolean[] AS lost {source}) AS found
""")
LEFT_OUT = SQL("""
    {reach} SELECT {file}, {type}, o.id, {external_id}, {label}, ({headers})[{fault}], ({sentences})[{fault}]
     {source} AND ({fault}) IS NOT NULL ORDER BY {fault}, o.id
""")
LOST = SQL("""
    {reach} SELECT {file}, {type}, o.id, {external_id}, {label}, ({headers})[lost.number], ({sentences})[lost.number]
     {source} AND ({fault}) IS NULL ORDER BY lost.number, o.id
""")
LOSING = SQL(" CROSS JOIN LATERAL unnest(ARRAY[{numbers}]) AS lost (number)")

OMITTED_HEADER = ("File", "Object type", "Object ID", "External ID", "Name", "Column", "Reason")


@dataclass(frozen=True, slots=True)
class Source:
    """Objects of one kind that a file, or none, is about: FROM and WHERE, and why some are left out of it."""

    noun: Noun
    relations: Composable
    conditions: Composable
    fault: Composable
    reasons: Sequence[Unsaid]
    losses: Sequence[NoPlace]
    reach: Composable = field(default_factory=lambda: SQL(""))

    @property
    def source(self) -> Composable:
        return self.relations + SQL(" WHERE ") + self.conditions


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
        reached=within(asked.reach, noun),
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
            each = SQL(
                "EXISTS (SELECT FROM unnest({}) AS above (id) LEFT JOIN said AS there ON there.id = above.id WHERE {})"
            )
            gone = each.format(declared(naming.ids), SQL("there.id IS NULL"))
            left_out = each.format(declared(naming.ids), SQL("there.fault IS NOT NULL"))
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


def count(asked: Asked, source: Source) -> tuple[int, list[Omission]]:
    """(how many are written, what is left out or lost and how often)."""
    counts = [SQL("count(*) FILTER (WHERE fault IS NULL)")]
    counts += [
        SQL("count(*) FILTER (WHERE fault = {})").format(Literal(n)) for n, _ in enumerate(source.reasons, 1)
    ]
    counts += [
        SQL("count(*) FILTER (WHERE fault IS NULL AND lost[{}])").format(Literal(n))
        for n, _ in enumerate(source.losses, 1)
    ]
    statement = COUNTS.format(
        reach=source.reach,
        counts=SQL(", ").join(counts),
        fault=source.fault,
        losses=SQL(", ").join(declared(f"({loss.condition})") for loss in source.losses),
        source=source.source,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.params)
        written, *found = cursor.fetchone()
    told = [(reason.code, reason.column, OBJECT) for reason in source.reasons]
    told += [(loss.code, loss.called, FIELD) for loss in source.losses]
    omitted = [
        Omission(code, column, count, source.noun.name, what)
        for (code, column, what), count in zip(told, found, strict=True)
        if count
    ]
    return int(written), omitted


def lists(source: Source, file: str) -> list[Composable]:
    """What is left out, then what gets lost, one row an object and field, by OMITTED_HEADER."""
    found = []
    given: dict[str, Any] = {
        "reach": source.reach,
        "file": Literal(file),
        "type": Literal(source.noun.name),
        "external_id": SQL("o.external_id") if source.noun.has_external_id else SQL("NULL"),
        "label": declared(source.noun.label),
        "fault": source.fault,
    }
    if source.reasons:
        told = [(each.code, each.column) for each in source.reasons]
        found.append(LEFT_OUT.format(**given, **_words(told), source=source.source))
    if source.losses:
        told = [(each.code, each.called) for each in source.losses]
        numbered = [
            SQL("CASE WHEN {} THEN {} END").format(declared(loss.condition), Literal(number))
            for number, loss in enumerate(source.losses, 1)
        ]
        losing = source.relations + LOSING.format(numbers=SQL(", ").join(numbered))
        lost = losing + SQL(" WHERE lost.number IS NOT NULL AND ") + source.conditions
        found.append(LOST.format(**given, **_words(told), source=lost))
    return found


def _words(told: Sequence[tuple[str, str]]) -> dict[str, Composable]:
    texts = SQL("ARRAY[{}]::text[]")
    return {
        "headers": texts.format(SQL(", ").join(Literal(column) for _, column in told)),
        "sentences": texts.format(SQL(", ").join(Literal(omissions.sentence(*each)) for each in told)),
    }
