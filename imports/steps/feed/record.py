"""Record: write a feed's plan where pages, API and reports read it (as ``steps.record`` does for the others)."""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.models import Outcome
from imports.steps.feed.space import FeedSpace
from imports.steps.record import emptied

ROWS = SQL("""
    INSERT INTO {plan_row} (institution_id, import_id, received_on, file, row, outcome, object_type, object_id, cells, problems, meaning)
    SELECT %(institution)s, %(job)s, %(received_on)s, s.file, s.row,
           CASE WHEN told.failed THEN {failed} WHEN {is_held} AND o.outcome < {unchanged} AND o.outcome <> {superseded} THEN {held}
                ELSE o.outcome END,
           o.object_type, o.object_id, s.cells,
           CASE WHEN NOT coalesce(told.failed, false) AND last.row IS NOT NULL
                THEN coalesce(told.problems, '[]') || jsonb_build_array(jsonb_build_object(
                         'severity', 'warning', 'column', NULL, 'code', {superseded_code}, 'value', NULL,
                         'params', jsonb_build_object('other_row', last.by_row, 'object', last.object,
                                                      'variant', {superseded_variant}::text)))
                WHEN NOT coalesce(told.failed, false) AND (o.outcome = {held} OR {is_held} AND o.outcome < {held})
                THEN coalesce(told.problems, '[]') || jsonb_build_array(jsonb_build_object(
                         'severity', 'warning', 'column', NULL, 'code', {held_code}, 'value', NULL, 'params', '{{}}'::jsonb))
                ELSE told.problems END,
           {meaning}
      FROM {stage} AS s
      LEFT JOIN outcome AS o ON o.row = s.row
      LEFT JOIN told ON told.row = s.row
      LEFT JOIN superseded AS last ON last.row = s.row {joins}
     WHERE {kept}
""")
MEANING = SQL("""
    LEFT JOIN (SELECT c.row, c.object_id, md5(c.after::text) AS digest FROM change AS c WHERE c.operation = 1) AS made
      ON made.row = s.row AND made.object_id = o.object_id
""")
UNREAD = SQL("""
    INSERT INTO {plan_row} (institution_id, import_id, received_on, file, row, outcome, cells, problems)
    SELECT %(institution)s, %(job)s, %(received_on)s, bad.file, bad.row, {failed}, bad.cells, told.problems
      FROM bad_row AS bad JOIN told ON told.row = bad.row
""")
# What a row makes is shown by its cells.
CHANGES = SQL("""
    INSERT INTO {plan_change} (institution_id, import_id, received_on, file, row, object_type, object_id,
                               operation, is_effect, before, after)
    SELECT %(institution)s, %(job)s, %(received_on)s, {file}, c.row, c.object_type, c.object_id, c.operation, c.is_effect,
           c.before, c.after
      FROM change AS c WHERE c.operation <> 1 OR c.is_effect
""")


def record(
    space: FeedSpace,
    received_on: date,
    *,
    own_tables: bool,
    was_own: bool,
    held: bool = False,
    will_be_compared: bool = False,
) -> None:
    """Replace whatever an earlier attempt wrote by this plan; parameters as of ``steps.record.record``."""
    plan_row, plan_change = emptied(space, own=own_tables, was_own=was_own)
    given: dict[str, Any] = {"received_on": received_on}
    outcomes = {each.name.lower(): Literal(int(each)) for each in Outcome}
    space.run("CREATE INDEX IF NOT EXISTS outcome_row ON outcome (row)")
    space.analyze("outcome", "superseded")
    # A big plan does not keep rows that change nothing, and have nothing to tell.
    kept = SQL("o.outcome IS DISTINCT FROM {} OR told.row IS NOT NULL").format(outcomes["unchanged"])
    for layout in space.layouts:
        code, variant = layout.told_superseded
        space.run(
            ROWS.format(
                superseded_code=Literal(code),
                superseded_variant=Literal(variant),
                plan_row=plan_row,
                stage=Identifier(f"stage_{layout.slug()}"),
                is_held=Literal(held),
                held_code=Literal("held_abort" if held else _why_held(space)),
                meaning=SQL("made.digest" if will_be_compared else "NULL"),
                joins=MEANING if will_be_compared else SQL(""),
                kept=kept if own_tables else SQL("TRUE"),
                **outcomes,
            ),
            "record",
            **given,
        )
    space.run(UNREAD.format(plan_row=plan_row, failed=outcomes["failed"]), "record", **given)
    space.run(CHANGES.format(plan_change=plan_change, file=_file(space)), "record", **given)


def _why_held(space: FeedSpace) -> str:
    return "held_validation" if space.switches.validate_only else "held_file"


def _file(space: FeedSpace) -> Composable:
    """The number of the file that a change's row stands in."""
    if len(space.files) < 2:
        return Literal(space.files[0]["number"] if space.files else 0)
    whens = [
        SQL("WHEN c.row <= {} THEN {}").format(Literal(file["last"]), Literal(file["number"]))
        for file in space.files
    ]
    return SQL("CASE {} END").format(SQL(" ").join(whens))
