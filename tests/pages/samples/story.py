"""Fjord State University, fall 2026: what every sample page shares.

3,643 offerings = 212 + 1,284 + 31 + 18 + 37 + 3 + 2,058.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts import exports as to_exports
from edu_csv.pages.contexts import imports as to_imports
from edu_csv.pages.contexts.parts import Crumb, Pager
from edu_csv.pages.contexts.shell import FinderResults, Shell, Theme
from edu_csv.pages.shell import frame
from edu_csv.pages.statuses import status_of
from edu_csv.pages.styleguide import FOUND, PAGER
from edu_csv.pages.tallies import segments

NOW = datetime(2026, 8, 18, 7, 42, tzinfo=UTC)


EFFECTS = {"enrollment": {"deleted": 867}}


IMPORTS: Crumb = {"label": "Imports", "href": "/imports/"}


PLAN_URL = "/imports/7/"


NO_PAGER: Pager = {**PAGER, "next_href": "", "total": 6, "last": 6, "note": ""}


def shell(theme: Theme = "light") -> Shell:
    return frame(
        theme,
        "Fjord State University",
        {
            "name": "Maren Holt",
            "role": "Administrator",
            "initials": "MH",
            "email": "maren.holt@fjord.example",
        },
        list(Ability),
        {"imports": 2},
        {"label": "Planning", "name": "Full roster, fall 2026", "href": "/imports/8/", "percent": 64},
    )


def _line(name: str, sub: str, status: str, counts: dict[str, int], hours: float) -> to_imports.ImportLine:
    return {
        "status": status_of(status, counts, is_short=True),
        "number": 5123,
        "name": name,
        "href": PLAN_URL,
        "sub": sub,
        "by": "Tomas Reyes",
        "rows": sum(counts.values()) or None,
        "segments": segments(counts),
        "note": "" if counts else "Nothing was read further. The three nearest formats are named.",
        "at": NOW - timedelta(hours=hours),
        "is_child": False,
    }


ENDED = [
    _line(
        "Sections, department moves",
        "EchoVideo sections · update",
        "completed_with_errors",
        {"updated": 1128, "failed": 37, "unchanged": 39},
        0.5,
    ),
    _line("Rooms, new library wing", "EchoVideo rooms · create", "completed", {"created": 46}, 1.2),
    _line(
        "Full roster",
        "D2L package · 5 files",
        "completed_with_errors",
        {"created": 612, "updated": 2890, "deleted": 344, "failed": 6, "unchanged": 136607},
        5.6,
    ),
    _line("Terms", "EchoVideo terms · update", "completed", {"unchanged": 12}, 22),
    _line("people export (2).csv", "matches no format", "failed", {}, 24),
    _line("Enrollments BIO110 fix", "EchoVideo enrollments · update", "voided", {"updated": 318}, 50),
]


EXPORT: to_exports.ExportLine = {
    "status": status_of("completed"),
    "name": "EchoVideo enrollments",
    "href": "/exports/3/",
    "filter": "Fall 2026",
    "by": "Maren Holt",
    "rows": 66975,
    "size": "2.1 MB",
    "at": NOW - timedelta(minutes=40),
    "until": NOW + timedelta(days=30),
    "download": {"label": "Download", "href": "/exports/3/file/", "icon": "in", "is_download": True},
}


def finds() -> FinderResults:
    return {"q": "oce210", "results": FOUND, "took_ms": 31}


def find() -> dict[str, object]:
    return {**finds(), "title": "Find", "section": "", "crumbs": [{"label": "Find", "href": ""}]}
