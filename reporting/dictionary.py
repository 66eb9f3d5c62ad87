"""The column dictionary: each type in words, and the columns of a report as a Table Schema.

Table Schema is Frictionless Data's description of a CSV file (specs.frictionlessdata.io/table-schema), which readers
of several languages take to give each column its type. It says what reporting-api.md 4.2 writes.
"""

from __future__ import annotations

from typing import Any

from reporting.reports.base import Column, Report, Type

# Type -> its name for people, and how its cells look.
WORDS: dict[Type, tuple[str, str]] = {
    Type.UUID: ("id", "a UUID, in quotes"),
    Type.TEXT: ("text", "in quotes"),
    Type.TS: ("time", "UTC to the millisecond, as 2031-08-18T06:00:30.000Z, in quotes"),
    Type.DATE: ("date", "a day of UTC, as 2031-08-18, in quotes"),
    Type.INT: ("whole number", "bare"),
    Type.DEC: ("number", "at most two decimal places, bare"),
    Type.FLAG: ("flag", "1 for yes, 0 for no, bare"),
    Type.JSON: ("JSON", "JSON text, in quotes"),
}
# Type -> what a Table Schema says of it.
FIELDS: dict[Type, dict[str, Any]] = {
    Type.UUID: {"type": "string", "format": "uuid"},
    Type.TEXT: {"type": "string"},
    # The default format of a Table Schema has no milliseconds.
    Type.TS: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    Type.DATE: {"type": "date"},
    Type.INT: {"type": "integer"},
    Type.DEC: {"type": "number"},
    Type.FLAG: {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
    # Whatever JSON it is; "object" and "array" would each refuse the other.
    Type.JSON: {"type": "string"},
}


def table_schema(report: Report) -> dict[str, Any]:
    """The columns in their order. A blank cell is no value; a text that is empty is written ``""``."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "title": report.title,
        "description": report.row_is,
        "fields": [_field(column) for column in report.columns],
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    said = {"name": column.header, **FIELDS[column.type], "description": column.meaning}
    if column.unit:
        said["unit"] = column.unit
    if column.source:
        said["source"] = column.source
    return said
