"""Overwrites: rows of a feed that replace what a person, or another family's import, set last (design section 4)."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Layout
from imports.steps.feed.space import FeedSpace
from imports.steps.overwrites import OVERWRITES
from imports.steps.workspace import called

ANY_UPDATE = SQL("SELECT EXISTS (SELECT FROM change_raw AS c WHERE c.place = {place} AND c.operation = 2)")
VIEWS = SQL("""
    DROP VIEW IF EXISTS changed CASCADE; DROP VIEW IF EXISTS act CASCADE;
    CREATE TEMP VIEW changed AS
    SELECT c.row, c.object_id, c.before, c.after, o.made_by_job
      FROM change_raw AS c JOIN {table} AS o ON o.id = c.object_id
     WHERE c.place = {place} AND c.operation = 2 AND NOT c.row IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error');
    CREATE TEMP VIEW act AS SELECT f._row FROM {f} AS f
""")


def find(space: FeedSpace) -> None:
    """Warn of each row's fields that somebody else set last."""
    for place, (layout, kind) in enumerate(space.kinds, 1):
        if space.fetch(ANY_UPDATE.format(place=Literal(place)), "overwrites") == [(True,)]:
            _find(space, layout, kind, place)


def _find(space: FeedSpace, layout: type[Layout], kind: Kind, place: int) -> None:
    space.run(
        VIEWS.format(table=Identifier(kind.noun.table), place=Literal(place), f=Identifier(f"f_{kind.name}"))
    )
    space.run(
        OVERWRITES.format(
            family=Literal(layout.family),
            fields=SQL(", ").join(
                SQL("({}, {})").format(Literal(each.field), Literal(each.header or kind.header))
                for each in kind.fields
            ),
            cell=_cell(layout, kind),
            joins=SQL("JOIN {} AS s ON s.row = w._row").format(Identifier(f"stage_{layout.slug()}")),
        ),
        "overwrites",
        object=called(kind.noun.name),
    )


def _cell(layout: type[Layout], kind: Kind) -> Composable:
    """The cell that says the field, as uploaded."""
    places = {column.header: place for place, column in enumerate(layout.columns, 1)}
    whens = [
        SQL("WHEN {} THEN s.cells[{}]").format(Literal(each.field), Literal(places[each.header]))
        for each in kind.fields
        if each.header in places
    ]
    return SQL("CASE last.name {} END").format(SQL(" ").join(whens)) if whens else SQL("NULL")
