"""``GET /reports``: which reports there are and what each needs; ``GET /reports/<name>``, ours: its columns."""

from __future__ import annotations

from typing import Any

from reporting.api.doors import Call
from reporting.dictionary import WORDS, table_schema
from reporting.parameters import names_of
from reporting.problems import UnknownReport
from reporting.reports import reports
from reporting.reports.base import Column, Report


def every(call: Call) -> dict[str, Any]:
    """R1, in the order of reporting-api.md 1; no entry has another member (2.1)."""
    return {"reports": [entry(report) for report in reports().values()]}


def one(call: Call) -> dict[str, Any]:
    """The same of one report, what a row of it is, and its columns, also as a Table Schema. Raises UnknownReport."""
    report = known(call.names["name"])
    return {
        **entry(report),
        "title": report.title,
        "rowIs": report.row_is,
        "columns": [_column(column) for column in report.columns],
        "tableSchema": table_schema(report),
    }


def known(name: str) -> Report:
    """Raises UnknownReport."""
    report = reports().get(name)
    if report is None:
        raise UnknownReport(name[:60])
    return report


def entry(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "description": report.description,
        "note": report.note,
        "parameters": [{"name": name, "datatype": "date", "required": True} for name in names_of(report)],
    }


def _column(column: Column) -> dict[str, Any]:
    words, cell = WORDS[column.type]
    told = {
        "name": column.header,
        "type": column.type.value,
        "typeName": words,
        "cell": cell,
        "meaning": column.meaning,
        "unit": column.unit,
        "source": column.source,
    }
    return {name: value for name, value in told.items() if value}
