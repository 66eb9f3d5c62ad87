"""Note revisions: a note as it was made, and each change of it; never its words (reporting-api.md 3.8)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import NOTE, NOTE_REVISION
from imports.formats.activity.columns import Anchor
from imports.formats.activity.family import EventFormat, happened, moment, of
from imports.formats.base import Unique
from imports.formats.columns import CREATE, DELETE, Integer

BOTH = (CREATE, DELETE)


class NoteRevisions(EventFormat):
    key = "activity.note-revisions"
    title = "Note revisions"
    target = NOTE_REVISION
    order = 18

    note = of("Note ID", NOTE, "note_id", actions=BOTH, required=True)
    anchor = Anchor(
        "Anchor", actions=(CREATE,), aliases=("Content",), help="What was noted on; blank: not known."
    )
    word_count = Integer(
        "Word Count",
        0,
        actions=(CREATE,),
        required=True,
        aliases=("Note Count",),
        help="Words in the note by then.",
    )
    noted_at = moment("Noted At", "occurred_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("note_id", "occurred_at")
    label = ("note", "noted_at")
    uniques = (Unique(natural_key, "told_otherwise", "Word Count", "o.word_count || ' words'"),)
    rules = (happened(noted_at),)
    sample_rows = (
        {
            "note": "N-601", "anchor": '{"type":"slide","slideId":"SL-410-2","position":2}', "word_count": "14",
            "noted_at": "2026-09-05T10:06:30Z",
        },
        {
            "note": "N-602", "anchor": '{"type":"video","mediaId":"M-7001","seconds":610}', "word_count": "3",
            "noted_at": "2026-09-06T20:11:05.050Z",
        },
    )  # fmt: skip
