"""Clashes: rows that want a key which only one object may have, of the roster's objects and of one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.nouns import ACTIVITY_ORDER
from imports.formats.base import Unique
from imports.formats.columns import CREATE, UPDATE
from imports.steps.contests import Contests, Needs
from imports.steps.months import in_span
from imports.steps.resolve import written_fields
from imports.steps.scope import live, reachable
from imports.steps.workspace import IS_GOOD, Session, Workspace, fragment, raw_connection

CREATE_TABLES = """
    CREATE TEMP TABLE twin (row integer, object_id uuid, same boolean, number smallint) ON COMMIT DROP;
    CREATE TEMP TABLE contested (row integer, number smallint, key integer, until integer, holds boolean) ON COMMIT DROP;
    CREATE TEMP TABLE beaten (row integer, number smallint, by_row integer) ON COMMIT DROP;
    CREATE TEMP TABLE rekeyed (row integer, number smallint) ON COMMIT DROP
"""

# On update only a row that gives its object another key can clash: one join finds them, and on most
# nights there are none.
REKEYED = SQL("""
    INSERT INTO rekeyed
    SELECT w._row, {number} FROM work AS w
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = w._id
     WHERE {filled} AND {good} AND ({current}) IS DISTINCT FROM ({keys})
""")
NUMBERS_REKEYED = "SELECT DISTINCT number FROM rekeyed"
IS_REKEYED = SQL("AND w._row IN (SELECT row FROM rekeyed WHERE number = {number})")
WANTED_BY_REKEYED = SQL("""
    AND ({keys}) IN (SELECT {keys} FROM work AS w JOIN rekeyed AS r ON r.row = w._row AND r.number = {number})
""")

# A key that a live object has already, and will still have after this upload. ``same``: the row
# says nothing that this object does not say (design section 13: repeated create).
TWINS = SQL("""
    INSERT INTO twin
    SELECT w._row, o.id, {same}, {number}
      FROM work AS w
      JOIN {table} AS o ON {live} AND {keys} AND {kept}
     WHERE {filled} AND {not_own} AND {good} {rekeyed}
""")
IS_SAME = SQL("o.{f} IS NOT DISTINCT FROM w.{f}")
IS_EQUAL = SQL("o.{f} = w.{f}")
HAS_ALL = SQL("o.{f} @> w.{f}")
# What says all that the row says, though no key of the format tells so: the first of several.
REPEATED = SQL("""
    INSERT INTO twin
    SELECT DISTINCT ON (w._row) w._row, o.id, TRUE, {number}
      FROM work AS w
      JOIN {table} AS o ON {live} AND {keys}
     WHERE {same} AND {reached} AND {good} AND w._row NOT IN (SELECT t.row FROM twin AS t)
     ORDER BY w._row, o.id
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
           jsonb_build_object('object', %(object)s::text, 'holder', {holder},
                              'variant', CASE WHEN NOT {reached} THEN 'hidden' END)
      FROM twin AS t
      JOIN work AS w ON w._row = t.row
      JOIN {table} AS o ON o.institution_id = %(institution)s AND o.id = t.object_id
     WHERE t.number = {number} AND (NOT t.same {or_several})
     ORDER BY w._row, o.id
""")
# By two keys it is like two objects, and so like neither.
LIKE_SEVERAL = SQL("OR t.row IN (SELECT row FROM twin GROUP BY row HAVING count(DISTINCT object_id) > 1)")
TWIN_ROWS = SQL("SELECT count({row}), min(number) = max(number), (SELECT count(*) FROM work) FROM twin")
# A key that another row of this file gives away is free only if that row is applied.
NEEDS_KEY = SQL("""
    INSERT INTO needs
    SELECT w._row, giver._row, {header}, 'key_not_freed', {value}
      FROM work AS w
      JOIN {table} AS o ON {live} AND {keys} AND o.id <> w._id
      JOIN work AS giver ON giver._id = o.id AND giver._row <> w._row
     WHERE {filled} {rekeyed}
