"""New import, second step: what the page asks of every file, and the bar at its foot."""

from __future__ import annotations

from django.http import QueryDict

from edu_csv.pages.contexts.parts import Choice, Field, FootBar, Note
from edu_csv.pages.doors import asked
from imports.models import DirectUpload, Mode, OnError
from imports.views.names import stem_of


def name_field(upload: DirectUpload, given: QueryDict) -> Field:
    return {
        "name": "name",
        "label": "Name, so that you find it again",
        "value": asked(given, "name", 200) or stem_of(upload.name),
        "type": "text",
        "hint": "",
        "error": "",
        "is_required": False,
        "autocomplete": "off",
    }


def choices(given: QueryDict) -> list[Choice]:
    aborts, applies = given.get("on_error") == OnError.ABORT, given.get("mode") == Mode.APPLY
    return [
        {
            "label": "If some rows are bad",
            "options": [
                {
                    "name": "on_error",
                    "value": OnError.SKIP,
                    "label": "Apply the good ones",
                    "small": "Bad rows come back to you to fix.",
                    "is_on": not aborts,
                },
                {
                    "name": "on_error",
                    "value": OnError.ABORT,
                    "label": "Apply nothing",
                    "small": "Unless every row is good.",
                    "is_on": aborts,
                },
            ],
        },
        {
            "label": "When the plan is made",
            "options": [
                {
                    "name": "mode",
                    "value": Mode.PREVIEW,
                    "label": "Show it to me",
                    "small": "Nothing changes before you approve.",
                    "is_on": not applies,
                },
                {
                    "name": "mode",
                    "value": Mode.APPLY,
                    "label": "Apply it at once",
                    "small": "For files you send often. It can be undone.",
                    "is_on": applies,
                },
            ],
        },
    ]


def foot_bar(upload: DirectUpload, *, why_not: str, sentence: str, fields: dict[str, str]) -> FootBar:
    button = {"label": "Make the plan", "href": ""}
    if why_not:
        button["why_not"] = why_not
    return {
        "title": "",
        "sentence": sentence,
        "small": "",
        "action_url": f"/imports/new/{upload.pk}/",
        "button": button,  # type: ignore[typeddict-item]  # built up by condition
        "others": [{"label": "Back", "href": "/imports/new/"}],
        "confirm": None,
        "fields": {name: value for name, value in fields.items() if value},
        "is_stale": False,
    }


def refusal(title: str, text: str) -> Note:
    return {"kind": "failed", "icon": "warn", "title": title, "text": text, "actions": []}
