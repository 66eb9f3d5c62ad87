"""Pages of a plan's rows, with what each changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.sql import SQL

from edu_csv.access.policy import Reach
from edu_csv.roster.lookup import Known, look_up
from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import BY_CODE, Noun
from imports.files import Files, files_of
from imports.formats.base import Format
from imports.formats.columns import CREATE
from imports.formats.feed import Layout
from imports.formats.templated import is_template
from imports.models import Import, Outcome
from imports.plans.filters import conditions
from imports.plans.made import STATEMENTS, Made, Maker, maker_of
from imports.plans.shapes import Place, PlannedEffect, PlannedRow, RowPage
from imports.plans.table import cell_columns, fetch, keeps_unchanged, object_key
from imports.plans.values import Changes, fields_of, format_of, references_in, written_changes
from imports.problems import Problem

# A section's deletion may end 10,000 enrollments: a row shows the first of them and their number.
EFFECTS_SHOWN = 20

ROWS = SQL("""
    SELECT r.file, r.row, r.outcome, r.object_id, r.cells, r.problems, r.plan_changed, r.key, r.object_type
      FROM {plan_row} AS r
     WHERE r.import_id = %(import)s AND {wanted}
     ORDER BY r.file {order}, r.row {order} LIMIT %(limit)s
""")
COUNT = SQL("SELECT count(*) FROM {plan_row} AS r WHERE r.import_id = %(import)s AND {wanted}")

CHANGES = SQL("""
    SELECT file, row, object_type, object_id, operation, is_effect, before, after, total
      FROM (SELECT c.*, row_number() OVER (PARTITION BY c.file, c.row, c.is_effect
                                           ORDER BY c.object_type, c.operation, c.object_id) AS place,
                   count(*) OVER (PARTITION BY c.file, c.row, c.is_effect) AS total
              FROM {plan_change} AS c
              JOIN unnest(%(files)s::smallint[], %(rows)s::integer[]) AS page (file, row)
                ON page.file = c.file AND page.row = c.row
             WHERE c.import_id = %(import)s) AS numbered
     WHERE place <= %(shown)s
     ORDER BY file, row, place
