"""videoview: each 30 seconds of video that a known person watched (reporting-api.md 3.4, G11)."""

from __future__ import annotations

from reporting.reports import blocks
from reporting.reports.base import Chart, ChartKind, Column, Report, Type

SQL = """
SELECT video.id                         AS "VideoId",
       video.name                       AS "VideoName",
       section.id                       AS "sectionId",
       section.name                     AS "sectionNumber",
       course.id                        AS "courseId",
       course.code                      AS "courseIdentifier",
       course.name                      AS "courseName",
       event.occurred_at                AS event_timestamp,
       video.duration_seconds / 60.0    AS "duration_Minute",
       person.id                        AS userid,
       person.given_name                AS firstname,
       person.family_name               AS lastname,
       person.email                     AS email,
       {role_of_person}                 AS role
  FROM activity_view_event AS event
  JOIN activity_view AS view
    ON view.institution_id = %(institution)s AND view.id = event.view_id AND view.deleted_at IS NULL
  JOIN activity_video AS video ON video.institution_id = %(institution)s AND video.id = view.video_id
  JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = view.person_id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = view.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
 WHERE event.institution_id = %(institution)s AND event.deleted_at IS NULL
   AND event.occurred_at >= %(start)s AND event.occurred_at < %(end)s
   AND {within}
"""
# 120 times 30 seconds are an hour.
HOURS = "count(*) / 120.0"

VIDEOVIEW = Report(
    name="videoview",
    title="Video views",
    row_is="One row for each 30 seconds of video that a known person watched.",
    description="Video watched, in pieces of 30 seconds.",
    note="Anonymous watching is in the asset reports only. duration_Minute is the length of the video, not the time watched.",
    takes_dates=True,
    columns=(
        Column("VideoId", Type.UUID, "The video.", source="Video.id"),
        Column("VideoName", Type.TEXT, "Name of the video.", source="Video.name"),
        *blocks.SECTION,
        Column(
            "event_timestamp", Type.TS, "When the 30 seconds were recorded.", source="ViewEvent.occurred_at"
        ),
        Column(
            "duration_Minute", Type.DEC, "Length of the whole video, not time watched.", unit="minutes",
            source="Video.duration_seconds ÷ 60",
        ),
        *blocks.person("The viewer"),
    ),
    sql=SQL,
    order_by="event.occurred_at, event.id",
    charts=(
        Chart(
            "per_day", "Hours watched per day", ChartKind.BARS, "hours", blocks.per_day(HOURS)
        ),
        Chart(
            "most_watched", "Most watched videos", ChartKind.HBARS, "hours",
            blocks.most('"VideoId"', '"VideoName"', HOURS),
        ),
    ),
)  # fmt: skip
