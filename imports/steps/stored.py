"""The plan that was approved, held against the one that the roster asks for by now."""

from __future__ import annotations

from psycopg.sql import SQL, Composable

from imports.models import Outcome
from imports.steps.record import tables
from imports.steps.workspace import Session

# One line for a row: its outcome, its object, and a digest of all it changes.
LINES = SQL("""
    SELECT r.file, r.row, r.outcome, CASE WHEN r.outcome = 1 THEN NULL ELSE r.object_id END AS object_id,
           concat_ws('|', r.meaning, c.digest) AS digest
      FROM {plan_row} AS r
      LEFT JOIN (SELECT file, row, md5(string_agg(concat_ws('|', object_type, object_id, operation, before, after),
                                                  '|' ORDER BY object_type, object_id, operation)) AS digest
                   FROM {plan_change} WHERE import_id = %(job)s GROUP BY file, row) AS c USING (file, row)
     WHERE r.import_id = %(job)s AND r.outcome <> {unchanged}
""")
KEEP = SQL("CREATE TEMP TABLE approved ON COMMIT DROP AS {lines}")
MARK = SQL("""
    UPDATE {plan_row} AS r SET plan_changed = true
      FROM ({lines}) AS now LEFT JOIN approved AS was USING (file, row)
     WHERE r.import_id = %(job)s AND r.file = now.file AND r.row = now.row
       AND (was.row IS NULL OR (was.outcome, was.object_id, was.digest)
                               IS DISTINCT FROM (now.outcome, now.object_id, now.digest))
 RETURNING 1
""")


def _lines(space: Session, own: bool) -> Composable:
    plan_row, plan_change = tables(space.job, own=own)
    return LINES.format(
        plan_row=plan_row, plan_change=plan_change, unchanged=SQL(str(int(Outcome.UNCHANGED)))
    )


def keep_approved(space: Session, *, own_tables: bool) -> None:
    """Take down what was approved, before the new plan replaces it."""
    space.run("DROP TABLE IF EXISTS approved")
    space.run(KEEP.format(lines=_lines(space, own_tables)))


def mark_changed(space: Session, *, own_tables: bool) -> bool:
    """Mark the rows that come out otherwise than approved, save those now unchanged; whether there are any."""
    plan_row, _ = tables(space.job, own=own_tables)
    return space.run(MARK.format(plan_row=plan_row, lines=_lines(space, own_tables))).rowcount > 0
