"""Reports: the gallery with one of them, its parts, requests, the column dictionary."""

from __future__ import annotations

from edu_csv.pages.contexts import reports as to_reports
from edu_csv.pages.contexts.parts import Crumb, Field
from edu_csv.pages.styleguide_charts import most_watched, week
from tests.pages.samples.story import NO_PAGER, NOW

CRUMBS: list[Crumb] = [{"label": "Reports", "href": "/reports/"}, {"label": "Video views", "href": ""}]
GALLERY: list[to_reports.GalleryLine] = [
    {
        "title": "Asset engagement",
        "brief": "every video, all time",
        "href": "/reports/asset/",
        "is_on": False,
    },
    {"title": "Video views", "brief": "one row a view", "href": "/reports/videoview/", "is_on": True},
]
REQUESTS: list[to_reports.RequestLine] = [
    {
        "status": {"kind": "wait", "label": "Pending"},
        "name": "Asset engagement",
        "href": "/reports/requests/2/",
        "detail": "all time, gzip, tab",
        "by": "Maren Holt",
        "rows": None,
        "size": "",
        "until": {"text": "waits since", "at": NOW},
        "action": None,
    },
    {
        "status": {"kind": "ok", "label": "Available"},
        "name": "Video views",
        "href": "/reports/requests/1/",
        "detail": "4 to 10 Aug 2026, gzip, comma",
        "by": "Maren Holt",
        "rows": 1_162_408,
        "size": "31.2 MB",
        "until": {"text": "link good until", "at": NOW},
        "action": {"label": "Download", "href": "/reports/requests/1/file/", "icon": "in"},
    },
]


def select(name: str, label: str) -> Field:
    return {
        "name": name,
        "label": label,
        "value": "one",
        "type": "select",
        "hint": "",
        "error": "",
        "is_required": False,
        "autocomplete": "off",
        "options": [{"label": "One", "value": "one", "is_on": True}],
    }


def day(name: str, error: str = "") -> to_reports.DayField:
    return {
        "name": name,
        "label": name,
        "value": "2026-08-11",
        "least": "",
        "most": "2026-08-18",
        "error": error,
    }


def form() -> to_reports.ReportForm:
    return {
        "action_url": "/reports/videoview/",
        "part_url": "/reports/videoview/part/",
        "days": [
            {
                "name": "days",
                "value": "last",
                "label": "Last 7 days",
                "small": "11 to 17 Aug",
                "is_on": False,
            },
            {"name": "days", "value": "other", "label": "Other…", "small": "", "is_on": True},
        ],
        "is_other": True,
        "first": day("first"),
        "last": day("last", "These are 8 days; at most 7 can be asked for at once."),
        "compression": select("compression", "File"),
        "delimiter": select("delimiter", "Separator"),
        "when": select("when", "When ready"),
        "safe": {
            "name": "safe",
            "value": "yes",
            "label": "Safe to open in a spreadsheet",
            "small": "",
            "is_on": True,
        },
        "range": "11 to 17 August 2026 (UTC)",
        "in_flight": "2 of 3 requests are in flight",
        "hint": "Days are those of UTC, at most 7 at once.",
        "estimate_url": "/reports/videoview/estimate/?days=last",
        "problem": {
            "kind": "turn",
            "icon": "clock",
            "title": "3 requests are in flight",
            "text": "Wait.",
            "actions": [],
        },
    }


def requests_part() -> to_reports.RequestsPart:
    return {"requests": REQUESTS, "requests_url": "/reports/videoview/requests/", "is_active": True}


def report() -> to_reports.ReportPage:
    return {
        "title": "Report: Video views",
        "section": "reports",
        "crumbs": CRUMBS,
        "gallery": GALLERY,
        "name": "videoview",
        "heading": "Video views",
        "row_is": "One row for each 30 seconds of video that a known person watched.",
        "note": "Anonymous watching is in the asset reports only.",
        "complete": "15 August",
        "grows": "16 August and 17 August may still get rows.",
        "columns_href": "/reports/videoview/columns/",
        "columns_label": "14 columns explained",
        "actions": [{"label": "Use the API", "href": "/help/reporting/", "icon": "plug"}],
        "form": form(),
        "whole_url": "/reports/videoview/?whole=yes",
        "charts_url": "/reports/videoview/charts/",
        "preview_url": "/reports/videoview/rows/",
        "kept": "Files are kept 14 days, each link to one 7 days.",
        **requests_part(),
    }


def charts() -> to_reports.ChartsPart:
    return {
        "charts": [("columns", week()), ("bars", most_watched())],
        "late": {
            "kind": "plain",
            "icon": "clock",
            "title": "It takes longer",
            "text": "Request it.",
            "actions": [],
        },
    }


def preview() -> to_reports.PreviewPart:
    return {
        "headers": [("VideoName", False), ("duration_Minute", True)],
        "rows": [
            [{"text": "Tides and Currents", "kind": ""}, {"text": "49.5", "kind": "num"}],
            [{"text": '""', "kind": "none"}, {"text": "", "kind": ""}],
            [{"text": "A long name " * 9, "kind": "long"}, {"text": "38", "kind": "num"}],
        ],
        "said": "All 2 columns, all 3 rows",
        "rows_late": None,
    }


def whole() -> dict[str, object]:
    """As browsers without script have it: the parts at once."""
    return {**report(), **charts(), **preview(), "is_whole": True}


def requests_page() -> to_reports.RequestsPage:
    return {
        "title": "Report requests",
        "section": "reports",
        "crumbs": CRUMBS,
        "sentence": {"lead": "1 request is in flight.", "rest": "You can leave this page."},
        "filters": [],
        "requests": REQUESTS,
        "list_url": "/reports/requests/lines/",
        "is_active": True,
        "pager": NO_PAGER,
        "empty": None,
    }


def request() -> to_reports.RequestPage:
    return {
        "title": "Available: Video views",
        "section": "reports",
        "crumbs": CRUMBS,
        "heading": "Video views",
        "kind": "Report request",
        "status": {"kind": "ok", "label": "Available"},
        "facts": [{"text": "asked for", "at": NOW}],
        "sentence": {"lead": "1,162,408 rows are ready.", "rest": ""},
        "actions": [{"label": "Download 31.2 MB", "href": "/reports/requests/1/file/", "kind": "primary"}],
        "details": [("SHA-256", "5b1c"), ("start", "2026-08-04")],
        "notices": [],
        "is_active": True,
        "self_url": "/reports/requests/1/part/",
    }


def dictionary() -> to_reports.DictionaryPage:
    return {
        "title": "Columns: Video views",
        "section": "reports",
        "crumbs": CRUMBS,
        "heading": "Columns of Video views",
        "name": "videoview",
        "row_is": "One row for each 30 seconds.",
        "note": "A note.",
        "columns": [
            {
                "place": 1,
                "header": "VideoId",
                "type": "id",
                "unit": "",
                "meaning": "The video.",
                "source": "Video.id",
            }
        ],
        "types": [("id", "a UUID, in quotes")],
        "actions": [{"label": "Table Schema", "href": "/reports/videoview/schema.json", "is_download": True}],
        "others": GALLERY[:1],
    }
