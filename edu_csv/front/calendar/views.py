"""``/calendar/``: the week of one room or one section, and before it the choice of one (ui.md section 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from edu_csv.access import policy
from edu_csv.access.policy import Ability, Reach
from edu_csv.front.calendar.choose import show_choice
from edu_csv.front.calendar.events import MOST_EVENTS, Event, events_of, neighbours, params_of, totals
from edu_csv.front.calendar.ghosts import is_shown, would_be
from edu_csv.front.calendar.layout import board
from edu_csv.front.calendar.places import Place, find_room, find_section
from edu_csv.front.calendar.weeks import Week
from edu_csv.front.calendar.words import WORDS, Words, clashes_of, days_of, height_of, hours_of, pairs_of
from edu_csv.front.roster.cursors import as_id
from edu_csv.jobs.models import State
from edu_csv.pages.contexts.calendar import CalendarPage
from edu_csv.pages.contexts.parts import Action, Fact, Link, Note, Sentence
from edu_csv.pages.doors import asked, page
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, duration, number
from imports.models import Import
from imports.services import visible_imports
from imports.views import names

URL = "/calendar/"
LIST = "list"
# So many clashes and refusals are written out below the week.
MOST_SAID = 12


@page(Ability.READ_ROSTER)
@require_GET
def calendar(request: PersonRequest) -> HttpResponse:
    """``?room=`` or ``?section=``, ``week=2026-W34``, ``import=`` of a plan to draw over it, ``view=list``."""
    reach = policy.read_reach(request.actor)
    room, section = asked(request.GET, "room"), asked(request.GET, "section")
    if not room and not section:
        return show_choice(request, reach, _keeps(request))
    place = _place(request, reach, room, section)
    return render(request, "calendar/week.html", {**_week_page(request, reach, place)})


def _place(request: PersonRequest, reach: Reach, room: str, section: str) -> Place:
    """Raises Http404 for what is absent, foreign or out of reach."""
    id_ = as_id(room or section)
    institution = request.institution.pk
    found = None
    if id_ is not None:
        found = find_room(institution, id_) if room else find_section(institution, reach, id_)
    if found is None:
        raise Http404
    return found


def _plan(request: PersonRequest) -> Import | None:
    """The import whose plan is drawn; Http404 for one that this person may not see."""
    given = asked(request.GET, "import")
    if not given:
        return None
    id_ = as_id(given)
    found: Import | None = visible_imports(request.actor).filter(pk=UUID(str(id_))).first() if id_ else None
    if found is None or not policy.may(request.actor, Ability.IMPORT):
        raise Http404
    return found


def _keeps(request: PersonRequest) -> list[tuple[str, str]]:
    """What goes along from place to place and from week to week."""
    return [(name, value) for name in ("import", "view", "week") if (value := asked(request.GET, name))]


def _week_page(request: PersonRequest, reach: Reach, place: Place) -> CalendarPage:
    now = timezone.now()
    today = now.astimezone(place.zone).date()
    given = asked(request.GET, "week")
    week = Week.read(given) or Week.of(today)
    plan = _plan(request)
    params, live = _live(request, reach, place, week)
    was_moved = False
    if not given and plan is None and not any(each.ends_at > now for each in live):
        _, following = neighbours(place, params)
        if following is not None:
            week, was_moved = Week.of(following.astimezone(place.zone).date()), True
            params, live = _live(request, reach, place, week)
    is_cut = len(live) > MOST_EVENTS
    captures, seconds = totals(place, params) if is_cut else (len(live), _seconds(live))
    events = live[:MOST_EVENTS]
    refusals: list[tuple[int, str]] = []
    if plan is not None and is_shown(plan):
        events, refusals = would_be(plan, reach, place, params, events)
    drawn = board(events, week, place.zone)
    pairs = pairs_of(events)
    words = Words(
        place.zone, is_room=place.kind == "room", plan=plan,
        clashing=frozenset(id(each) for pair in pairs for each in pair),
    )  # fmt: skip
    keeps = [pair for pair in _keeps(request) if pair[0] != "week"]
    notes = _notes(place, plan, given, captures=captures)
    before, after = neighbours(place, params)
    own = [(place.kind, str(place.id))]
    is_list = ("view", LIST) in keeps

    def at(which: Week | None, query: list[tuple[str, str]] = keeps) -> str:
        return f"{URL}?{urlencode([*own, ('week', str(which)), *query])}" if which else ""

    without_view = [pair for pair in keeps if pair[0] != "view"]
    return {
        "title": f"Calendar: {place.name}, week {week.number}",
        "section": "calendar",
        "crumbs": [{"label": "Calendar", "href": URL}, {"label": place.name, "href": ""}],
        "heading": place.name,
        "kind": "Calendar of a room" if place.kind == "room" else "Calendar of a section",
        "facts": _facts(place, plan),
        "actions": _actions(place, plan),
        "notes": notes,
        "sentence": _sentence(captures, seconds, events, before, after, place, at, was_moved=was_moved),
        "page_url": URL,
        "keeps": [*own, *keeps],
        "week": str(week),
        "week_label": week.label,
        "week_number": week.number,
        "previous_href": at(week.shifted(-1)),
        "next_href": at(week.shifted(1)),
        "today_href": at(Week.of(today)) if week != Week.of(today) else "",
        "views": [
            {"label": "Week", "href": at(week, without_view)},
            {"label": "List", "href": at(week, [*without_view, ("view", LIST)])},
        ],
        "is_list": is_list,
        "zone_said": _zone(place),
        "days": days_of(drawn, words, today, now),
        "hours": hours_of(drawn),
        "height": height_of(drawn),
        "clashes": _first(clashes_of(events, words)),
        "refusals": _refusals(plan, refusals),
        "changes": [
            f"{day.date:%A}, {day.date.day} {day.date:%B}: {day.change.words}."
            for day in drawn.days
            if day.change
        ],
        "legend": [WORDS[kind] for kind in WORDS if any(each.kind is kind for each in events)],
    }


def _live(
    request: PersonRequest, reach: Reach, place: Place, week: Week
) -> tuple[dict[str, Any], list[Event]]:
    """What to ask of a week, and what takes place in it."""
    since, until = week.bounds(place.zone)
    params = params_of(request.institution.pk, reach, place, since, until)
    return params, events_of(reach, place, params)


def _seconds(events: list[Event]) -> float:
    return sum((each.ends_at - each.starts_at).total_seconds() for each in events)


def _facts(place: Place, plan: Import | None) -> list[Fact]:
    facts: list[Fact] = [{"text": parent} for parent in place.parents]
    if place.external_id:
        facts.append({"text": place.external_id, "is_id": True})
    if plan is not None and is_shown(plan):
        facts.append(
            {"text": f"with the plan of {names.heading(plan)}", "href": names.address(plan)}
            if plan.job.state == State.WAITING
            else {"text": f"with the failed rows of {names.heading(plan)}", "href": names.address(plan)}
        )
    return facts


def _actions(place: Place, plan: Import | None) -> list[Action]:
    actions: list[Action] = [
        {"label": "Fields and history", "href": place.roster_href, "icon": "list"},
        {"label": "Another room or section", "href": URL, "icon": "search"},
    ]
    if plan is not None:
        actions.insert(0, {"label": "Back to the plan", "href": names.address(plan), "icon": "left"})
    return actions


def _notes(place: Place, plan: Import | None, given: str, *, captures: int) -> list[Note]:
    notes: list[Note] = []
    if given and Week.read(given) is None:
        text = "Write a week as year and number, such as 2026-W34. This is the current one."
        notes.append(
            {
                "kind": "turn",
                "icon": "calendar",
                "title": f"There is no week {given}",
                "text": text,
                "actions": [],
            }
        )
    if place.unknown_zone:
        text = "Give the campus an IANA time zone such as Europe/Oslo. Until then, times are those of the institution."
        notes.append(
            {
                "kind": "turn",
                "icon": "warn",
                "title": f"{place.unknown_zone}, the time zone of its campus, is not known",
                "text": text,
                "actions": [],
            }
        )
    if place.is_gone:
        text = "What took place there still stands in its weeks."
        notes.append(
            {
                "kind": "deleted",
                "icon": "stop",
                "title": f"This {place.kind} was deleted",
                "text": text,
                "actions": [],
            }
        )
    if captures > MOST_EVENTS:
        text = f"The first {number(MOST_EVENTS)} of {number(captures)} captures are drawn."
        notes.append(
            {
                "kind": "turn",
                "icon": "warn",
                "title": "More than a week can show",
                "text": text,
                "actions": [],
            }
        )
    if plan is not None and not is_shown(plan):
        text = "While it is being planned or applied, the week is shown as it is now."
        notes.append(
            {
                "kind": "plain",
                "icon": "clock",
                "title": f"{names.heading(plan)} has no plan just now",
                "text": text,
                "actions": [],
            }
        )
    return notes[:2]


def _sentence(
    captures: int,
    seconds: float,
    events: list[Event],
    before: datetime | None,
    after: datetime | None,
    place: Place,
    at: Callable[[Week], str],
    *,
    was_moved: bool,
) -> Sentence:
    """captures, seconds: of all that takes place, also of what is not drawn. was_moved: to a later week."""
    would = [each for each in events if each.kind in WORDS]
    if captures:
        lead = format_html("<b>{}</b> this week, {} in all.", counted(captures, "capture"), duration(seconds))
    else:
        lead = format_html("<b>{}</b>", "Nothing takes place this week.")
    if would:
        rest = f"The plan touches {counted(len(would), 'capture')} of it."
        return {"lead": lead, "rest": rest}
    if captures:
        rest = "The current week has none left: this is the week of the next one." if was_moved else ""
        return {"lead": lead, "rest": rest}
    links = [
        format_html('<a href="{}">{}</a>', at(Week.of(local.date())), f"{word} {local.day} {local:%B %Y}")
        for moment, word in ((before, "the last before on"), (after, "the next on"))
        if moment is not None
        for local in [moment.astimezone(place.zone)]
    ]
    if not links:
        return {"lead": lead, "rest": "Nothing ever has, and nothing is scheduled."}
    said = format_html("{}, {}", *links) if len(links) == 2 else links[0]
    return {"lead": lead, "rest": format_html("There is {}.", said)}


def _zone(place: Place) -> str:
    is_own = place.kind == "room" and not place.unknown_zone
    whose = "the zone of its campus" if is_own else "the institution’s zone"
    return f"Times are those of {place.zone.key}, {whose}."


def _first(said: list[str]) -> list[str]:
    more = len(said) - MOST_SAID
    return [*said[:MOST_SAID], f"and {number(more)} more"] if more > 0 else said


def _refusals(plan: Import | None, told: list[tuple[int, str]]) -> list[Link]:
    if plan is None:
        return []
    return [
        {
            "label": f"Row {number(row)}: {sentence.replace('`', '')}",
            "href": names.address(plan, "rows", str(row)),
        }
        for row, sentence in told[:MOST_SAID]
    ]
