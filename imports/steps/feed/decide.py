"""Decide: which rows of a kind fail, and what its objects come to."""

from __future__ import annotations

from collections.abc import Collection

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.feed import Kind, Layout, RowRule
from imports.steps.feed import cells, keys, known, refs, wishes
from imports.steps.feed.fold import fold, look_back
from imports.steps.feed.good import ERRORS, GOOD
from imports.steps.feed.space import FeedSpace
from imports.steps.workspace import fragment

RULE = SQL("""
    INSERT INTO problem
    SELECT w._row, {severity}, {header}, {code}, {value}, {params} || jsonb_build_object('object', {object}::text)
      FROM {rows} WHERE {asked} AND ({when}) AND {good}
""")
ROWS = SQL("{w} AS w JOIN {stage} AS s ON s.row = w._row")
OBJECTS = SQL("{f} AS w JOIN {stage} AS s ON s.row = w._row LEFT JOIN {b} AS o ON o.id = w._id")
ASKED = {"upsert": SQL("NOT w._deletes"), "delete": SQL("w._deletes"), "both": SQL("TRUE")}

# Nobody has so many levels of units; to look further would make pairs of everybody with everybody above.
MOST_LEVELS = 100
# Who comes back to where he began, along what objects are to point to: distinct pairs a level, never paths.
CYCLES = SQL("""
    INSERT INTO problem
    WITH RECURSIVE above (start, id, level) AS (
        SELECT w._id, up.id, 1 FROM {f} AS w CROSS JOIN LATERAL unnest(w.{list}) AS up (id)
         WHERE NOT w._deletes AND {good} AND w.{list} IS DISTINCT FROM '{{}}'
        UNION
        SELECT above.start, up.id, above.level + 1 FROM above JOIN {view} AS o ON o.id = above.id
         CROSS JOIN LATERAL unnest(o.{list}) AS up (id)
         WHERE above.id <> above.start AND above.level <= {most}),
    circle (id) AS (SELECT DISTINCT above.start FROM above WHERE above.id = above.start)
    SELECT w._row, 'error', {header}, CASE WHEN found.returns THEN 'parent_cycle' ELSE 'too_many_levels' END, {label},
           jsonb_build_object('object', {object}::text, 'limit', {most})
      FROM {f} AS w
      JOIN (SELECT above.start, bool_or(above.id = above.start) AS returns FROM above GROUP BY above.start
            HAVING bool_or(above.id = above.start)
                OR max(above.level) > {most} AND NOT bool_or(above.id IN (SELECT circle.id FROM circle))
           ) AS found ON found.start = w._id
     WHERE {good}
""")
# Who points to one of its own kind that, after all, no row makes, or one deletes.
STRAY = SQL("""
    INSERT INTO problem
    SELECT DISTINCT ON (w._row) w._row, 'error', {header}, 'parent_failed', r.text,
           jsonb_build_object('object', {object}::text, 'other_row', r.row)
      FROM {f} AS w CROSS JOIN LATERAL unnest({ids}) AS up (id)
      LEFT JOIN {ref} AS r ON r.id = up.id AND NOT r.deletes
     WHERE NOT w._deletes AND {good} AND up.id IS NOT NULL
       AND NOT EXISTS (SELECT FROM {view} AS o WHERE o.id = up.id)
     ORDER BY w._row, r.text
""")
ANY_DELETED = SQL("SELECT EXISTS (SELECT FROM {w} AS w WHERE w._deletes)")
ANY_PARENT = SQL(
    "SELECT EXISTS (SELECT FROM {f} AS w WHERE w._state <> 0 AND NOT w._deletes AND w.{list} <> '{{}}')"
)

# Each round drops rows of objects whose last row failed. Who still fails then, fails with all rows.
MOST_ROUNDS = 8
RESTLESS = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', failed.col, failed.code, failed.value, failed.params
      FROM {w} AS w
      JOIN (SELECT DISTINCT ON (each._id) each._id, p.col, p.code, p.value, p.params
              FROM problem AS p JOIN {w} AS each ON each._row = p.row
             WHERE p.severity = 'error' ORDER BY each._id, p.row DESC) AS failed ON failed._id = w._id
     WHERE {good} AND NOT w._deletes
