"""The shapes of the OpenAPI document: what is sent and what is answered (reporting-api.md 2, 4.5)."""

from __future__ import annotations

from typing import Any

from reporting.reports.base import Type
from reporting.services import RequestStatus

UUID = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time", "examples": ["2031-03-19T09:12:07.554Z"]}
TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
DAYS = {
    "type": "object",
    "description": "`{}` for a report of all time.",
    "properties": {"start": DAY, "end": DAY},
    "additionalProperties": False,
}


def _object(properties: dict[str, Any], *, optional: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """An object that has these members and no other."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False, **more,
    }  # fmt: skip


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


STATUS = {
    "type": "string",
    "enum": [status.value for status in RequestStatus],
    "description": (
        "Pending: queued or being made. Available: the file can be had. Expired: it is deleted, submit again."
        " Failed: it could not be made. Missing: nobody began it in time."
    ),
}
ENTRY = {
    "requestId": UUID,
    "status": _ref("Status"),
    "reportName": TEXT,
    "parameters": DAYS,
    "created": MOMENT,
}
REPORT = {
    "name": TEXT,
    "description": TEXT,
    "note": TEXT,
    "parameters": _list(
        _object({"name": TEXT, "datatype": {"const": "date"}, "required": {"type": "boolean"}})
    ),
}
COLUMN = _object(
    {
        "name": TEXT,
        "type": {"type": "string", "enum": [each.value for each in Type]},
        "typeName": TEXT,
        "cell": {**TEXT, "description": "How its cells look."},
        "meaning": TEXT,
        "unit": TEXT,
        "source": TEXT,
    },
    optional=("unit", "source"),
)
DETAILS = _object(
    {
        "progress": {"type": "string", "enum": ["queued", "running"]},
        "completed": MOMENT,
        "error": {**TEXT, "description": "Why there is no file, in one sentence."},
        "expires": {**MOMENT, "description": "When the file is deleted."},
        "rows": {**COUNT, "description": "Rows of the file, without the header; while it is made, those written."},
        "bytes": {**COUNT, "description": "Of the file as it is downloaded."},
        "sha256": {**TEXT, "description": "Of the file as it is downloaded."},
        "columns": COUNT,
        "dataCompleteThrough": {
            "type": ["string", "null"], "format": "date",
            "description": "The last day whose activity was complete when the file was made.",
        },
    },
    optional=(
        "progress", "completed", "error", "expires", "rows", "bytes", "sha256", "columns", "dataCompleteThrough",
    ),
)  # fmt: skip
SUBMISSION = {
    "type": "object",
    "description": "Members not named here are passed over, save within `parameters`, where they are refused.",
    "properties": {
        "parameters": {
            "type": "object",
            "description": (
                "`start` is reported, `end` is not. Days as YYYY-MM-DD, UTC. A report of all time takes neither."
            ),
            "properties": {"start": DAY, "end": DAY},
            "additionalProperties": False,
        },
        "output": {
            "type": "object",
            "properties": {
                "compression": {"type": "boolean", "default": True, "description": "gzip"},
                "delimiter": {"type": "string", "enum": [",", "\t", "|"], "default": ","},
                "spreadsheetSafe": {
                    "type": "boolean", "default": False,
                    "description": "An apostrophe before texts that a spreadsheet would take for a formula.",
                },
            },
        },
        "notify": {
            "type": "object",
            "description": "Whom to tell when it is done.",
            "properties": {
                "email": _list({"type": "string", "format": "email"}),
                "webhook": {"type": "string", "format": "uri"},
            },
        },
    },
}  # fmt: skip
ERROR = _object(
    {
        "error": {**TEXT, "examples": ["DateRangeTooLong"]},
        "message": {**TEXT, "description": "A sentence that says how to mend it."},
        "param": {
            "type": "object",
            "description": "Where each fault is, such as `obj.parameters.end`, and what it is.",
            "additionalProperties": _list(_object({"msg": TEXT, "args": {"type": "array"}})),
        },
        "limit": {**COUNT, "description": "How many requests may be pending."},
        "inFlight": {**_list(UUID), "description": "Those that are."},
    },
    optional=("param", "limit", "inFlight"),
)
SCHEMAS: dict[str, Any] = {
    "Status": STATUS,
    "Report": _object(REPORT),
    "Reports": _object({"reports": _list(_ref("Report"))}),
    "Dictionary": _object(
        {
            **REPORT,
            "title": TEXT,
            "rowIs": {**TEXT, "description": "What one row stands for."},
            "columns": _list(COLUMN),
            "tableSchema": {
                "type": "object",
                "description": "The columns as a Table Schema of Frictionless Data.",
            },
        }
    ),
    "Submission": SUBMISSION,
    "Submitted": _object(ENTRY),
    "Listed": _object(
        {**ENTRY, "assets": {**_list(TEXT), "description": "File names, when `Available`."}},
        optional=("assets",),
    ),
    "Requests": _object(
        {"requests": _list(_ref("Listed")), "has_more": {"type": "boolean"}, "next": TEXT},
        optional=("has_more", "next"),
    ),
    "Request": _object(
        {
            **ENTRY,
            "signedAssets": {
                **_list({"type": "string", "format": "uri"}),
                "description": "Links to the files, when `Available`; fresh with each call. To be used as they are.",
            },
            "details": DETAILS,
        },
        optional=("signedAssets",),
    ),
    "Error": ERROR,
}
COMPONENTS: dict[str, Any] = {
    "securitySchemes": {
        "token": {
            "type": "oauth2",
            "description": "A bearer token; it lives an hour.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/oauth2/access_token", "refreshUrl": "/oauth2/access_token", "scopes": {},
                }
            },
        }
    },
    "schemas": SCHEMAS,
}  # fmt: skip
