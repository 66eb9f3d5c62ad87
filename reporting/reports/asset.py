"""asset: engagement for all video, all time (reporting-api.md 3.1, 7.2).

A view, its events and a download belong to the row of the section they name when the video was published
there, else to the row without section (G7). So each is counted once, and columns add up.
"""

from __future__ import annotations

from reporting.reports.base import Chart, ChartKind, Column, Report, Type

COLUMNS = (
    Column("video_name", Type.TEXT, "Name of the video.", source="Video.name"),
    Column("create_date", Type.TS, "When the video was created.", source="Video.created_at"),
    Column(
        "section_number", Type.TEXT,
        "Section the row is about; empty in the row of what belongs to no publication.",
        source="Section.section_number",
    ),
    Column("owner_name", Type.TEXT, "Owner, first and last name in one cell.", source="User (Video.owner)"),
    Column("mediaid", Type.UUID, "The video.", source="Video.id"),
    Column(
        "scheduled", Type.FLAG, "1: from a scheduled capture; 0: anything else.", source="Video.from_schedule"
    ),
    Column(
        "course_identifier", Type.UUID,
        "Id of the course, not its code, which other reports call courseIdentifier.", source="Course.id",
    ),
    Column("organization_name", Type.TEXT, "Organization of the course.", source="Organization.name"),
    Column("department_name", Type.TEXT, "Department of the course.", source="Department.name"),
    Column("room_name", Type.TEXT, "Room of the capture.", source="Room.name"),
    Column("building_name", Type.TEXT, "Building of the room.", source="Building.name"),
    Column("campus_name", Type.TEXT, "Campus of the building.", source="Campus.name"),
    Column("term_name", Type.TEXT, "Term of the section.", source="Term.name"),
    Column(
        "transcribed", Type.FLAG, "1: there is an automatic transcript; 0: there is none.",
        source="Video.auto_transcribed",
    ),
    Column("device", Type.TEXT, "Type of the capture device; empty for uploads.", source="Video.device_type"),
    Column(
        "video_duration_in_minutes", Type.DEC, "Length of the video.", unit="minutes",
        source="Video.duration_seconds ÷ 60",
    ),
    Column("last_view", Type.TS, "Latest view, or latest 30 seconds of one.", source="View, ViewEvent"),
    Column("view_count", Type.INT, "Views that began.", unit="views", source="count of View"),
    Column("downloads", Type.INT, "Downloads.", unit="downloads", source="count of Download"),
    Column(
        "view_duration_in_minutes", Type.DEC, "Time watched, of all people and views together.",
        unit="minutes", source="count of ViewEvent × 0.5",
    ),
    Column("public", Type.INT, "Views through a public link.", unit="views", source="View.via_public_link"),
    Column("private", Type.INT, "All other views.", unit="views", source="View"),
    Column("live", Type.INT, "Views of a live stream.", unit="views", source="View.is_live"),
    Column("on_demand", Type.INT, "Views of the recording.", unit="views", source="View"),
    Column(
        "published_date", Type.DATE, "When the video was first published to the section of this row (UTC).",
        source="Publication.published_at",
    ),
)  # fmt: skip

