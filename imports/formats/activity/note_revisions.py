"""Note revisions: a note as it was made, and each change of it; never its words (reporting-api.md 3.8)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import NOTE, NOTE_REVISION
from imports.formats.activity.columns import Anchor
from imports.formats.activity.family import EventFormat, happened, moment, of
from imports.formats.base import Rule, Unique
from imports.formats.columns import CREATE, DELETE, Integer

BOTH = (CREATE, DELETE)

# Reports are joined by system ids, so that is what an anchor holds, whatever id the file gave. What the note was not
# taken on is left as it was said, behind a mark that no JSON begins with.
_BY_SYSTEM_ID = """
    UPDATE work AS w SET anchor = coalesce(found.anchor, '!' || w.anchor)
      FROM (SELECT said._row,
                   CASE said.kind
                        WHEN 'slide' THEN '{"type":"slide","slideId":"' || slide.id || '","position":' || said.at || '}'
                        ELSE '{"type":"video","mediaId":"' || video.id || '","seconds":' || said.at || '}' END AS anchor
              FROM (SELECT w._row, w.note_id, w.anchor::json ->> 'type' AS kind,
                           coalesce(w.anchor::json ->> 'slideId', w.anchor::json ->> 'mediaId') AS named,
                           coalesce(w.anchor::json ->> 'position', w.anchor::json ->> 'seconds') AS at
                      FROM work AS w WHERE w.anchor IS NOT NULL) AS said
              JOIN activity_note AS note ON (note.institution_id, note.id) = (%(institution)s, said.note_id)
              LEFT JOIN activity_slide AS slide
                     ON said.kind = 'slide' AND slide.institution_id = %(institution)s AND slide.deleted_at IS NULL
                    AND slide.presentation_id = note.presentation_id
                    AND (slide.external_id = said.named OR slide.id::text = lower(said.named))
              LEFT JOIN activity_video AS video
                     ON said.kind = 'video' AND (video.institution_id, video.id) = (%(institution)s, note.video_id)
                    AND (video.external_id = said.named OR video.id::text = lower(said.named))) AS found
     WHERE found._row = w._row
"""


class NoteRevisions(EventFormat):
    key = "activity.note-revisions"
    title = "Note revisions"
    target = NOTE_REVISION
    order = 18

    note = of("Note ID", NOTE, "note_id", actions=BOTH, required=True)
    anchor = Anchor(
        "Anchor", actions=(CREATE,), aliases=("Content",), is_completed=True,
        help="What was noted on, by system id or External ID; kept by system id. Blank: not known.",
    )  # fmt: skip
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
    completions = (_BY_SYSTEM_ID,)
    rules = (
        happened(noted_at),
        Rule(
            "anchor_elsewhere", "Anchor", "w.anchor LIKE '!%%'", "substr(w.anchor, 2)",
            actions=("create",), exported="FALSE",
        ),
    )  # fmt: skip
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
