"""Videos with their owners and rooms, where they were published, who watched them and for how long."""

from __future__ import annotations

from psycopg.sql import SQL

from edu_csv.activity.events.seeding.space import Space
from edu_csv.roster import activity_nouns as nouns

# Watched parts of 30 seconds that one INSERT writes: what its trigger keeps of them stays small.
SLICE = 1_000_000

# Lectures take place on weekdays, by day, at the same hour of the week for each section; the sections take turns, so
# that the videos are spread evenly. The k-th weekday of a seven days' window that may begin on any day.
LECTURES = SQL("""
    WITH numbered AS (
        SELECT n AS number, mod(n, %(sections)s) AS section, n / %(sections)s AS lecture,
               pg_temp.draw(n, 1) < 0.75 AS is_capture
          FROM generate_series(0, %(videos)s - 1) AS n),
    placed AS (
        SELECT v.*, s.course, s.id AS section_id, s.teacher_id,
               v.lecture * %(weeks)s / greatest(1, (%(videos)s + %(sections)s - 1) / %(sections)s) AS week,
               floor(pg_temp.draw(v.section, 2) * 5)::integer AS weekday,
               8 + floor(pg_temp.draw(v.section, 3) * 9)::integer AS hour,
               isodow.first
          FROM numbered AS v
          JOIN seed_section AS s ON s.number = v.section
         CROSS JOIN (SELECT extract(isodow FROM %(begins)s AT TIME ZONE 'UTC')::integer AS first) AS isodow),
    timed AS (
        SELECT p.*,
               least(%(ends)s::timestamptz - interval '6 hours',
                     greatest(%(begins)s::timestamptz,
                     ((%(begins)s AT TIME ZONE 'UTC')::date + week * 7
                      + weekday + CASE WHEN first = 7 THEN 1 WHEN weekday >= 6 - first THEN 2 ELSE 0 END
                      + make_interval(hours => hour, mins => CASE WHEN is_capture THEN 15 ELSE 0 END,
                                      secs => floor(pg_temp.draw(p.number, 4) * 180)))
                     AT TIME ZONE %(zone)s)) AS starts_at,
               CASE WHEN is_capture THEN (CASE WHEN pg_temp.draw(p.section, 5) < 0.6 THEN 2640 ELSE 5340 END)
                    + floor(pg_temp.draw(p.number, 6) * 240)::integer
                    ELSE 240 + floor(pg_temp.draw(p.number, 7) * 1500)::integer END AS duration
          FROM placed AS p)
    SELECT t.number, t.section, t.lecture, t.section_id, t.teacher_id, t.is_capture,
           t.is_capture AND pg_temp.draw(t.section, 8) < 0.5 AS is_streamed, t.starts_at, t.duration,
           CASE WHEN t.is_capture THEN 'Lecture ' || t.lecture + 1 || ': ' || t.course || ', '
                                       || pg_temp.among(%(topics)s::text[], t.number, 9)
                ELSE pg_temp.among(%(uploads)s::text[], t.number, 9) || ' ' || t.lecture + 1 || ', ' || t.course END AS name,
           -- A streamed one is there as soon as it begins; else it takes an hour or so, and never past the end.
           CASE WHEN t.is_capture AND pg_temp.draw(t.section, 8) < 0.5 THEN t.starts_at
                ELSE least(t.starts_at + make_interval(secs => t.duration + 600 + floor(pg_temp.draw(t.number, 10) * 5400)),
                           %(ends)s::timestamptz - interval '1 hour') END AS published_at,
           (row_number() OVER (ORDER BY pg_temp.draw(t.number, 11), t.number) - 1)::integer AS rank
      FROM timed AS t
""")
PUBLICATIONS = SQL("""
    WITH first AS (
        SELECT v.number, v.section, v.section_id, v.published_at,
               CASE WHEN pg_temp.draw(v.number, 20) < 0.06 AND out.at < %(ends)s THEN out.at END AS unpublished_at
          FROM seed_video AS v
         CROSS JOIN LATERAL (SELECT v.published_at
                                    + make_interval(secs => 86400 * (3 + 18 * pg_temp.draw(v.number, 21)))) AS out (at)
         WHERE pg_temp.draw(v.number, 22) < 0.96),
    every AS (
        SELECT number, 0 AS turn, section, section_id, published_at, unpublished_at FROM first
        UNION ALL
        -- To another section too.
        SELECT f.number, 1, s.number, s.id, f.published_at + interval '5 minutes', NULL
          FROM first AS f
          JOIN seed_section AS s ON s.number = mod(f.section + 1, %(sections)s) AND s.number <> f.section
         WHERE pg_temp.draw(f.number, 23) < 0.15
        UNION ALL
        -- Withdrawn, and published again.
        SELECT number, 2, section, section_id, unpublished_at + interval '1 day', NULL
          FROM first WHERE unpublished_at + interval '1 day' < %(ends)s AND pg_temp.draw(number, 24) < 0.5)
    SELECT row_number() OVER (ORDER BY published_at, number, turn) - 1 AS place, *
      FROM every WHERE published_at < %(ends)s
""")
# When people watch at home, by the hour: each as often as it stands here.
HOURS = [
    7, 8, 9, 9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 16, 17, 17, 18, 18, 19, 19, 19, 20, 20, 20,
    21, 21, 21, 22, 22, 23, 0,
]  # fmt: skip

