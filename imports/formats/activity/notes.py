"""Notes: that somebody took a note. Their words are not kept, only how many they are (reporting-api.md 7.1)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import NOTE, NOTE_REVISION, PRESENTATION, VIDEO
from imports.formats.activity.family import ActivityFormat, of, own_external_id, section, user
from imports.formats.base import Dependents, Rule, Unique
from imports.formats.references import OwnId


class Notes(ActivityFormat):
    key = "activity.notes"
    title = "Notes"
    target = NOTE
    order = 17

    note_id = OwnId("Note ID", NOTE)
    section = section()
    user = user(required=True)
    presentation = of(
        "Presentation ID", PRESENTATION, "presentation_id", help="Blank: it was taken on a video."
    )
    media = of(
        "Media ID", VIDEO, "video_id", aliases=("Video ID",), help="Blank: it was taken on a presentation."
    )
    external_id = own_external_id("the note")

    label = ("external_id", "user")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "'system id ' || o.id"),)
    blocks_delete = (Dependents(NOTE_REVISION, "note_id"),)
    rules = (
        Rule(
            "note_on_nothing",
            "Presentation ID",
            "w._o_presentation IS NULL AND w._o_media IS NULL",
            exported="FALSE",
        ),
    )
    sample_rows = (
        {
            "section": "S-OCE210-31A-02", "user": "tomas.reyes@fjord.example", "presentation": "PR-410",
            "external_id": "N-601",
        },
        {"user": "P-1001", "media": "M-7001", "external_id": "N-602"},
    )  # fmt: skip
