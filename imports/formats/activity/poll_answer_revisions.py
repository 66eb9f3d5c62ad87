"""Poll answer revisions: what was answered at first, and each change of it (reporting-api.md 3.6)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import POLL_ANSWER, POLL_ANSWER_REVISION
from imports.formats.activity.family import TEXT, EventFormat, happened, moment, of
from imports.formats.base import Unique
from imports.formats.columns import CREATE, DELETE, Text

BOTH = (CREATE, DELETE)


class PollAnswerRevisions(EventFormat):
    key = "activity.poll-answer-revisions"
    title = "Poll answer revisions"
    target = POLL_ANSWER_REVISION
    order = 13

    poll_answer = of("Poll Answer ID", POLL_ANSWER, "poll_answer_id", actions=BOTH, required=True)
    answer = Text(
        "Answer", actions=(CREATE,), required=True, max_length=TEXT,
        help="The text of what was chosen or written; a JSON list of texts when there are several.",
    )  # fmt: skip
    answered_at = moment("Answered At", "occurred_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("poll_answer_id", "occurred_at")
    label = ("poll_answer", "answered_at")
    uniques = (Unique(natural_key, "told_otherwise", "Answer", "'`' || left(o.answer, 60) || '`'"),)
    rules = (happened(answered_at),)
    sample_rows = (
        {"poll_answer": "PA-31-1", "answer": "Chalk", "answered_at": "2026-09-05T10:12:00Z"},
        {"poll_answer": "PA-31-1", "answer": "Basalt", "answered_at": "2026-09-05T10:12:21.700Z"},
    )