# Without a range %(start)s and %(end)s are null, and the conditions on them fall away when it is planned.
SQL = """
WITH published AS (
    SELECT video_id, section_id, min(published_at) AS published_at
      FROM activity_publication
     WHERE institution_id = %(institution)s AND deleted_at IS NULL
     GROUP BY video_id, section_id),
watched AS (
    SELECT event.view_id, count(*) AS events, max(event.occurred_at) AS last_at
      FROM activity_view_event AS event
     WHERE event.institution_id = %(institution)s AND event.deleted_at IS NULL
       AND (%(start)s::timestamptz IS NULL OR event.occurred_at >= %(start)s)
       AND (%(end)s::timestamptz IS NULL OR event.occurred_at < %(end)s)
     GROUP BY event.view_id),
act AS (
    SELECT play.video_id, play.section_id, 1 AS views, play.via_public_link::integer AS public,
           play.is_live::integer AS live, 0 AS events, 0 AS downloads, play.started_at AS last_at
      FROM activity_view AS play
     WHERE play.institution_id = %(institution)s AND play.deleted_at IS NULL
       AND (%(start)s::timestamptz IS NULL OR play.started_at >= %(start)s)
       AND (%(end)s::timestamptz IS NULL OR play.started_at < %(end)s)
     UNION ALL
    -- A view that began before the range may be watched in it.
    SELECT view.video_id, view.section_id, 0, 0, 0, watched.events, 0, watched.last_at
      FROM watched
      JOIN activity_view AS view
        ON view.institution_id = %(institution)s AND view.id = watched.view_id AND view.deleted_at IS NULL
     UNION ALL
    SELECT download.video_id, download.section_id, 0, 0, 0, 0, 1, NULL
      FROM activity_download AS download
     WHERE download.institution_id = %(institution)s AND download.deleted_at IS NULL
       AND (%(start)s::timestamptz IS NULL OR download.occurred_at >= %(start)s)
       AND (%(end)s::timestamptz IS NULL OR download.occurred_at < %(end)s)),
counted AS (
    SELECT act.video_id, published.section_id, sum(act.views) AS views, sum(act.public) AS public,
           sum(act.live) AS live, sum(act.events) AS events, sum(act.downloads) AS downloads,
           max(act.last_at) AS last_at
      FROM act
      LEFT JOIN published ON published.video_id = act.video_id AND published.section_id = act.section_id
     GROUP BY act.video_id, published.section_id),
placed AS (
    SELECT coalesce(published.video_id, counted.video_id) AS video_id, published.section_id, published.published_at,
           counted.video_id IS NOT NULL AS is_active,
           bool_or(counted.video_id IS NOT NULL)
               OVER (PARTITION BY coalesce(published.video_id, counted.video_id)) AS video_is_active,
           counted.views, counted.public, counted.live, counted.events, counted.downloads, counted.last_at
      FROM published
      FULL JOIN counted ON counted.video_id = published.video_id AND counted.section_id = published.section_id)
SELECT video.name                                          AS video_name,
       video.made_at                                       AS create_date,
       section.name                                        AS section_number,
       nullif(concat_ws(' ', owner.given_name, owner.family_name), '') AS owner_name,
       video.id                                            AS mediaid,
       video.from_schedule::integer                        AS scheduled,
       course.id                                           AS course_identifier,
       organization.name                                   AS organization_name,
       department.name                                     AS department_name,
       room.name                                           AS room_name,
       building.name                                       AS building_name,
       campus.name                                         AS campus_name,
       term.name                                           AS term_name,
       video.auto_transcribed::integer                     AS transcribed,
       video.device_type                                   AS device,
       video.duration_seconds / 60.0                       AS video_duration_in_minutes,
       placed.last_at                                      AS last_view,
       coalesce(placed.views, 0)                           AS view_count,
       coalesce(placed.downloads, 0)                       AS downloads,
       coalesce(placed.events, 0) * 0.5                    AS view_duration_in_minutes,
       coalesce(placed.public, 0)                          AS public,
       coalesce(placed.views - placed.public, 0)           AS private,
       coalesce(placed.live, 0)                            AS live,
       coalesce(placed.views - placed.live, 0)             AS on_demand,
       (placed.published_at AT TIME ZONE 'UTC')::date      AS published_date,
       course.code                                         AS course_code
  FROM activity_video AS video
  LEFT JOIN placed ON placed.video_id = video.id
  LEFT JOIN roster_section AS section
    ON section.institution_id = %(institution)s AND section.id = placed.section_id
  LEFT JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
  LEFT JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = section.term_id
  LEFT JOIN roster_org_unit AS organization
    ON organization.institution_id = %(institution)s AND organization.id = course.organization_id
  LEFT JOIN roster_org_unit AS department
    ON department.institution_id = %(institution)s AND department.id = course.department_id
  LEFT JOIN roster_person AS owner ON owner.institution_id = %(institution)s AND owner.id = video.owner_id
  LEFT JOIN roster_room AS room ON room.institution_id = %(institution)s AND room.id = video.room_id
  LEFT JOIN roster_building AS building
    ON building.institution_id = %(institution)s AND building.id = room.building_id
  LEFT JOIN roster_campus AS campus
    ON campus.institution_id = %(institution)s AND campus.id = building.campus_id
 WHERE video.institution_id = %(institution)s
   AND {within}
   -- What had activity; of all time also what had none, unless the whole video is deleted.
   AND (placed.is_active
        OR (%(start)s::timestamptz IS NULL AND (video.deleted_at IS NULL OR placed.video_is_active)))
"""
ORDER_BY = "video.made_at, video.id, published_date NULLS FIRST, placed.section_id NULLS FIRST"

_MOST = """
SELECT min(video_name) AS label, coalesce(string_agg(DISTINCT course_code COLLATE "C", ', '), '') AS note,
       {value} AS value
  FROM report GROUP BY mediaid HAVING {value} > 0
 ORDER BY value DESC, min(video_name) COLLATE "C", mediaid LIMIT 10
"""
CHARTS = (
    Chart(
        "most_watched", "Most watched videos", ChartKind.HBARS, "hours",
        _MOST.format(value="sum(view_duration_in_minutes) / 60"),
    ),
    Chart("most_viewed", "Most viewed videos", ChartKind.HBARS, "views", _MOST.format(value="sum(view_count)")),
)  # fmt: skip

ASSET = Report(
    name="asset",
    title="Asset engagement",
    row_is="One row for each video and each section it was ever published to.",
    description="Engagement with every video, of all time.",
    note=(
        "What belongs to no publication stands in a row without section: views through a public link or from the"
        " library, and views in a section to which no file has published the video, as of videos that only statements"
        " know; videoview names the section of each. "
        "Counts are for the section of the row, so columns add up."
    ),
    takes_dates=False,
    columns=COLUMNS,
    sql=SQL,
    order_by=ORDER_BY,
    charts=CHARTS,
)
