"""Decide: which rows fail, which stand for one object, which are already so.

In this order (design section 4): rules of the row; reach; rows about one object; clashes of keys and of
times in a room; and after each the rows that needed one which failed.
"""

from __future__ import annotations

from psycopg.sql import SQL, Identifier, Literal

from edu_csv.access.policy import EVERYWHERE
from edu_csv.roster.nouns import Noun
from imports.formats.base import Dependents
from imports.formats.columns import CREATE, DELETE, UPDATE
from imports.formats.references import OwnId, Reference
from imports.steps.clashes import CREATE_TABLES, contest, find_twins, settle
from imports.steps.occupancy import Occupancy
from imports.steps.resolve import written_fields
from imports.steps.scope import live, reachable, writable
from imports.steps.unresolved import told_at
from imports.steps.workspace import IS_GOOD, Workspace, called, fragment

RULE = SQL("""
    INSERT INTO problem
    SELECT w._row, {severity}, {column}, {code}, {value},
           {params} || jsonb_build_object('object', %(object)s::text)
      FROM work AS w {joins} WHERE ({when}) {standing}
""")
NOT_REPEATED = SQL("AND w._row NOT IN (SELECT t.row FROM twin AS t WHERE t.same)")

# The natural key of an update or delete that meets no object, though its parts do.
UNKNOWN_PAIR = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'unknown_enrollment', one.text,
           jsonb_build_object('section', other.text, 'variant', %(action)s::text)
      FROM work AS w
      JOIN {one} AS one ON one.ordinal = w.{one_ordinal}
      JOIN {other} AS other ON other.ordinal = w.{other_ordinal}
     WHERE w._id IS NULL AND one.id IS NOT NULL AND other.id IS NOT NULL AND {good}
""")

# The same of whatever is known by all that it says.
UNKNOWN_ACT = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'unknown_act', {value},
           jsonb_build_object('object', %(object)s::text, 'variant', %(action)s::text)
      FROM work AS w WHERE w._id IS NULL AND {good}
""")

# A row may put an object only where its submitter may write.
UNPLACED = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {column}, 'not_permitted', {value},
           jsonb_build_object('object', %(object)s::text, 'variant', {variant}::text)
      FROM work AS w WHERE NOT {placed} AND {good}
""")
# An org unit stays where it is, or goes where the submitter reaches; what it leaves must be reached too.
UNIT_PLACED = SQL("""((
    SELECT found.ids = w.parent_ids
           OR (EXISTS (SELECT FROM unnest(w.parent_ids) AS p (id) WHERE p.id IN (SELECT id FROM reach))
               AND NOT EXISTS (SELECT FROM unnest(w.parent_ids || was.ids) AS p (id)
                                WHERE p.id NOT IN (SELECT id FROM reach)
                                  AND NOT (p.id = ANY (w.parent_ids) AND p.id = ANY (was.ids))))
      FROM (SELECT (SELECT o.parent_ids FROM roster_org_unit AS o
                     WHERE o.institution_id = %(institution)s AND o.id = w._id)) AS found (ids)
     CROSS JOIN LATERAL (SELECT coalesce(found.ids, '{}')) AS was (ids)
) IS TRUE)""")

FAIL_WITH_PARENT = """
    INSERT INTO problem
    WITH RECURSIVE lost (row, on_row) AS (
        SELECT n.row, n.on_row FROM needs AS n JOIN problem AS p ON p.row = n.on_row AND p.severity = 'error'
        UNION
        SELECT n.row, n.on_row FROM needs AS n JOIN lost ON lost.row = n.on_row)
    SELECT DISTINCT ON (n.row, n.col) n.row, 'error', n.col, n.code, n.value, jsonb_build_object('other_row', n.on_row)
      FROM lost JOIN needs AS n USING (row, on_row)
     WHERE NOT EXISTS (SELECT FROM problem AS p WHERE p.row = n.row AND p.col = n.col AND p.code = n.code)
     ORDER BY n.row, n.col, n.on_row
"""

# Files are mostly in the order of their objects, and then this is far cheaper than looking for groups.
ANY_REPEATED = SQL("SELECT count(w._id) > count(DISTINCT w._id) FROM work AS w WHERE {good}")
# The first good row about an object counts; a row's number is all it takes to order them.
REPEATED = SQL("""
    INSERT INTO problem
    SELECT repeated._row, 'error', {column}, 'duplicate_row', {value},
           jsonb_build_object('other_row', repeated.first, 'object', %(object)s::text)
      FROM (SELECT w.*, min(w._row) OVER (PARTITION BY w._id) AS first
              FROM work AS w WHERE w._id IN (
                   SELECT w._id FROM work AS w WHERE {good} GROUP BY w._id HAVING count(*) > 1) AND {good}) AS repeated
      {join}
     WHERE repeated._row > repeated.first
