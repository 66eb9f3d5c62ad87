"""notes: each note created or changed, without its words (reporting-api.md 3.8, G16)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

# A note on a video names no presentation (G16), though it may belong to one: its anchor says what it is on.
SQL = """
SELECT presentation.id        AS "PresentationID",
       presentation.name      AS "PresentationName",
       section.id             AS "sectionId",
       section.name           AS "sectionNumber",
       course.id              AS "courseId",
       course.code            AS "courseIdentifier",
       course.name            AS "courseName",
       revision.anchor        AS content,
       revision.word_count::bigint AS note_count,
       revision.occurred_at   AS event_timestamp,
       person.id              AS userid,
       person.given_name      AS firstname,
       person.family_name     AS lastname,
       person.email           AS email,
       {role_of_person}       AS role,
       note.id                AS note_id,
       coalesce(presentation.name, video.name) AS noted_on
  FROM activity_note_revision AS revision
  JOIN activity_note AS note
    ON note.institution_id = %(institution)s AND note.id = revision.note_id AND note.deleted_at IS NULL
  JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = note.person_id
  LEFT JOIN activity_presentation AS presentation
    ON presentation.institution_id = %(institution)s AND presentation.id = note.presentation_id
   AND (note.video_id IS NULL
        OR CASE WHEN revision.anchor IS JSON OBJECT THEN revision.anchor::jsonb ->> 'type' END IS DISTINCT FROM 'video')
  LEFT JOIN activity_video AS video ON video.institution_id = %(institution)s AND video.id = note.video_id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = note.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE revision.institution_id = %(institution)s AND revision.deleted_at IS NULL
   AND revision.occurred_at >= %(start)s AND revision.occurred_at < %(end)s
   AND {within}
"""

NOTES = Report(
    name="notes",
    title="Notes",
    row_is="One row for each note created or changed.",
    description="Notes taken on presentations and videos, with every change.",
    note="The words themselves are not in the file; note_count is how many they are. Notes on videos name no presentation.",
    takes_dates=True,
    columns=(
        Column(
            "PresentationID", Type.UUID, "Presentation noted on; empty for a video.", source="Presentation.id"
        ),
        Column("PresentationName", Type.TEXT, "Name of the presentation.", source="Presentation.name"),
        *blocks.SECTION,
        Column(
            "content", Type.JSON,
            'What was noted on: {"type":"slide","slideId":"…","position":4} or '
            '{"type":"video","mediaId":"…","seconds":610}.',
            source="NoteRevision.anchor",
        ),
        Column(
            "note_count", Type.INT, "Words in the note, not a number of notes.", unit="words",
            source="NoteRevision.word_count",
        ),
        Column(
            "event_timestamp", Type.TS, "When it was created or changed.", source="NoteRevision.occurred_at"
        ),
        *blocks.person("Whoever took the note"),
    ),
    sql=SQL,
    order_by="revision.occurred_at, revision.id",
    charts=(
        Chart("per_day", "Notes taken or changed per day", ChartKind.BARS, "notes", blocks.PER_DAY),
        Chart(
            "most_noted", "Most noted", ChartKind.HBARS, "notes",
            blocks.most("noted_on", "noted_on", "count(DISTINCT note_id)::numeric"),
        ),
    ),
)  # fmt: skip
