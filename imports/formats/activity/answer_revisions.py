"""Answer revisions: an answer as it was written at first, and after each edit (reporting-api.md 3.7)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import ANSWER, ANSWER_REVISION
from imports.formats.activity.family import TEXT, EventFormat, happened, moment, of
from imports.formats.base import Unique
from imports.formats.columns import CREATE, DELETE, Text

BOTH = (CREATE, DELETE)


class AnswerRevisions(EventFormat):
    key = "activity.answer-revisions"
    title = "Answer revisions"
    target = ANSWER_REVISION
    order = 16

    answer = of("Answer ID", ANSWER, "answer_id", actions=BOTH, required=True)
    body = Text(
        "Answer",
        field="body",
        actions=(CREATE,),
        required=True,
        max_length=TEXT,
        help="The whole text after this edit.",
    )
    answered_at = moment("Answered At", "occurred_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("answer_id", "occurred_at")
    label = ("answer", "answered_at")
    uniques = (Unique(natural_key, "told_otherwise", "Answer", "'`' || left(o.body, 60) || '`'"),)
    rules = (happened(answered_at),)
    sample_rows = (
        {"answer": "AN-801-1", "body": "Think of the earth and the moon.", "answered_at": "2026-09-05T12:00:00Z"},
        {
            "answer": "AN-801-1", "body": "Think of the earth and the moon, and of what lies between.",
            "answered_at": "2026-09-05T12:03:15Z",
        },
    )  # fmt: skip