# Some videos are watched by far more than others; some people watch far more. Live: within the lecture's first ten
# minutes. Else within days, at a likely hour; what would lie before the video or past the end is laid between them.
VIEWS = SQL("""
    WITH drawn AS (
        SELECT n, floor(%(videos)s * power(pg_temp.draw(n, 30), 1.7))::integer AS rank, pg_temp.draw(n, 31) AS kind,
               pg_temp.draw(n, 32) AS lag
          FROM generate_series(0, %(views)s - 1) AS n),
    placed AS (
        SELECT d.n, v.number AS video, v.duration, v.published_at, v.starts_at,
               v.is_streamed AND d.kind < 0.3 AS is_live,
               -- Through a public link, without or with a name; from the library; else in a section.
               d.kind >= 0.88 AND d.kind < 0.97 AS via_public_link, d.kind >= 0.88 AND d.kind < 0.94 AS is_anonymous,
               CASE WHEN d.kind < 0.88 THEN CASE WHEN pg_temp.draw(d.n, 33) < 0.8 THEN p.section
                                                 ELSE coalesce(p.other, p.section) END END AS section,
               coalesce(p.section, v.section) AS of_section,
               v.published_at - make_interval(secs => ln(1 - d.lag) * 3.5 * 86400) AS wanted
          FROM drawn AS d
          JOIN seed_video AS v ON v.rank = d.rank
          LEFT JOIN (SELECT number, min(section) FILTER (WHERE turn = 0) AS section,
                            min(section) FILTER (WHERE turn = 1) AS other
                       FROM seed_publication GROUP BY number) AS p ON p.number = v.number),
    hourly AS (
        SELECT p.*, ((wanted AT TIME ZONE %(zone)s)::date
                     + make_interval(hours => pg_temp.among(%(hours)s::integer[], n, 34), secs => pg_temp.draw(n, 35) * 3600))
                    AT TIME ZONE %(zone)s AS at_home
          FROM placed AS p),
    timed AS (
        SELECT h.*, date_trunc('milliseconds', CASE
               WHEN is_live THEN starts_at + make_interval(secs => pg_temp.draw(n, 36) * 600)
               WHEN at_home > published_at + interval '1 minute' AND at_home < %(ends)s THEN at_home
               ELSE published_at + pg_temp.draw(n, 37) * (least(published_at + interval '5 days', %(ends)s) - published_at)
               END) AS started_at
          FROM hourly AS h)
    SELECT (row_number() OVER (ORDER BY t.started_at, t.n) - 1)::integer AS number, t.n, t.video, t.section,
           CASE WHEN NOT t.is_anonymous THEN m.person_id END AS person_id, t.via_public_link, t.is_live, t.started_at,
           -- A break of some minutes after some of it, when there is time.
           CASE WHEN pg_temp.draw(t.n, 38) < 0.2 AND NOT t.is_live THEN 1 + floor(pg_temp.draw(t.n, 39) * 20)::integer END AS pause_after,
           60 + floor(pg_temp.draw(t.n, 40) * 900)::integer AS pause,
           -- One in eight goes after less than 30 seconds.
           CASE WHEN pg_temp.draw(t.n, 41) < 0.12 THEN 0
                ELSE least(floor(t.duration / 30.0 * (0.05 + 0.95 * power(pg_temp.draw(t.n, 42), 0.8))),
                           floor(extract(epoch FROM %(ends)s - t.started_at - interval '960 seconds') / 30))
                END::integer AS watched
      FROM timed AS t
      JOIN seed_size AS size ON size.section = coalesce(t.section, t.of_section)
      JOIN seed_member AS m ON m.section = size.section
                           AND m.place = floor(size.size * power(pg_temp.draw(t.n, 43), 1.3))::integer
""")
# As many events as were asked for, of all that these views could have; never more of a view than it could have.
WATCHED = SQL("""
    WITH running AS (
        SELECT number, sum(greatest(watched, 0)) OVER (ORDER BY number) AS up_to, greatest(watched, 0) AS watched
          FROM seed_view_drawn),
    scale AS (SELECT least(%(events)s, greatest(1, max(up_to))) AS wanted, greatest(1, max(up_to)) AS possible FROM running)
    SELECT v.number, v.video, v.section, v.person_id, v.via_public_link, v.is_live, v.started_at, v.pause_after, v.pause,
           (div(r.up_to * wanted, possible) - div((r.up_to - r.watched) * wanted, possible))::integer AS events,
           div(r.up_to * wanted, possible)::bigint AS up_to
      FROM seed_view_drawn AS v JOIN running AS r USING (number) CROSS JOIN scale
""")
SLICES = SQL("""
    SELECT min(number), max(number) FROM seed_view WHERE events > 0
     GROUP BY (up_to - events) / %(slice)s ORDER BY 1
""")
EVENT_AT = (
    "v.started_at + make_interval(secs => 30 * k + CASE WHEN k > v.pause_after THEN v.pause ELSE 0 END)"
)


