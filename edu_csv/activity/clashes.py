"""Clashes: ids whose fate depends on which earlier rows of the file are stored, walked in the file's order.

That is so for an id that comes with different contents, and for one that a statement of the same file voids.
A row that fails stores nothing, so what it said counts for no later row. Only these statements reach Python,
as numbers; a few bytes each are kept of those that are bad.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from struct import Struct
from typing import Any

from edu_csv.activity.staging import HEADER, TRAILER

TWINS = """
    CREATE TEMP TABLE IF NOT EXISTS statement_twin (id uuid, times integer, differs boolean) ON COMMIT DROP;
    CREATE TEMP TABLE IF NOT EXISTS statement_clash (
        n integer, verdict smallint, other_row integer, is_equal boolean) ON COMMIT DROP;
    TRUNCATE statement_twin, statement_clash
"""
# Several times in the file and not stored yet.
FIND_TWINS = """
    INSERT INTO statement_twin (id, times, differs)
    SELECT s.id, count(*), min(s.fingerprint) <> max(s.fingerprint)
                           OR min(s.timestamp) IS DISTINCT FROM max(s.timestamp)
      FROM statement_in AS s
     WHERE NOT EXISTS (SELECT FROM statement_out AS o WHERE o.n = s.n)
     GROUP BY s.id HAVING count(*) > 1
"""
# A statement that is void as soon as it comes cannot be sent twice either.
FIND_VOIDED = """
    UPDATE statement_twin AS t SET differs = true
     WHERE NOT t.differs
       AND (SELECT true FROM activity_voiding AS v WHERE v.institution_id = %(institution)s AND v.target = t.id)
"""
FIND_VOIDED_HERE = """
    WITH target AS (SELECT DISTINCT v.refers_to AS id FROM statement_in AS v WHERE v.is_voiding AND v.refers_to IS NOT NULL),
         known AS (UPDATE statement_twin AS t SET differs = true FROM target WHERE t.id = target.id)
    INSERT INTO statement_twin (id, times, differs)
    SELECT target.id, 1, true FROM target
     WHERE NOT EXISTS (SELECT FROM statement_twin AS t WHERE t.id = target.id)
       AND EXISTS (SELECT FROM statement_in AS s WHERE s.id = target.id)
"""
STATISTICS = "ANALYZE statement_twin"
COUNT = "SELECT count(*) FROM statement_twin WHERE differs"

# Ids, contents and times as small numbers; 0: none. Statements of rows that fail anyway take no part.
WALK = """
    WITH clashing AS MATERIALIZED (
        SELECT t.id, row_number() OVER (ORDER BY t.id) AS number,
               (SELECT true FROM activity_voiding AS v
                 WHERE v.institution_id = %(institution)s AND v.target = t.id) IS NOT NULL AS is_void
          FROM statement_twin AS t
         WHERE t.differs)
    SELECT s.n, s.row, coalesce(own.number, 0),
           dense_rank() OVER (PARTITION BY s.id ORDER BY s.fingerprint),
           CASE WHEN s.timestamp IS NULL THEN 0
                ELSE dense_rank() OVER (PARTITION BY s.id ORDER BY s.timestamp NULLS LAST) END,
           s.is_voiding, coalesce(voided.number, 0), coalesce(own.is_void, false), o.n IS NOT NULL
      FROM statement_in AS s
      LEFT JOIN clashing AS own ON own.id = s.id
      LEFT JOIN clashing AS voided ON s.is_voiding AND voided.id = s.refers_to
      LEFT JOIN statement_out AS o ON o.n = s.n
     WHERE (own.id IS NOT NULL OR voided.id IS NOT NULL)
       AND NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = s.row)
     ORDER BY s.n
