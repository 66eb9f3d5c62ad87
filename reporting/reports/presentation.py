"""presentation: each time somebody viewed a presentation (reporting-api.md 3.3, G9)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

SQL = """
SELECT presentation.id                AS "presentationID",
       presentation.name              AS "presentationName",
       section.id                     AS "sectionId",
       section.name                   AS "sectionNumber",
       course.id                      AS "courseId",
       course.code                    AS "courseIdentifier",
       course.name                    AS "courseName",
       view.started_at                AS event_timestamp,
       person.id                      AS userid,
       person.given_name              AS firstname,
       person.family_name             AS lastname,
       person.email                   AS email,
       {role_of_person}               AS role,
       coalesce(slides.slides, 0)     AS slide_count
  FROM activity_presentation_view AS view
  JOIN activity_presentation AS presentation
    ON presentation.institution_id = %(institution)s AND presentation.id = view.presentation_id
  LEFT JOIN (SELECT slide.presentation_id, count(*) AS slides FROM activity_slide AS slide
              WHERE slide.institution_id = %(institution)s AND slide.deleted_at IS NULL
              GROUP BY slide.presentation_id) AS slides
    ON slides.presentation_id = view.presentation_id
  JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = view.person_id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = view.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE view.institution_id = %(institution)s AND view.deleted_at IS NULL
   AND view.started_at >= %(start)s AND view.started_at < %(end)s
   AND {within}
"""

PRESENTATION = Report(
    name="presentation",
    title="Presentation views",
    row_is="One row for each time somebody viewed a presentation.",
    description="Views of presentations.",
    note="One row a view, not a slide; slide_count is how many slides the presentation has now.",
    takes_dates=True,
    columns=(
        Column("presentationID", Type.UUID, "The presentation.", source="Presentation.id"),
        Column("presentationName", Type.TEXT, "Name of the presentation.", source="Presentation.name"),
        *blocks.SECTION,
        Column("event_timestamp", Type.TS, "When the view began.", source="PresentationView.started_at"),
        *blocks.person("The viewer"),
        Column(
            "slide_count", Type.INT, "Slides in the presentation, not slides seen.", unit="slides",
            source="count of Slide",
        ),
    ),
    sql=SQL,
    order_by="view.started_at, view.id",
    charts=(
        Chart("per_day", "Presentation views per day", ChartKind.BARS, "views", blocks.PER_DAY),
        Chart(
            "most_viewed", "Most viewed presentations", ChartKind.HBARS, "views",
            blocks.most('"presentationID"', '"presentationName"'),
        ),
    ),
)  # fmt: skip
