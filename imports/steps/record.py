"""Record: write the plan where pages, API and reports read it, and count it.

A plan of a small import goes to the shared tables, ``unchanged`` rows and all; a big one to two
tables of its own, without them (results.csv has every row).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.columns import CREATE, DELETE, UPDATE, Choice, Column
from imports.formats.references import Reference
from imports.models import Outcome
from imports.steps.clashes import twin_row
from imports.steps.resolve import written_fields
from imports.steps.workspace import IS_GOOD, Session, Workspace

# From this many rows on, a plan has tables of its own (design section 4).
OWN_TABLES_FROM = 10_000

FORGET_ROWS = "DELETE FROM imports_plan_row WHERE import_id = %(job)s"
FORGET_CHANGES = "DELETE FROM imports_plan_change WHERE import_id = %(job)s"
OPEN = "SELECT imports_open_plan(%(job)s)"
CLOSE = "SELECT imports_close_plan(%(job)s)"
INDEX = "SELECT imports_index_plan(%(job)s)"

PLAN_ROWS = SQL("""
    INSERT INTO {plan_row} (institution_id, import_id, received_on, file, row, outcome, object_id, cells, problems, meaning)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, planned.row, planned.outcome, planned.object_id,
           planned.cells, planned.problems, planned.meaning
      FROM ({rows}) AS planned
""")

# Rows bad on their own have no place in ``work``: their cells are those of the file.
FAILED_UNREAD = SQL("""
    SELECT bad.row, {failed} AS outcome, NULL::uuid AS object_id, bad.cells, told.problems,
           NULL AS meaning
      FROM bad_row AS bad JOIN told ON told.row = bad.row
""")
PLANNED = SQL("""
    SELECT w._row AS row, {outcome} AS outcome, {object} AS object_id, {cells} AS cells, {problems} AS problems,
           {meaning} AS meaning
      FROM {rows} AS w {joins} WHERE {which}
""")
TOLD = """
    CREATE TEMP TABLE told ON COMMIT DROP AS
    SELECT row, bool_or(severity = 'error') AS failed,
           jsonb_agg(jsonb_build_object('severity', severity, 'column', col, 'code', code, 'value', value,
                                        'params', params) ORDER BY severity, col) AS problems
      FROM problem GROUP BY row
"""

OWN_CHANGES = SQL("""
    INSERT INTO {plan_change} (institution_id, import_id, received_on, file, row, object_type, object_id,
                               operation, is_effect, before, after)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, c.row, {code}, c.object_id, 2, false, c.before, c.after
      FROM changed AS c
""")
DELETED = SQL("""
    INSERT INTO {plan_change} (institution_id, import_id, received_on, file, row, object_type, object_id,
                               operation, is_effect, before, after)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, w._row, {code}, w._id, 3, false, '{{}}', '{{}}'
      FROM act AS w
""")
EFFECTS = SQL("""
    INSERT INTO {plan_change} (institution_id, import_id, received_on, file, row, object_type, object_id,
                               operation, is_effect, before, after)
    SELECT %(institution)s, %(job)s, %(received_on)s, 0, e.row, e.object_type, e.object_id, e.operation, true,
           e.before, e.after
      FROM effect AS e
""")

COUNTS = SQL("""
    SELECT (SELECT count(*) FROM stage) + (SELECT count(*) FROM bad_row) AS rows,
           (SELECT count(*) FROM told WHERE failed) AS failed,
           (SELECT count(*) FROM act) AS good,
           (SELECT count(*) FROM superseded AS s) AS superseded,
           ({unchanged}) AS unchanged,
           (SELECT count(*) FROM problem WHERE severity = 'warning') AS warnings
""")
# Counted on their own and never as what is left: else the identity could not be broken by a lost row.
REPEATED = SQL("SELECT count({row}) FROM twin WHERE row NOT IN (SELECT row FROM told WHERE failed)")
AS_THEY_ARE = SQL("""
    SELECT (SELECT count(*) FROM work AS w WHERE w._row NOT IN (SELECT row FROM told WHERE failed))
           - (SELECT count(*) FROM act)
