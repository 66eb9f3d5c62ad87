"""How refusals of imports are told to callers of the API."""

from __future__ import annotations

from typing import Any

from edu_csv.access.api.problems import Refusal, bad_field, tells
from edu_csv.tabular import TableRefused
from imports import requests
from imports.problems import FileRejected
from imports.sources.errors import InboxRefused
from imports.steps.report import NoResults
from imports.templates.manage import NotReady

# Of the whole file: what it is, and how much; everything else is a bad request.
STATUS = {"not_a_table": 415, "too_large": 413}
# Of an inbox; what stands in the way now and may not later is a conflict.
INBOX_STATUS = {
    "not_found": 404, "bad_name": 400, "long_name": 400, "unexpected_name": 400, "too_large": 413, "quota": 413,
}  # fmt: skip
# The part of the request that a refusal of the file is about.
FIELD = {"unknown_format": "format", "ambiguous_format": "format", "sha256_mismatch": "sha256"}

# Where the fault of a template is -> the member of the request that says it.
PLACE = {
    "body": "body",
    "variables": "variables",
    "settings": "time_zone",
    "example": "example_csv",
    "row": "body",
}


@tells(requests.BadRequest)
def bad_request(error: requests.BadRequest) -> Refusal:
    return bad_field(error.field, error.code, error.detail, **error.params)


@tells(requests.NotAllowed)
def not_allowed(error: requests.NotAllowed) -> Refusal:
    return Refusal(403, "not_permitted", str(error))


@tells(requests.WrongState)
def wrong_state(error: requests.WrongState) -> Refusal:
    return Refusal(409, "wrong_state", str(error))


@tells(NoResults)
def no_results(error: NoResults) -> Refusal:
    return Refusal(409, "wrong_state", str(error))


@tells(NotReady)
def not_ready(error: NotReady) -> Refusal:
    errors = [
        {
            "field": PLACE[fault.place],
            "code": fault.code,
            "detail": fault.message,
            "line": fault.line or None,
            "column": fault.column or None,
            "suggestion": fault.suggestion or None,
        }
        for fault in error.faults
    ]
    return Refusal(400, "template_not_ready", str(error), errors=errors)


@tells(InboxRefused)
def inbox_refused(error: InboxRefused) -> Refusal:
    errors = [
        {"field": "name" if "name" in error.code else "file", "code": error.code, "detail": error.detail}
    ]
    return Refusal(INBOX_STATUS.get(error.code, 409), error.code, error.detail, errors=errors)


@tells(FileRejected)
def file_rejected(error: FileRejected) -> Refusal:
    return _file(error.code, error.detail, {k: v for k, v in error.params.items() if k != "code"})


@tells(TableRefused)
def table_refused(error: TableRefused) -> Refusal:
    return _file(error.code, str(error), error.params)


def _file(code: str, detail: str, params: dict[str, Any]) -> Refusal:
    known = {"status", "type", "title", "detail", "errors"}
    extra = {name: value for name, value in params.items() if name not in known}
    field = FIELD.get(code, "file")
    errors = [{"field": field, "code": code, "detail": detail}]
    return Refusal(STATUS.get(code, 400), code, detail, errors=errors, **extra)