""")


def plan_kind(
    space: FeedSpace,
    layout: type[Layout],
    kind: Kind,
    bad: Collection[tuple[str, str]],
    told: set[tuple[str, str, str, str]],
) -> None:
    """Find what the good rows of a kind make of its objects, and let later kinds find it."""
    cells.tell(space, layout, kind, bad=bad, told=told)
    wishes.make(space, layout, kind)
    for rule in kind.rules:
        if not rule.folded:
            _ask(space, layout, kind, rule)
    space.fail_dependents()
    look_back(space, kind)
    settle(space, layout, kind)


def settle(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    """Fold the good rows until no object fails any more; then they stand."""
    rounds = 0
    while True:
        before = _errors(space)
        fold(space, kind)
        complete(space, kind)
        known.publish(space, kind)
        _judge(space, layout, kind)
        if _errors(space) == before:
            return
        rounds += 1
        if rounds >= MOST_ROUNDS:
            space.run(RESTLESS.format(good=GOOD, **_names(layout, kind)), "decide")


def _judge(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    """What objects are judged on once their rows are folded."""
    for rule in kind.rules:
        if rule.folded:
            _ask(space, layout, kind, rule)
    if kind.acyclic:
        _refuse_cycles(space, layout, kind)
    _refuse_strays(space, layout, kind)
    if kind.only:
        # Who fails with another wants nothing any more.
        space.fail_dependents()
        keys.contest(space, kind)
    space.fail_dependents()


def _refuse_strays(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    names = _names(layout, kind)
    own = [ref for ref in kind.refs if ref.own_kind]
    if not own or not (
        _errors(space) or space.fetch(ANY_DELETED.format(w=names["w"]), "decide") == [(True,)]
    ):
        return
    for ref in own:
        for each in wishes.said_by(kind, ref):
            field = SQL("w.{}" if each.type.endswith("[]") else "ARRAY[w.{}]").format(Identifier(each.field))
            space.run(
                STRAY.format(
                    f=names["f"],
                    object=names["object"],
                    header=Literal(ref.header),
                    ids=field,
                    ref=Identifier(refs.table(kind, ref)),
                    view=Identifier(f"as_left_{kind.noun.name}"),
                    good=GOOD,
                ),
                "decide",
            )


def _errors(space: FeedSpace) -> int:
    [(errors,)] = space.fetch(ERRORS, "decide")
    return int(errors)


def _names(layout: type[Layout], kind: Kind) -> dict[str, Composable]:
    return {
        "w": Identifier(f"w_{kind.name}"),
        "f": Identifier(f"f_{kind.name}"),
        "b": Identifier(f"b_{kind.name}"),
        "stage": Identifier(f"stage_{layout.slug()}"),
        "object": Literal(kind.noun.name.replace("_", " ")),
    }


def _ask(space: FeedSpace, layout: type[Layout], kind: Kind, rule: RowRule) -> None:
    names = _names(layout, kind)
    space.run(
        RULE.format(
            severity=fragment(rule.severity),
            header=Literal(rule.header or None),
            code=Literal(rule.code),
            value=fragment(rule.value),
            params=fragment(rule.params),
            object=names["object"],
            rows=(OBJECTS if rule.folded else ROWS).format(**names),
            asked=ASKED[rule.on],
            when=fragment(rule.when),
            good=GOOD,
        ),
        "decide",
    )


def _refuse_cycles(space: FeedSpace, layout: type[Layout], kind: Kind) -> None:
    names = _names(layout, kind)
    [(any_parent,)] = space.fetch(ANY_PARENT.format(f=names["f"], list=Identifier(kind.acyclic)), "decide")
    own_rows = any(ref.own_kind for ref in kind.refs)
    if any_parent or own_rows:
        space.run(
            CYCLES.format(
                f=names["f"],
                list=Identifier(kind.acyclic),
                most=Literal(MOST_LEVELS),
                view=Identifier(f"as_left_{kind.noun.name}"),
                good=GOOD,
                header=Literal(next((e.header for e in kind.fields if e.field == kind.acyclic), kind.header)),
                label=fragment(kind.label),
                object=names["object"],
            ),
            "decide",
        )


def complete(space: FeedSpace, kind: Kind) -> None:
    """Fill what no column gives, by the kind's own statements over ``work``."""
    if not kind.completions:
        return
    space.run("DROP VIEW IF EXISTS work CASCADE")
    space.run(SQL("CREATE TEMP VIEW work AS SELECT * FROM {}").format(Identifier(f"f_{kind.name}")))
    for statement in kind.completions:
        space.run(fragment(statement), "complete")
