"""Schedules that only a plan has: rows that would create one, and rows that find their time taken.

A plan keeps what it would change, but of what it would make and of what failed it keeps the cells. Here
they are read once more, so that a calendar can show them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from psycopg.sql import SQL

from edu_csv.roster.nouns import SCHEDULE
from imports.formats.base import Format
from imports.models import Import, Outcome
from imports.plans.table import cell_columns, declared_format, fetch
from imports.problems import Problem

CLASH = "schedule_clash"
# So many rows of a plan are looked at for one room or section.
MOST_ROWS = 2_000

# Rows in which some cell, or some value of a list in it, is one of these texts.
NAMING = SQL("""
    SELECT r.row, r.outcome, r.cells, r.problems FROM {plan_row} AS r
     WHERE r.import_id = %(import)s AND (r.outcome = ANY (%(good)s) OR r.problems @> %(clash)s::jsonb)
       AND EXISTS (SELECT FROM unnest(r.cells) AS cell (text)
                    WHERE cell.text = ANY (%(texts)s) OR string_to_array(cell.text, ';') && %(texts)s)
     ORDER BY r.file, r.row LIMIT %(most)s
""")

REFUSED = SQL("""
    SELECT r.row, r.problems FROM {plan_row} AS r
     WHERE r.import_id = %(import)s AND r.problems @> %(clash)s::jsonb ORDER BY r.file, r.row LIMIT %(most)s
""")


@dataclass(frozen=True, slots=True)
class Named:
    """How files may name a room or a section: by an id, or by its own name below those of its parents."""

    ids: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedSchedule:
    """One row. fields: of the schedule, as JSON has them, without its references. room, sections: as the
    row names them, an id or names from the outermost to its own. says: why the row failed; empty when it is good."""

    row: int
    fields: Mapping[str, Any]
    room: tuple[str, ...]
    sections: list[tuple[str, ...]] = field(default_factory=list)
    says: tuple[str, ...] = ()


def planned_schedules(
    upload: Import, place: Named, *, is_room: bool, only_failed: bool
) -> list[PlannedSchedule]:
    """The rows of a plan of schedules that name this room or section; one statement."""
    fmt = declared_format(upload)
    if fmt is None or fmt.target.code != SCHEDULE.code:
        return []
    texts = [*place.ids, place.names[-1]]
    params = {
        "good": [] if only_failed else [int(Outcome.CREATED)],
        "clash": json.dumps([{"code": CLASH}]),
        "texts": texts,
        "most": MOST_ROWS,
    }
    found = []
    for row, outcome, cells, problems in fetch(upload, NAMING, params):
        planned = _read(upload, fmt, row, cells, problems, is_failed=outcome == Outcome.FAILED)
        if planned and (_names(place, [planned.room]) if is_room else _names(place, planned.sections)):
            found.append(planned)
    return found


def _names(place: Named, written: Sequence[tuple[str, ...]]) -> bool:
    return any(each == place.names or (len(each) == 1 and each[0] in place.ids) for each in written)


def _read(
    upload: Import, fmt: type[Format], row: int, cells: list[str | None], problems: Any, *, is_failed: bool
) -> PlannedSchedule | None:
    """None for a row whose cells cannot be read after all."""
    columns = cell_columns(upload, fmt)
    given = {column.header: (column, cell) for column, cell in zip(columns, cells, strict=False) if cell}
    try:
        values = {
            column.field: column.parse(cell)
            for column, cell in given.values()
            if column.field and not column.is_reference
        }
    except ValueError:
        return None
    if not {"start_date", "start_time", "duration_minutes"} <= values.keys():
        return None
    if isinstance(values["duration_minutes"], time):
        # Written as when it ends.
        lasts = _minutes(values["duration_minutes"]) - _minutes(values["start_time"])
        if lasts <= 0:
            return None
        values["duration_minutes"] = lasts
    fields = {name: _json(value) for name, value in values.items()}
    texts = {header: cell for header, (_, cell) in given.items()}
    says = _clashes(problems)
    room: tuple[str, ...]
    sections: list[tuple[str, ...]]
    if "Room ID" in texts:
        room = (texts["Room ID"],)
        sections = [(text,) for text in _parts(texts.get("Section IDs", ""))]
    else:
        room = tuple(texts.get(header, "") for header in ("Campus Name", "Building Name", "Room Name"))
        headers = ("Term Name", "Course Code", "Section Name")
        sections = list(zip(*(_parts(texts.get(header, "")) for header in headers), strict=False))
    return PlannedSchedule(row, fields, room, sections, tuple(says) if is_failed else ())


def refused_in(upload: Import, room: UUID) -> list[tuple[int, str]]:
    """Why rows of a plan, of whatever kind, found this room taken: (row, sentence); one statement."""
    clash = json.dumps([{"code": CLASH, "params": {"clashes": [{"room_id": str(room)}]}}])
    found = fetch(upload, REFUSED, {"clash": clash, "most": MOST_ROWS})
    return [(row, sentence) for row, problems in found for sentence in _clashes(problems)]


def _clashes(problems: Any) -> list[str]:
    # Django's connection hands JSON over as text.
    told = json.loads(problems) if isinstance(problems, str) else problems or []
    return [
        str(Problem(each["code"], each["column"], each["value"], each["severity"], each["params"] or {}))
        for each in told
        if each["code"] == CLASH
    ]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value.isoformat() if isinstance(value, date | time | datetime) else value
