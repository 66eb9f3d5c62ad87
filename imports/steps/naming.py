"""Naming: what names mean that stand for an object together with those of what it lies in (echovideo.md 2.12).

A text of such a column is its parts, joined. What is not there is told of the first part that is not there,
in its own column, with the nearest name that is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.columns import Column
from imports.formats.named import NamePart, NameReference, NameReferenceList, Naming
from imports.formats.references import PARTS
from imports.formats.text import fold
from imports.steps.scope import in_sight, live
from imports.steps.workspace import Workspace, called

Named = NameReference | NameReferenceList

# The live objects of one kind that may be named: what they lie in, their name, and both as one text.
OBJECTS = SQL("""
    SELECT {own}.id, {within} AS within, {own}.{name} AS name, normalize({key}) AS key, NULL::integer AS row
      FROM {table} AS {own} {joins} WHERE {live} AND {visible}
""")
LIES_IN = SQL("JOIN {table} AS {above} ON {above}.id = {below}.{pointer} AND {live}")

ANY_ASTRAY = SQL("SELECT EXISTS (SELECT FROM {ref} AS r WHERE r.ids IS NULL)")
# Of each text that names nothing: which of its parts is the first that is not there.
ASTRAY = SQL("""
    CREATE TEMP TABLE {astray} ON COMMIT DROP AS
    SELECT r.ordinal, CASE {whens} ELSE {last} END AS place FROM {ref} AS r {joins} WHERE r.ids IS NULL
""")
KNOWN = SQL(
    "LEFT JOIN (SELECT DISTINCT o.key FROM ({objects}) AS o) AS {known} ON {known}.key = normalize({key})"
)
# The same names in many combinations are one mistake.
MISTAKES = SQL("""
    SELECT astray.place, {within} AS within, r.parts[astray.place] AS name
      FROM {astray} AS astray JOIN {ref} AS r USING (ordinal)
     GROUP BY 1, 2, 3 ORDER BY min(ordinal) LIMIT {most}
""")
NAMES_THERE = SQL("""
    SELECT DISTINCT o.within, o.name FROM ({objects}) AS o
     WHERE o.within IN (SELECT unnest(%(within)s::text[])) ORDER BY 1, 2 LIMIT {most}
""")
NOT_THERE = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', ({headers})[astray.place], 'unknown_reference', r.parts[astray.place],
           jsonb_build_object(
               'object', ({called})[astray.place], 'nearest', near.nearest,
               'within', nullif(replace({within}, {parts}, '`, `'), ''),
               'variant', CASE WHEN {within} = '' THEN 'name' ELSE 'name_within' END)
      FROM {rows} JOIN {astray} AS astray ON astray.ordinal = r.ordinal
      LEFT JOIN unnest(%(places)s::integer[], %(within)s::text[], %(names)s::text[], %(nearest)s::text[])
             AS near (place, within, name, nearest)
        ON near.place = astray.place AND near.within = {within} AND near.name = r.parts[astray.place]
""")
# Enough to name what is near for the mistakes of one file, whatever its size.
MOST_MISTAKES, MOST_NAMES = 10, 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """One of the columns that name something together. place: in its texts, from 1."""

    place: int
    column: Column
    naming: Naming

    @property
    def alias(self) -> Identifier:
        return Identifier(f"o_{self.column.name}")


def parts_of(space: Workspace, column: Named) -> list[Part]:
    group = [*space.fmt.beside(column, space.action), column]
    return [
        Part(place, each, each.naming)
        for place, each in enumerate(group, 1)
        if isinstance(each, (NamePart, NameReference, NameReferenceList))
    ]


def objects(space: Workspace, column: Named) -> Composable:
    """What the texts of a column may mean: id, key, …"""
    parts = parts_of(space, column)
    return _objects(space, parts, parts[-1])


def _above(parts: Sequence[Part], part: Part) -> list[Part]:
    """What a part lies in, and what that lies in, in the order of the texts."""
    found: dict[int, Part] = {}
    for name in part.naming.inside.values():
        above = next(each for each in parts if each.column.name == name)
        found |= {each.place: each for each in (above, *_above(parts, above))}
    return [found[place] for place in sorted(found)]


