"""confused: each time somebody flagged a slide as confusing (reporting-api.md 3.5)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

SQL = """
SELECT presentation.id      AS "PresentationID",
       presentation.name    AS "PresentationName",
       section.id           AS "sectionId",
       section.name         AS "sectionNumber",
       course.id            AS "courseId",
       course.code          AS "courseIdentifier",
       course.name          AS "courseName",
       flag.occurred_at     AS event_timestamp,
       person.id            AS userid,
       person.given_name    AS firstname,
       person.family_name   AS lastname,
       person.email         AS email,
       {role_of_person}     AS role,
       slide.id             AS slide_id,
       slide.position       AS slide_position
  FROM activity_confusion AS flag
  JOIN activity_presentation AS presentation
    ON presentation.institution_id = %(institution)s AND presentation.id = flag.presentation_id
  JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = flag.person_id
  LEFT JOIN activity_slide AS slide ON slide.institution_id = %(institution)s AND slide.id = flag.slide_id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = flag.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE flag.institution_id = %(institution)s AND flag.deleted_at IS NULL AND flag.action = 'set'
   AND flag.occurred_at >= %(start)s AND flag.occurred_at < %(end)s
   AND {within}
"""
PER_SLIDE = f"""
SELECT "PresentationName" || coalesce(', slide ' || slide_position, ', slide not known') AS label,
       {blocks.COURSES} AS note, count(*)::numeric AS value
  FROM report GROUP BY "PresentationID", "PresentationName", slide_id, slide_position
 ORDER BY value DESC, "PresentationName" COLLATE "C", slide_position, slide_id, "PresentationID" LIMIT 10
"""  # noqa: S608  # of our own words

CONFUSED = Report(
    name="confused",
    title="Confusion flags",
    row_is="One row for each time somebody flagged a slide as confusing.",
    description="Slides flagged as confusing.",
    note="Taking a flag back neither adds nor removes rows. The slide itself is not in the file.",
    takes_dates=True,
    columns=(
        Column(
            "PresentationID",
            Type.UUID,
            "Presentation the slide belongs to.",
            source="Slide → Presentation.id",
        ),
        Column("PresentationName", Type.TEXT, "Name of the presentation.", source="Presentation.name"),
        *blocks.SECTION,
        Column(
            "event_timestamp", Type.TS, "When the slide was flagged.", source="ConfusionEvent.occurred_at"
        ),
        *blocks.person("Whoever flagged it"),
    ),
    sql=SQL,
    order_by="flag.occurred_at, flag.id",
    charts=(
        Chart("per_slide", "Confusion per slide", ChartKind.HBARS, "flags", PER_SLIDE),
        Chart("per_day", "Flags per day", ChartKind.BARS, "flags", blocks.PER_DAY),
    ),
)