"""
COPY_BAD = "COPY statement_clash (n, verdict, other_row, is_equal) FROM STDIN (FORMAT binary)"
# What was equal to a stored statement may have been voided by an earlier row.
TELL = (
    "DELETE FROM statement_out AS o USING statement_clash AS c WHERE o.n = c.n",
    """
    INSERT INTO statement_out (n, row, position, verdict, id, other_row, is_equal)
    SELECT s.n, s.row, s.position, c.verdict, s.id, nullif(c.other_row, 0), c.is_equal
      FROM statement_clash AS c JOIN statement_in AS s ON s.n = c.n
    """,
    "ANALYZE statement_out (n, row, verdict)",
)

CONFLICT_IN_FILE, VOIDED = 5, 6

_bad = Struct(">hiiihiii?").pack
# n, row, number of its id, content, time, is_voiding, number of what it voids, is void from the start, is stored.
Line = tuple[int, int, int, int, int, bool, int, bool, bool]
# n, verdict, the row that it meets, is_equal.
Bad = tuple[int, int, int, bool]


def find(cursor: Any, params: dict[str, Any]) -> int:
    """Note which ids come more than once; returns how many of all have to be walked."""
    cursor.execute(TWINS)
    cursor.execute(FIND_TWINS)
    cursor.execute(FIND_VOIDED, params)
    cursor.execute(FIND_VOIDED_HERE)
    cursor.execute(STATISTICS)
    cursor.execute(COUNT)
    [number] = cursor.fetchone()
    return int(number)


def decide(cursor: Any, params: dict[str, Any], clashing: int) -> None:
    """Walk the statements of these ids and note which are bad; their rows fail. clashing: what ``find`` said."""
    numbers, verdicts, rows, equals = array("i"), array("b"), array("i"), array("b")
    with cursor.connection.cursor(name="clashing_statements") as lines:
        lines.itersize = 20_000
        lines.execute(WALK, params)
        for number, verdict, row, is_equal in walk(lines, clashing):
            numbers.append(number)
            verdicts.append(verdict)
            rows.append(row)
            equals.append(is_equal)
    with cursor.copy(COPY_BAD) as copy:
        copy.write(HEADER)
        for number, verdict, row, equal in zip(numbers, verdicts, rows, equals, strict=True):
            copy.write(_bad(4, 4, number, 2, verdict, 4, row, 1, bool(equal)))
        copy.write(TRAILER)
    for statement in TELL:
        cursor.execute(statement)


def walk(lines: Iterable[Line], clashing: int) -> Iterator[Bad]:
    """The bad ones among statements in the order of the file; ids are numbered from 1 to ``clashing``."""
    # By number of an id: content and time of what is stored by now (0: nothing), its row, what it is.
    content, time, first = (array("i", bytes(4 * (clashing + 1))) for _ in range(3))
    voiding, void = bytearray(clashing + 1), bytearray(clashing + 1)
    for row, statements in groupby(lines, key=itemgetter(1)):
        before: list[tuple[Any, int, int]] = []
        bad: list[Bad] = []

        def put(state: Any, number: int, value: int, before: list[tuple[Any, int, int]] = before) -> None:
            before.append((state, number, state[number]))
            state[number] = value

        for n, _, own, what, when, is_voiding, target, is_void, is_stored in statements:
            if own and is_stored:
                # An equal statement: a voiding one if this is one.
                if void[own] and not is_voiding:
                    bad.append((n, VOIDED, 0, True))
            elif own and content[own]:
                is_equal = content[own] == what and (time[own] == when or not time[own] or not when)
                if void[own] and not voiding[own]:
                    bad.append((n, VOIDED, first[own], is_equal))
                elif not is_equal:
                    bad.append((n, CONFLICT_IN_FILE, first[own], False))
            elif own:
                put(content, own, what)
                put(time, own, when)
                put(first, own, row)
                put(voiding, own, is_voiding)
                put(void, own, void[own] or is_void)
            if target:
                put(void, target, True)
        if bad:
            for state, number, value in reversed(before):
                state[number] = value
            yield from bad