""")

# Rows of the file that want one key. key: a number for each such key, and the last of them where what is wanted
# has several (``occupancy``); holds: the object has it already.
CONTESTED = SQL("""
    INSERT INTO contested (row, number, key, until, holds)
    SELECT w._row, {number}, dense_rank() OVER (ORDER BY {keys}), dense_rank() OVER (ORDER BY {keys}), {holds}
      FROM work AS w
     WHERE ({keys}) IN (SELECT {keys} FROM work AS w WHERE {filled} AND {good} {standing}
                         GROUP BY {keys} HAVING count(*) > 1)
       AND {good} {standing}
""")
LAST_KEYS = "SELECT number, max(until) FROM contested GROUP BY number"
HOLDERS = "SELECT number, key, row FROM contested WHERE holds"
IN_FILE_ORDER = """
    SELECT row, array_agg(number ORDER BY number, key), array_agg(key ORDER BY number, key),
           array_agg(until ORDER BY number, key)
      FROM contested GROUP BY row ORDER BY row
"""
# Of what rows need of one another, what hangs on a contest.
SHAKY = """
    WITH RECURSIVE shaky (row) AS (
        SELECT n.on_row FROM needs AS n WHERE n.on_row IN (SELECT c.row FROM contested AS c)
        UNION
        SELECT n.row FROM needs AS n JOIN shaky ON shaky.row = n.on_row)
    SELECT w._row, array_agg(DISTINCT w.on_row)
      FROM (SELECT n.row AS _row, n.on_row FROM needs AS n JOIN shaky ON shaky.row = n.on_row) AS w
     WHERE {good} GROUP BY w._row ORDER BY w._row
"""
COPY_BEATEN = "COPY beaten (row, number, by_row) FROM STDIN"
BEATEN = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, {code}, {value},
           jsonb_build_object('object', %(object)s::text, 'other_row', b.by_row, 'variant', 'row')
      FROM beaten AS b JOIN work AS w ON w._row = b.row WHERE b.number = {number}
""")


def find_twins(space: Workspace) -> dict[int, Unique]:
    """Rows that want what an object of the roster has; returns the keys that rows may still contest."""
    target = space.fmt.target
    fields = dict(written_fields(space))
    if "external_id" in fields:
        space.run(
            SYSTEM_ID_TAKEN.format(table=Identifier(target.table), live=live(target), good=IS_GOOD), "decide"
        )
    uniques = {n: u for n, u in enumerate(space.fmt.uniques) if all(name in fields for name in u.fields)}
    if space.action == UPDATE:
        uniques = _rekeyed(space, uniques)
    for number, unique in uniques.items():
        _twins(space, unique, number)
    if space.action == CREATE and space.fmt.repeated_by:
        _repeated(space, number=len(space.fmt.uniques))
    space.run("ANALYZE twin")
    for number, unique in uniques.items():
        _twins_fail(space, unique, number, several=len(uniques) > 1)
    return {} if _all_are_twins(space) else uniques


def _rekeyed(space: Workspace, uniques: dict[int, Unique]) -> dict[int, Unique]:
    """Fill ``rekeyed``; the keys that any row changes. What an object is known by never changes."""
    natural = set(space.fmt.natural_key)
    for number, unique in uniques.items():
        if not set(unique.fields) <= natural:
            space.run(
                REKEYED.format(
                    number=Literal(number),
                    table=Identifier(space.fmt.target.table),
                    filled=_filled(space, unique),
                    good=IS_GOOD,
                    current=_keys(space, unique, "o"),
                    keys=_keys(space, unique),
                ),
                "decide",
            )
    found = {number for (number,) in space.fetch(NUMBERS_REKEYED, "decide")}
    return {number: unique for number, unique in uniques.items() if number in found}


