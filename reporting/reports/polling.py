"""polling: each new or changed response to a poll (reporting-api.md 3.6, G14, G15)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

SQL = """
SELECT presentation.id        AS presentation_id,
       presentation.name      AS presentation_name,
       section.id             AS "sectionId",
       section.name           AS "sectionNumber",
       course.id              AS "courseId",
       course.code            AS "courseIdentifier",
       course.name            AS "courseName",
       poll.id                AS activity_id,
       poll.prompt            AS activity_prompt,
       poll.content           AS activity_content,
       poll.solution          AS solution,
       revision.occurred_at   AS event_timestamp,
       answer.id              AS answer_id,
       revision.answer        AS answer,
       NULL::integer          AS "isCorrect",
       person.id              AS userid,
       person.given_name      AS firstname,
       person.family_name     AS lastname,
       person.email           AS email,
       {role_of_person}       AS role,
       revision.id            AS revision_id
  FROM activity_poll_answer_revision AS revision
  JOIN activity_poll_answer AS answer
    ON answer.institution_id = %(institution)s AND answer.id = revision.poll_answer_id AND answer.deleted_at IS NULL
  JOIN activity_poll AS poll ON poll.institution_id = %(institution)s AND poll.id = answer.poll_id
  JOIN activity_presentation AS presentation
    ON presentation.institution_id = %(institution)s AND presentation.id = poll.presentation_id
  JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = answer.person_id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = answer.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE revision.institution_id = %(institution)s AND revision.deleted_at IS NULL
   AND revision.occurred_at >= %(start)s AND revision.occurred_at < %(end)s
   AND {within}
"""
# What everybody answered last counts, not what they answered before.
RESULTS = """
SELECT answer AS label, activity_prompt AS note, count(*)::numeric AS value
  FROM (SELECT DISTINCT ON (answer_id) activity_id, activity_prompt, answer FROM report
         ORDER BY answer_id, event_timestamp DESC, revision_id DESC) AS latest
 GROUP BY activity_id, activity_prompt, answer ORDER BY value DESC, activity_prompt COLLATE "C",
       answer COLLATE "C", activity_id LIMIT 10
"""

POLLING = Report(
    name="polling",
    title="Poll responses",
    row_is="One row for each new or changed response to a poll.",
    description="Responses to polls, with every change.",
    note="A changed response is a further row with the same answer_id. isCorrect is always empty.",
    takes_dates=True,
    columns=(
        Column("presentation_id", Type.UUID, "Presentation that holds the poll.", source="Presentation.id"),
        Column("presentation_name", Type.TEXT, "Name of the presentation.", source="Presentation.name"),
        *blocks.SECTION,
        Column("activity_id", Type.UUID, "The question of the poll.", source="PollActivity.id"),
        Column("activity_prompt", Type.TEXT, "Text of the question.", source="PollActivity.prompt"),
        Column(
            "activity_content", Type.JSON,
            'The responses on offer: [{"id":"a","text":"Basalt"},{"id":"b","text":"Granite"}].',
            source="PollActivity.content",
        ),
        Column(
            "solution", Type.TEXT, "Correct response; a JSON array of texts when there are several.",
            source="PollActivity.solution",
        ),
        Column(
            "event_timestamp", Type.TS, "When it was answered or changed.",
            source="PollAnswerRevision.occurred_at",
        ),
        Column("answer_id", Type.UUID, "The response; it stays the same across changes.", source="PollAnswer.id"),
        Column(
            "answer", Type.TEXT, "What was answered; a JSON array of texts when there are several.",
            source="PollAnswerRevision.answer",
        ),
        Column("isCorrect", Type.FLAG, "No longer used: always empty.", source="—"),
        *blocks.person("Whoever answered"),
    ),
    sql=SQL,
    order_by="revision.occurred_at, revision.id",
    charts=(
        Chart("results", "Poll results, latest responses", ChartKind.HBARS, "responses", RESULTS),
        Chart("per_day", "Responses and changes per day", ChartKind.BARS, "responses", blocks.PER_DAY),
    ),
)  # fmt: skip
