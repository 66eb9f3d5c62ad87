"""Decide: which rows fail, which stand for one object, which are already so.

In this order (design section 4): rules of the row; reach; rows about one object; clashes of keys;
and after each the rows that needed one which failed.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import Noun
from imports.formats.base import Dependents, Unique
from imports.formats.columns import CREATE, DELETE, UPDATE
from imports.formats.references import OwnId
from imports.steps.resolve import live, reachable, written_fields
from imports.steps.workspace import Workspace, fragment

IS_GOOD = SQL("NOT EXISTS (SELECT FROM problem AS p WHERE p.row = w._row AND p.severity = 'error')")

RULE = SQL("""
    INSERT INTO problem
    SELECT w._row, {severity}, {column}, {code}, {value},
           {params} || jsonb_build_object('object', %(object)s::text)
      FROM work AS w WHERE ({when})
""")

# The natural key of an update or delete that meets no object, though its parts do.
UNKNOWN_PAIR = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', NULL, 'unknown_enrollment', NULL, '{{}}'
      FROM work AS w WHERE w._id IS NULL AND {complete} AND {good}
""")

# A row may put an object only where its submitter reaches.
UNPLACED = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {column}, 'required_blank', NULL, jsonb_build_object('object', %(object)s::text)
      FROM work AS w WHERE NOT {reached} AND {good}
""")

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

# A key that a live object has already, and will still have after this upload. ``same``: the row
# says nothing that this object does not say (design section 13: repeated create).
TWINS = SQL("""
    INSERT INTO twin
    SELECT w._row, o.id, {same}, {number}
      FROM work AS w
      JOIN {table} AS o ON {live} AND {keys} AND {kept}
     WHERE {filled} AND {not_own} AND {good}
""")
# An id of another object's system id could never again be told from it.
SYSTEM_ID_TAKEN = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', 'External ID', 'external_id_conflict', w.external_id,
           jsonb_build_object('object', %(object)s::text)
      FROM work AS w JOIN {table} AS o ON {live} AND o.id IS DISTINCT FROM w._id AND o.id = w.external_id::uuid
     WHERE w.external_id ~* '^[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}$' AND {good}
""")
# A twin is one of a million on a night when nothing changed, so the words wait for those that fail.
TWINS_FAIL = SQL("""
    INSERT INTO problem
    SELECT DISTINCT ON (w._row) w._row, 'error', {header}, {code}, {value},
           jsonb_build_object('object', %(object)s::text, 'holder', {holder})
      FROM twin AS t
      JOIN work AS w ON w._row = t.row
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = t.object_id
     WHERE t.number = {number} AND (NOT t.same {or_several})
     ORDER BY w._row, o.id
""")
# By two keys it is like two objects, and so like neither.
LIKE_SEVERAL = SQL("OR t.row IN (SELECT row FROM twin GROUP BY row HAVING count(DISTINCT object_id) > 1)")
TWIN_ROWS = "SELECT count(*), count(DISTINCT number), (SELECT count(*) FROM work) FROM twin"
# Two rows of the file that want one key: whose object holds it already keeps it, else the first good row has it.
SAME_KEY = SQL("""
    INSERT INTO problem
    SELECT keyed._row, 'error', {header}, {code}, {value},
           jsonb_build_object('object', %(object)s::text, 'other_row', keyed.first,
                              'holder', {holder})
      FROM (SELECT w.*, first_value(w._row) OVER (PARTITION BY {keys} ORDER BY {holds} DESC, w._row) AS first
              FROM work AS w
             WHERE ({keys}) IN (SELECT {keys} FROM work AS w WHERE {filled} AND {good} {standing}
                                 GROUP BY {keys} HAVING count(*) > 1)
               AND {good} {standing}) AS keyed
     WHERE keyed._row <> keyed.first
""")
# A key that another row of this file gives away is free only if that row is applied.
NEEDS_KEY = SQL("""
    INSERT INTO needs
    SELECT w._row, giver._row, {header}, 'key_not_freed', {value}
      FROM work AS w
      JOIN {table} AS o ON {live} AND {keys} AND o.id <> w._id
      JOIN work AS giver ON giver._id = o.id AND giver._row <> w._row
     WHERE {filled}
""")

