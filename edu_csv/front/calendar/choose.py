"""Choosing whose week to see: campus, then building, then room; or any room or section by search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from psycopg.sql import SQL

from edu_csv.access.policy import Reach
from edu_csv.front.calendar.weeks import Week
from edu_csv.front.roster.kinds import ROOMS, SECTION_LIST
from edu_csv.front.roster.lists import Conditions, search
from edu_csv.pages.contexts.calendar import Choice, ChoiceGroup, ChooseCalendarPage
from edu_csv.pages.contexts.parts import Empty, Filter
from edu_csv.pages.doors import asked
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import number
from edu_csv.roster.nouns import SECTION
from edu_csv.roster.reach import reaching, within

URL = "/calendar/"
# A page that offers more is searched, not read.
MOST_ROOMS = 300
MOST_SECTIONS = 20
MOST_OPTIONS = 200

# With the captures of this week: a room that is used stands out. Only of rooms that are shown.
ROOMS_TO_CHOOSE = SQL("""
    SELECT room.*, (SELECT count(*) FROM roster_occurrence AS x
                     WHERE x.institution_id = %(institution)s AND x.room_number = room.number
                       AND x.starts_at >= %(since)s AND x.starts_at < %(until)s)
      FROM (SELECT o.id, o.name, o.external_id, o.number, b.name AS building, k.name AS campus, count(*) OVER () AS total
              FROM roster_room AS o {joins}
             WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {wanted}
             ORDER BY k.name_folded, b.name_folded, b.id, o.name_folded, o.id LIMIT {most}) AS room
""")
SECTIONS_TO_CHOOSE = SQL("""
    {reach}
    SELECT o.id, coalesce(c.code, c.name) || ' ' || o.name || ', ' || t.name, o.external_id
      FROM roster_section AS o {joins}
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {within} AND {wanted}
     ORDER BY t.start_date DESC NULLS LAST, c.code_folded, o.name_folded, o.id LIMIT {most}
""")
# The first of each, and the chosen one wherever it stands: no menu holds all buildings of a large institution.
CAMPUSES = """
    SELECT id, name, '', total
      FROM (SELECT k.id, k.name, count(*) OVER () AS total, row_number() OVER (ORDER BY k.name_folded, k.id) AS place
              FROM roster_campus AS k WHERE k.institution_id = %(institution)s AND k.deleted_at IS NULL) AS option
     WHERE place <= %(most)s OR id::text = %(campus)s ORDER BY place
"""
BUILDINGS = """
    SELECT id, name, campus, total
      FROM (SELECT b.id, b.name, k.name AS campus, count(*) OVER () AS total,
                   row_number() OVER (ORDER BY k.name_folded, b.name_folded, b.id) AS place
              FROM roster_building AS b
              JOIN roster_campus AS k ON k.institution_id = b.institution_id AND k.id = b.campus_id
             WHERE b.institution_id = %(institution)s AND b.deleted_at IS NULL
               AND (%(campus)s::text = '' OR b.campus_id::text = %(campus)s)) AS option
     WHERE place <= %(most)s OR id::text = %(building)s ORDER BY place