""")

# Folding: good rows about one object, cell by cell from top to bottom; NULL keeps what was there.
FOLD = SQL("""
    WITH many AS (
        SELECT w._id, max(w._row) AS last, {folded}
          FROM work AS w WHERE {good} AND w._id IS NOT NULL GROUP BY w._id HAVING count(*) > 1)
    UPDATE work AS w SET {assignments} FROM many WHERE w._row = many.last
""")
# The earlier rows leave ``work``: neither rules nor keys of theirs count any more.
SUPERSEDED = SQL("""
    CREATE TEMP TABLE superseded ON COMMIT DROP AS
    SELECT w.*, last.row AS _by FROM work AS w
      JOIN (SELECT w._id, max(w._row) AS row FROM work AS w WHERE {good} AND w._id IS NOT NULL GROUP BY w._id
            HAVING count(*) > 1) AS last ON last._id = w._id
     WHERE w._row < last.row AND {good}
""")
FORGET_SUPERSEDED = "DELETE FROM work AS w USING superseded AS s WHERE s._row = w._row"
NOTHING_SUPERSEDED = (
    "CREATE TEMP TABLE superseded ON COMMIT DROP AS SELECT w.*, w._row AS _by FROM work AS w LIMIT 0"
)

# Counted as far as the submitter reaches: what lies beyond keeps the object too, without being told of.
DEPENDENTS = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'has_children', r.text,
           jsonb_build_object('count', nullif(held.count, 0),
                              'children', CASE WHEN held.count = 1 THEN {child} ELSE {children} END::text,
                              'variant', CASE WHEN held.count = 0 THEN 'hidden' END)
      FROM work AS w {own}
      JOIN (SELECT points.to_id AS id, count(*) FILTER (WHERE {reached}) AS count FROM {table} AS child {points}
             WHERE {live} AND points.to_id IN (SELECT _id FROM work) AND {kept} AND ({where}) GROUP BY points.to_id
           ) AS held ON held.id = w._id
     WHERE {good}
""")
POINTS_TO_ONE = SQL("CROSS JOIN LATERAL (SELECT child.{}) AS points (to_id)")
POINTS_TO_SEVERAL = SQL("CROSS JOIN LATERAL unnest(child.{}) AS points (to_id)")


def decide(space: Workspace) -> None:
    """Find every row that cannot be applied, and every row that need not be."""
    space.run(CREATE_TABLES)
    _rules(space)
    _natural_keys(space)
    _places(space)
    space.run(FAIL_WITH_PARENT, "decide")
    # A row that fails by what others have takes no part, so it hides no later row about its object.
    uniques = find_twins(space) if space.action != DELETE else {}
    _rules(space, of_new=True)
    places = Occupancy(space)
    places.before_repeats()
    _repeats(space)
    for dependents in space.fmt.blocks_delete if space.action == DELETE else ():
        _dependents(space, dependents)
    places.after_repeats()
    if uniques or places.moves:
        # Who fails with another wants nothing any more.
        space.run(FAIL_WITH_PARENT, "decide")
        contest(space, uniques)
        places.contest()
        if settle(space, uniques):
            places.tell_beaten()
    space.run(FAIL_WITH_PARENT, "decide")
    space.run("ANALYZE problem")
    space.captures = places.captures()


def _rules(space: Workspace, *, of_new: bool = False) -> None:
    """The format's rules; ``of_new``: those that are not asked of what is there already, once that is known."""
    for rule in space.fmt.rules:
        if space.action in rule.actions and rule.unless_repeated == of_new:
            space.run(
                RULE.format(
                    severity=Literal(rule.severity),
                    column=Literal(rule.column),
                    code=Literal(rule.code),
                    value=fragment(rule.value),
                    params=fragment(rule.params),
                    joins=fragment(rule.joins),
                    when=fragment(rule.when),
                    standing=NOT_REPEATED if of_new and space.action == CREATE else SQL(""),
                ),
                "decide",
            )


def _natural_keys(space: Workspace) -> None:
    if not space.fmt.natural_key or space.action == CREATE:
        return
    last = next(c for c in space.fmt.columns if c.field == space.fmt.natural_key[-1])
    if isinstance(last, Reference):
        one, other = (c for c in space.references if c.field in space.fmt.natural_key)
        space.run(
            UNKNOWN_PAIR.format(
                header=Literal(one.header),
                one=Identifier(f"ref_{one.name}"),
                one_ordinal=Identifier(f"_o_{one.name}"),
                other=Identifier(f"ref_{other.name}"),
                other_ordinal=Identifier(f"_o_{other.name}"),
                good=IS_GOOD,
            ),
            "decide",
        )
        return
    at = next(
        c for c in space.fmt.columns if c.sql_type == "timestamptz" and c.field in space.fmt.natural_key
    )
    space.run(
        UNKNOWN_ACT.format(
            header=Literal(at.header), value=fragment(at.export(f"w.{at.field}")), good=IS_GOOD
        ),
        "decide",
    )


