"""Questions: what people ask in the discussion of a section."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import QUESTION
from imports.formats.activity.family import (
    TEXT,
    ActivityFormat,
    happened,
    moment,
    own_external_id,
    section,
    user,
)
from imports.formats.base import Unique
from imports.formats.columns import WRITING, Boolean, Text
from imports.formats.references import OwnId


class Questions(ActivityFormat):
    key = "activity.questions"
    title = "Questions"
    target = QUESTION
    order = 14

    question_id = OwnId("Question ID", QUESTION)
    section = section()
    author = user("Asked By", field="author_id", aliases=("Asker", "Question Author"),
                  help="System id, External ID or e-mail address; blank: nobody knows who it was.")  # fmt: skip
    body = Text("Question", field="body", required=True, max_length=TEXT)
    asked_at = moment("Asked At", "asked_at", required=False, help="Blank: not known.")
    is_anonymous = Boolean(
        "Anonymous", field="is_anonymous", default=False,
        help="Reports name no author where it is TRUE, unless the institution reveals them. Blank: FALSE.",
    )  # fmt: skip
    external_id = own_external_id("the question")

    label = ("external_id", "body")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "left(o.body, 60)"),)
    rules = (happened(asked_at, *WRITING),)
    sample_rows = (
        {
            "section": "S-OCE210-31A-02", "author": "tomas.reyes@fjord.example",
            "body": "Why are there two high tides a day?", "asked_at": "2026-09-05T11:20:00Z", "external_id": "Q-801",
        },
        {
            "section": "S-OCE210-31A-02", "author": "P-1001", "body": "Is the field trip on?",
            "is_anonymous": "TRUE", "external_id": "Q-802",
        },
    )  # fmt: skip