"""


def show_choice(request: PersonRequest, reach: Reach, keeps: list[tuple[str, str]]) -> HttpResponse:
    """Five statements at most."""
    q = asked(request.GET, "q", longest=200)
    institution = request.institution.pk
    given = {name: asked(request.GET, name) for name in ("campus", "building")}
    filters, conditions = _filters(institution, given, q, keeps)
    rooms = _rooms(institution, q, conditions)
    sections = _sections(institution, reach, q, keeps) if q else []
    groups = _groups(rooms, keeps)
    total = rooms[0][6] if rooms else 0
    context: ChooseCalendarPage = {
        "title": "Calendar",
        "section": "calendar",
        "crumbs": [{"label": "Calendar", "href": ""}],
        "q": q,
        "keeps": [*((name, value) for name, value in given.items() if value), *keeps],
        "page_url": URL,
        "filters": filters,
        "groups": groups,
        "sections": sections,
        "left_out": f"These are {number(len(rooms))} of {number(total)} rooms. Search, or choose a building."
        if total > len(rooms)
        else "",
        "empty": None if groups or sections else _empty(is_filtered=bool(q or any(given.values()))),
    }
    return render(request, "calendar/choose.html", {**context})


def _filters(
    institution: int, given: Mapping[str, str], q: str, keeps: list[tuple[str, str]]
) -> tuple[list[Filter], Conditions]:
    params = {"institution": institution, "most": MOST_OPTIONS, **given}
    found = {"campus": _fetched(CAMPUSES, params), "building": _fetched(BUILDINGS, params)}
    options = {
        name: {
            str(id_): f"{label}, {campus}" if campus and not given["campus"] else label
            for id_, label, campus, _ in rows
        }
        for name, rows in found.items()
    }
    conditions = Conditions()
    filters: list[Filter] = []
    for name, many, column in (("campus", "campuses", "k.id"), ("building", "buildings", "b.id")):
        chosen = given[name]
        others = [(key, value) for key, value in [("q", q), *given.items()] if value and key != name]
        if name == "campus":
            # A building of the other campus would leave nothing to choose.
            others = [pair for pair in others if pair[0] != "building"]
        if chosen and chosen not in options[name]:
            conditions.add("FALSE")
        elif chosen:
            conditions.add(f"{column} = %({name})s", **{name: UUID(chosen)})
        filters.append(
            {
                "name": name,
                "label": name.capitalize(),
                "value": options[name].get(chosen, "unknown") if chosen else "",
                "clear_href": _address([*others, *keeps]),
                "options": [
                    {
                        "label": label,
                        "value": id_,
                        "href": _address([*others, (name, id_), *keeps]),
                        "count": None,
                        "is_on": False,
                    }
                    for id_, label in options[name].items()
                ],
                "left_out": _left_out(len(options[name]), found[name], many),
            }
        )
    return filters, conditions


def _rooms(institution: int, q: str, conditions: Conditions) -> list[tuple[Any, ...]]:
    found = search(ROOMS, q)
    since, until = Week.of(timezone.localdate()).bounds(timezone.get_current_timezone())
    wanted = SQL(" AND ").join([SQL(each) for each in ("TRUE", *conditions.sql, *found.sql)])
    statement = ROOMS_TO_CHOOSE.format(joins=SQL(ROOMS.joins), wanted=wanted, most=MOST_ROOMS)
    params = {"institution": institution, "since": since, "until": until, **conditions.params, **found.params}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _groups(rooms: Sequence[tuple[Any, ...]], keeps: list[tuple[str, str]]) -> list[ChoiceGroup]:
    """Rooms come by campus and building."""
    groups: list[ChoiceGroup] = []
    for id_, name, external_id, _, building, campus, _, captures in rooms:
        if not groups or (groups[-1]["title"], groups[-1]["small"]) != (building, campus):
            groups.append({"title": building, "small": campus, "choices": []})
        groups[-1]["choices"].append(_choice("room", id_, name, external_id, captures, keeps))
    return groups


def _sections(institution: int, reach: Reach, q: str, keeps: list[tuple[str, str]]) -> list[Choice]:
    found = search(SECTION_LIST, q)
    statement = SECTIONS_TO_CHOOSE.format(
        reach=reaching(reach),
        joins=SQL(SECTION_LIST.joins),
        within=within(reach, SECTION),
        wanted=SQL(" AND ").join([SQL(each) for each in found.sql]),
        most=MOST_SECTIONS,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"institution": institution, "granted": reach.granted, **found.params})
        rows = cursor.fetchall()
    return [_choice("section", id_, name, external_id, 0, keeps) for id_, name, external_id in rows]


def _choice(
    kind: str, id_: UUID, name: str, external_id: str | None, captures: int, keeps: list[tuple[str, str]]
) -> Choice:
    return {
        "name": name,
        "id": external_id or "",
        "href": _address([(kind, str(id_)), *keeps]),
        "captures": captures,
    }


def _address(query: Sequence[tuple[str, str]]) -> str:
    return f"{URL}?{urlencode(query)}" if query else URL


def _fetched(statement: str, params: Mapping[str, Any]) -> list[tuple[UUID, str, str, int]]:
    """(id, name, name of its campus, how many there are in all) of each option."""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(params))
        found: list[tuple[UUID, str, str, int]] = cursor.fetchall()
    return found


def _left_out(shown: int, found: Sequence[tuple[UUID, str, str, int]], many: str) -> str:
    total = found[0][3] if found else 0
    if total <= shown:
        return ""
    return f"These are {number(shown)} of {number(total)} {many}. Search above for the name of another."


def _empty(*, is_filtered: bool) -> Empty:
    if is_filtered:
        return {
            "title": "No room or section matches",
            "text": "Search finds the beginning of an id and any part of a name. Take a filter away, or write less.",
            "actions": [{"label": "Clear filters", "href": URL}],
        }
    return {
        "title": "No rooms yet",
        "text": "Import campuses, buildings and rooms, then schedules: each room and each section has its week here."
        " The week of a section is found by search.",
        "actions": [{"label": "Formats and samples", "href": "/help/formats/"}],
    }
