"""Judge: what is decided once every kind has been planned: deletions from below, and what nobody makes after all."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Keeps, Kind, Layout
from imports.steps.feed import refs
from imports.steps.feed.decide import settle
from imports.steps.feed.good import ERRORS, GOOD_ROW
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import called, fragment

ANY_GONE = SQL("SELECT EXISTS (SELECT FROM {f} AS f WHERE f._gone_row IS NOT NULL AND f._state = 1)")
HAS_CHILDREN = SQL("""
    INSERT INTO problem
    SELECT w._gone_row, 'error', {header}, 'has_children', {label},
           jsonb_build_object('object', {object}::text, 'count', held.count,
                              'children', CASE WHEN held.count = 1 THEN {child} ELSE {children} END::text)
      FROM {f} AS w
      JOIN (SELECT points.to_id AS id, count(*) AS count FROM {view} AS child {points}
             WHERE points.to_id IN (SELECT f._id FROM {f} AS f WHERE f._gone_row IS NOT NULL AND f._state = 1)
               AND ({where})
             GROUP BY points.to_id) AS held ON held.id = w._id
     WHERE w._gone_row IS NOT NULL AND w._state = 1 AND ({when})
       AND w._gone_row NOT IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)
""")
# Whatever is above something that is kept is kept too: distinct units, never paths.
HAS_KEPT_CHILDREN = SQL("""
    INSERT INTO problem
    WITH RECURSIVE kept (id) AS (
        SELECT f._id FROM {f} AS f JOIN problem AS p ON p.row = f._gone_row AND p.code = 'has_children'
         WHERE f._gone_row IS NOT NULL
        UNION
        SELECT f._id FROM kept JOIN {b} AS child ON child.id = kept.id {points} JOIN {f} AS f ON f._id = points.to_id
         WHERE f._gone_row IS NOT NULL AND f._state = 1)
    SELECT w._gone_row, 'error', {header}, 'has_children', {label},
           jsonb_build_object('object', {object}::text, 'count', below.count,
                              'children', CASE WHEN below.count = 1 THEN {child} ELSE {children} END::text)
      FROM {f} AS w JOIN kept ON kept.id = w._id
      JOIN (SELECT points.to_id AS id, count(*) AS count FROM kept JOIN {b} AS child ON child.id = kept.id {points}
             GROUP BY points.to_id) AS below ON below.id = w._id
     WHERE w._gone_row NOT IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)
""")
TO_ONE = SQL("CROSS JOIN LATERAL (SELECT child.{}) AS points (to_id)")
TO_SEVERAL = SQL("CROSS JOIN LATERAL unnest(child.{}) AS points (to_id)")

ANY_LOST = SQL("SELECT EXISTS (SELECT FROM {after} AS a WHERE a.is_lost)")
# Rows that point to what, in the end, no good row makes.
LOST = SQL("""
    INSERT INTO problem
    SELECT DISTINCT told.row, 'error', {header}, 'parent_failed', told.said,
           jsonb_build_object('object', {object}::text, 'other_row', a.row)
      FROM (SELECT s.row, {element} AS text, {said} AS said, ({deletes}) AS deletes FROM {stage} AS s {unnested}
             WHERE ({rows}) AND {good}) AS told
      JOIN {ref} AS r ON r.text = told.text AND r.deletes = told.deletes
      JOIN {lost} AS a ON a.id = r.id
     WHERE NOT told.deletes
""")


def judge(space: FeedSpace) -> None:
    """Until nothing fails any more: objects that only failed rows make, and deletions that something keeps."""
    if not _errors(space) and not _any_gone(space):
        return
    while True:
        before = _errors(space)
        _forget_lost(space)
        for layout, kind in reversed(space.kinds):
            _keep(space, layout, kind)
        if _errors(space) == before:
            return


def _any_gone(space: FeedSpace) -> bool:
    return any(
        space.fetch(ANY_GONE.format(f=Identifier(f"f_{kind.name}")), "judge") == [(True,)]
        for kind in space.all_kinds()
    )


def _errors(space: FeedSpace) -> int:
    [(errors,)] = space.fetch(ERRORS, "judge")
    return int(errors)


def _forget_lost(space: FeedSpace) -> None:
    """Objects that rows make by the way go with these rows; whoever points to them, too."""
    for layout, kind in space.kinds:
        if not kind.is_main:
            settle(space, layout, kind)
            [(any_lost,)] = space.fetch(ANY_LOST.format(after=Identifier(f"after_{kind.noun.name}")), "judge")
            if any_lost:
                _tell_lost(space, kind)


def _tell_lost(space: FeedSpace, lost: Kind) -> None:
    for layout, kind in space.kinds:
        if kind.order <= lost.order:
            continue
        before = _errors(space)
        for ref in kind.refs:
            space.run(
                LOST.format(
                    header=Literal(ref.header),
                    object=Literal(ref.object),
                    lost=Identifier(f"as_lost_{lost.noun.name}"),
                    **refs.given(layout, kind, ref, good=GOOD_ROW),
                ),
                "judge",
            )
        if _errors(space) != before:
            space.fail_dependents()
            settle(space, layout, kind)


def _keep(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    """Refuse deletions of what something that stays points to; from the leaves of a tree upwards."""
    f = Identifier(f"f_{kind.name}")
    [(any_gone,)] = space.fetch(ANY_GONE.format(f=f), "judge")
    while any_gone and kind.kept_by:
        before = _errors(space)
        for keeps in kind.kept_by:
            space.run(_refusal(kind, keeps, f, HAS_CHILDREN), "judge")
        for keeps in kind.kept_by:
            if keeps.noun.table == kind.noun.table:
                space.run(_refusal(kind, keeps, f, HAS_KEPT_CHILDREN), "judge")
        if _errors(space) == before:
            return
        space.fail_dependents()
        settle(space, layout, kind)


def _refusal(kind: Kind, keeps: Keeps, f: Composable, statement: SQL) -> Composable:
    is_list = keeps.noun.columns[keeps.field].endswith("[]")
    return statement.format(
        f=f,
        b=Identifier(f"b_{kind.name}"),
        header=Literal(kind.header or None),
        label=fragment(kind.label),
        object=Literal(called(kind.noun.name)),
        child=Literal(called(keeps.noun.name)),
        children=Literal(keeps.words or keeps.noun.many),
        view=Identifier(f"as_left_{keeps.noun.name}"),
        points=(TO_SEVERAL if is_list else TO_ONE).format(Identifier(keeps.field)),
        where=fragment(keeps.where),
        when=fragment(keeps.when),
    )
