"""The filters of a page of rows, as SQL."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from psycopg.sql import SQL, Composable

from imports.files import files_of
from imports.models import Import, Outcome
from imports.plans.table import declared_format, fields_by_header
from imports.steps.record import tables

IN_COLUMN = SQL("""
    (r.problems @> %(in_column)s::jsonb OR EXISTS (
        SELECT FROM {plan_change} AS c
         WHERE c.import_id = r.import_id AND c.file = r.file AND c.row = r.row AND NOT c.is_effect
           AND (c.before ?| %(fields)s::text[] OR c.after ?| %(fields)s::text[])))
""")


def conditions(
    upload: Import,
    outcomes: Collection[Outcome],
    column: str,
    code: str,
    q: str,
    file: int | None,
    plan_changed: bool,
    room: str = "",
) -> tuple[list[Composable], dict[str, Any]]:
    """The conditions of a filter, over alias ``r``, and their values. room: rows that find it taken."""
    wanted: list[Composable] = [SQL("TRUE")]
    params: dict[str, Any] = {}
    if outcomes:
        wanted.append(SQL("r.outcome = ANY (%(outcomes)s)"))
        params["outcomes"] = [int(outcome) for outcome in outcomes]
    if file is not None:
        wanted.append(SQL("r.file = %(file)s"))
        params["file"] = file
    if code:
        wanted.append(SQL("r.problems @> %(problem)s::jsonb"))
        params["problem"] = json.dumps([{"code": code, **({"column": column} if column else {})}])
    elif column:
        names = fields_by_header(files_of(upload), declared_format(upload))
        _, plan_change = tables(upload.pk, own=upload.has_own_tables)
        wanted.append(IN_COLUMN.format(plan_change=plan_change))
        params |= {"in_column": json.dumps([{"column": column}]), "fields": names.get(column, [column])}
    if q:
        wanted.append(
            SQL("(array_to_string(r.cells, chr(31)) ILIKE %(like)s OR r.object_id::text = lower(%(q)s))")
        )
        params |= {"like": f"%{_escaped(q)}%", "q": q}
    if room:
        wanted.append(SQL("r.problems @> %(taken)s::jsonb"))
        params["taken"] = json.dumps([{"params": {"clashes": [{"room_id": room}]}}])
    if plan_changed:
        wanted.append(SQL("r.plan_changed"))
    return wanted, params


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
