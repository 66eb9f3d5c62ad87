"""``POST …/statement-import/preview``: what a file would come to, and nothing kept of it (csv data import 4.3)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from django.http import HttpResponse

from edu_csv.body_limit import CSV_PREVIEW_BYTES
from imports.api.csv_data import asked, intake
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.doors import Call
from imports.problems import FileRejected
from imports.steps.templated import preview as steps
from imports.steps.templated.preview import Preview
from imports.templates import lookup

# Beside statements, and only when the template has the section.
OF_GROUPS = ("people", "groups", "permissions")


def preview(call: Call) -> HttpResponse:
    """200, whatever is wrong in the file: its faults are the answer."""
    parameters = Parameters.of(call.request)
    if parameters.text("template", "unknown_template") is not None:
        lookup.usable(call.organization, asked.template(parameters))
    with tempfile.TemporaryFile() as file:
        taken, _ = intake.take(
            call.request, parameters, lambda name: nullcontext(file), most_bytes=CSV_PREVIEW_BYTES
        )
        version = lookup.usable(call.organization, asked.template(parameters))
        intake.check_size(asked.file_size(parameters), taken, forgives_line_ends=True)
        file.seek(0)
        try:
            found = steps.preview(version, file, taken.name, institution=call.organization)
        except FileRejected as refused:
            return _json([_member("failedRows", {1: refused.detail}), _member("statements", {})])
    return _json(_members(found))


def _members(found: Preview) -> list[str]:
    sections = [section for section in OF_GROUPS if section in found.sections]
    members = [_member("failedRows", found.failed_rows), _member("statements", found.statements)]
    members += [_member(section, found.made(section)) for section in sections]
    if found.truncated:
        members.append(f'"truncated":true,"rowsRead":{found.rows_read}')
    return members


def _member(name: str, rows: Mapping[int, Any]) -> str:
    """One property: what each row has, by the row's number as text. rows: ascending."""
    inner = ",".join(f'"{row}":{_text(value)}' for row, value in rows.items())
    return f'"{name}":{{{inner}}}'


def _text(value: Any) -> str:
    # Numbers as the template wrote them, also those that are too large for faster writers.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(members: list[str]) -> HttpResponse:
    return HttpResponse(f"{{{','.join(members)}}}", content_type="application/json")
