"""Answers: that somebody answered a question. What they wrote, and when they edited it, is in its revisions."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import ANSWER, ANSWER_REVISION, QUESTION
from imports.formats.activity.family import ActivityFormat, of, own_external_id, user
from imports.formats.base import Dependents, Unique
from imports.formats.columns import Boolean
from imports.formats.references import OwnId


class Answers(ActivityFormat):
    key = "activity.answers"
    title = "Answers"
    target = ANSWER
    order = 15

    answer_id = OwnId("Answer ID", ANSWER)
    question = of("Question ID", QUESTION, "question_id", required=True)
    author = user(
        "Answered By", field="author_id", aliases=("Author", "Author ID", "Answer Author"), required=True
    )
    is_anonymous = Boolean(
        "Anonymous", field="is_anonymous", default=False,
        help="Reports name no author where it is TRUE, unless the institution reveals them. Blank: FALSE.",
    )  # fmt: skip
    external_id = own_external_id("the answer")

    label = ("external_id", "question", "author")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "'system id ' || o.id"),)
    blocks_delete = (Dependents(ANSWER_REVISION, "answer_id"),)
    sample_rows = (
        {"question": "Q-801", "author": "P-1001", "external_id": "AN-801-1"},
        {
            "question": "Q-802", "author": "tomas.reyes@fjord.example", "is_anonymous": "TRUE",
            "external_id": "AN-802-1",
        },
    )  # fmt: skip
