"""Cells: what is told of cells that are blank or unreadable, where a row's kind reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Layout
from imports.formats.text import BLANKS
from imports.steps.feed.good import deletes
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import fragment

ANY_BAD = "SELECT DISTINCT layout, col FROM bad_cell"
BAD = SQL("""
    INSERT INTO problem
    SELECT s.row, 'error', {header}, bad.code, bad.text, bad.params || jsonb_build_object('object', {object}::text)
      FROM {stage} AS s
      JOIN (SELECT DISTINCT ON (b.text) b.text, b.code, b.params FROM bad_cell AS b
             WHERE b.layout = {layout} AND b.col = {column} ORDER BY b.text) AS bad ON bad.text = s.cells[{place}]
     WHERE ({rows}) AND ({asked})
""")
# Rows that have a value in each are most of them, and are not taken apart.
BLANK = SQL("""
    INSERT INTO problem
    SELECT s.row, 'error', needed.header, 'required_blank', NULL, jsonb_build_object('object', {object}::text)
      FROM {stage} AS s CROSS JOIN LATERAL (VALUES {cells}) AS needed (header, cell)
     WHERE ({none}) AND ({rows}) AND ({asked}) AND needed.cell = ''
""")
ROW_RULE = SQL("""
    INSERT INTO problem
    SELECT s.row, {severity}, {header}, {code}, {value}, {params} FROM {stage} AS s WHERE ({when})
""")


OF_KIND = SQL("""
    INSERT INTO problem
    SELECT s.row, {severity}, {header}, {code}, {value}, {params} || jsonb_build_object('object', {object}::text)
      FROM {stage} AS s WHERE ({rows}) AND ({asked}) AND ({when})
       AND NOT EXISTS (SELECT FROM problem AS p WHERE p.row = s.row AND p.code = {code} AND p.col = {header})
""")
# A rule that asks what a row's object is, or what its references mean, mentions the row of the kind.
_OF_OBJECT = re.compile(r"\bw\.")


def find_bad(space: FeedSpace) -> set[tuple[str, str]]:
    """(layout, column) of all cells that could not be parsed."""
    return set(space.fetch(ANY_BAD, "cells"))


def ask_row_rules(space: FeedSpace, layout: type[Layout]) -> None:
    """What holds for every row of a layout."""
    for rule in layout.row_rules:
        space.run(
            ROW_RULE.format(
                severity=fragment(rule.severity),
                header=Literal(rule.header),
                code=Literal(rule.code),
                value=fragment(rule.value),
                params=fragment(rule.params),
                stage=Identifier(f"stage_{layout.slug()}"),
                when=fragment(rule.when),
            ),
            "cells",
        )


def ask_rules(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    """The rules of a kind that can be asked of cells alone: all there is when nothing stored is looked at (d2l 10.3)."""
    deletes = f"({kind.deletes})"
    asked = {"upsert": f"NOT {deletes}", "delete": deletes, "both": "TRUE"}
    for rule in kind.rules:
        if rule.folded or _OF_OBJECT.search(f"{rule.when} {rule.value} {rule.params}"):
            continue
        space.run(
            OF_KIND.format(
                severity=fragment(rule.severity),
                header=Literal(rule.header or None),
                code=Literal(rule.code),
                value=fragment(rule.value),
                params=fragment(rule.params),
                asked=fragment(asked[rule.on]),
                when=fragment(rule.when),
                **_given(layout, kind),
            ),
            "cells",
        )


def tell(
    space: FeedSpace,
    layout: type[Layout],
    kind: Kind,
    *,
    bad: Collection[tuple[str, str]],
    told: set[tuple[str, str, str, str]],
) -> None:
    """Tell rows of cells that their kind reads and that are bad or blank. told: what another kind has told already."""
    gone, slug = deletes(kind).as_string(None), layout.slug()
    for asked, used, needed in (
        (f"NOT {gone}", kind.uses, kind.required),
        (gone, kind.uses_on_delete, kind.required_on_delete),
    ):
        for name in used:
            place = (slug, kind.rows, asked, name)
            if (slug, name) in bad and place not in told:
                told.add(place)
                space.run(
                    BAD.format(
                        header=Literal(layout.column(name).header),
                        layout=Literal(slug),
                        column=Literal(name),
                        place=Literal(_place(layout, name)),
                        asked=fragment(asked),
                        **_given(layout, kind),
                    ),
                    "cells",
                )
        blank = [name for name in needed if (slug, kind.rows, asked, f"{name} blank") not in told]
        told.update((slug, kind.rows, asked, f"{name} blank") for name in blank)
        if blank:
            space.run(
                BLANK.format(
                    cells=_cells(layout, blank),
                    none=_none(layout, blank),
                    asked=fragment(asked),
                    **_given(layout, kind),
                ),
                "cells",
            )


def _place(layout: type[Layout], name: str) -> int:
    return [column.name for column in layout.columns].index(name) + 1


def _given(layout: type[Layout], kind: Kind) -> dict[str, Composable]:
    return {
        "stage": Identifier(f"stage_{layout.slug()}"),
        "rows": fragment(kind.rows),
        "object": Literal(kind.called or kind.noun.name.replace("_", " ")),
    }


def _none(layout: type[Layout], needed: Sequence[str]) -> Composable:
    """Over ``s``: whether one of these cells says nothing, or could not be read."""
    staged = [layout.column(name).staged[0][0] for name in needed]
    return SQL(" OR ").join(SQL("s.{} IS NULL").format(Identifier(name)) for name in staged)


def _cells(layout: type[Layout], needed: Sequence[str]) -> Composable:
    cell = SQL(f"btrim(s.cells[{{}}], {BLANKS})" if layout.blanks == "empty" else "s.cells[{}]")
    return SQL(", ").join(
        SQL("({}, {})").format(
            Literal(layout.column(name).header), cell.format(Literal(_place(layout, name)))
        )
        for name in needed
    )
