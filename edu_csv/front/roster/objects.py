"""One object: what it says now, who said so, what hangs on it, and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET
from psycopg.sql import SQL, Identifier

from edu_csv.access import policy
from edu_csv.access.policy import Ability
from edu_csv.front.calendar import links as calendar
from edu_csv.front.roster import attributes, bookings, causes, journal, values
from edu_csv.front.roster.attributes import Attributes
from edu_csv.front.roster.causes import Cause, Causes
from edu_csv.front.roster.cursors import Cursor
from edu_csv.front.roster.history import days_of
from edu_csv.front.roster.journal import Entry, Setter
from edu_csv.front.roster.kinds import KINDS, Kind
from edu_csv.front.roster.listing import Wanted, condition, count, page_of
from edu_csv.front.roster.related import RELATED, TITLES, Related
from edu_csv.pages.contexts.parts import Empty, Fact, Note, Pager
from edu_csv.pages.contexts.roster import FieldOrigin, ObjectPage, RosterLine, Tab
from edu_csv.pages.doors import asked, page
from edu_csv.pages.paging import pager
from edu_csv.pages.sessions import PersonRequest
from edu_csv.roster.lookup import Known
from edu_csv.roster.models import Operation
from edu_csv.roster.nouns import PERSON, PERSON_ATTRIBUTES, SCHEDULE, Noun
from edu_csv.roster.reach import reaching

HISTORY_SHOWN = 20
HISTORY_MOST = 500

OBJECT = SQL("{reach} SELECT to_jsonb(o), {name} FROM {table} AS o {joins} WHERE {wanted}")


@dataclass(frozen=True, slots=True)
class Found:
    """An object within reach. stored: its columns, as JSON has them."""

    id: UUID
    kind: Kind
    name: str
    stored: Mapping[str, Any]

    @property
    def made_at(self) -> datetime:
        at = parse_datetime(self.stored["created_at"])
        if at is None:
            raise ValueError(self.stored["created_at"])
        return at

    @property
    def made_by(self) -> UUID | None:
        return UUID(made_by) if (made_by := self.stored["made_by_job"]) else None


@page(Ability.READ_ROSTER)
@require_GET
def roster_object(request: PersonRequest, kind: str, object_id: UUID) -> HttpResponse:
    return render(request, "roster/object.html", {**_page(request, kind, object_id)})


def find(request: PersonRequest, kind: Kind, object_id: UUID) -> Found:
    """The object, deleted ones too. Raises Http404 for one that is absent, foreign or out of reach."""
    wanted = Wanted(
        request.institution.pk, policy.read_reach(request.actor), ["o.id = %(object)s"], {"object": object_id}
    )
    statement = OBJECT.format(
        reach=reaching(wanted.reach),
        name=SQL(kind.name),
        table=Identifier(kind.noun.table),
        joins=SQL(kind.joins),
        wanted=condition(kind, wanted),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, wanted.all_params)
        row = cursor.fetchone()
    if row is None:
        raise Http404
    # Django's connection hands JSON over as text.
    return Found(object_id, kind, row[1] or str(object_id), json.loads(row[0]))


def _page(request: PersonRequest, key: str, object_id: UUID) -> ObjectPage:
    if key not in KINDS:
        raise Http404
    kind = KINDS[key]
    found = find(request, kind, object_id)
    tab = asked(request.GET, "tab")
    institution, noun = request.institution.pk, kind.noun
    is_history = tab == "history"
    entries, total = journal.entries(
        institution, noun, object_id, HISTORY_MOST if is_history else HISTORY_SHOWN
    )
    setters = journal.setters(institution, noun, object_id)
    said = attributes.of_person(institution, object_id) if noun is PERSON else Attributes()
    changes: list[Entry | Setter] = [*entries, *setters.values(), *said.setters.values()]
    jobs = {change.job for change in changes if change.job}
    jobs |= {made_by for made_by in (found.made_by, said.made_by) if made_by}
    accounts = {change.account for change in changes if change.account}
    behind = causes.look_up(request.actor, jobs, accounts)
    reach = policy.read_reach(request.actor)
    known = values.look_up(
        institution, noun, [found.stored, *(each for e in entries for each in (e.before, e.after))], reach
    )
    if said.stored:
        known |= values.look_up(institution, PERSON_ATTRIBUTES, [said.stored], reach)
    about: list[Fact] = []
    if noun is SCHEDULE:
        known, about = bookings.told_in_full(institution, reach, object_id, found.stored, known)
    made = behind.of(found.made_by, found.stored["made_by_row"], None)
    shown, lines, heads, paging = _related(request, found, tab)
    page_url = f"/roster/{kind.key}/{object_id}/"
    return {
        "title": f"{kind.one.capitalize()}: {found.name}",
        "section": kind.key,
        "crumbs": [
            {"label": kind.many.capitalize(), "href": f"/roster/{kind.key}/"},
            {"label": found.name, "href": ""},
        ],
        "kind": kind.one.capitalize(),
        "heading": found.name,
        "facts": [*_facts(found, entries), *about],
        "actions": calendar.actions(kind.key, object_id, found.stored),
        "tabs": _tabs(request, found, shown.tab if shown else "", page_url),
        "notes": _notes(found, entries, behind),
        "created": _created(found, made),
        "fields": []
        if shown
        else [
            *_fields(noun, _told(found, setters), found.stored, setters, behind, made, known),
            *_said(said, behind, known),
        ],
        "related_heads": heads,
        "related": lines,
        "related_title": TITLES[shown.tab] if shown else "",
        "named_rows": [],
        "history": days_of(found.made_at, noun, entries, total, behind, made, known),
        "history_total": total + 1,
        "history_href": f"{page_url}?tab=history" if total > HISTORY_SHOWN and not is_history else "",
        "pager": paging,
        "empty": _empty(found, shown) if shown and not lines else None,
        "as_of": None,
        "as_of_url": page_url,
    }


def _related(
    request: PersonRequest, found: Found, tab: str
) -> tuple[Related | None, list[RosterLine], list[str], Pager | None]:
    """The lines of the chosen tab; nothing for the fields."""
    related = next((each for each in RELATED[found.kind.key] if each.tab == tab), None)
    if related is None:
        return None, [], [], None
    wanted = related.wanted(request.institution.pk, policy.read_reach(request.actor), found.id)
    cursor = Cursor.read(asked(request.GET, "cursor", longest=2_000), len(related.kind.order) + 1)
    listed = page_of(related.kind, wanted, cursor)
    page_url = f"/roster/{found.kind.key}/{found.id}/"
    paging = pager(
        cursor, len(listed.lines), listed.after, page_url, [("tab", tab)],
        total=count(related.kind, wanted), what=TITLES[tab].lower(),
    )  # fmt: skip
    return related, listed.lines, [cell.head for cell in related.kind.cells], paging


def _tabs(request: PersonRequest, found: Found, chosen: str, page_url: str) -> list[Tab]:
    tabs: list[Tab] = [{"label": "Fields", "href": page_url, "count": None, "is_on": not chosen}]
    reach = policy.read_reach(request.actor)
    for related in RELATED[found.kind.key]:
        number = count(related.kind, related.wanted(request.institution.pk, reach, found.id))
        tabs.append(
            {
                "label": TITLES[related.tab],
                "href": f"{page_url}?tab={related.tab}",
                "count": number,
                "is_on": related.tab == chosen,
            }
        )
    return tabs


def _facts(found: Found, entries: Sequence[Entry]) -> list[Fact]:
    facts: list[Fact] = []
    if found.stored["external_id"]:
        facts.append({"text": found.stored["external_id"], "is_id": True})
    facts.append({"text": str(found.id), "is_id": True})
    if entries:
        facts.append({"text": "last changed", "at": entries[0].at})
    return facts


def _created(found: Found, made: Cause) -> Fact:
    if found.made_by is None:
        return {"text": "Created", "after": "by hand", "at": found.made_at}
    by = f"{made.by}, {made.detail}" if made.detail else made.by
    return {"text": "Created by", "href": made.row_href or made.href, "after": by, "at": found.made_at}


def _notes(found: Found, entries: Sequence[Entry], behind: Causes) -> list[Note]:
    if not found.stored["deleted_at"]:
        return []
    ended = next((entry for entry in entries if entry.operation == Operation.DELETED), None)
    by = f" by {behind.of(ended.job, ended.row, ended.account).by}" if ended else ""
    return [
        {
            "kind": "deleted",
            "icon": "stop",
            "title": f"This {found.kind.one} was deleted{by}",
            "text": "Its values are kept. Undoing that import brings it back under the same system id.",
            "actions": [],
        }
    ]


def _told(found: Found, setters: Mapping[str, Setter]) -> list[str]:
    noun = found.kind.noun
    return [
        name
        for name in values.shown(noun.columns)
        if name in setters or values.is_told(noun, name, found.stored[name])
    ]


def _said(said: Attributes, behind: Causes, known: Mapping[UUID, Known]) -> list[FieldOrigin]:
    """What an employer says of a person."""
    if not said.stored:
        return []
    made = behind.of(said.made_by, said.stored["made_by_row"], None)
    return _fields(PERSON_ATTRIBUTES, said.fields(), said.stored, said.setters, behind, made, known)


def _fields(
    noun: Noun,
    names: Sequence[str],
    values_now: Mapping[str, Any],
    setters: Mapping[str, Setter],
    behind: Causes,
    made: Cause,
    known: Mapping[UUID, Known],
) -> list[FieldOrigin]:
    fields: list[FieldOrigin] = []
    for name in names:
        stored = values_now[name]
        id_, to = values.reference(noun, name, stored, known)
        setter = setters.get(name)
        cause = behind.of(setter.job, setter.row, setter.account) if setter else made
        fields.append(
            {
                "label": values.label(noun, name),
                "value": values.text(noun, name, stored, known),
                "id": id_,
                "href": to,
                "as_created": setter is None,
                "by": {"label": cause.by, "href": cause.href if setter else cause.row_href},
                "by_detail": cause.detail,
                "by_hand": cause.kind == "by_hand" and setter is not None,
                "at": setter.at if setter else None,
            }
        )
    return fields


def _empty(found: Found, related: Related) -> Empty:
    return {
        "title": f"No {TITLES[related.tab].lower()}",
        "text": f"Nothing hangs on this {found.kind.one} here, as far as you can see.",
        "actions": [],
    }
