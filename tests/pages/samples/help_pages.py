"""Help on formats."""

from __future__ import annotations

from edu_csv.pages.contexts import help as to_help
from edu_csv.pages.markdown import to_html
from tests.pages.samples.new_import import CHOSEN


def help_formats() -> to_help.HelpFormatsPage:
    return {
        "title": "Formats",
        "section": "formats",
        "crumbs": [{"label": "Formats", "href": ""}],
        "families": [
            {
                "family": "EchoVideo",
                "intro": "One file per kind of object and action.",
                "guide_href": "/help/activity/",
                "formats": [
                    {
                        "title": "Sections",
                        "href": "/help/formats/echovideo.sections.v1/",
                        "summary": "9 columns",
                        "actions": "create, update, delete",
                        "sample_href": "/help/formats/echovideo.sections.v1/sample/",
                    }
                ],
            }
        ],
    }


def help_format() -> to_help.HelpFormatPage:
    return {
        "title": "Format: Sections",
        "section": "formats",
        "crumbs": [{"label": "Formats", "href": "/help/formats/"}, {"label": "Sections", "href": ""}],
        "chosen": CHOSEN,
        "intro": "One row per section.",
        "preface": to_html("Five layouts, in `order`."),
        "parts": [("Create", to_html("- *one* row\n- each"))],
        "rules": ["Several rows about one section: the first good one counts."],
        "others": [
            {"label": "Terms", "value": "", "href": "/help/formats/echovideo.terms.v1/", "is_on": False}
        ],
    }
