"""The values that /styleguide/ shows: each component in each of its states, from one told story."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from edu_csv.pages.contexts.parts import (
    OUTCOMES,
    Action,
    Cause,
    Change,
    Check,
    Confirm,
    DayOfRows,
    Empty,
    Field,
    Filter,
    HistoryDay,
    Note,
    Option,
    Pager,
    Problem,
    RailItem,
    Segment,
    Sentence,
    Station,
    Status,
)
from edu_csv.pages.contexts.shell import Found
from edu_csv.pages.styleguide_charts import most_watched, week
from edu_csv.pages.styleguide_lanes import feed_lanes
from edu_csv.pages.tallies import segments

# 3,643 rows: the sum of the seven, as everywhere.
COUNTS = {
    "rows": 3643,
    "created": 212,
    "updated": 1284,
    "deleted": 31,
    "held": 18,
    "failed": 37,
    "superseded": 3,
    "unchanged": 2058,
}
AT = datetime(2026, 8, 18, 7, 42, tzinfo=UTC)

GROUNDS = ("desk", "page", "sheet", "line", "ink-3", "ink-2", "ink", "mark", "mark-strong")

TEXTURES = {
    "created": "solid; plus",
    "updated": "solid; pencil",
    "deleted": "level lines; minus",
    "held": "dots; pause",
    "failed": "slanted lines; exclamation mark",
    "superseded": "thin slanted lines; double chevron",
    "unchanged": "pale, outlined; equals",
}

STATUSES: list[Status] = [
    {"kind": "turn", "label": "Waiting for your approval"},
    {"kind": "plain", "label": "Queued"},
    {"kind": "wait", "label": "Pending"},
    {"kind": "run", "label": "Planning"},
    {"kind": "ok", "label": "Completed"},
    {"kind": "part", "label": "Completed, 37 rows failed"},
    {"kind": "bad", "label": "Refused"},
    {"kind": "cancelled", "label": "Cancelled"},
    {"kind": "undone", "label": "Undone"},
]

ACTIONS: list[Action] = [
    {"label": "Approve 1,527 changes", "href": "#", "kind": "primary"},
    {"label": "Download", "href": "#"},
    {"label": "Cancel import", "href": "#", "kind": "ghost"},
    {"label": "Delete source", "href": "#", "kind": "danger"},
    {"label": "Not yet", "href": "#", "why_not": "Type 31 first"},
    {"label": "Small", "href": "#", "is_small": True},
]

FILTERS: list[Filter] = [
    {"name": "department", "label": "Department", "value": "History", "clear_href": "?", "options": []},
    {
        "name": "column",
        "label": "Column",
        "value": "",
        "clear_href": "?",
        "options": [
            {
                "label": "start_date",
                "value": "start_date",
                "href": "?column=start_date",
                "count": 1201,
                "is_on": False,
            },
            {"label": "name", "value": "name", "href": "?column=name", "count": 83, "is_on": False},
        ],
    },
]

SENTENCE: Sentence = {
    "lead": "Chrome is ink on paper. Colour belongs to outcomes.",
    "rest": "Yellow means: look here, it is your move.",
}

CHANGES: list[Change] = [
    {"field": "a few letters", "before": "2026-08-31", "after": "2026-09-07"},
    {"field": "all of it", "before": "Ingrid Solberg", "after": "Tomas Reyes"},
    {"field": "filled in", "before": None, "after": "Morning group"},
    {"field": "emptied", "before": "Morning group", "after": None},
    {"field": "in a list", "before": ["lms-88412"], "after": ["lms-88412", "lms-88413"]},
    {"field": "with a reason", "before": "0", "after": "1", "note": "blank in the file means 1"},
    {
        "field": "very long",
        "before": "Tides, currents and waves in fjords and on open coasts, with two days at sea.",
        "after": "Tides, currents and waves in fjords and on open coasts, with three days at sea.",
    },
    {"field": "secret", "before": None, "after": None, "is_secret": True},
]

PROBLEMS: list[Problem] = [
    {
        "severity": "error",
        "code": "unknown_reference",
        "column": "Term ID",
        "value": "2026FA",
        "message": "There is no term `2026FA`. The nearest is `2026F`. Import it first, or correct the id.",
        "alike": 20,
    },
    {
        "severity": "warning",
        "code": "already_exists",
        "column": "",
        "value": "",
        "message": "This term exists already, just so. Nothing was done.",
    },
]

FIELDS: list[Field] = [
    {
        "name": "sg_name",
        "label": "Name, so that you find it again",
        "value": "Fall sections update",
        "type": "text",
        "hint": "Shown in lists and mails.",
        "error": "",
        "is_required": False,
        "autocomplete": "off",
    },
    {
        "name": "sg_limit",
        "label": "Deletes, at most",
        "value": "ten",
        "type": "text",
        "hint": "",
        "error": "Enter a number such as 10, or a share such as 5 %.",
        "is_required": False,
        "autocomplete": "off",
    },
    {
        "name": "sg_zone",
        "label": "Time zone",
        "value": "Europe/Oslo",
        "type": "select",
        "hint": "",
        "error": "",
        "is_required": False,
        "autocomplete": "off",
        "options": [Option(label="Europe/Oslo", value="Europe/Oslo", is_on=True)],
        "why_disabled": "Set by the institution.",
    },
]

CHECK: Check = {
    "name": "sg_notify",
    "value": "yes",
    "label": "Mail me when the plan is ready",
    "small": "maren.holt@fjord.example",
    "is_on": True,
}

NOTES: list[Note] = [
    {
        "kind": "turn",
        "icon": "warn",
        "title": "Description is not in your file",
        "text": "218 sections would lose theirs.",
        "actions": [{"label": "Keep what is stored", "href": "#"}],
    },
    {
        "kind": "failed",
        "icon": "warn",
        "title": "people export (2).csv was refused",
        "text": "Its header matches no format. The nearest is EchoVideo users, with 2 of 7 columns. Nothing"
        " was read further.",
        "actions": [{"label": "Another file", "href": "#"}],
    },
]

EMPTY: Empty = {
    "title": "No imports yet",
    "text": "Load terms first, then courses, sections, people and enrollments. Each has a sample file that"
    " imports as it is.",
    "actions": [
        {"label": "New import", "href": "#", "kind": "primary", "icon": "plus"},
        {"label": "Sample files", "href": "#"},
    ],
}

PAGER: Pager = {
    "first": 1,
    "last": 50,
    "total": 1585,
    "what": "rows",
    "note": "shown by this filter",
    "first_href": "",
    "next_href": "#",
    "page_size": 50,
}

CONFIRM: Confirm = {"number": 18, "purpose": "to confirm", "wrong": ""}

STATIONS: list[Station] = [
    {"state": "done", "is_gate": False, "label": "Received", "detail": "0.4 s, hash checked"},
    {"state": "done", "is_gate": False, "label": "Read and checked", "detail": "5.9 s, 6 bad cells"},
    {"state": "at", "is_gate": False, "label": "Plan", "detail": "in its 8th second"},
    {"state": "ahead", "is_gate": True, "label": "Your approval", "detail": "required for deletes"},
    {"state": "ahead", "is_gate": False, "label": "Apply", "detail": "all or nothing"},
    {"state": "ahead", "is_gate": False, "label": "Report", "detail": "mail and files"},
]

RAIL: list[RailItem] = [
    {
        "outcome": "deleted",
        "icon": "",
        "title": "31 offerings go",
        "text": "867 enrollments of 803 people end. The largest:",
        "points": [{"count": 212, "id": "OFF-ECO101-26F", "text": "Principles of Economics", "href": "#"}],
        "actions": [{"label": "Show all 31", "href": "#"}],
    },
    {
        "outcome": "failed",
        "icon": "",
        "title": "37 rows failed, for 5 reasons",
        "text": "",
        "points": [
            {
                "count": 21,
                "text": "no semester 2026FA",
                "dim": "nearest: 2026F",
                "action": {"label": "Show", "href": "#"},
            }
        ],
        "actions": [],
    },
]

HISTORY: list[HistoryDay] = [
    {
        "day": "Today",
        "events": [
            {
                "kind": "import",
                "verb": "Emptied",
                "by": "Sections, department moves",
                "by_href": "#",
                "detail": "row 233, approved by Maren Holt",
                "at": AT,
                "changes": [{"field": "Secondary", "before": "Tomas Reyes", "after": None}],
            },
            {
                "kind": "not_applied",
                "verb": "Not applied",
                "by": "Banner nightly",
                "by_href": "#",
                "detail": "06-Sections row 871",
                "at": AT,
                "changes": [],
            },
            {
                "kind": "by_hand",
                "verb": "Edited",
                "by": "Tomas Reyes",
                "by_href": "",
                "detail": "by hand",
                "at": AT,
                "changes": [{"field": "Instructor", "before": "Tomas Reyes", "after": "Ingrid Solberg"}],
            },
        ],
    }
]

FOUND: list[Found] = [
    {
        "icon": "section",
        "name": "Tides and Currents, 01",
        "id": "S-OCE210-26F-01",
        "kind": "section",
        "href": "#",
    },
    {"icon": "book", "name": "Tides and Currents", "id": "C-OCE210", "kind": "course", "href": "#"},
    {"icon": "in", "name": "OCE210 late adds", "id": "", "kind": "import, 9 Aug", "href": "#"},
]

DAYS: list[DayOfRows] = [
    {"label": f"{5 + i} Aug", "created": created, "updated": updated, "deleted": deleted}
    for i, (created, updated, deleted) in enumerate(
        [
            (3100, 6200, 300),
            (2700, 5900, 0),
            (4400, 7100, 350),
            (600, 1900, 0),
            (500, 1000, 0),
            (5200, 8800, 420),
        ]
    )
]

CAUSES: list[Cause] = [
    {"label": "unknown reference", "count": 203, "share": 100, "href": "#"},
    {"label": "date not readable", "count": 48, "share": 24, "href": ""},
]


def context() -> dict[str, Any]:
    return {
        "title": "Components",
        "section": "",
        "crumbs": [{"label": "Components", "href": ""}],
        "grounds": GROUNDS,
        "say": SENTENCE,
        "outcomes": [
            {"name": outcome, "bar": [_only(outcome)], "texture": TEXTURES[outcome]} for outcome in OUTCOMES
        ],
        "segments": segments(COUNTS, "/styleguide/", chosen=["updated"]),
        "statuses": STATUSES,
        "actions": ACTIONS,
        "filters": FILTERS,
        "changes": CHANGES,
        "problems": PROBLEMS,
        "fields": FIELDS,
        "check": CHECK,
        "notes": NOTES,
        "empty": EMPTY,
        "pager": PAGER,
        "confirm": CONFIRM,
        "stations": STATIONS,
        "lanes": feed_lanes(),
        "rail": RAIL,
        "history": HISTORY,
        "finds": {"q": "oce210", "results": FOUND, "took_ms": 31},
        "days": DAYS,
        "causes": CAUSES,
        "columns_chart": week(),
        "bars_chart": most_watched(),
        "at": AT,
        "intake": {
            "action_url": "/styleguide/",
            "accept": ".csv",
            "max_size": "2 GB",
            "max_bytes": 2_000_000_000,
        },
    }


def _only(outcome: Any) -> Segment:
    return {"outcome": outcome, "count": 1, "word": outcome, "href": "", "is_on": False}
