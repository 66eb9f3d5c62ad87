"""The roster: a list, and one section with its tabs."""

from __future__ import annotations

from edu_csv.pages.contexts import roster as to_roster
from edu_csv.pages.contexts.parts import Filter
from edu_csv.pages.styleguide import HISTORY, PAGER
from tests.pages.samples.story import NO_PAGER, NOW

LINE: to_roster.RosterLine = {
    "name": "Tides and Currents, 01",
    "id": "S-OCE210-26F-01",
    "href": "/roster/sections/1/",
    "is_gone": False,
    "cells": [
        {"label": "course", "text": "Tides and Currents", "href": "/roster/courses/1/", "sub": "C-OCE210"},
        {"label": "term", "text": "Fall 2026"},
        {"label": "people", "text": "64"},
    ],
}


def roster_list() -> to_roster.RosterPage:
    return {
        "title": "Sections",
        "section": "sections",
        "crumbs": [{"label": "Sections", "href": ""}],
        "kind": "sections",
        "one": "section",
        "many": "sections",
        "total": 3701,
        "q": "",
        "keeps": [],
        "filters": _roster_filters(),
        "heads": ["Course", "Term", "People"],
        "lines": [LINE, {**LINE, "is_gone": True, "name": "שירה עברית", "id": "S-HEB101-26F-01"}],
        "pager": {**PAGER, "what": "sections", "total": 3701, "note": ""},
        "empty": None,
        "page_url": "/roster/sections/",
        "rows_url": "/roster/sections/lines/",
        "actions": [],
    }


def _roster_filters() -> list[Filter]:
    return [
        {
            "name": "term",
            "label": "Term",
            "value": "",
            "clear_href": "?",
            "options": [
                {"label": f"Term {i}", "value": str(i), "href": f"?term={i}", "count": None, "is_on": False}
                for i in range(12)
            ],
        }
    ]


def roster_object() -> to_roster.ObjectPage:
    return {
        "title": "Section: Tides and Currents, 01",
        "section": "sections",
        "crumbs": [
            {"label": "Sections", "href": "/roster/sections/"},
            {"label": "Tides and Currents, 01", "href": ""},
        ],
        "kind": "Section",
        "heading": "Tides and Currents, 01",
        "facts": [
            {"text": "S-OCE210-26F-01", "is_id": True},
            {"text": "Fall 2026"},
            {"text": "last changed", "at": NOW},
        ],
        "actions": [],
        "tabs": [
            {"label": "Fields", "href": "?", "count": None, "is_on": True},
            {"label": "People", "href": "?tab=people", "count": 64, "is_on": False},
        ],
        "notes": [],
        "created": {"text": "Created by", "href": "/imports/1/", "after": "Sections fall 2026", "at": NOW},
        "fields": [
            {
                "label": "Section Name",
                "value": "01",
                "as_created": True,
                "by": {"label": "", "href": "/imports/1/rows/1042/"},
                "by_detail": "row 1,042",
                "by_hand": False,
                "at": None,
            },
            {
                "label": "Instructor",
                "value": "Ingrid Solberg",
                "id": "P-1001",
                "href": "/roster/people/1/",
                "as_created": False,
                "by": {"label": "Tomas Reyes", "href": ""},
                "by_detail": "by hand",
                "by_hand": True,
                "at": NOW,
            },
            {
                "label": "Description",
                "value": "",
                "as_created": False,
                "by": {"label": "Sections, department moves", "href": "/imports/2/"},
                "by_detail": "row 233",
                "by_hand": False,
                "at": NOW,
            },
        ],
        "related_heads": [],
        "related": [],
        "related_title": "",
        "named_rows": [],
        "history": HISTORY,
        "history_total": 23,
        "history_href": "?tab=history",
        "pager": None,
        "empty": None,
        "as_of": None,
        "as_of_url": "",
    }


def roster_object_people() -> to_roster.ObjectPage:
    return {
        **roster_object(),
        "fields": [],
        "related_title": "64 people",
        "related_heads": ["Course", "Term", "People"],
        "related": [LINE],
        "pager": NO_PAGER,
        "as_of": NOW,
        "as_of_url": "?",
    }


def roster_object_rows() -> to_roster.ObjectPage:
    return {
        **roster_object(),
        "fields": [],
        "named_rows": [
            {
                "at": NOW,
                "from_import": "Banner nightly",
                "row": 871,
                "outcome": "held",
                "says": "Edits by hand win.",
                "href": "/imports/4/rows/871/",
            }
        ],
    }
