"""An object's history, newest first, grouped by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from edu_csv.front.roster import values
from edu_csv.front.roster.causes import Cause, Causes
from edu_csv.front.roster.journal import Entry
from edu_csv.pages import moments
from edu_csv.pages.contexts.parts import HistoryDay, HistoryEvent
from edu_csv.roster.lookup import Known
from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import Noun

VERBS = {
    Operation.CREATED: "Created",
    Operation.UPDATED: "Updated",
    Operation.DELETED: "Deleted",
    Operation.REVIVED: "Brought back",
}


def days_of(
    made_at: datetime,
    noun: Noun,
    entries: Sequence[Entry],
    total: int,
    behind: Causes,
    made: Cause,
    known: Mapping[UUID, Known],
) -> list[HistoryDay]:
    """The days with their events. What made the object ends the list, when the list reaches back so far."""
    events = [_event(noun, entry, behind, known) for entry in entries]
    if len(entries) == total:
        events.append(_creation(made_at, made))
    days: list[HistoryDay] = []
    for event in events:
        day = moments.day(event["at"])
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "events": []})
        days[-1]["events"].append(event)
    return days


def _event(noun: Noun, entry: Entry, behind: Causes, known: Mapping[UUID, Known]) -> HistoryEvent:
    cause = behind.of(entry.job, entry.row, entry.account)
    told = [cause.detail] if cause.detail else []
    if entry.is_effect:
        told.append("along with another object")
    if entry.is_undone:
        told.append("undone since")
    verb = VERBS[Operation(entry.operation)]
    changed = values.changes(noun, entry.before, entry.after, known)
    if entry.operation == Operation.UPDATED and changed and not any(c["after"] for c in changed):
        verb = "Emptied"
    return {
        "kind": cause.kind,
        "verb": verb if cause.kind == "by_hand" else f"{verb} by",
        "by": f"by {cause.by}" if cause.kind == "by_hand" else cause.by,
        "by_href": cause.href,
        "detail": ", ".join(told),
        "at": entry.at,
        "changes": changed if entry.operation == Operation.UPDATED else [],
    }


def _creation(made_at: datetime, made: Cause) -> HistoryEvent:
    is_hand = made.kind == "by_hand"
    return {
        "kind": made.kind,
        "verb": "Created" if is_hand else "Created by",
        "by": "by hand" if is_hand else made.by,
        "by_href": made.href,
        "detail": "" if is_hand else made.detail,
        "at": made_at,
        "changes": [],
    }