def _objects(space: Workspace, parts: Sequence[Part], part: Part) -> Composable:
    noun = part.naming.to
    above = _above(parts, part)
    return OBJECTS.format(
        own=part.alias,
        within=_joined(SQL("{}.{}").format(each.alias, Identifier(each.naming.key)) for each in above),
        name=Identifier(part.naming.key),
        key=_joined(SQL("{}.{}").format(each.alias, Identifier(each.naming.key)) for each in (*above, part)),
        table=Identifier(noun.table),
        joins=SQL(" ").join(_lies_in(parts, part)),
        live=_live(noun, part),
        visible=in_sight(space, noun, f"o_{part.column.name}"),
    )


def _lies_in(parts: Sequence[Part], part: Part) -> Iterator[Composable]:
    for pointer, name in part.naming.inside.items():
        above = next(each for each in parts if each.column.name == name)
        yield LIES_IN.format(
            table=Identifier(above.naming.to.table),
            above=above.alias,
            below=part.alias,
            pointer=Identifier(pointer),
            live=_live(above.naming.to, above),
        )
        yield from _lies_in(parts, above)


def _live(noun: Noun, part: Part) -> Composable:
    return live(noun, f"o_{part.column.name}")


def _joined(texts: Iterator[Composable] | Sequence[Composable]) -> Composable:
    each = list(texts)
    return SQL("concat_ws({}, {})").format(Literal(PARTS), SQL(", ").join(each)) if each else SQL("''")


def _said(parts: Sequence[Part], part: Part, *, own: bool = True) -> Composable:
    """What a text says up to a part, as ``key`` and ``within`` have it."""
    group = [*_above(parts, part), *([part] if own else [])]
    return _joined([SQL("r.parts[{}]").format(Literal(each.place)) for each in group])


def report_astray(space: Workspace, column: Named, *, ref: Identifier, rows: Composable) -> None:
    """Tell rows whose names mean nothing which of them is not there. rows: ``work`` as w, their texts as r."""
    [(any_astray,)] = space.fetch(ANY_ASTRAY.format(ref=ref), "references")
    if not any_astray:
        return
    parts = parts_of(space, column)
    astray = Identifier(f"astray_{column.name}")
    known = [Identifier(f"known_{part.place}") for part in parts]
    space.run(
        ASTRAY.format(
            astray=astray,
            ref=ref,
            last=Literal(len(parts)),
            whens=SQL(" ").join(
                SQL("WHEN {}.key IS NULL THEN {}").format(alias, Literal(part.place))
                for alias, part in zip(known, parts, strict=True)
            ),
            joins=SQL(" ").join(
                KNOWN.format(objects=_objects(space, parts, part), known=alias, key=_said(parts, part))
                for alias, part in zip(known, parts, strict=True)
            ),
        ),
        "references",
    )
    within = SQL("CASE astray.place {} END").format(
        SQL(" ").join(
            SQL("WHEN {} THEN {}").format(Literal(part.place), _said(parts, part, own=False))
            for part in parts
        )
    )
    space.run(
        NOT_THERE.format(
            headers=_texts([part.column.header for part in parts]),
            called=_texts([called(part.naming.to.name) for part in parts]),
            within=within,
            parts=Literal(PARTS),
            rows=rows,
            astray=astray,
        ),
        "references",
        **_nearest(space, parts, astray=astray, ref=ref, within=within),
    )


def _nearest(
    space: Workspace, parts: Sequence[Part], *, astray: Identifier, ref: Identifier, within: Composable
) -> dict[str, list[Any]]:
    """The nearest name that is there for each of the first mistakes, as columns of one table."""
    found = space.fetch(
        MISTAKES.format(astray=astray, ref=ref, within=within, most=Literal(MOST_MISTAKES)), "references"
    )
    near: dict[str, list[Any]] = {"places": [], "within": [], "names": [], "nearest": []}
    for part in parts:
        mistakes = [(inside, name) for place, inside, name in found if place == part.place]
        if not mistakes:
            continue
        there = space.fetch(
            NAMES_THERE.format(objects=_objects(space, parts, part), most=Literal(MOST_NAMES)),
            "references",
            within=list({inside for inside, _ in mistakes}),
        )
        for inside, name in mistakes:
            # Names that differ in case alone are the nearest of all, and often what was meant.
            folded = {fold(each): each for around, each in there if around == inside}
            close = difflib.get_close_matches(fold(name), folded, n=1, cutoff=0.75)
            near["places"].append(part.place)
            near["within"].append(inside)
            near["names"].append(name)
            near["nearest"].append(folded[close[0]] if close else None)
    return near


def _texts(texts: Sequence[str]) -> Composable:
    return SQL("ARRAY[{}]::text[]").format(SQL(", ").join(map(Literal, texts)))
