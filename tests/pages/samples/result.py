"""An import while it runs, when it has ended, and when it is undone."""

from __future__ import annotations

from datetime import timedelta

from edu_csv.pages import sentences
from edu_csv.pages.contexts import imports as to_imports
from edu_csv.pages.contexts.parts import RailItem
from edu_csv.pages.statuses import status_of
from edu_csv.pages.styleguide import COUNTS, RAIL, STATIONS
from edu_csv.pages.tallies import UNDO_WORDS, segments
from tests.pages.samples.plan import APPROVE, CANCEL, FILES, rows
from tests.pages.samples.story import EFFECTS, ENDED, IMPORTS, NO_PAGER, NOW, PLAN_URL

PROGRESS_RAIL: list[RailItem] = [
    {
        "outcome": None,
        "icon": "",
        "title": "Next in line",
        "text": "Room bookings, 214 rows, begins when this one stops for your approval.",
        "points": [],
        "actions": [],
    }
]


def running() -> to_imports.RunningPage:
    counts = {"created": 41, "updated": 212, "unchanged": 3390}
    return {
        "title": "Planning: Full roster, fall 2026",
        "section": "imports",
        "crumbs": [IMPORTS, {"label": "Full roster, fall 2026", "href": ""}],
        "heading": "Full roster, fall 2026",
        "status": status_of("planning"),
        "facts": [{"text": "D2LStdCSV-20260818040000.zip"}, {"text": "D2L package, 5 files"}],
        "actions": [CANCEL],
        "sentence": sentences.running("planning"),
        "progress": {
            "is_active": True,
            "progress_url": "/imports/8/progress/",
            "events_url": "/imports/8/events/",
            "status": status_of("planning"),
            "sentence": sentences.running("planning"),
            "live": "Planning, 60 percent.",
            "figures": [
                {"label": "Planned", "value": "90,412", "unit": "of 140,459 rows"},
                {"label": "Speed", "value": "11,480", "unit": "rows a second"},
                {"label": "Running for", "value": "0:14", "unit": ""},
            ],
            "percent": 64,
            "phase": "Planning",
            "stations": STATIONS,
            "files": [
                {
                    "name": "04-Templates",
                    "what": "course templates",
                    "status": {"kind": "ok", "label": "planned"},
                    "rows": 3643,
                    "rows_total": 3643,
                    "segments": segments(counts),
                    "counts": {
                        "rows": 3643,
                        "created": 41,
                        "updated": 212,
                        "deleted": 0,
                        "held": 0,
                        "failed": 0,
                        "superseded": 0,
                        "unchanged": 3390,
                    },
                }
            ],
            "log": [
                {"at": NOW, "text": "People: 66,109 rows planned"},
                {"at": NOW - timedelta(seconds=5), "text": "All files read, 6 bad cells"},
            ],
            "rail": PROGRESS_RAIL,
        },
    }


def result() -> to_imports.ResultPage:
    return {
        "title": "Result: Fall offerings 2026",
        "section": "imports",
        "crumbs": [IMPORTS, {"label": "Fall offerings 2026", "href": ""}],
        "heading": "Fall offerings 2026",
        "status": status_of("completed_with_errors", COUNTS),
        "facts": [{"text": "approved by Maren Holt"}, {"text": "applied", "at": NOW, "after": " in 1.4 s"}],
        "actions": [
            {"label": "failed.csv", "href": f"{PLAN_URL}failed.csv", "icon": "in"},
            {"label": "Undo…", "href": f"{PLAN_URL}undo/", "icon": "undo"},
        ],
        "sentence": sentences.result(COUNTS, "offering", EFFECTS),
        "notes": [],
        "files": [],
        "total": 3643,
        "tabs": [
            {"label": "Failed", "href": f"{PLAN_URL}?outcome=failed", "count": 37, "is_on": True},
            {"label": "What changed", "href": PLAN_URL, "count": 1527, "is_on": False},
            {"label": "All rows", "href": PLAN_URL, "count": 3643, "is_on": False},
        ],
        "rows": rows(),
        "downloads": [{"label": "results.csv", "href": f"{PLAN_URL}results.csv", "icon": "in"}],
        "children": ENDED[:1],
        "rail": [],
    }


def refused() -> to_imports.ResultPage:
    return {
        **result(),
        "status": status_of("failed"),
        "sentence": sentences.refused("This file was not read: its header matches no format."),
        "files": FILES[1:],
        "rows": None,
        "total": None,
        "tabs": [],
        "children": [],
        "actions": [],
    }


def undo() -> to_imports.UndoPage:
    counts = {"deleted": 209, "updated": 1278, "created": 31, "held": 9}
    return {
        "title": "Undo: Fall offerings 2026",
        "section": "imports",
        "crumbs": [
            IMPORTS,
            {"label": "Fall offerings 2026", "href": PLAN_URL},
            {"label": "Undo", "href": ""},
        ],
        "heading": "Undo: Fall offerings 2026",
        "status": {"kind": "turn", "label": "Preview, nothing is undone yet"},
        "facts": [{"text": "applied", "at": NOW, "after": " by Maren Holt"}, {"text": "1,527 changes"}],
        "actions": [{"label": "Back to the import", "href": PLAN_URL, "kind": "ghost"}],
        "sentence": sentences.undo(209, 1278, 31, 9, "offering"),
        "segments": segments(counts, f"{PLAN_URL}undo/", words=UNDO_WORDS),
        "scopes": None,
        "object_word": "offering",
        "conflicts_title": "9 left alone",
        "conflicts": [
            {
                "object": {
                    "key": "OFF-OCE210-26F",
                    "name": "Tides and Currents",
                    "href": "/roster/offerings/1/",
                },
                "field": "end_date",
                "before": "2026-12-18",
                "ours": "2026-12-19",
                "now": "2026-12-22",
                "by": {"label": "Exam week shift", "href": "/imports/9/"},
                "by_detail": "row 4,",
                "at": NOW,
                "reason": "changed later by",
            }
        ],
        "pager": NO_PAGER,
        "rail": RAIL[:1],
        "notes": [],
        "foot": {
            **APPROVE,
            "sentence": "Undoing removes 209 offerings, puts 1,278 back and brings back 31.",
            "small": "9 stay as they are. All of it happens or none of it.",
            "action_url": f"{PLAN_URL}undo/",
            "button": {"label": "Undo 1,518 changes", "href": "", "icon": "undo", "kind": "danger"},
            "confirm": {"number": 209, "purpose": "to confirm the removals", "wrong": ""},
        },
    }
