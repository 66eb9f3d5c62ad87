"""Rows: what one row makes, or what is wrong with it. Pure: no store is asked here.

A row is one unit: with one bad statement it makes none (csv data import 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from edu_csv.activity import xapi
from edu_csv.activity.xapi import Prepared
from edu_csv.activity.xapi.faults import shown
from edu_csv.templating import Renderer, RowFault
from imports.sentences.templated import MOST_FAULTS

# Code, header, cell, words; as ``steps.stage`` notes them.
Fault = tuple[str, str | None, str | None, dict[str, Any]]
Objects = Mapping[str, list[Any]]

# xapi.md X-91.
MOST_AHEAD = timedelta(minutes=5)
# Never in a statement of an import; ``authority`` and ``stored`` the template's language refuses itself.
ATTACHMENTS = "attachments"
NONE: list[Prepared] = []
NO_OBJECTS: Objects = {}


class RowMaker:
    """Makes the rows of one file. received: when the file came, which decides what lies in the future."""

    def __init__(self, renderer: Renderer, header: Sequence[str], received: datetime) -> None:
        self._objects = renderer.objects
        self._places = {name: place for place, name in enumerate(header)}
        self._latest = received + MOST_AHEAD

    def make(self, number: int, cells: Sequence[str]) -> tuple[list[Prepared], Objects, list[Fault]]:
        """A row's statements, ready to be stored, and all objects that it makes; or its faults, at most 10."""
        try:
            objects = self._objects(number, cells)
        except RowFault as fault:
            return NONE, NO_OBJECTS, [self._row_fault(fault, cells)]
        prepared: list[Prepared] = []
        faults: list[Fault] = []
        for place, statement in enumerate(objects.get("statements", ())):
            told = self._check(place, statement, prepared)
            if told:
                faults += told
        return (NONE, objects, faults[:MOST_FAULTS]) if faults else (prepared, objects, faults)

    def _row_fault(self, fault: RowFault, cells: Sequence[str]) -> Fault:
        place = self._places.get(fault.column or "")
        cell = cells[place] if place is not None and place < len(cells) else None
        return "template_row", fault.column, cell, {"message": fault.message}

    def _check(self, place: int, statement: Any, prepared: list[Prepared]) -> list[Fault]:
        """Add the statement to ``prepared``; what is wrong with it, where it cannot be stored."""
        found = xapi.validate(statement)
        if (
            not found
            and "id" in statement
            and not (ATTACHMENTS in statement or ATTACHMENTS in statement["object"])
        ):
            one = xapi.prepare(statement)
            if one.timestamp is None or one.timestamp <= self._latest:
                prepared.append(one)
                return []
        return self._told(place, statement, found)

    def _told(self, place: int, statement: dict[str, Any], found: Sequence[xapi.Fault]) -> list[Fault]:
        prefix = f"statements[{place}]."
        faults: list[Fault] = []
        # The one sentence that the published page quotes comes first.
        if "id" not in statement or any(fault.path == "id" for fault in found):
            faults.append(_fault("statement_id", f"{prefix}id", statement.get("id")))
        # A SubStatement may have some too.
        for holder, where in ((statement, ""), (statement.get("object"), "object.")):
            if isinstance(holder, dict) and ATTACHMENTS in holder:
                path = prefix + where + ATTACHMENTS
                faults.append(_fault("statement_attachments", path, holder[ATTACHMENTS]))
        for fault in found:
            # What imports never have needs no further fault.
            if fault.path != "id" and not fault.path.removeprefix("object.").startswith(ATTACHMENTS):
                told = {"message": fault.sentence(prefix), "rule": fault.rule}
                faults.append(("statement_rule", prefix + fault.path, shown(fault.value), told))
        if not faults:
            faults.append(_fault("statement_future", f"{prefix}timestamp", statement.get("timestamp")))
        return faults


def _fault(code: str, path: str, value: Any) -> Fault:
    # Faults of one place are one cause on pages, as those of one column are.
    return code, path, shown(value), {"path": path, "shown": shown(value)}
