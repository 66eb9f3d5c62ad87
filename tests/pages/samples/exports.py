"""Exports: form, list, one."""

from __future__ import annotations

from edu_csv.pages.contexts import exports as to_exports
from edu_csv.pages.statuses import status_of
from tests.pages.samples.story import EXPORT, NO_PAGER, NOW


def exports_list() -> to_exports.ExportsPage:
    return {
        "title": "Exports",
        "section": "exports",
        "crumbs": [{"label": "Exports", "href": ""}],
        "sentence": {
            "lead": "A file of what the roster says now,",
            "rest": "in a layout that you can import again.",
        },
        "form": export_form(),
        "lines_url": "/exports/lines/",
        "is_active": True,
        "exports": [
            EXPORT,
            {
                **EXPORT,
                "status": status_of("running"),
                "rows": None,
                "size": "",
                "until": None,
                "download": None,
            },
        ],
        "pager": NO_PAGER,
        "empty": None,
    }


def export_form() -> to_exports.ExportForm:
    return {
        "action_url": "/exports/",
        "estimate_url": "/exports/form/",
        "format": {
            "name": "format",
            "label": "Format",
            "value": "",
            "type": "select",
            "hint": "",
            "error": "",
            "is_required": True,
            "autocomplete": "off",
            "options": [
                {"label": "EchoVideo enrollments", "value": "echovideo.enrollments.v1", "is_on": True}
            ],
        },
        "filters": [
            {
                "name": "term",
                "label": "Term",
                "value": "",
                "type": "select",
                "hint": "",
                "error": "",
                "is_required": False,
                "autocomplete": "off",
                "options": [
                    {"label": "All terms", "value": "", "is_on": True},
                    {"label": "Fall 2026", "value": "2026F", "is_on": False},
                ],
            }
        ],
        "delimiter": {
            "name": "delimiter",
            "label": "Separator",
            "value": ",",
            "type": "select",
            "hint": "",
            "error": "",
            "is_required": False,
            "autocomplete": "off",
            "options": [{"label": "Comma", "value": ",", "is_on": True}],
        },
        "checks": [
            {"name": "compression", "value": "yes", "label": "gzip", "small": "", "is_on": False},
            {
                "name": "spreadsheet_safe",
                "value": "yes",
                "label": "Safe to open in a spreadsheet",
                "small": "A cell that begins with a formula sign gets an apostrophe, so that none is run.",
                "is_on": False,
            },
        ],
        "estimate": "About 66,109 rows.",
        "omitted": [],
        "button": "Export about 66,109 rows",
    }


def export() -> to_exports.ExportPage:
    return {
        "title": "Export: EchoVideo enrollments",
        "section": "exports",
        "crumbs": [{"label": "Exports", "href": "/exports/"}, {"label": "EchoVideo enrollments", "href": ""}],
        "heading": "EchoVideo enrollments",
        "status": status_of("completed"),
        "facts": [{"text": "Fall 2026"}, {"text": "made", "at": NOW}],
        "sentence": {"lead": "66,975 rows are ready.", "rest": "The link works for whoever holds it."},
        "actions": [
            {"label": "Download 2.1 MB", "href": "/exports/3/file/", "kind": "primary", "icon": "in"}
        ],
        "notes": [],
        "details": [("Rows", "66,975"), ("Size", "2.1 MB"), ("SHA-256", "8f3a…c41e")],
        "is_active": False,
        "self_url": "/exports/3/",
    }
