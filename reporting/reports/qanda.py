"""qanda: each new or changed answer in the discussions of sections (reporting-api.md 3.7, G17)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

SQL = """
SELECT question.id             AS questionid,
       question.body           AS question,
       section.id              AS "sectionId",
       section.name            AS "sectionNumber",
       course.id               AS "courseId",
       course.code             AS "courseIdentifier",
       course.name             AS "courseName",
       asker.id                AS question_userid,
       asker.given_name        AS question_firstname,
       asker.family_name       AS question_lastname,
       asker.email             AS question_email,
       {role_of_asker}         AS question_role,
       answer.id               AS answerid,
       revision.body           AS answer,
       revision.occurred_at    AS event_timestamp,
       answerer.id             AS answer_userid,
       answerer.given_name     AS answer_firstname,
       answerer.family_name    AS answer_lastname,
       answerer.email          AS answer_email,
       {role_of_answerer}      AS answer_role
  FROM activity_answer_revision AS revision
  JOIN activity_answer AS answer
    ON answer.institution_id = %(institution)s AND answer.id = revision.answer_id AND answer.deleted_at IS NULL
  JOIN activity_question AS question
    ON question.institution_id = %(institution)s AND question.id = answer.question_id
  JOIN access_institution AS institution ON institution.id = %(institution)s
  -- Who posted anonymously stays so, unless the institution shows it.
  LEFT JOIN roster_person AS asker
    ON asker.institution_id = %(institution)s AND asker.id = question.author_id
   AND (institution.reveal_anonymous OR NOT question.is_anonymous)
  LEFT JOIN roster_person AS answerer
    ON answerer.institution_id = %(institution)s AND answerer.id = answer.author_id
   AND (institution.reveal_anonymous OR NOT answer.is_anonymous)
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = question.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE revision.institution_id = %(institution)s AND revision.deleted_at IS NULL
   AND revision.occurred_at >= %(start)s AND revision.occurred_at < %(end)s
   AND {within}
"""
PER_QUESTION = """
SELECT question AS label, coalesce("courseIdentifier", '') AS note, count(DISTINCT answerid)::numeric AS value
  FROM report GROUP BY questionid, question, "courseIdentifier"
 ORDER BY value DESC, question COLLATE "C", questionid LIMIT 10
"""

QANDA = Report(
    name="qanda",
    title="Questions and answers",
    row_is="One row for each new or changed answer to a question.",
    description="Answers given in the discussions of sections, with every change.",
    note="Questions nobody answered are left out. Who posted anonymously is empty, unless the institution shows it.",
    takes_dates=True,
    columns=(
        Column("questionid", Type.UUID, "The question.", source="Question.id"),
        Column("question", Type.TEXT, "Text of the question.", source="Question.body"),
        *blocks.SECTION,
        *blocks.person("Whoever asked", prefix="question_", source="Question.author"),
        Column("answerid", Type.UUID, "The answer; it stays the same across changes.", source="Answer.id"),
        Column("answer", Type.TEXT, "Text of the answer after this change.", source="AnswerRevision.body"),
        Column(
            "event_timestamp",
            Type.TS,
            "When it was answered or changed.",
            source="AnswerRevision.occurred_at",
        ),
        *blocks.person("Whoever answered", prefix="answer_", source="Answer.author"),
    ),
    sql=SQL,
    order_by="revision.occurred_at, revision.id",
    charts=(
        Chart("per_question", "Answers per question", ChartKind.HBARS, "answers", PER_QUESTION),
        Chart("per_day", "Answers and changes per day", ChartKind.BARS, "answers", blocks.PER_DAY),
    ),
)
