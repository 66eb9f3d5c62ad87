"""Judge: what becomes of each staged statement (csv data import 1.8), before anything is written.

As if the rows came one by one, each stored whole or not at all. Nearly all of it is three set-wise statements;
only the few ids that come differently within one file, or that the file itself voids, are walked in order
(``clashes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from psycopg.sql import SQL, Identifier

from edu_csv.activity import clashes


class Verdict(IntEnum):
    """What becomes of a statement. From CONFLICT on, its whole row fails."""

    NEW = 1
    # Stored already, and equal.
    EQUAL = 2
    # Equal to one that came earlier in this file.
    REPEATED = 3
    # Stored already, and different.
    CONFLICT = 4
    # Different from one that came earlier in this file.
    CONFLICT_IN_FILE = 5
    VOIDED = 6

    @property
    def is_bad(self) -> bool:
        return self >= Verdict.CONFLICT


@dataclass(frozen=True, slots=True)
class Judged:
    """statements: staged in all. new: to be stored. duplicates: equal ones in rows that are good. failed_rows: rows."""

    statements: int
    new: int
    duplicates: int
    failed_rows: int


SETTINGS = "SET LOCAL work_mem = '48MB'; SET LOCAL hash_mem_multiplier = 2; SET LOCAL jit = off"
FORGET = "TRUNCATE statement_out, statement_failed"
# Bodies are never looked at here: they are long.
COUNT = "SELECT count(*) FROM statement_in"
STATISTICS = "ANALYZE statement_in (n, row, is_voiding, id, refers_to)"
OUT_STATISTICS = "ANALYZE statement_out (n, row, verdict); ANALYZE statement_failed"
# Below, the planner does well without.
WORTH_ANALYZING = 200

# Stored lines are looked up one by one, here and wherever many are: the planner expects one line of an institution
# that its statistics do not know yet, and would read through all of them for each statement. OFFSET keeps it from that.
STORED = """
    INSERT INTO statement_out (n, row, position, verdict, id, is_equal)
    SELECT s.n, s.row, s.position,
           CASE WHEN v.target IS NOT NULL AND NOT k.is_voiding THEN 6 WHEN same.is_equal THEN 2 ELSE 4 END,
           s.id, same.is_equal
      FROM statement_in AS s
     CROSS JOIN LATERAL (
           SELECT k.fingerprint, k.timestamp, k.is_voiding
             FROM activity_statement_key AS k
            WHERE k.institution_id = %(institution)s AND k.id = s.id AND k.stored IS NOT NULL OFFSET 0) AS k
      LEFT JOIN LATERAL (
           SELECT v.target FROM activity_voiding AS v
            WHERE v.institution_id = %(institution)s AND v.target = s.id OFFSET 0) AS v ON true
     CROSS JOIN LATERAL (
           SELECT s.fingerprint = k.fingerprint
              AND (s.timestamp = k.timestamp OR s.timestamp IS NULL OR k.timestamp IS NULL) AS is_equal) AS same
"""
# Whose the statement is that stands in the way.
OTHERS = """
    UPDATE statement_out AS o
       SET other_job = stored.job_id, other_row = stored.row
      FROM statement_out AS each
     CROSS JOIN LATERAL (
           SELECT k.stored, k.seq FROM activity_statement_key AS k
            WHERE k.institution_id = %(institution)s AND k.id = each.id OFFSET 0) AS k
     CROSS JOIN LATERAL (
           SELECT s.job_id, s.row FROM activity_statement AS s
            WHERE s.institution_id = %(institution)s AND s.stored = k.stored AND s.seq = k.seq OFFSET 0) AS stored
     WHERE each.verdict = 4 AND o.n = each.n
"""
WITHOUT = SQL("INSERT INTO statement_failed (row) SELECT DISTINCT row FROM {}")
FAILED = """
    INSERT INTO statement_failed (row)
    SELECT DISTINCT o.row FROM statement_out AS o
     WHERE o.verdict >= 4 AND NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = o.row)
"""
# The first that is stored is new, those after it repeat it.
REPEATED = """
    INSERT INTO statement_out (n, row, position, verdict, id, other_row, is_equal)
    SELECT n, row, position, 3, id, first_row, true
      FROM (SELECT s.n, s.row, s.position, s.id, row_number() OVER each AS place, first_value(s.row) OVER each AS first_row
              FROM statement_in AS s
              JOIN statement_twin AS t ON t.id = s.id AND t.times > 1
             WHERE NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = s.row)
               AND NOT EXISTS (SELECT FROM statement_out AS o WHERE o.n = s.n)
            WINDOW each AS (PARTITION BY s.id ORDER BY s.n)) AS numbered
     WHERE place > 1
"""
SUM = """
    SELECT staged.good - told.lines, told.lines, (SELECT count(*) FROM statement_failed)
      FROM (SELECT count(*) AS good FROM statement_in AS s
             WHERE NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = s.row)) AS staged,
           (SELECT count(*) AS lines FROM statement_out AS o
             WHERE NOT EXISTS (SELECT FROM statement_failed AS f WHERE f.row = o.row)) AS told
"""


def judge(cursor: Any, institution: int, without: str | None = None) -> Judged:
    """Judge what is staged; may be asked again.

    without: a table with a column ``row``: rows that fail for another reason, and so store nothing.
    Afterwards ``statement_out`` holds a line for each statement that is not NEW (verdict, other_job and
    other_row: what it meets; is_equal), and ``statement_failed`` the rows that store nothing.
    """
    params = {"institution": institution}
    cursor.execute(SETTINGS)
    cursor.execute(FORGET)
    cursor.execute(COUNT)
    [staged] = cursor.fetchone()
    if staged > WORTH_ANALYZING:
        cursor.execute(STATISTICS)
    if without is not None:
        cursor.execute(WITHOUT.format(Identifier(without)))
    cursor.execute(STORED, params)
    if cursor.rowcount:
        cursor.execute(OTHERS, params)
        cursor.execute(FAILED)
    # One alone, as programs send them, meets nothing of its own kind.
    if staged > 1:
        if clashing := clashes.find(cursor, params):
            clashes.decide(cursor, params, clashing)
            cursor.execute(FAILED)
        cursor.execute(REPEATED)
    if staged > WORTH_ANALYZING:
        cursor.execute(OUT_STATISTICS)
    cursor.execute(SUM)
    return Judged(staged, *cursor.fetchone())
