"""Unplaced: what one format cannot say beside its own objects: fields without a column, kinds that its family lacks."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.sql import SQL, Identifier

from edu_csv.roster.reach import reaching, within
from exports.omissions import Omission
from exports.steps import left_out
from exports.steps.left_out import Source
from exports.steps.select import Selection, declared, live
from imports.formats.exporting import Unsaid


def sources(selection: Selection) -> list[Source]:
    """Objects that are written and lose something, then objects of other kinds; these only of an export without filters."""
    fmt = selection.fmt
    found = []
    if fmt.no_place:
        where = selection.where()
        found.append(
            Source(
                fmt.target,
                SQL(" FROM {table} AS o {joins}").format(**where),
                SQL("{live} AND {reached} AND {filters}").format(**where),
                selection.fault(),
                (),
                fmt.no_place,
                reaching(selection.reach),
            )
        )
    for each in () if selection.filters else fmt.unplaced:
        found.append(
            Source(
                each.noun,
                SQL(" FROM {} AS o").format(Identifier(each.noun.table)),
                SQL("{} AND ({}) AND {}").format(
                    live(each.noun), declared(each.where), within(selection.reach, each.within or each.noun)
                ),
                SQL("1"),
                [Unsaid("no_format", each.called, "")],
                (),
                reaching(selection.reach),
            )
        )
    return found


def count(selection: Selection, found: Sequence[Source]) -> list[Omission]:
    return [each for source in found for each in left_out.count(selection.params, source)[1]]