DEPENDENTS = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'has_children', r.text,
           jsonb_build_object('count', held.count, 'children', {children}::text)
      FROM work AS w {own}
      JOIN (SELECT child.{field} AS id, count(*) AS count FROM {table} AS child
             WHERE child.institution_id = %(institution)s AND child.deleted_at IS NULL
               AND child.{field} IN (SELECT _id FROM work) GROUP BY child.{field}) AS held ON held.id = w._id
     WHERE {good}
""")


def decide(space: Workspace) -> None:
    """Find every row that cannot be applied, and every row that need not be."""
    space.run(
        "CREATE TEMP TABLE twin (row integer, object_id uuid, same boolean, number smallint) ON COMMIT DROP"
    )
    _rules(space)
    _places(space)
    space.run(FAIL_WITH_PARENT, "decide")
    _repeats(space)
    if space.action == DELETE:
        for dependents in space.fmt.blocks_delete:
            _dependents(space, dependents)
    else:
        _clashes(space)
    space.run(FAIL_WITH_PARENT, "decide")
    space.run("ANALYZE problem")


def _rules(space: Workspace) -> None:
    for rule in space.fmt.rules:
        if space.action in rule.actions:
            space.run(
                RULE.format(
                    severity=Literal(rule.severity),
                    column=Literal(rule.column),
                    code=Literal(rule.code),
                    value=fragment(rule.value),
                    params=fragment(rule.params),
                    when=fragment(rule.when),
                ),
                "decide",
            )
    if space.fmt.natural_key and space.action != CREATE:
        complete = SQL(" AND ").join(
            SQL("w.{} IS NOT NULL").format(Identifier(name)) for name in space.fmt.natural_key
        )
        space.run(UNKNOWN_PAIR.format(complete=complete, good=IS_GOOD), "decide")


def _places(space: Workspace) -> None:
    target: Noun = space.fmt.target
    if space.reach is None or space.action == DELETE or "id" in target.org_units:
        return
    if target.org_units or target.via:
        header = next(
            (space.fmt.header_of(name) for name in reversed(target.org_units)),
            space.fmt.header_of(target.via[0]) if target.via else "",
        )
        reached = reachable(space, target, "w")
        space.run(UNPLACED.format(column=Literal(header), reached=reached, good=IS_GOOD), "decide")


def _repeats(space: Workspace) -> None:
    """Several rows about one object that exists already."""
    if space.action == CREATE or space.fmt.repeats == "fold":
        return
    own = space.fmt.own_id()
    space.run(
        REPEATED.format(
            column=Literal(own.header if own else None),
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


def _clashes(space: Workspace) -> None:
    target = space.fmt.target
    fields = dict(written_fields(space))
    if "external_id" in fields:
        space.run(
            SYSTEM_ID_TAKEN.format(table=Identifier(target.table), live=live(target), good=IS_GOOD), "decide"
        )
    uniques = [u for u in space.fmt.uniques if all(name in fields for name in u.fields)]
    for number, unique in enumerate(uniques):
        _twins(space, unique, number)
    space.run("ANALYZE twin")
    for number, unique in enumerate(uniques):
        _twins_fail(space, unique, number, several=len(uniques) > 1)
    if _all_are_twins(space):
        return
    for unique in uniques:
        _same_key(space, unique)


def _all_are_twins(space: Workspace) -> bool:
    """Whether every row repeats what is there: then none of them takes a key."""
    [(twins, kinds, rows)] = space.fetch(TWIN_ROWS, "decide")
    return space.action == CREATE and kinds == 1 and bool(twins == rows)


def _twins_fail(space: Workspace, unique: Unique, number: int, *, several: bool) -> None:
    holder: Composable = fragment(unique.holder)
    if unique.code == "duplicate_external_id":
        holder = SQL("' (' || {} || ')'").format(holder)
    space.run(
        TWINS_FAIL.format(
            header=Literal(unique.column),
            code=Literal(unique.code),
            value=_cell(space, unique),
            holder=holder,
            table=Identifier(space.fmt.target.table),
            number=Literal(number),
            or_several=LIKE_SEVERAL if several else SQL(""),
        ),
        "decide",
    )


def _keys(unique: Unique, alias: str = "w") -> Composable:
    return SQL(", ").join(SQL("{}.{}").format(Identifier(alias), Identifier(name)) for name in unique.fields)


def _match(unique: Unique) -> Composable:
    return SQL(" AND ").join(SQL("o.{f} = w.{f}").format(f=Identifier(name)) for name in unique.fields)


def _filled(unique: Unique) -> Composable:
    return SQL(" AND ").join(SQL("w.{} IS NOT NULL").format(Identifier(name)) for name in unique.fields)


def _cell(space: Workspace, unique: Unique, alias: str = "w") -> Composable:
    """The cell to mend, as text: the field that the named column fills."""
    column = space.fmt.column(unique.column)
    if column.field is None or column.field not in dict(written_fields(space)):
        return SQL("NULL::text")
    return SQL("{}.{}::text").format(Identifier(alias), Identifier(column.field))


def _twins(space: Workspace, unique: Unique, number: int) -> None:
    """Objects of the roster that keep the key a row wants."""
    target = space.fmt.target
    given = _given_fields(space)
    same = (
        SQL(" AND ").join(
            SQL("o.{f} IS NOT DISTINCT FROM w.{f}").format(f=Identifier(name)) for name in given
        )
        if space.action == CREATE
        else SQL("FALSE")
    )
    values: dict[str, Composable] = {
        "same": same,
        "number": Literal(number),
        "table": Identifier(target.table),
        "live": live(target),
        "keys": _match(unique),
        "filled": _filled(unique),
        "good": IS_GOOD,
        "not_own": SQL("TRUE"),
        "kept": SQL("TRUE"),
    }
    if space.action == UPDATE:
        values["not_own"] = SQL("o.id <> w._id")
        # An object that a row of this file re-keys gives its key away (or keeps it, see NEEDS_KEY).
        values["kept"] = SQL(
            "NOT EXISTS (SELECT FROM work AS mover WHERE mover._id = o.id AND mover._row <> w._row)"
        )
    space.run(TWINS.format(**values), "decide")
    if space.action == UPDATE:
        space.run(
            NEEDS_KEY.format(
                header=Literal(unique.column),
                value=_cell(space, unique),
                table=Identifier(target.table),
                live=live(target),
                keys=_match(unique),
                filled=_filled(unique),
            ),
            "decide",
        )


def _given_fields(space: Workspace) -> list[str]:
    """Fields that columns of the file fill: a create that lacks one says nothing about it."""
    return [name for column in space.columns for name, _, _ in column.values]


def _same_key(space: Workspace, unique: Unique) -> None:
    holds = SQL("EXISTS (SELECT FROM {table} AS o WHERE {live} AND o.id = w._id AND {keys})").format(
        table=Identifier(space.fmt.target.table), live=live(space.fmt.target), keys=_match(unique)
    )
    # A create that only repeats what is there makes nothing, so it takes no key either.
    standing = (
        SQL("AND NOT EXISTS (SELECT FROM twin AS t WHERE t.row = w._row)")
        if space.action == CREATE
        else SQL("")
    )
    space.run(
        SAME_KEY.format(
            header=Literal(unique.column),
            code=Literal("duplicate_row" if unique.code == "role_conflict" else unique.code),
            value=_cell(space, unique, "keyed"),
            holder=SQL("'row ' || keyed.first || ' of this file'")
            if unique.code != "duplicate_external_id"
            else SQL("' (row ' || keyed.first || ' of this file)'"),
            keys=_keys(unique),
            filled=_filled(unique),
            good=IS_GOOD,
            standing=standing,
            holds=SQL("FALSE") if space.action == CREATE else holds,
        ),
        "decide",
    )


def _dependents(space: Workspace, dependents: Dependents) -> None:
    own = space.fmt.own_id()
    assert isinstance(own, OwnId)  # noqa: S101  # a format that can be blocked names its object by id
    space.run(
        DEPENDENTS.format(
            header=Literal(own.header),
            own=SQL("JOIN {} AS r ON r.ordinal = w.{}").format(
                Identifier(f"ref_{own.name}"), Identifier(f"_o_{own.name}")
            ),
            children=Literal(dependents.noun.many),
            field=Identifier(dependents.field),
            table=Identifier(dependents.noun.table),
            good=IS_GOOD,
        ),
        "decide",
    )
