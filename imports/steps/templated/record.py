"""Record: write the plan of a file that went through a template where pages, API and reports read it.

Statements have no line in ``plan_change``: they carry the import and the row themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg.sql import SQL, Literal

from imports.models import Outcome
from imports.steps.record import emptied
from imports.steps.templated import plan
from imports.steps.templated.space import TemplateSpace

ROWS = SQL("""
    INSERT INTO {plan_row} (institution_id, import_id, received_on, file, row, outcome, object_type, object_id, cells, problems)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, s.row,
           CASE WHEN {is_held} AND o.outcome < {unchanged} AND o.outcome <> {failed} THEN {held} ELSE o.outcome END,
           o.object_type, o.object_id, s.cells,
           CASE WHEN {is_held} AND o.outcome < {unchanged} AND o.outcome <> {failed}
                THEN coalesce(told.problems, '[]') || jsonb_build_array(jsonb_build_object(
                         'severity', 'warning', 'column', NULL, 'code', 'held_abort', 'value', NULL, 'params', '{{}}'::jsonb))
                ELSE told.problems END
      FROM stage AS s
      JOIN ({outcome}) AS o ON o.row = s.row
      LEFT JOIN told ON told.row = s.row
     WHERE {kept}
""")
CHANGES = SQL("""
    INSERT INTO {plan_change} (institution_id, import_id, received_on, file, row, object_type, object_id,
                               operation, is_effect, before, after)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, c.row, c.object_type, c.object_id, c.operation, c.is_effect,
           c.before, c.after
      FROM change AS c
""")


def record(
    space: TemplateSpace,
    received_on: date,
    *,
    own_tables: bool,
    was_own: bool,
    held: bool = False,
) -> None:
    """Replace whatever an earlier attempt wrote by this plan; parameters as of ``steps.record.record``."""
    plan_row, plan_change = emptied(space, own=own_tables, was_own=was_own)
    given: dict[str, Any] = {"received_on": received_on}
    outcomes = {each.name.lower(): Literal(int(each)) for each in Outcome}
    # A big plan does not keep rows that change nothing, and have nothing to tell.
    kept = SQL("o.outcome <> {} OR told.row IS NOT NULL").format(outcomes["unchanged"])
    space.run(
        ROWS.format(
            plan_row=plan_row,
            is_held=Literal(held),
            outcome=plan.outcomes(space),
            kept=kept if own_tables else SQL("TRUE"),
            **{name: outcomes[name] for name in ("unchanged", "failed", "held")},
        ),
        "record",
        **given,
    )
    if space.has_objects:
        space.run(CHANGES.format(plan_change=plan_change), "record", **given)