def _all_are_twins(space: Workspace) -> bool:
    """Whether every row repeats what is there: then none of them takes a key."""
    if space.action != CREATE:
        return False
    [(space.twins, one_kind, rows)] = space.fetch(TWIN_ROWS.format(row=twin_row(space)), "decide")
    return bool(one_kind and space.twins == rows)


def twin_row(space: Workspace) -> SQL:
    """What to count of ``twin`` for its rows: a million are sorted only where one may stand there twice."""
    met_once = [set(unique.fields) for unique in space.fmt.uniques] == [set(space.fmt.natural_key)]
    return SQL("row") if met_once and not space.fmt.repeated_by else SQL("DISTINCT row")


def _twins_fail(space: Workspace, unique: Unique, number: int, *, several: bool) -> None:
    # Who does not reach the holder is told that there is one, and not who it is.
    reached = reachable(space, space.fmt.target)
    holder = SQL("CASE WHEN {} THEN {} END").format(reached, fragment(unique.holder))
    code: Composable = Literal(unique.code)
    if space.fmt.target in ACTIVITY_ORDER and space.action == CREATE and "external_id" in unique.fields:
        # Statements make what they name: a file corrects it, and need not guess that it is there.
        code = SQL("CASE WHEN o.origin = 1 THEN 'known_from_statements' ELSE {} END").format(code)
    space.run(
        TWINS_FAIL.format(
            header=Literal(unique.column),
            code=code,
            value=_cell(space, unique),
            holder=holder,
            reached=reached,
            table=Identifier(space.fmt.target.table),
            number=Literal(number),
            or_several=LIKE_SEVERAL if several else SQL(""),
        ),
        "decide",
    )


def _keys(space: Workspace, unique: Unique, alias: str = "w") -> Composable:
    """The key as a list of values. What may be absent is an id, and absent it is one that nothing has."""
    plain, absent = SQL("{}.{}"), SQL("coalesce({}.{}, '00000000-0000-0000-0000-000000000000')")
    return SQL(", ").join(
        (absent if name in space.fmt.key_may_lack else plain).format(Identifier(alias), Identifier(name))
        for name in unique.fields
    )


def _match(space: Workspace, unique: Unique) -> Composable:
    return SQL(" AND ").join(
        (IS_SAME if name in space.fmt.key_may_lack else IS_EQUAL).format(f=Identifier(name))
        for name in unique.fields
    )


def _filled(space: Workspace, unique: Unique) -> Composable:
    return SQL(" AND ").join(
        SQL("w.{} IS NOT NULL").format(Identifier(name))
        for name in unique.fields
        if name not in space.fmt.key_may_lack
    )


def _cell(space: Workspace, unique: Unique) -> Composable:
    """The cell to mend, as files write it."""
    column = space.fmt.column(unique.column)
    if column.field is None or column.field not in dict(written_fields(space)):
        return SQL("NULL::text")
    return fragment(column.export(f"w.{column.field}"))


def _twins(space: Workspace, unique: Unique, number: int) -> None:
    """Objects of the roster that keep the key a row wants."""
    target = space.fmt.target
    same = _says_the_same(space, unique.fields) if space.action == CREATE else SQL("FALSE")
    values: dict[str, Composable] = {
        "same": SQL("{} AND {}").format(same, reachable(space, target)),
        "number": Literal(number),
        "table": Identifier(target.table),
        "live": SQL("{} AND {}").format(live(target), in_span(space)),
        "keys": _match(space, unique),
        "filled": _filled(space, unique),
        "good": IS_GOOD,
        "not_own": SQL("TRUE"),
        "kept": SQL("TRUE"),
        "rekeyed": SQL(""),
    }
    if space.action == UPDATE:
        values["rekeyed"] = IS_REKEYED.format(number=Literal(number))
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
                keys=_match(space, unique),
                filled=_filled(space, unique),
                rekeyed=values["rekeyed"],
            ),
            "decide",
        )


