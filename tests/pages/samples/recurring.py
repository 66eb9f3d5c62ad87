"""Recurring reports: the list, one with results, notices and settings, a new one, webhooks."""

from __future__ import annotations

from edu_csv.pages.contexts import recurring as to_recurring
from edu_csv.pages.contexts.parts import Crumb, Status
from tests.pages.samples.reports import REQUESTS, select
from tests.pages.samples.story import NO_PAGER, NOW

LIST = "/reports/recurring/"
ONE = f"{LIST}1/"
CRUMBS: list[Crumb] = [{"label": "Reports", "href": "/reports/"}, {"label": "Recurring", "href": ""}]
RUNS: Status = {"kind": "ok", "label": "Runs"}
PAUSED: Status = {"kind": "part", "label": "Paused itself"}


def schedules() -> to_recurring.SchedulesPage:
    line: to_recurring.ScheduleLine = {
        "href": ONE,
        "name": "For the dean",
        "report": "Video views",
        "rhythm": "each week, Monday to Sunday, at 06:00",
        "status": RUNS,
        "next": NOW,
        "days": "10 to 16 Aug 2026",
        "last": "3 to 9 Aug 2026",
        "last_at": NOW,
        "by": "Maren Holt",
    }
    rests: to_recurring.ScheduleLine = {**line, "status": PAUSED, "next": None, "days": "", "last_at": None}
    return {
        "title": "Recurring reports",
        "section": "reports",
        "crumbs": CRUMBS,
        "sentence": {"lead": "1 recurring report runs, 1 is paused.", "rest": "Each asks by itself."},
        "lines": [line, rests],
        "actions": [
            {"label": "New recurring report", "href": f"{LIST}new/", "kind": "primary", "icon": "plus"}
        ],
        "pager": NO_PAGER,
        "empty": None,
    }


def none() -> to_recurring.SchedulesPage:
    empty = {
        "title": "No recurring reports yet",
        "text": "A recurring report is asked for by itself.",
        "actions": [],
    }
    return {**schedules(), "lines": [], "empty": empty}  # type: ignore[typeddict-item]  # no actions of any type


def form() -> to_recurring.ScheduleForm:
    return {
        "url": f"{ONE}change/",
        "button": "Save",
        "fields": [select("report", "Report"), select("webhook", "Webhook")],
        "safe": {"name": "safe", "value": "yes", "label": "Safe", "small": "An apostrophe.", "is_on": True},
        "webhooks_href": f"{LIST}webhooks/",
    }


def new() -> to_recurring.NewSchedulePage:
    return {
        "title": "New recurring report",
        "section": "reports",
        "crumbs": CRUMBS,
        "errors": [("report", "There is no report liveviews.")],
        "form": form(),
    }


def notice() -> to_recurring.NoticeLine:
    return {
        "status": {"kind": "bad", "label": "Given up"},
        "address": "https://hooks.fjord.example/reports",
        "kind": "webhook",
        "about": "3 to 9 Aug 2026",
        "about_href": "/reports/requests/1/",
        "detail": "2 tries. It answered 500.",
        "at": NOW,
        "next_at": NOW,
        "tries": [{"at": NOW, "said": "It answered 500."}, {"at": NOW, "said": "It answered 503."}],
        "again": {
            "label": "Send again",
            "href": f"{LIST}notices/1/again/",
            "method": "post",
            "fields": {"back": ONE},
        },
    }


def one() -> to_recurring.SchedulePage:
    return {
        "title": "Runs: For the dean",
        "section": "reports",
        "crumbs": CRUMBS,
        "heading": "For the dean",
        "kind": "Recurring report",
        "status": RUNS,
        "facts": [
            {"text": "Video views", "href": "/reports/videoview/"},
            {"text": "made by Maren Holt,", "at": NOW},
        ],
        "actions": [{"label": "Pause", "href": f"{ONE}pause/", "method": "post", "kind": "plain"}],
        "sentence": {"lead": "Next: 10 to 16 Aug 2026.", "rest": "Days are those of UTC."},
        "note": None,
        "tabs": [
            {"label": "Results", "href": ONE, "is_on": True, "count": None},
            {"label": "Notices", "href": f"{ONE}?tab=notices", "is_on": False, "count": None},
        ],
        "tab": "results",
        "runs": [
            {"days": "3 to 9 Aug 2026", "at": NOW, "note": "", "requests": REQUESTS},
            {"days": "1 to 2 Aug 2026", "at": NOW, "note": "16 windows before this left out", "requests": []},
        ],
        "notices": [],
        "pager": NO_PAGER,
        "errors": [],
        "form": None,
        "end": None,
    }


def told() -> to_recurring.SchedulePage:
    return {**one(), "tab": "notices", "runs": [], "notices": [notice()]}


def settings() -> to_recurring.SchedulePage:
    return {
        **one(),
        "status": PAUSED,
        "tab": "settings",
        "runs": [],
        "pager": None,
        "form": form(),
        "end": {"label": "End this report", "href": f"{ONE}end/", "method": "post", "kind": "danger"},
        "note": {
            "kind": "turn", "icon": "warn", "title": "Paused since yesterday", "text": "It paused itself.", "actions": [],
        },
    }  # fmt: skip


def webhooks() -> to_recurring.WebhooksPage:
    return {
        "title": "Webhooks",
        "section": "reports",
        "crumbs": CRUMBS,
        "lines": [
            {
                "url": "https://hooks.fjord.example/reports",
                "by": "Maren Holt",
                "at": NOW,
                "used": "1 recurring report",
                "actions": [{"label": "New secret", "href": f"{LIST}webhooks/", "method": "post", "fields": {"url": "x"}}],
            }
        ],
        "errors": [],
        "field": {
            "name": "url", "label": "Address", "value": "", "type": "text", "hint": "Begins with https://.",
            "error": "", "is_required": True, "autocomplete": "off",
        },
        "made": {"url": "https://hooks.fjord.example/reports", "secret": "whsec_shown-once"},
    }  # fmt: skip
