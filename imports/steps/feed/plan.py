"""Plan: what the staged rows of a feed would do, set-wise; kind by kind, whichever file or row they stand in."""

from __future__ import annotations

from psycopg.sql import SQL, Literal

from edu_csv.roster.nouns import BY_CODE
from imports.models import Outcome
from imports.steps import record
from imports.steps.feed import cells, known, overwrites, renames
from imports.steps.feed.compare import compare, hold_all
from imports.steps.feed.decide import plan_kind
from imports.steps.feed.judge import judge
from imports.steps.feed.space import FeedSpace
from imports.steps.plan import OUTCOMES, assert_identity

TABLES = """
    CREATE TEMP TABLE needs (row integer, on_row integer, col text, code text, value text) ON COMMIT DROP;
    CREATE TEMP TABLE superseded (row integer, file smallint, by_row integer, object_id uuid, object text) ON COMMIT DROP
"""
TOLD = """
    CREATE TEMP TABLE told ON COMMIT DROP AS
    SELECT row, bool_or(severity = 'error') AS failed,
           jsonb_agg(DISTINCT jsonb_build_object('severity', severity, 'column', col, 'code', code, 'value', value,
                                                 'params', params)) AS problems
      FROM problem WHERE row IS NOT NULL GROUP BY row
"""
# A row that failed comes to nothing else, whatever was found out about it before.
COUNTED = """
    SELECT o.file, o.outcome, count(*) FROM outcome AS o WHERE o.row NOT IN (SELECT row FROM told WHERE failed) GROUP BY 1, 2
"""
WARNINGS = "SELECT coalesce(sum(jsonb_array_length(problems)) FILTER (WHERE NOT failed), 0) FROM told"
WARNINGS_OF_FAILED = """
    SELECT count(*) FROM told CROSS JOIN LATERAL jsonb_array_elements(told.problems) AS p
     WHERE told.failed AND p ->> 'severity' = 'warning'
"""
FAILED = SQL("""
    SELECT file.number, count(*) FROM told JOIN (VALUES {files}) AS file (number, base, last)
        ON told.row > file.base AND told.row <= file.last
     WHERE told.failed GROUP BY file.number
""")
KINDS = """
    SELECT o.object_type, o.outcome, count(*) FROM outcome AS o
     WHERE o.object_type IS NOT NULL AND o.row NOT IN (SELECT row FROM told WHERE failed) GROUP BY 1, 2 ORDER BY 1, 2
"""
EFFECTS = "SELECT object_type, operation, count(*) FROM change WHERE is_effect GROUP BY 1, 2 ORDER BY 1, 2"


def make(space: FeedSpace) -> dict[str, int]:
    """Plan the staged rows; returns the contract's counts, and fills those of ``space.files``."""
    space.run(TABLES)
    renames.prepare(space)
    known.create(space)
    bad = cells.find_bad(space)
    told: set[tuple[str, str, str, str]] = set()
    for layout in space.layouts:
        cells.ask_row_rules(space, layout)
    renames.plan(space, bad=bad, told=told)
    for layout, kind in space.kinds:
        if space.looks_at_cells_only:
            cells.tell(space, layout, kind, bad=bad, told=told)
            cells.ask_rules(space, layout, kind)
        else:
            plan_kind(space, layout, kind, bad, told)
    if not space.looks_at_cells_only:
        judge(space)
    compare(space)
    if not space.looks_at_cells_only:
        overwrites.find(space)
    if space.switches.validate_only:
        hold_all(space)
    return count(space)


def count(space: FeedSpace) -> dict[str, int]:
    """The contract's counts, of each file and of all; the count identity is checked here."""
    space.run(TOLD, "record")
    space.analyze("told")
    numbers = _by_file(space)
    total = dict.fromkeys(("rows", *OUTCOMES), 0)
    for file in space.files:
        counts = {"rows": file["rows"], **numbers.get(file["number"], dict.fromkeys(OUTCOMES, 0))}
        assert_identity(counts)
        file["counts"] = counts
        for name, value in counts.items():
            total[name] += value
    [(warnings,)] = space.fetch(WARNINGS, "record")
    [(more,)] = space.fetch(WARNINGS_OF_FAILED, "record")
    # A row that a later one says again is told so when the plan is written.
    return {**total, "warnings": int(warnings) + int(more) + total["superseded"]}


def _by_file(space: FeedSpace) -> dict[int, dict[str, int]]:
    numbers: dict[int, dict[str, int]] = {}
    for file, outcome, rows in space.fetch(COUNTED, "record"):
        own = numbers.setdefault(file, dict.fromkeys(OUTCOMES, 0))
        own[Outcome(outcome).name.lower()] = rows
    files = SQL(", ").join(
        SQL("({}, {}, {})").format(*(Literal(file[name]) for name in ("number", "base", "last")))
        for file in space.files
    )
    for number, rows in space.fetch(FAILED.format(files=files), "record"):
        numbers.setdefault(number, dict.fromkeys(OUTCOMES, 0))["failed"] = rows
    return numbers


def count_kinds(space: FeedSpace) -> dict[str, dict[str, int]]:
    """{"section": {"created": 212}}: what the rows come to, by the kind of object that they are about."""
    kinds: dict[str, dict[str, int]] = {}
    for code, outcome, rows in space.fetch(KINDS, "record"):
        kinds.setdefault(BY_CODE[code].name, {})[Outcome(outcome).name.lower()] = rows
    return kinds


def count_effects(space: FeedSpace) -> dict[str, dict[str, int]]:
    """{"enrollment": {"deleted": 312}}: what rows do to other objects than their own."""
    return record.count_effects(space, EFFECTS)
