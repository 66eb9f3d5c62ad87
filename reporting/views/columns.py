"""The column dictionary: what each column of a report says, on a page and as a Table Schema."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.reports import DictionaryPage
from edu_csv.pages.doors import page
from edu_csv.pages.sessions import PersonRequest
from reporting.dictionary import WORDS, table_schema
from reporting.reports import reports
from reporting.reports.base import Report
from reporting.views.words import URL, gallery, report_href


@page(Ability.REPORT)
@require_GET
def columns_page(request: PersonRequest, name: str) -> HttpResponse:
    report = _report(name)
    used = {column.type for column in report.columns}
    context: DictionaryPage = {
        "title": f"Columns: {report.title}",
        "section": "reports",
        "crumbs": [
            {"label": "Reports", "href": URL},
            {"label": report.title, "href": report_href(name)},
            {"label": "Columns", "href": ""},
        ],
        "heading": f"Columns of {report.title}",
        "name": report.name,
        "row_is": report.row_is,
        "note": report.note,
        "columns": [
            {
                "place": place,
                "header": column.header,
                "type": WORDS[column.type][0],
                "unit": column.unit,
                "meaning": column.meaning,
                "source": column.source,
            }
            for place, column in enumerate(report.columns, 1)
        ],
        "types": [words for type_, words in WORDS.items() if type_ in used],
        "actions": [
            {
                "label": "Table Schema",
                "href": f"{URL}{name}/schema.json",
                "icon": "in",
                "is_download": True,
            }
        ],
        "others": [line for line in gallery(name) if not line["is_on"]],
    }
    return render(request, "reports/columns.html", {**context})


@page(Ability.REPORT)
@require_GET
def table_schema_file(request: PersonRequest, name: str) -> HttpResponse:
    """The columns for programs, as a file."""
    body = json.dumps(table_schema(_report(name)), ensure_ascii=False, indent=2) + "\n"
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.schema.json"'
    return answer


def _report(name: str) -> Report:
    """Raises Http404 for a name that is no report's."""
    report = reports().get(name)
    if report is None:
        raise Http404
    return report
