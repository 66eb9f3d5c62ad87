"""What was watched in one institution: a week with a Friday that stands out, in two sections of one course."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction

from edu_csv import tenancy
from tests.pages.house import House

VIDEOS = """
    INSERT INTO activity_video (id, institution_id, external_id, name, made_at, duration_seconds, from_schedule,
                                auto_transcribed)
    SELECT gen_random_uuid(), %(institution)s, 'V-' || n, (ARRAY['Tides and Currents', '=1+1', '<b>Waves</b>'])[n],
           timestamptz '2031-01-01Z', 2970, true, false
      FROM generate_series(1, 3) AS n
"""
# On each day so many views of so many events of 30 seconds, of the first two videos.
VIEWS = """
    WITH day AS (
        SELECT %(first)s::date + (position - 1)::integer AS day, views
          FROM unnest(%(views)s::integer[]) WITH ORDINALITY AS told (views, position)),
    made AS (
        INSERT INTO activity_view (id, institution_id, external_id, video_id, section_id, person_id, via_public_link,
                                   is_live, started_at)
        SELECT gen_random_uuid(), %(institution)s, 'W-' || day || '-' || n, video.id, section.id, person.id, false, false,
               (day + time '08:00') AT TIME ZONE 'UTC' + n * interval '3 minutes'
          FROM day CROSS JOIN LATERAL generate_series(1, views) AS n
          JOIN activity_video AS video
            ON video.institution_id = %(institution)s AND video.external_id = 'V-' || (1 + (n %% 3 = 0)::integer)
          JOIN roster_section AS section
            ON section.institution_id = %(institution)s AND section.external_id = 'S-OCE210-31A-01'
          JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.external_id = 'P-1002'
        RETURNING id, started_at)
    INSERT INTO activity_view_event (id, institution_id, view_id, occurred_at)
    SELECT gen_random_uuid(), %(institution)s, made.id, made.started_at + n * interval '30 seconds'
      FROM made CROSS JOIN generate_series(1, 4) AS n
"""


def tell(house: House, first: date, views: list[int]) -> None:
    """Load the small roster, and on each day from ``first`` on so many views of two minutes."""
    house.load_basics()
    params: dict[str, Any] = {"institution": house.pk, "first": first, "views": views}
    with tenancy.use_institution(house.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT activity_add_event_months(%s, %s)", [first, first])
    with tenancy.use_institution(house.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(VIDEOS, params)
        cursor.execute(VIEWS, params)
