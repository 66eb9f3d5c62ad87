"""Plan: what the staged rows would store and make, set-wise."""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composable, Literal

from edu_csv.activity.store import Verdict
from imports.formats.templated import STATEMENT
from imports.models import Outcome
from imports.steps import record
from imports.steps.plan import OUTCOMES, assert_identity
from imports.steps.templated import groups
from imports.steps.templated.finding import find_problems
from imports.steps.templated.space import WORTH_ANALYZING, TemplateSpace
from imports.steps.workspace import raw_connection

# How many of a row's statements are stored already, or stand earlier in the file.
KNOWN = SQL("""
    CREATE TEMP TABLE known ON COMMIT DROP AS
    SELECT o.row, count(*)::integer AS known FROM statement_out AS o
     WHERE o.verdict IN ({equal}, {repeated}) AND o.row NOT IN (SELECT f.row FROM failed_row AS f) GROUP BY o.row
""")
TOLD = """
    CREATE TEMP TABLE told ON COMMIT DROP AS
    SELECT row, bool_or(severity = 'error') AS failed,
           jsonb_agg(jsonb_build_object('severity', severity, 'column', col, 'code', code, 'value', value, 'params', params)
                     ORDER BY severity, place NULLS LAST, code, value, params::text) AS problems
      FROM problem WHERE row IS NOT NULL GROUP BY row
"""
# What becomes of each row. One with nothing to store and no object is done, and changes nothing.
OUTCOME = SQL("""
    SELECT s.row, CASE WHEN told.failed THEN {failed}
                       WHEN s.made > coalesce(known.known, 0) THEN {created} {of_object} ELSE {unchanged} END AS outcome,
           {object_type} AS object_type, {object_id} AS object_id
      FROM stage AS s
      LEFT JOIN told ON told.row = s.row
      LEFT JOIN known ON known.row = s.row {object}
""")
OF_OBJECT = SQL("WHEN object.outcome IS NOT NULL THEN object.outcome")
OBJECT = SQL("LEFT JOIN object_outcome AS object ON object.row = s.row")
COUNTED = SQL("SELECT o.outcome, count(*) FROM ({outcome}) AS o GROUP BY 1")
WARNINGS = """
    SELECT count(*) FROM problem WHERE severity = 'warning' AND row NOT IN (SELECT f.row FROM failed_row AS f)
"""
STATEMENTS = """
    SELECT (SELECT coalesce(sum(s.made), 0) FROM stage AS s WHERE s.row NOT IN (SELECT f.row FROM failed_row AS f)),
           (SELECT coalesce(sum(k.known), 0) FROM known AS k)
"""
EFFECTS = "SELECT object_type, operation, count(*) FROM change GROUP BY 1, 2 ORDER BY 1, 2"


def make(space: TemplateSpace) -> dict[str, int]:
    """Plan the staged rows; returns the contract's counts. The count identity is checked here."""
    find_problems(space)
    space.run(
        KNOWN.format(equal=Literal(int(Verdict.EQUAL)), repeated=Literal(int(Verdict.REPEATED))), "plan"
    )
    space.run("DROP TABLE IF EXISTS told", "plan")
    space.run(TOLD, "plan")
    if space.rows >= WORTH_ANALYZING:
        raw_connection().execute("ANALYZE known; ANALYZE told")
    counts = dict.fromkeys(("rows", *OUTCOMES), 0)
    counts["rows"] = space.rows
    for outcome, number in space.fetch(COUNTED.format(outcome=outcomes(space)), "plan"):
        counts[Outcome(outcome).name.lower()] = number
    [(warnings,)] = space.fetch(WARNINGS, "plan")
    assert_identity(counts)
    return {**counts, "warnings": int(warnings)}


def outcomes(space: TemplateSpace) -> Composable:
    """SQL of (row, outcome, object_type, object_id) of each row, once the plan is made."""
    has = space.has_objects
    return OUTCOME.format(
        of_object=OF_OBJECT if has else SQL(""),
        object=OBJECT if has else SQL(""),
        object_type=SQL("object.object_type") if has else SQL("NULL::smallint"),
        object_id=SQL("object.object_id") if has else SQL("NULL::uuid"),
        **{
            each.name.lower(): Literal(int(each))
            for each in (Outcome.FAILED, Outcome.CREATED, Outcome.UNCHANGED)
        },
    )


def count_effects(space: TemplateSpace) -> dict[str, dict[str, int]]:
    """{"statement": {"created": 998}, "person": {"created": 3}}: what is stored and made, by type."""
    created, _ = count_statements(space)
    effects = record.count_effects(space, EFFECTS) if space.has_objects else {}
    return {**({STATEMENT.name: {"created": created}} if created else {}), **effects}


def count_statements(space: TemplateSpace) -> tuple[int, int]:
    """Statements of rows that do not fail: those to be stored, and those that are stored already."""
    [(made, known)] = space.fetch(STATEMENTS, "plan")
    return int(made) - int(known), int(known)


def review(space: TemplateSpace) -> dict[str, Any]:
    """What approval must look at, and what is told beside counts."""
    created, duplicates = count_statements(space)
    reasons: list[str] = []
    told: dict[str, Any] = {"clears": {}, "reasons": reasons, "statements": created, "duplicates": duplicates}
    if space.has_objects:
        told |= groups.review(space)
    return told
