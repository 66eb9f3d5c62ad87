"""Left out: what files cannot say, counted by reason and listed object by object.

A ``Source`` is the objects of one kind that a file, or none, is about; its faults are numbers of reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Literal

from edu_csv.roster.nouns import Noun
from exports import omissions
from exports.omissions import FIELD, OBJECT, Omission
from exports.steps.select import declared
from imports.formats.exporting import Unsaid
from imports.formats.places import NoPlace

# Faults by number, then losses by number: one pass, whatever there is. OFFSET 0 keeps the planner from writing what
# a fault is into each of the counts, where it would be asked again for every reason.
COUNTS = SQL("""
    {reach} SELECT {counts} FROM (SELECT ({fault}) AS fault, ARRAY[{losses}]::boolean[] AS lost {source} OFFSET 0) AS found
""")
LEFT_OUT = SQL("""
    {reach} SELECT {first} o.id, {external_id}, {label}, ({headers})[{fault}], ({sentences})[{fault}]
     {source} AND ({fault}) IS NOT NULL ORDER BY {fault}, o.id
""")
LOST = SQL("""
    {reach} SELECT {first} o.id, {external_id}, {label}, ({headers})[lost.number], ({sentences})[lost.number]
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


def count(params: dict[str, Any], source: Source) -> tuple[int, list[Omission]]:
    """(how many are written, what is left out or lost and how often)."""
    counts: list[Composable] = [SQL("count(*) FILTER (WHERE fault IS NULL)")]
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
        cursor.execute(statement, params)
        written, *found = cursor.fetchone()
    told = [(reason.code, reason.column, OBJECT) for reason in source.reasons]
    told += [(loss.code, loss.called, FIELD) for loss in source.losses]
    omitted = [
        Omission(code, column, count, source.noun.name, what)
        for (code, column, what), count in zip(told, found, strict=True)
        if count
    ]
    return int(written), omitted


def lists(source: Source, file: str | None) -> list[Composable]:
    """What is left out, then what gets lost, one row an object and field, by OMITTED_HEADER.

    file: its name; None: without the first two columns, where all is of one kind.
    """
    found: list[Composable] = []
    first = SQL("") if file is None else SQL("{}, {},").format(Literal(file), Literal(source.noun.name))
    given: dict[str, Any] = {
        "reach": source.reach,
        "first": first,
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