""")
COUNT_EFFECTS = "SELECT object_type, operation, count(*) FROM effect GROUP BY 1, 2 ORDER BY 1, 2"


def tables(job: UUID, *, own: bool) -> tuple[Identifier, Identifier]:
    """Where the plan of an import stands: rows, changes."""
    if own:
        return Identifier(f"plan_row_{job.hex}"), Identifier(f"plan_change_{job.hex}")
    return Identifier("imports_plan_row"), Identifier("imports_plan_change")


def emptied(space: Session, *, own: bool, was_own: bool) -> tuple[Identifier, Identifier]:
    """The tables of the plan, without what an earlier attempt wrote."""
    space.run(FORGET_ROWS)
    space.run(FORGET_CHANGES)
    if was_own or own:
        space.run(OPEN if own else CLOSE)
    return tables(space.job, own=own)


def count(space: Workspace) -> dict[str, int]:
    """The contract's counts; also makes ``told``, what each row with problems is told."""
    space.run("DROP TABLE IF EXISTS told")
    space.run(TOLD, "record")
    space.run("ANALYZE told")
    creates = space.action == CREATE
    counting = COUNTS.format(unchanged=REPEATED.format(row=twin_row(space)) if creates else AS_THEY_ARE)
    [(rows, failed, good, superseded, unchanged, warnings)] = space.fetch(counting, "record")
    done = {CREATE: "created", UPDATE: "updated", DELETE: "deleted"}[space.action]
    counts = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed", "held", "superseded"), 0)
    counts[done] = good
    counts["failed"] = failed
    counts["superseded"] = superseded
    counts["unchanged"] = unchanged
    # A repeated create is told so; not kept row by row, for a nightly file repeats itself whole.
    return {"rows": rows, **counts, "warnings": warnings + (unchanged if creates else 0)}


def count_effects(space: Session, counting: str = COUNT_EFFECTS) -> dict[str, dict[str, int]]:
    """{"enrollment": {"deleted": 312}}: what rows do to other objects than their own.

    counting: a SELECT of (code of the noun, operation, number).
    """
    from edu_csv.roster.models import Operation
    from edu_csv.roster.nouns import BY_CODE

    effects: dict[str, dict[str, int]] = {}
    for code, operation, number in space.fetch(counting, "record"):
        effects.setdefault(BY_CODE[code].name, {})[Operation(operation).name.lower()] = number
    return effects


def record(
    space: Workspace,
    received_on: date,
    *,
    own_tables: bool,
    was_own: bool,
    held: bool = False,
    will_be_compared: bool = False,
) -> None:
    """Replace whatever an earlier attempt wrote by this plan. held: good rows are held, nothing is applied.

    will_be_compared: note for new objects what all their fields are to be, references resolved, for a
    later plan of the same file may say the same words and mean other objects.
    """
    plan_row, plan_change = emptied(space, own=own_tables, was_own=was_own)
    rows = _rows(space, keep_unchanged=not own_tables, held=held, meant=will_be_compared)
    given: dict[str, Any] = {"received_on": received_on}
    space.run(PLAN_ROWS.format(plan_row=plan_row, rows=SQL(" UNION ALL ").join(rows)), "record", **given)
    code = Literal(space.fmt.target.code)
    if space.action == UPDATE:
        space.run(OWN_CHANGES.format(plan_change=plan_change, code=code), "record", **given)
    if space.action == DELETE:
        space.run(DELETED.format(plan_change=plan_change, code=code), "record", **given)
    space.run(EFFECTS.format(plan_change=plan_change), "record", **given)


def _rows(space: Workspace, *, keep_unchanged: bool, held: bool, meant: bool) -> list[Composable]:
    given, joins = given_cells(space)
    cells = SQL("ARRAY[{}]::text[]").format(SQL(", ").join(given.values()))
    told = SQL("LEFT JOIN told ON told.row = w._row")
    done = {CREATE: Outcome.CREATED, UPDATE: Outcome.UPDATED, DELETE: Outcome.DELETED}[space.action]
    own = SQL("NULL::uuid") if space.action == CREATE else SQL("w._id")

    def planned(
        outcome: Composable,
        which: Composable,
        *joined: Composable,
        of: Composable,
        says: str,
        rows: str = "work",
    ) -> Composable:
        return PLANNED.format(
            rows=Identifier(rows),
            outcome=outcome,
            object=of,
            cells=cells,
            problems=SQL(says),  # one of the constants below
            joins=SQL(" ").join((*joined, *joins)),
            which=which,
            meaning=_meaning(space) if rows == "act" and meant and space.action == CREATE else SQL("NULL"),
        )

    parts = [
        FAILED_UNREAD.format(failed=Literal(int(Outcome.FAILED))),
        planned(Literal(int(Outcome.FAILED)), SQL("told.failed"), told, of=own, says="told.problems"),
        planned(
            Literal(int(Outcome.HELD if held else done)),
            SQL("TRUE"),
            told,
            rows="act",
            of=SQL("w._id") if not (held and space.action == CREATE) else SQL("NULL::uuid"),
            says=_saying("held_abort", "'{}'::jsonb") if held else "told.problems",
        ),
        planned(
            Literal(int(Outcome.SUPERSEDED)),
            SQL("TRUE"),
            told,
            rows="superseded",
            of=own,
            says=_saying("superseded", "jsonb_build_object('other_row', w._by, 'object', %(object)s::text)"),
        ),
    ]
    if keep_unchanged:
        parts.append(_unchanged(space, planned, told))
    return parts