def _repeated(space: Workspace, number: int) -> None:
    """Objects that a row to create says just so, known by all of their fields and by no key."""
    target = space.fmt.target
    space.run(
        REPEATED.format(
            number=Literal(number),
            table=Identifier(target.table),
            live=live(target),
            keys=SQL(" AND ").join(
                SQL("o.{f} = w.{f}").format(f=Identifier(name)) for name in space.fmt.repeated_by
            ),
            same=_says_the_same(space),
            reached=reachable(space, target),
            good=IS_GOOD,
        ),
        "decide",
    )


def _says_the_same(space: Workspace, joined_by: tuple[str, ...] = ()) -> Composable:
    """Whether the object o is all that the row w says. joined_by: fields that are known to be equal."""
    compared: list[Composable] = [
        (HAS_ALL if name in space.fmt.grows else IS_SAME).format(f=Identifier(name))
        for name in _given_fields(space)
        if name not in joined_by
    ]
    return SQL(" AND ").join(compared or [SQL("TRUE")])


def _given_fields(space: Workspace) -> list[str]:
    """Fields that columns of the file fill: a create that lacks one says nothing about it."""
    return [name for column in space.columns for name, _, _ in column.values]


def contest(space: Workspace, uniques: dict[int, Unique]) -> None:
    """Fill ``contested`` with the keys that several rows want."""
    target = space.fmt.target
    creates = space.action == CREATE
    # A create that only repeats what is there makes nothing, so it takes no key either.
    not_twin = SQL("AND NOT EXISTS (SELECT FROM twin AS t WHERE t.row = w._row)")
    for number, unique in uniques.items():
        wanted = WANTED_BY_REKEYED.format(keys=_keys(space, unique), number=Literal(number))
        standing: Composable = not_twin if creates else wanted
        holds = SQL("EXISTS (SELECT FROM {table} AS o WHERE {live} AND o.id = w._id AND {keys})").format(
            table=Identifier(target.table), live=live(target), keys=_match(space, unique)
        )
        space.run(
            CONTESTED.format(
                number=Literal(number),
                keys=_keys(space, unique),
                filled=_filled(space, unique),
                good=IS_GOOD,
                standing=standing,
                holds=SQL("FALSE") if creates else holds,
            ),
            "decide",
        )


def settle(space: Workspace, uniques: dict[int, Unique]) -> bool:
    """Fill ``beaten`` by what is contested; tell who is beaten to a key. Returns whether anyone is beaten."""
    if not find_beaten(space):
        return False
    for number, unique in uniques.items():
        space.run(
            BEATEN.format(
                header=Literal(unique.column),
                code=Literal(
                    "duplicate_row" if set(unique.fields) == {*space.fmt.natural_key} else unique.code
                ),
                value=_cell(space, unique),
                number=Literal(number),
            ),
            "decide",
        )
    return True


def find_beaten(space: Session) -> bool:
    """Fill ``beaten`` by what is contested, and by what rows need of one another; whether anyone is beaten.

    Whose object has the key keeps it, else the first good row has it.
    """
    sizes: dict[int, int] = dict(space.fetch(LAST_KEYS, "decide"))
    if not sizes:
        return False
    needs = Needs()
    for row, on in _stream(SHAKY.format(good=IS_GOOD.as_string(None))):
        needs.add(row, on)
    contests = Contests(sizes, needs)
    for number, key, row in _stream(HOLDERS):
        contests.hold(number, key, row)
    contests.decide(
        (row, list(zip(numbers, keys, ends, strict=True)))
        for row, numbers, keys, ends in _stream(IN_FILE_ORDER)
    )
    beaten = contests.beaten
    if not beaten:
        return False
    with raw_connection().cursor() as cursor, cursor.copy(COPY_BEATEN) as copy:
        for place in range(0, len(beaten), 3):
            copy.write_row(beaten[place : place + 3].tolist())
    return True


def _stream(statement: str) -> Iterator[tuple[Any, ...]]:
    """The result row by row: it may be as long as the file."""
    with raw_connection().cursor() as cursor:
        yield from cursor.stream(fragment(statement))
