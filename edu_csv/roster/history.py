"""The history of an object: each change with its cause, newest first, and how it was made.

For pages and API. The journal keeps what replaced what; what the object was made with is what it says
now, taken back change by change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from edu_csv.access.policy import Reach
from edu_csv.roster.fields import is_hidden, points_to, public_name, references
from edu_csv.roster.lookup import Known, look_up
from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import Noun
from edu_csv.roster.objects import Found

# (when, number of the entry): where an event stands; the making has number 0.
Place = tuple[datetime, int]

# What erasing a person leaves of their values.
ERASED = "_erased"

CHANGES = """
    SELECT c.id, c.at, c.operation, c.before, c.after, c.job_id, c.row, c.is_effect, c.undone_by,
           job.kind, coalesce(nullif(account.name, ''), account.email, job.submitted_by), c.account_id
      FROM roster_change AS c
      LEFT JOIN jobs_job AS job ON job.id = c.job_id
      LEFT JOIN access_account AS account ON account.id = c.account_id
     WHERE c.institution_id = %(institution)s AND c.object_id = %(object)s
       AND (%(at)s::timestamptz IS NULL OR (c.at, c.id) < (%(at)s, %(id)s))
     ORDER BY c.at DESC, c.id DESC LIMIT %(limit)s
"""
CHANGES_SINCE = """
    SELECT c.id, c.at, c.operation, c.before, c.after, c.job_id, c.row, c.is_effect, c.undone_by,
           job.kind, coalesce(nullif(account.name, ''), account.email, job.submitted_by), c.account_id
      FROM roster_change AS c
      LEFT JOIN jobs_job AS job ON job.id = c.job_id
      LEFT JOIN access_account AS account ON account.id = c.account_id
     WHERE c.institution_id = %(institution)s AND c.object_id = %(object)s AND (c.at, c.id) > (%(at)s, %(id)s)
     ORDER BY c.at, c.id LIMIT %(limit)s
"""
# What each field said before anything replaced it.
AT_FIRST = """
    SELECT DISTINCT ON (f.key) f.key, f.value
      FROM roster_change AS c CROSS JOIN LATERAL jsonb_each(c.before) AS f
     WHERE c.institution_id = %(institution)s AND c.object_id = %(object)s AND c.operation = 2
     ORDER BY f.key, c.at, c.id
"""
MAKER = "SELECT kind, submitted_by FROM jobs_job WHERE id = %(job)s"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an object.

    kind: an import, an undo, somebody by hand, or the system (a command). job, row: which import, and
    the row of its file. changes: by public name of the field, [before, after]; references as external
    ids. is_effect: a row about another object did it. is_undone: an undo took it back.
    """

    at: datetime
    operation: str
    kind: Literal["import", "undo", "by_hand", "system"]
    by: str
    job: UUID | None
    row: int | None
    account: int | None
    changes: dict[str, list[Any]]
    place: Place
    is_effect: bool = False
    is_undone: bool = False
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events, newest first. after, before: places to ask on from; None: there is nothing."""

    events: list[Event]
    after: Place | None
    before: Place | None


def history(
    institution: int,
    found: Found,
    reach: Reach,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> HistoryPage:
    """A page of an object's history. after: events older than that place; before: newer ones.

    reach: of the reader, who is not told the names of what lies beyond it.
    """
    backwards = before is not None and after is None
    place = before if backwards else after
    params: dict[str, Any] = {
        "institution": institution,
        "object": found.id,
        "at": place[0] if place else None,
        "id": place[1] if place else None,
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGES_SINCE if backwards else CHANGES, params)
        entries = [_Entry.read(line) for line in cursor.fetchall()]
        more = len(entries) > limit
        entries = entries[:limit]
        if backwards:
            entries.reverse()
        # The making is the oldest event; it takes a place of the page like any other.
        is_past_making = place is not None and place[1] == 0 and not backwards
        reaches_making = not backwards and not more and not is_past_making
        if reaches_making and len(entries) < limit:
            entries.append(_making(cursor, found, params))
        elif reaches_making:
            more = True
    events = _events(institution, found.noun, entries, reach)
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return HistoryPage(
        events,
        after=events[-1].place if events and has_next else None,
        before=events[0].place if events and has_previous else None,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    at: datetime
    operation: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    job: UUID | None
    row: int | None
    is_effect: bool
    is_undone: bool
    job_kind: str | None
    by: str
    account: int | None

    @classmethod
    def read(cls, line: Sequence[Any]) -> _Entry:
        id_, at, operation, before, after, job, row, is_effect, undone_by, kind, by, account = line
        return cls(
            id_,
            at,
            operation,
            json.loads(before),
            json.loads(after),
            job,
            row,
            is_effect,
            # An undo's own entries are marked by itself.
            undone_by is not None and undone_by != job,
            kind,
            by or "",
            account,
        )

    @property
    def kind(self) -> Literal["import", "undo", "by_hand", "system"]:
        if self.job is not None:
            return "undo" if self.job_kind == "undo" else "import"
        return "by_hand" if self.account is not None else "system"


def _making(cursor: Any, found: Found, params: Mapping[str, Any]) -> _Entry:
    values = found.values
    job = values["made_by_job"]
    kind, by = None, ""
    if job is not None:
        cursor.execute(MAKER, {"job": job})
        kind, by = cursor.fetchone() or (None, "")
    cursor.execute(AT_FIRST, params)
    first = {name: json.loads(value) for name, value in cursor.fetchall()}
    now = {name: value for name, value in values.items() if name in found.noun.columns}
    made_with = {name: first.get(name, value) for name, value in now.items()}
    if ERASED in first:
        made_with = {ERASED: True}
    after = {name: value for name, value in made_with.items() if value not in (None, [])}
    return _Entry(
        0, values["created_at"], Operation.CREATED, {}, after, job, values["made_by_row"], False, False, kind, by, None
    )  # fmt: skip


def _events(institution: int, noun: Noun, entries: Sequence[_Entry], reach: Reach) -> list[Event]:
    asked: dict[int, set[UUID]] = {}
    for entry in entries:
        for side in (entry.before, entry.after):
            for name, value in side.items():
                for code, id_ in references(noun, name, value):
                    asked.setdefault(code, set()).add(id_)
    known = look_up(institution, asked, reach)
    return [
        Event(
            at=entry.at,
            operation=Operation(entry.operation).name.lower(),
            kind=entry.kind,
            by=entry.by,
            job=entry.job,
            row=entry.row,
            account=entry.account,
            changes=_changes(noun, entry, known),
            place=(entry.at, entry.id),
            is_effect=entry.is_effect,
            is_undone=entry.is_undone,
            is_erased=ERASED in entry.before or ERASED in entry.after,
        )
        for entry in entries
    ]


def _changes(noun: Noun, entry: _Entry, known: Mapping[UUID, Known]) -> dict[str, list[Any]]:
    in_order = [*noun.columns, *entry.before, *entry.after]
    names = [name for name in dict.fromkeys(in_order) if name in entry.before or name in entry.after]
    return {
        public_name(noun, name): [
            _shown(noun, name, entry.before.get(name), known),
            _shown(noun, name, entry.after.get(name), known),
        ]
        for name in names
        if not is_hidden(name) and name != ERASED
    }


def _shown(noun: Noun, name: str, value: Any, known: Mapping[UUID, Known]) -> Any:
    if points_to(noun, name) is None or not value:
        return value
    ids = list(dict.fromkeys(id_ for _, id_ in references(noun, name, value)))
    written = [known[id_].written if id_ in known else str(id_) for id_ in ids]
    return written if isinstance(value, list) else written[0]