def _saying(code: str, params: str) -> str:
    """SQL of what a row was told, with one more thing that is no fault of it. params: SQL of an object."""
    return (
        "coalesce(told.problems, '[]'::jsonb) || jsonb_build_array(jsonb_build_object('severity', 'warning',"
        f" 'column', NULL, 'code', '{code}', 'value', NULL, 'params', {params}))"
    )


def _meaning(space: Workspace) -> Composable:
    fields = SQL(", ").join(SQL("w.{}").format(Identifier(name)) for name, _ in written_fields(space))
    return SQL("md5(ROW({})::text)").format(fields)


def _unchanged(space: Workspace, planned: Any, told: Composable) -> Composable:
    if space.action == CREATE:
        repeated = SQL(
            "JOIN (SELECT DISTINCT ON (row) row, object_id FROM twin ORDER BY row, object_id) AS t ON t.row = w._row"
        )
        repeat: Composable = planned(
            Literal(int(Outcome.UNCHANGED)),
            IS_GOOD,
            repeated,
            told,
            of=SQL("t.object_id"),
            says=_saying("already_exists", "jsonb_build_object('object', %(object)s::text)"),
        )
        return repeat
    part: Composable = planned(
        Literal(int(Outcome.UNCHANGED)),
        SQL("{good} AND NOT EXISTS (SELECT FROM act AS a WHERE a._row = w._row)").format(good=IS_GOOD),
        told,
        of=SQL("w._id"),
        says="told.problems",
    )
    return part


def given_cells(space: Workspace) -> tuple[dict[str, Composable], list[Composable]]:
    """SQL of a row's cells as texts, by column, for the columns present in order, and the joins they need."""
    fields = {name for name, _ in written_fields(space)}
    cells: dict[str, Composable] = {}
    joins: list[Composable] = []
    combined = _combined(space)
    for column in space.columns:
        if column in combined:
            reference, part = combined[column]
            text = f"parts[{part}]"
        elif isinstance(column, Reference):
            reference, text = column, "text"
        else:
            cells[column.name] = _cell(column, fields)
            continue
        ref, ordinal = Identifier(f"ref_{reference.name}"), Identifier(f"_o_{reference.name}")
        alias = Identifier(f"t_{reference.name}")
        if reference.is_list:
            cells[column.name] = SQL(
                "(SELECT string_agg(r.{text}, ';' ORDER BY element.place)"
                " FROM unnest(w.{o}) WITH ORDINALITY AS element (ordinal, place) JOIN {ref} AS r USING (ordinal))"
            ).format(ref=ref, o=ordinal, text=SQL(text))
        else:
            cells[column.name] = SQL("{}.{}").format(alias, SQL(text))
    joins += [
        SQL("LEFT JOIN {} AS {a} ON {a}.ordinal = w.{o}").format(
            Identifier(f"ref_{c.name}"), a=Identifier(f"t_{c.name}"), o=Identifier(f"_o_{c.name}")
        )
        for c in space.columns
        if isinstance(c, Reference) and not c.is_list
    ]
    if any(column.given() for column in space.columns):
        joins.append(SQL("LEFT JOIN stage AS s ON s.row = w._row"))
    return cells, joins


def _combined(space: Workspace) -> dict[Column, tuple[Reference, int]]:
    """The columns whose cells are parts of texts: the reference that has the texts, and the place from 1."""
    return {
        each: (reference, part)
        for reference in space.references
        if (beside := space.fmt.beside(reference, space.action))
        for part, each in enumerate((*beside, reference), 1)
    }


def _cell(column: Column, fields: set[str]) -> Composable:
    if given := column.given():
        return SQL(given)
    if column.field is None or column.field not in fields:
        return SQL("NULL::text")
    source = f"w.{column.field}"
    return SQL(column.export(source))  # SQL of our own declarations


__all__ = [
    "CLOSE",
    "INDEX",
    "OWN_TABLES_FROM",
    "Choice",
    "count",
    "count_effects",
    "given_cells",
    "record",
    "tables",
]
