"""Poll answers: that somebody answered a poll. What they answered, and when they changed it, is in their revisions."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import POLL, POLL_ANSWER, POLL_ANSWER_REVISION
from imports.formats.activity.family import ActivityFormat, of, own_external_id, section, user
from imports.formats.base import Dependents, Unique
from imports.formats.references import OwnId


class PollAnswers(ActivityFormat):
    key = "activity.poll-answers"
    title = "Poll answers"
    target = POLL_ANSWER
    order = 12

    poll_answer_id = OwnId("Poll Answer ID", POLL_ANSWER)
    poll = of("Poll ID", POLL, "poll_id", required=True)
    section = section()
    user = user(required=True)
    external_id = own_external_id("the answer")

    label = ("external_id", "poll", "user")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "'system id ' || o.id"),)
    blocks_delete = (Dependents(POLL_ANSWER_REVISION, "poll_answer_id"),)
    sample_rows = (
        {
            "poll": "PO-31", "section": "S-OCE210-31A-02", "user": "tomas.reyes@fjord.example",
            "external_id": "PA-31-1",
        },
        {"poll": "PO-32", "user": "P-1001", "external_id": "PA-32-1"},
    )  # fmt: skip
