"""One planned row in words: what happens to its object, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from edu_csv.pages.contexts.imports import Cell, PlanRow, RowDetail, RowObject
from edu_csv.pages.contexts.parts import Change, OutcomeName, Problem
from edu_csv.pages.words import counted, listed
from imports.models import Import, Outcome
from imports.plans import PlannedEffect, PlannedRow
from imports.problems import Problem as Told
from imports.views import made_words, names

# (code, column, value) of a problem: rows that share it were made bad by one cause.
CauseKey = tuple[str, str | None, str | None]

# Values that a sentence about a new object names; the open row has all.
VALUES_SAID = 6
# From so many effects on, a row says their number and not each.
EFFECTS_SAID = 2
ENDS = {
    "created": ("is made", "are made"),
    "deleted": ("ends", "end"),
    "revived": ("comes back", "come back"),
}


def outcome_name(outcome: Outcome) -> OutcomeName:
    name: OutcomeName = outcome.name.lower()  # type: ignore[assignment]  # the same seven words
    return name


def plan_row(upload: Import, row: PlannedRow, alike: Mapping[CauseKey, int]) -> PlanRow:
    """A row of the table. alike: how many rows each cause has made bad."""
    outcome = outcome_name(row.outcome)
    ends = _ends_with_it(row) if row.outcome == Outcome.DELETED else ""
    return {
        "id": f"{row.file}-{row.number}",
        "row": row.row,
        "file": row.file_name or "",
        "outcome": outcome,
        "object": row_object(upload, row),
        "consequence": ends,
        "says": says(row, ends),
        "changes": changes_of(row) if row.outcome == Outcome.UPDATED else [],
        "problems": [problem_of(upload, told, alike) for told in row.problems],
        "effects": [] if ends else effects_of(row),
        "href": row_href(upload, row),
        "open_url": row_href(upload, row, "cells"),
    }


def row_href(upload: Import, row: PlannedRow, *parts: str) -> str:
    """By its number in the upload, which no other row has, whatever file it stands in."""
    return names.address(upload, "rows", str(row.number), *parts)


def row_object(upload: Import, row: PlannedRow) -> RowObject:
    """The object a row is about: its key as the file has it, and the roster's page of it when there is one."""
    key, _, name = row.key.partition(" · ")
    # What is only going to be made is nowhere yet.
    is_there = row.object_id is not None and (row.outcome != Outcome.CREATED or upload.applied_at is not None)
    return {
        "key": key or f"row {row.row}",
        "name": name,
        "href": names.object_href(row.object_type or "", row.object_id) if is_there else "",
    }


def says(row: PlannedRow, ends: str = "") -> str:
    """The sentence of a row that has no fields to show."""
    if row.problems and row.outcome in (Outcome.FAILED, Outcome.HELD, Outcome.SUPERSEDED):
        return ""
    if row.hides_statements:
        return "Its statements are shown to whoever may read all statements of the institution."
    if row.made:
        return made_words.says(row)
    if row.outcome == Outcome.CREATED:
        return _new(row)
    if row.outcome == Outcome.DELETED:
        return "with it." if ends else "Nothing hangs on it."
    if row.outcome == Outcome.UNCHANGED:
        return "" if row.problems else "Says what the roster says already."
    if row.outcome == Outcome.HELD:
        return "This row is good. It was not applied, because other rows failed and it was all or nothing."
    if row.outcome == Outcome.SUPERSEDED:
        return "A later row says this object again. The last row counts."
    return ""


def _new(row: PlannedRow) -> str:
    given = [f"{header} {after}" for header, (_, after) in row.changes.items() if after]
    more = len(given) - VALUES_SAID
    said = ", ".join(given[:VALUES_SAID])
    if not said:
        return "New."
    return f"New: {said}, and {counted(more, 'more value')}." if more > 0 else f"New: {said}."


def changes_of(row: PlannedRow) -> list[Change]:
    return [
        {"field": header, "before": before, "after": after} for header, (before, after) in row.changes.items()
    ]


def problem_of(upload: Import, told: Told, alike: Mapping[CauseKey, int] | None = None) -> Problem:
    same = (alike or {}).get((told.code, told.column, told.value), 1)
    return {
        "severity": "warning" if told.severity == "warning" else "error",
        "code": told.code,
        "column": told.column or "",
        "value": told.value or "",
        "message": str(told),
        "alike": same - 1,
        "see": names.see(upload, told),
    }


def _ends_with_it(row: PlannedRow) -> str:
    """ "6 enrollments end": what a deletion takes along."""
    lost = Counter(effect.object_type for effect in row.effects if effect.operation == "deleted")
    if not lost:
        return ""
    if len(lost) == 1 and row.effects_total > sum(lost.values()):
        # Only the first effects are at hand; of one kind, their number is known all the same.
        [kind] = lost
        lost[kind] = row.effects_total
    parts = [counted(number, kind) for kind, number in lost.most_common()]
    return f"{listed(parts)} {'ends' if sum(lost.values()) == 1 else 'end'}"


def effects_of(row: PlannedRow) -> list[str]:
    """What a row does to other objects: each of them while they are few, else their number."""
    if row.effects_total <= EFFECTS_SAID:
        return [_effect(effect) for effect in row.effects]
    by_kind = Counter((effect.object_type, effect.operation) for effect in row.effects)
    if len(by_kind) == 1:
        [(kind, operation)] = by_kind
        by_kind[kind, operation] = row.effects_total
    said = []
    for (kind, operation), number in by_kind.most_common():
        one, many = ENDS.get(operation, ("changes along", "change along"))
        said.append(f"{counted(number, kind)} {one if number == 1 else many}.")
    return said


def _effect(effect: PlannedEffect) -> str:
    called = " ".join(dict.fromkeys(filter(None, [effect.external_id, effect.label])))
    kind = "user" if effect.object_type == "person" else effect.object_type.replace("_", " ")
    ends = ENDS.get(effect.operation)
    if not called:
        # Made by this very row: it has no name yet.
        return f"{'An' if kind[0] in 'aeio' else 'A'} {kind} {ends[0] if ends else 'changes along'}."
    if ends:
        return f"The {kind} {called} {ends[0]}."
    changes = [
        f"{header} {before or 'blank'} → {after or 'blank'}"
        for header, (before, after) in effect.changes.items()
    ]
    return (
        f"The {kind} {called} changes along: {'; '.join(changes)}."
        if changes
        else f"The {kind} {called} changes along."
    )


def detail_of(upload: Import, row: PlannedRow) -> RowDetail:
    """An open row: its cells as uploaded, those that no column is left for too."""
    bad = {told.column for told in row.problems if told.severity == "error"}
    cells: list[Cell] = [
        {"column": header, "value": cell or "", "is_bad": header in bad} for header, cell in row.cells.items()
    ]
    behind: list[Cell] = [
        {"column": f"cell {place}, without a column", "value": cell or "", "is_bad": True}
        for place, cell in enumerate(row.surplus, len(row.cells) + 1)
    ]
    return {
        "id": f"{row.file}-{row.number}",
        "row": row.row,
        "file": row.file_name or "",
        "cells": [*cells, *behind],
        "problems": [problem_of(upload, told) for told in row.problems],
        "changes": changes_of(row) if row.outcome == Outcome.UPDATED else [],
        "effects": effects_of(row),
        "made": made_words.things(row, says(row)),
        "href": row_href(upload, row),
    }