def _places(space: Workspace) -> None:
    """Rows that put an object where their submitter may not write."""
    target: Noun = space.fmt.target
    if space.reach == EVERYWHERE or space.action == DELETE:
        return
    if "id" in target.org_units:
        _unit_places(space)
        return
    place = target.via or target.via_any
    named = [*target.org_units, *([place[0]] if place else [])]
    if named:
        space.run(
            UNPLACED.format(
                column=Literal(space.fmt.header_of(named[-1])),
                value=SQL("NULL"),
                variant=Literal("section" if target.via_any else None),
                placed=writable(space, target, "w"),
                good=IS_GOOD,
            ),
            "decide",
        )


def _unit_places(space: Workspace) -> None:
    """Org units lie below their parents; those without any, below the institution itself."""
    if space.reach.is_whole:
        return
    above = next((c for c in space.references if c.field == "parent_ids"), None)
    if above is None:
        if space.action == CREATE:
            never = UNPLACED.format(
                column=SQL("NULL"), value=SQL("NULL"), variant=Literal("whole"), placed=SQL("FALSE"), good=IS_GOOD
            )  # fmt: skip
            space.run(never, "decide")
        return
    text = SQL("(SELECT r.text FROM {} AS r WHERE r.ordinal = w.{})").format(
        Identifier(f"ref_{above.name}"), Identifier(f"_o_{above.name}")
    )
    space.run(
        UNPLACED.format(
            column=Literal(above.header),
            value=text,
            variant=SQL("CASE WHEN {} IS NOT NULL THEN 'beyond' END").format(text),
            placed=UNIT_PLACED,
            good=IS_GOOD,
        ),
        "decide",
    )


def _repeats(space: Workspace) -> None:
    """Several rows about one object that exists already."""
    if space.action == CREATE or space.fmt.repeats == "fold":
        return
    [(any_repeated,)] = space.fetch(ANY_REPEATED.format(good=IS_GOOD), "decide")
    if not any_repeated:
        return
    own = space.fmt.own_id()
    space.run(
        REPEATED.format(
            column=told_at(space, own) if own else Literal(None),
            value=SQL("r.text") if own else SQL("NULL"),
            join=SQL("JOIN {} AS r ON r.ordinal = repeated.{}").format(
                Identifier(f"ref_{own.name}"), Identifier(f"_o_{own.name}")
            )
            if own
            else SQL(""),
            good=IS_GOOD,
        ),
        "decide",
    )


def fold(space: Workspace) -> None:
    """Make one row of several good ones about one object, where the format says so; fills ``superseded``."""
    if space.fmt.repeats != "fold" or space.action != UPDATE:
        space.run(NOTHING_SUPERSEDED)
        return
    space.run(FAIL_WITH_PARENT, "decide")
    fields = [name for name, _ in written_fields(space)]
    newest = SQL("(array_agg(w.{f} ORDER BY w._row DESC) FILTER (WHERE w.{f} IS NOT NULL))[1] AS {f}")
    last = SQL("(array_agg(w.{f} ORDER BY w._row DESC))[1] AS {f}")
    keeps = space.fmt.blank_on_update == "keep"
    space.run(
        FOLD.format(
            folded=SQL(", ").join((newest if keeps else last).format(f=Identifier(name)) for name in fields),
            assignments=SQL(", ").join(SQL("{f} = many.{f}").format(f=Identifier(name)) for name in fields),
            good=IS_GOOD,
        ),
        "decide",
    )
    space.run(SUPERSEDED.format(good=IS_GOOD), "decide")
    space.run(FORGET_SUPERSEDED, "decide")


def _dependents(space: Workspace, dependents: Dependents) -> None:
    own = space.fmt.own_id()
    assert isinstance(own, OwnId)  # noqa: S101  # a format that can be blocked names its object by id
    is_list = dependents.noun.columns[dependents.field].endswith("[]")
    may_write = writable(space, dependents.noun, "child")
    points = (POINTS_TO_SEVERAL if is_list else POINTS_TO_ONE).format(Identifier(dependents.field))
    space.run(
        DEPENDENTS.format(
            header=Literal(own.header),
            own=SQL("JOIN {} AS r ON r.ordinal = w.{}").format(
                Identifier(f"ref_{own.name}"), Identifier(f"_o_{own.name}")
            ),
            child=Literal(called(dependents.noun.name)),
            children=Literal(dependents.noun.many),
            points=points,
            live=live(dependents.noun, "child"),
            reached=SQL("FALSE") if dependents.beyond else reachable(space, dependents.noun, "child"),
            kept=SQL("NOT {}").format(may_write) if dependents.beyond else SQL("TRUE"),
            table=Identifier(dependents.noun.table),
            where=fragment(dependents.where),
            good=IS_GOOD,
        ),
        "decide",
    )
