"""Where the calendar of an object is, for its own page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.http import urlencode

from edu_csv.front.calendar.weeks import YEARS, Week
from edu_csv.pages.contexts.parts import Action

# Kinds with a week of their own, by the parameter that asks for it.
OWN_WEEK = {"rooms": "room", "sections": "section"}


def actions(kind: str, object_id: UUID, stored: Mapping[str, Any]) -> list[Action]:
    """The way to the calendar from the page of a room, a section or a schedule; none for other kinds.

    stored: the object's columns, as JSON has them.
    """
    if kind in OWN_WEEK:
        query = {OWN_WEEK[kind]: str(object_id)}
    elif kind == "schedules":
        query = {"room": stored["room_id"], **_week(stored["start_date"], stored["end_date"])}
    else:
        return []
    return [{"label": "Calendar", "href": f"/calendar/?{urlencode(query)}", "icon": "calendar"}]


def _week(start: str, end: str | None) -> dict[str, str]:
    """This week while a schedule lasts, else the one in which it begins."""
    first, today = date.fromisoformat(start), timezone.localdate()
    day = today if end and first <= today <= date.fromisoformat(end) else first
    return {"week": str(Week.of(day))} if day.year in YEARS else {}
