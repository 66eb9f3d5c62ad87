"""Unresolved: what is told of texts that mean nothing, or more than one thing, and the nearest that is there."""

from __future__ import annotations

import difflib
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import EVERYWHERE
from edu_csv.roster.nouns import WRITE_ORDER
from imports.formats.columns import UPDATE
from imports.formats.named import NameReference, NameReferenceList
from imports.formats.references import EMAIL, EXTERNAL_ID, NAME, SYSTEM_ID, OwnId, Reference
from imports.formats.text import fold
from imports.steps import naming, repair
from imports.steps.scope import live, reachable
from imports.steps.workspace import Workspace, called, fragment

# What somebody may read and not write they are told of: else a page shows what a file says is not there.
SHARED = SQL("EXISTS (SELECT FROM {table} AS o WHERE {live} AND {readable} AND ({match}))")
# A text that means nothing of this kind may be the system id of another.
OTHER_KIND = SQL(
    "EXISTS (SELECT FROM {table} AS o WHERE o.institution_id = %(institution)s AND o.id = r.uuid AND {live})"
)

UNRESOLVED = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header},
           CASE WHEN r.ids IS NOT NULL THEN 'ambiguous_reference'
                WHEN {other_kind} THEN 'wrong_type'
                WHEN {is_shared} THEN 'not_permitted'
                WHEN r.text ~ {is_exponent} THEN 'exponent'
                WHEN r.text ~* {is_day} THEN 'date_for_id'
                ELSE {code} END,
           r.text,
           jsonb_build_object('object', {object}::text, 'nearest', n.nearest,
                              'variant', CASE WHEN {is_shared} THEN 'shared' ELSE {variant} END,
                              'candidates', (
               SELECT string_agg(concat_ws(' ', nullif({label}, ''), '`' || found.id || '`'), ', ' ORDER BY found.id)
                 FROM unnest(r.ids[1:5]) AS found (id)
                 LEFT JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = found.id))
      FROM {rows}
      LEFT JOIN (SELECT * FROM unnest(%(texts)s::text[], %(nearest)s::text[]) AS n (text, nearest)) AS n ON n.text = r.text
     WHERE r.id IS NULL AND {which}
""")


def report(
    space: Workspace, column: Reference, *, ref: Identifier, rows: Composable, visible: Composable
) -> None:
    """Tell each row whose text means nothing, or too much. rows: ``work`` as w, with what its texts mean as r.

    visible: over alias ``o``, what such a text may mean.
    """
    if isinstance(column, (NameReference, NameReferenceList)):
        naming.report_astray(space, column, ref=ref, rows=rows)
    texts, nearest = _nearest(space, column, ref=ref, visible=visible)
    # Organizations and departments stand in one table, so there it is the kind that tells.
    # Nothing names an event, and their tables have a part for each month to be looked into.
    others = [
        noun
        for noun in WRITE_ORDER
        if noun.time is None and (noun.table != column.to.table or column.to.fixed)
    ]
    other_kind = SQL(" OR ").join(
        OTHER_KIND.format(table=Identifier(noun.table), live=SQL("o.deleted_at IS NULL")) for noun in others
    )
    space.run(
        UNRESOLVED.format(
            header=told_at(space, column),
            variant=_variant(column),
            which=SQL("r.ids IS NOT NULL") if NAME in column.by else SQL("TRUE"),
            # Whoever does not reach everything is not told that an id exists at all.
            other_kind=SQL("r.uuid IS NOT NULL AND ({})").format(other_kind)
            if space.reach == EVERYWHERE
            else SQL("FALSE"),
            is_shared=_is_shared(space, column),
            code=Literal("unknown_own" if isinstance(column, OwnId) else "unknown_reference"),
            object=Literal(called(column.to.name)),
            label=fragment(column.to.label),
            table=Identifier(column.to.table),
            is_exponent=Literal(repair.IS_EXPONENT),
            is_day=Literal(repair.IS_DAY),
            rows=rows,
        ),
        "references",
        texts=texts,
        nearest=nearest,
    )


def _is_shared(space: Workspace, column: Reference) -> Composable:
    """Whether r names an object that the submitter may read, but not write: it lies beyond their reach too."""
    noun = column.to
    if not (isinstance(column, OwnId) and noun.via_any) or space.reach.is_whole:
        return SQL("FALSE")
    keys = {SYSTEM_ID: SQL("o.id = r.uuid"), EXTERNAL_ID: SQL("o.external_id = r.text")}
    return SQL("r.ids IS NULL AND {}").format(
        SHARED.format(
            table=Identifier(noun.table),
            live=live(noun),
            readable=reachable(space, noun),
            match=SQL(" OR ").join(keys[key] for key in column.by_in(space.action)),
        )
    )


def told_at(space: Workspace, column: Reference) -> Composable:
    """The header of the cell that says what r means: of two keys of one object, the one that is filled."""
    if not (isinstance(column, OwnId) and (beside := space.fmt.beside(column, space.action))):
        return Literal(column.header)
    return SQL("CASE WHEN r.parts[2] = '' THEN {} ELSE {} END").format(
        Literal(beside[0].header), Literal(column.header)
    )


def _variant(column: Reference) -> Composable:
    """Which words tell that a text means nothing, or too much."""
    by = column.by_in(UPDATE)
    if by == (NAME,):
        return Literal("name")
    return Literal("address") if by == (EMAIL,) else SQL("%(action)s")


# Enough to name the nearest id for the mistakes of one file, whatever its size.
MOST_TEXTS, MOST_KEYS = 10, 2_000


def _nearest(
    space: Workspace, column: Reference, *, ref: Identifier, visible: Composable
) -> tuple[list[str], list[str | None]]:
    """For texts that mean nothing, the existing external id nearest to each, if one is near."""
    if EXTERNAL_ID not in column.by_in(space.action):
        return [], []
    missing = [
        row[0]
        for row in space.fetch(
            SQL(
                "SELECT text FROM {} WHERE id IS NULL AND ids IS NULL GROUP BY text ORDER BY min(ordinal) LIMIT {}"
            ).format(ref, Literal(MOST_TEXTS))
        )
    ]
    if not missing:
        return [], []
    known: list[Any] = [
        row[0]
        for row in space.fetch(
            SQL(
                "SELECT o.external_id FROM {} AS o WHERE {} AND {} AND o.external_id IS NOT NULL ORDER BY o.external_id LIMIT {}"
            ).format(
                Identifier(column.to.table),
                live(column.to),
                visible,
                Literal(MOST_KEYS),
            )
        )
    ]
    # Ids that differ in case alone are the nearest of all, and often what was meant.
    folded = {fold(key): key for key in known}
    near = [
        next((folded[key] for key in difflib.get_close_matches(fold(text), folded, n=1, cutoff=0.75)), None)
        for text in missing
    ]
    return missing, near