def fill(space: Space) -> None:
    """Videos, publications, views, view events and downloads."""
    space.temporary("seed_video", LECTURES)
    space.write(
        nouns.VIDEO,
        {
            "external_id": "'V' || %(seed)s || '-' || lpad((v.number + 1)::text, 5, '0')",
            "name": "v.name",
            "made_at": "v.starts_at",
            "owner_id": "CASE WHEN pg_temp.draw(v.number, 12) < 0.97 THEN v.teacher_id END",
            "duration_seconds": "v.duration",
            "from_schedule": "v.is_capture",
            "room_id": "r.id",
            "device_type": "r.device_type",
            "auto_transcribed": "pg_temp.draw(v.number, 13) < 0.6",
        },
        "FROM seed_video AS v LEFT JOIN seed_room AS r ON v.is_capture"
        " AND r.number = floor(pg_temp.draw(v.section, 14) * (SELECT count(*) FROM seed_room))::integer ORDER BY v.number",
        number="v.number",
    )
    space.temporary("seed_publication", PUBLICATIONS)
    space.write(
        nouns.PUBLICATION,
        {
            "video_id": space.id_text(nouns.VIDEO, "p.number"),
            "section_id": "p.section_id",
            "published_at": "p.published_at",
            "unpublished_at": "p.unpublished_at",
        },
        "FROM seed_publication AS p ORDER BY p.place",
        number="p.place",
    )
    _views(space)
    _downloads(space)


def _views(space: Space) -> None:
    space.temporary("seed_view_drawn", VIEWS, hours=HOURS)
    space.temporary("seed_view", WATCHED)
    space.run(SQL("CREATE INDEX ON seed_view (number)"))
    space.write(
        nouns.VIEW,
        {
            "video_id": space.id_text(nouns.VIDEO, "v.video"),
            "section_id": "s.id",
            "person_id": "v.person_id",
            "via_public_link": "v.via_public_link",
            "is_live": "v.is_live",
            "started_at": "v.started_at",
        },
        "FROM seed_view AS v LEFT JOIN seed_section AS s ON s.number = v.section ORDER BY v.number",
        number="v.number",
    )
    for low, high in space.fetch(SLICES, slice=SLICE):
        space.write(
            nouns.VIEW_EVENT,
            {"view_id": space.id_text(nouns.VIEW, "v.number"), "occurred_at": EVENT_AT},
            "FROM (SELECT * FROM seed_view WHERE number BETWEEN %(low)s AND %(high)s ORDER BY number) AS v"
            " CROSS JOIN LATERAL generate_series(1, v.events) AS k",
            number="v.up_to - v.events + k - 1",
            low=low,
            high=high,
        )


def _downloads(space: Space) -> None:
    """One for some twenty views, soon after one began; some by people whom nobody knows."""
    space.write(
        nouns.DOWNLOAD,
        {
            "video_id": space.id_text(nouns.VIDEO, "v.video"),
            "section_id": "s.id",
            "person_id": "v.person_id",
            "occurred_at": "least(v.started_at + make_interval(secs => 5 + floor(pg_temp.draw(v.number, 51) * 300)),"
            " %(ends)s::timestamptz - interval '1 second')",
        },
        "FROM seed_view AS v LEFT JOIN seed_section AS s ON s.number = v.section"
        " WHERE NOT v.is_live AND pg_temp.draw(v.number, 50) < 0.05 ORDER BY v.number"
        # Two that nobody knows, of one video in one second.
        " ON CONFLICT DO NOTHING",
        number="v.number",
    )
