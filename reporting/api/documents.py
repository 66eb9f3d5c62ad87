"""The OpenAPI document of the Reporting API, and a page to read it. Both tell nothing of any institution."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reporting.api.components import COMPONENTS
from reporting.reports import reports

BASE = "/public/api/v1/reporting"
REPORT_NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "One of the names that `GET /reports` lists.",
}
REQUEST_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The `requestId` of a request.",
}
WHY_NOT = {
    400: "Something of the request makes no sense; `error` names the first fault and `param` has all of them.",
    401: "No token, an unknown one, or one whose hour is over.",
    403: "The client's role has no reports, or it may not use this API.",
    404: "There is no report, no request or no address of this name.",
    405: "The address does not take this method; `Allow` says which it takes.",
    429: "Too many calls a minute, or as many requests pending as there may be; see `Retry-After`.",
    500: "A fault of this system.",
}


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1, as JSON."""
    return JsonResponse(document())


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every endpoint, to read and to try; drawn in the browser from the document."""
    context = {"title": "Reporting API", "schema": reverse("reporting-openapi")}
    return render(request, "api_docs.html", context)


def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Reporting API",
            "version": "1",
            "description": (
                "Reports of what people did with videos, slides, polls, questions and notes. Submit a request, look"
                " until it is `Available`, fetch the file by its signed link. Days and times are UTC."
            ),
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": COMPONENTS,
    }


def _paths() -> dict[str, Any]:
    name = {**REPORT_NAME, "schema": {"type": "string", "enum": list(reports())}}
    look = _operation("Look at a request, and get the link to its file", "Request", [REQUEST_ID])
    return {
        "/reports": {"get": _operation("Which reports there are, and what each needs", "Reports")},
        "/reports/{name}": {"get": _operation("The columns of a report", "Dictionary", [name])},
        "/requests": {"get": _operation("The requests submitted, newest first", "Requests", _filters())},
        "/requests/{name}": {"post": _submission(name)},
        "/request/{id}": {"get": look},
    }


def _operation(summary: str, answer: str, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "tags": ["reporting"],
        "summary": summary,
        "responses": {"200": _body(answer, "As asked.")},
    }
    if parameters:
        told["parameters"] = parameters
    told["responses"].update({str(status): _body("Error", why) for status, why in WHY_NOT.items()})
    return told


def _submission(name: dict[str, Any]) -> dict[str, Any]:
    at_most = settings.REPORTS_IN_FLIGHT
    return {
        **_operation("Submit a request for a report", "Submitted", [name]),
        "description": f"At most {at_most} requests of an institution may be pending at a time.",
        "requestBody": {
            "required": False,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/Submission"},
                    "example": {
                        "parameters": {"start": "2031-03-03", "end": "2031-03-10"},
                        "output": {"compression": True, "delimiter": ","},
                    },
                }
            },
        },
    }


def _filters() -> list[dict[str, Any]]:
    """Ours (2.2, 5.6)."""
    return [
        _query("status", "Only those with this status.", {"$ref": "#/components/schemas/Status"}),
        _query("reportName", "Only those of this report.", {"type": "string", "enum": list(reports())}),
        _query(
            "limit",
            "At most so many; more than 150 counts as 150. Adds `has_more` and `next`.",
            {"type": "integer", "minimum": 1, "default": 100},
        ),
        _query("offset", "From `next` of the answer before.", {"type": "string"}),
    ]


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _body(schema: str, description: str) -> dict[str, Any]:
    ref = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": ref}}}