""")


def rows(
    upload: Import,
    reach: Reach,
    *,
    statements: bool = True,
    outcomes: Collection[Outcome] = (),
    column: str = "",
    code: str = "",
    q: str = "",
    file: int | None = None,
    plan_changed: bool = False,
    room: str = "",
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> RowPage:
    """A page of the plan; three statements.

    reach: of the reader, who is not told the names of what lies beyond it; statements: whether they are shown those
    that rows of a template make (``policy.reads_statements``). outcomes: all when empty.
    column: a header; rows with a problem in it or, without ``code``, a change of it. q: a text in any cell,
    or the object's id. room: the id of one that rows find taken. after, before: where to go on.
    """
    wanted, params = conditions(upload, outcomes, column, code, q, file, plan_changed, room)
    backwards = before is not None and after is None
    if place := before if backwards else after:
        sign = "<" if backwards else ">"
        wanted.append(SQL(f"(r.file, r.row) {sign} (%(after_file)s, %(after_row)s)"))
        params |= {"after_file": place[0], "after_row": place[1]}
    found = fetch(
        upload,
        ROWS,
        {**params, "limit": limit + 1},
        wanted=SQL(" AND ").join(wanted),
        order=SQL("DESC" if backwards else "ASC"),
    )
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    page = _planned_rows(upload, found, reach, statements)
    has_next, has_previous = (True, more) if backwards else (more, after is not None)
    return RowPage(
        rows=page,
        after=page[-1].place if page and has_next else None,
        before=page[0].place if page and has_previous else None,
        leaves_out_unchanged=upload.has_own_tables and (not outcomes or Outcome.UNCHANGED in outcomes),
    )


def row_at(upload: Import, number: int, reach: Reach, *, statements: bool = True) -> PlannedRow | None:
    """One row, by its number in the upload; None when the plan has none there (or does not keep it, see
    ``keeps_unchanged``)."""
    file = files_of(upload).at(number).number
    found = rows(upload, reach, statements=statements, after=(file, number - 1), limit=1).rows
    return found[0] if found and found[0].place == (file, number) else None


def count_rows(
    upload: Import,
    *,
    outcomes: Collection[Outcome] = (),
    column: str = "",
    code: str = "",
    q: str = "",
    file: int | None = None,
    plan_changed: bool = False,
    room: str = "",
) -> int | None:
    """How many rows these filters show; None where counting would scan a large table."""
    files = files_of(upload)
    if not (column or code or q or room or plan_changed) and (file is None or 1 <= file <= len(files)):
        kept = [o for o in (outcomes or Outcome) if o != Outcome.UNCHANGED or keeps_unchanged(upload)]
        counts = upload.counts if file is None else files[file].counts
        return sum(counts.get(outcome.name.lower(), 0) for outcome in kept)
    if upload.has_own_tables:
        return None
    wanted, params = conditions(upload, outcomes, column, code, q, file, plan_changed, room)
    [(number,)] = fetch(upload, COUNT, params, wanted=SQL(" AND ").join(wanted))
    return int(number)


def _planned_rows(
    upload: Import, found: Sequence[tuple[Any, ...]], reach: Reach, statements: bool
) -> list[PlannedRow]:
    """Rows of the table with what they change; references by name, looked up once for all."""
    files = files_of(upload)
    page = {"files": [r[0] for r in found], "rows": [r[1] for r in found], "shown": EFFECTS_SHOWN}
    changes = [_StoredChange.read(line) for line in fetch(upload, CHANGES, page)]
    wanted: dict[int, set[UUID]] = {}
    for change in changes:
        if change.is_effect:
            wanted.setdefault(change.noun.code, set()).add(change.object_id)
        for values in (change.before, change.after):
            for code, id_ in references_in(change.noun, values):
                wanted.setdefault(code, set()).add(id_)
    known = look_up(upload.institution_id, wanted, reach)
    by_place: dict[Place, list[_StoredChange]] = {}
    for change in changes:
        by_place.setdefault(change.place, []).append(change)
    maker = maker_of(upload, [row for _, row, *_ in found])
    return [
        _planned_row(upload, files, row, by_place.get((row[0], row[1]), []), known, maker, statements)
        for row in found
    ]


def _planned_row(
    upload: Import,
    files: Files,
    stored: tuple[Any, ...],
    changed: list[_StoredChange],
    known: dict[UUID, Known],
    maker: Maker | None,
    statements: bool,
) -> PlannedRow:
    file, number, outcome, object_id, cells, problems, plan_changed, key, object_type = stored
    fmt, place = files.format_of(file), files.at(number)
    own = [change for change in changed if not change.is_effect]
    effects = [change for change in changed if change.is_effect]
    changes: Changes = {}
    for change in own:
        changes |= written_changes(fmt, change.noun, change.before, change.after, known)
    is_feed = fmt is not None and issubclass(fmt, Layout)
    if (upload.action == CREATE or (is_feed and not own)) and outcome in (Outcome.CREATED, Outcome.HELD):
        given = zip(cell_columns(upload, fmt), cells or [], strict=False)
        filling = {column.header for column in cell_columns(upload, fmt) if column.field}
        if is_feed and object_type is not None:
            # Cells that say what the row is, and what it does, are no values of what it makes.
            filling = {column.header for column in fields_of(fmt, BY_CODE[object_type]).values()}
        changes = {column.header: [None, cell] for column, cell in given if cell and column.header in filling}
    if object_type is not None:
        kind: str | None = BY_CODE[object_type].name
    else:
        kind = fmt.target.name if fmt is not None and not is_feed else None
    made: Made = {}
    if maker is not None and outcome != Outcome.FAILED:
        made = maker.made(place.row, cells or [])
        object_id = object_id or maker.statement_id(place.row, outcome, made)
    hides_statements = not statements and bool(made.get(STATEMENTS))
    if hides_statements:
        made = {section: objects for section, objects in made.items() if section != STATEMENTS}
    return PlannedRow(
        number=number,
        row=place.row,
        file=file,
        file_name=place.name,
        object_type=kind,
        outcome=Outcome(outcome),
        object_id=object_id,
        key=object_key(upload, fmt, cells, key),
        changes=changes,
        effects=[_planned_effect(fmt, change, known) for change in effects],
        effects_total=effects[0].total if effects else 0,
        problems=[
            files.told(
                Problem(p["code"], p["column"], p["value"], p["severity"], p.get("params") or {}), file
            )
            for p in (json.loads(problems) if problems else [])
        ],
        cells={
            column.header: cell for column, cell in zip(cell_columns(upload, fmt), cells or [], strict=False)
        },
        plan_changed=plan_changed,
        made=made,
        hides_statements=hides_statements,
        # Only a row that goes through a template keeps them; others keep what columns of theirs read.
        surplus=(cells or [])[len(upload.seen.get("header", ())) :] if is_template(fmt) else [],
    )


def _planned_effect(
    fmt: type[Format] | None, change: _StoredChange, known: dict[UUID, Known]
) -> PlannedEffect:
    # In the words of the same family's file about that kind of object.
    words = format_of(change.noun, fmt) if fmt else None
    it = known.get(change.object_id)
    if it is not None and it.is_hidden:
        # It went on to lie elsewhere, or the import is somebody else's.
        name = Operation(change.operation).name.lower()
        return PlannedEffect(change.noun.name, change.object_id, name, changes={})
    return PlannedEffect(
        object_type=change.noun.name,
        object_id=change.object_id,
        operation=Operation(change.operation).name.lower(),
        changes=written_changes(words, change.noun, change.before, change.after, known),
        external_id=it.external_id if it else change.after.get("external_id"),
        label=it.label if it else "",
    )


@dataclass(frozen=True, slots=True)
class _StoredChange:
    place: Place
    noun: Noun
    object_id: UUID
    operation: int
    is_effect: bool
    before: dict[str, Any]
    after: dict[str, Any]
    total: int

    @classmethod
    def read(cls, line: tuple[Any, ...]) -> _StoredChange:
        file, row, code, object_id, operation, is_effect, before, after, total = line
        return cls(
            (file, row),
            BY_CODE[code],
            object_id,
            operation,
            is_effect,
            json.loads(before),
            json.loads(after),
            total,
        )
