"""Polls: questions of a presentation, with what can be answered."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import POLL, PRESENTATION
from imports.formats.activity.columns import Options
from imports.formats.activity.family import TEXT, ActivityFormat, of, own_external_id
from imports.formats.base import Unique
from imports.formats.columns import Text
from imports.formats.references import OwnId


class Polls(ActivityFormat):
    key = "activity.polls"
    title = "Polls"
    target = POLL
    order = 11

    poll_id = OwnId("Poll ID", POLL)
    presentation = of("Presentation ID", PRESENTATION, "presentation_id", required=True)
    prompt = Text("Prompt", required=True, max_length=TEXT, help="What is asked.")
    content = Options("Content", help="What can be answered; blank: anything.")
    solution = Text(
        "Solution",
        max_length=TEXT,
        help="The correct answer; a JSON list of texts when there are several; blank: none.",
    )
    external_id = own_external_id("the poll")

    label = ("external_id", "prompt")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "left(o.prompt, 60)"),)
    sample_rows = (
        {
            "presentation": "PR-410", "prompt": "Which rock is volcanic?",
            "content": '[{"id":"a","text":"Basalt"},{"id":"b","text":"Chalk"}]', "solution": "Basalt",
            "external_id": "PO-31",
        },
        {"presentation": "PR-410", "prompt": "What would you like to hear again?", "external_id": "PO-32"},
    )  # fmt: skip
