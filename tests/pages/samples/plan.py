"""A plan that waits for approval, and one of its rows."""

from __future__ import annotations

from edu_csv.pages import sentences
from edu_csv.pages.contexts import imports as to_imports
from edu_csv.pages.contexts.parts import Action, FootBar
from edu_csv.pages.statuses import status_of
from edu_csv.pages.styleguide import COUNTS, FILTERS, PAGER, RAIL
from edu_csv.pages.tallies import segments
from tests.pages.samples.story import EFFECTS, IMPORTS, NOW, PLAN_URL


def _row(row: int, outcome: str, key: str, name: str, **more: object) -> to_imports.PlanRow:
    line: to_imports.PlanRow = {
        "id": str(row),
        "row": row,
        "file": "",
        "outcome": outcome,  # type: ignore[typeddict-item]
        "object": {"key": key, "name": name, "href": "/roster/sections/1/"},
        "consequence": "",
        "says": "",
        "changes": [],
        "problems": [],
        "effects": [],
        "href": f"{PLAN_URL}rows/{row}/",
        "open_url": f"{PLAN_URL}rows/{row}/cells/",
    }
    line.update(more)  # type: ignore[typeddict-item]
    return line


PROBLEM = {
    "severity": "error",
    "code": "unknown_reference",
    "column": "semester_code",
    "value": "2026FA",
    "message": "There is no semester `2026FA`. The nearest is `2026F`, Fall 2026.",
    "alike": 20,
}


ROWS = [
    _row(
        2,
        "updated",
        "OFF-OCE210-26F",
        "Tides and Currents",
        changes=[
            {"field": "start_date", "before": "2026-08-31", "after": "2026-09-07"},
            {"field": "end_date", "before": "2026-12-18", "after": "2026-12-19"},
        ],
    ),
    _row(14, "created", "OFF-DAT300-26F", "Statistical Learning", says="New in Fall 2026, active"),
    _row(31, "failed", "OFF-CHE101-26F", "General Chemistry I", problems=[PROBLEM]),
    _row(
        77,
        "deleted",
        "OFF-LAT410-26F",
        "Latin Epigraphy",
        consequence="6 enrollments end",
        says="with it. Last seen active in Spring 2026.",
    ),
    _row(112, "held", "OFF-HIS204-26F", "Nordic History after 1814", says="History is over its limit."),
    _row(140, "superseded", "OFF-BIO110-26F", "Cell Biology", says="Row 2,911 says this offering again."),
    _row(
        166,
        "updated",
        "OFF-PHI230-26F",
        "Ethics of Measurement",
        changes=[{"field": "is_active", "before": "0", "after": "1", "note": "blank in the file means 1"}],
    ),
]


def rows() -> to_imports.Rows:
    return {
        "segments": segments(COUNTS, PLAN_URL),
        "filters": FILTERS,
        "q": "",
        "keeps": [("outcome", "failed")],
        "caption": "Planned rows, unchanged ones hidden",
        "object_word": "offering",
        "rows": ROWS,
        "pager": PAGER,
        "empty": None,
        "page_url": PLAN_URL,
        "rows_url": f"{PLAN_URL}rows/",
        "is_one_file": False,
        "download": None,
    }


APPROVE: FootBar = {
    "title": "",
    "sentence": sentences.approve(COUNTS, "offering", EFFECTS),
    "small": f"{sentences.left_out(COUNTS)} You can undo it afterwards.",
    "action_url": f"{PLAN_URL}approve/",
    "button": {"label": "Approve 1,527 changes", "href": ""},
    "others": [],
    "confirm": {"number": 31, "purpose": "to confirm the deletes", "wrong": ""},
    "fields": {"digest": "abc"},
    "is_stale": False,
}


CANCEL: Action = {
    "label": "Cancel import",
    "href": f"{PLAN_URL}cancel/",
    "kind": "ghost",
    "method": "post",
}


FILES: list[to_imports.FileLine] = [
    {
        "name": "05-Offerings-20260818094100.csv",
        "what": "D2L org units · 3.0",
        "rows": 3643,
        "segments": segments(COUNTS),
        "problem": "",
        "notes": ["Its name speaks of course offerings, and its header is that of users."],
        "href": f"{PLAN_URL}?file=05-Offerings-20260818094100.csv",
        "is_on": False,
    },
    {
        "name": "08-Enrollments-20260818094100.csv",
        "what": "format not recognised",
        "rows": 0,
        "segments": [],
        "problem": "Its header is not one of this family. Use the header of a sample file.",
        "notes": [],
        "href": "",
        "is_on": False,
    },
]


def plan() -> to_imports.PlanPage:
    return {
        "title": "Plan: Fall offerings 2026",
        "section": "imports",
        "crumbs": [IMPORTS, {"label": "Fall offerings 2026", "href": ""}],
        "heading": "Fall offerings 2026",
        "status": status_of("awaiting_approval"),
        "facts": [
            {"text": "05-Offerings-20260818094100.csv", "href": f"{PLAN_URL}file/"},
            {"text": "D2L course offerings"},
            {"text": "3,643 rows"},
            {"text": "planned", "at": NOW, "after": "; nothing it touches has changed since"},
        ],
        "actions": [
            {"label": "Download plan", "href": "#", "icon": "in"},
            {"label": "Plan again", "href": "#", "icon": "redo", "method": "post"},
            CANCEL,
        ],
        "sentence": sentences.plan(COUNTS, "offering", EFFECTS),
        "files": FILES,
        "rows": rows(),
        "notes": [],
        "rail": RAIL,
        "foot": APPROVE,
    }


def plan_wrong_count() -> to_imports.PlanPage:
    wrong: FootBar = {
        **APPROVE,
        "confirm": {
            "number": 31,
            "purpose": "to confirm the deletes",
            "wrong": "You typed 13, the plan deletes 31.",
            "typed": "13",
        },
    }
    return {**plan(), "foot": wrong}


def row_detail() -> to_imports.RowDetail:
    return {
        "id": "31",
        "row": 31,
        "file": "",
        "cells": [
            {"column": "code", "value": "OFF-CHE101-26F", "is_bad": False},
            {"column": "name", "value": "", "is_bad": False},
            {"column": "semester_code", "value": "2026FA", "is_bad": True},
        ],
        "problems": ROWS[2]["problems"],
        "changes": [],
        "effects": ["6 enrollments end."],
        "made": [],
        "href": f"{PLAN_URL}rows/31/",
    }


def row() -> to_imports.RowPage:
    return {
        "title": "Row 31: Fall offerings 2026",
        "section": "imports",
        "crumbs": [
            IMPORTS,
            {"label": "Fall offerings 2026", "href": PLAN_URL},
            {"label": "Row 31", "href": ""},
        ],
        "heading": "Row 31",
        "outcome": "failed",
        "object": ROWS[2]["object"],
        "detail": row_detail(),
        "says": "",
        "facts": [{"text": "05-Offerings-20260818094100.csv"}],
        "previous_href": f"{PLAN_URL}rows/30/",
        "next_href": f"{PLAN_URL}rows/32/",
    }
