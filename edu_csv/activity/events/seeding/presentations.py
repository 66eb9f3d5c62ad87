"""Presentations shown in lectures: who followed them, where they were lost, what they answered to polls."""

from __future__ import annotations

from psycopg.sql import SQL

from edu_csv.activity.events.seeding.space import Space
from edu_csv.activity.events.seeding.texts import poll_rows
from edu_csv.roster import activity_nouns as nouns

# Slides of a presentation are numbered in one row with those of all others: so many at most.
MOST_SLIDES, MOST_POLLS = 64, 4
# Of people in the room, however large it is.
MOST_PEOPLE = 60

# One for each fourth video, shown in that lecture. pace: seconds for a slide.
PRESENTATIONS = SQL("""
    SELECT p.number, v.section, v.section_id, v.starts_at, 'Slides of ' || v.name AS name, p.slides,
           greatest(20, least(v.duration, 3600) / p.slides) AS pace, 1 + floor(pg_temp.draw(p.number, 61) * 3)::integer AS polls
      FROM (SELECT n AS number, 8 + floor(pg_temp.draw(n, 60) * 20)::integer AS slides
              FROM generate_series(0, %(presentations)s - 1) AS n) AS p
      JOIN seed_video AS v ON v.number = p.number::bigint * %(videos)s / %(presentations)s
""")
FOLLOWERS = SQL("""
    SELECT (row_number() OVER (ORDER BY f.started_at, f.presentation, f.place) - 1)::integer AS number, f.*
      FROM (SELECT p.number AS presentation, p.section_id, p.pace, m.place, m.person_id,
                   date_trunc('milliseconds', p.starts_at + make_interval(
                       secs => pg_temp.draw(p.number::bigint * 1000 + m.place, 62) * 480)) AS started_at,
                   ceil(p.slides * (0.4 + 0.6 * pg_temp.draw(p.number::bigint * 1000 + m.place, 63)))::integer AS seen
              FROM seed_presentation AS p
              JOIN seed_member AS m ON m.section = p.section
               AND m.place < least(%(most_people)s, ceil(m.size * (0.45 + 0.45 * pg_temp.draw(p.number, 64))))) AS f
""")
# Each slide in its turn, a few seconds early or late.
SLIDES_SEEN = SQL("""
    SELECT f.number::bigint * %(most_slides)s + k - 1 AS number, f.number AS follower, f.presentation, f.section_id,
           f.person_id, k AS position, f.presentation * %(most_slides)s + k - 1 AS slide,
           date_trunc('milliseconds', f.started_at + make_interval(
               secs => (k - 1) * f.pace + pg_temp.draw(f.number::bigint * 64 + k, 65) * f.pace / 2)) AS viewed_at
      FROM seed_follower AS f CROSS JOIN LATERAL generate_series(1, f.seen) AS k
""")
# A few slides lose many, most lose hardly anybody; three of five see it later.
LOST = SQL("""
    SELECT v.number, v.presentation, v.section_id, v.person_id,
           -- An app of the room told the presentation and not the slide.
           CASE WHEN pg_temp.draw(v.number, 66) < 0.97 THEN v.slide END AS slide,
           v.viewed_at + make_interval(secs => 4 + floor(pg_temp.draw(v.number, 67) * 15)) AS set_at,
           CASE WHEN pg_temp.draw(v.number, 68) < 0.6
                THEN v.viewed_at + make_interval(secs => 60 + floor(pg_temp.draw(v.number, 69) * 240)) END AS cleared_at
      FROM seed_slide_view AS v
     WHERE pg_temp.draw(v.number, 70) < 0.01 + 0.3 * power(pg_temp.draw(v.slide, 71), 6)
""")
POLLS = SQL("""
    SELECT p.number * %(most_polls)s + k AS number, p.number AS presentation, t.prompt, t.content, t.options, t.solution,
           p.slides * (k + 1) / (p.polls + 1) AS at_slide,
           0.35 + 0.5 * pg_temp.draw(p.number * 4 + k, 72) AS share_right
      FROM seed_presentation AS p
     CROSS JOIN LATERAL generate_series(0, p.polls - 1) AS k
      JOIN unnest(%(numbers)s::integer[], %(prompts)s::text[], %(contents)s::text[], %(options)s::text[],
                  %(solutions)s::integer[]) AS t (number, prompt, content, options, solution)
        ON t.number = mod(floor(pg_temp.draw(p.number, 73) * %(texts)s)::integer + k, %(texts)s)
""")
# Four of five who saw the slide of the poll answer within a minute; one in eight changes their mind.
POLL_ANSWERS = SQL("""
    WITH asked AS (
        SELECT f.number::bigint * %(most_polls)s + mod(q.number, %(most_polls)s) AS draws, q.number AS poll, q.options::json AS options,
               q.solution, q.share_right, f.section_id, f.person_id,
               f.started_at + make_interval(secs => q.at_slide * f.pace) AS asked_at
          FROM seed_poll AS q JOIN seed_follower AS f ON f.presentation = q.presentation AND f.seen >= q.at_slide),
    answered AS (
        SELECT a.*, asked_at + make_interval(secs => 5 + pg_temp.draw(draws, 74) * 50) AS answered_at,
               CASE WHEN pg_temp.draw(draws, 75) < 0.12
                    THEN asked_at + make_interval(secs => 60 + pg_temp.draw(draws, 76) * 60) END AS changed_at,
               CASE WHEN solution IS NOT NULL AND pg_temp.draw(draws, 77) < share_right THEN solution - 1
                    ELSE floor(power(pg_temp.draw(draws, 78), 1.5) * json_array_length(options))::integer END AS choice
          FROM asked AS a WHERE pg_temp.draw(draws, 79) < 0.8)
    SELECT (row_number() OVER (ORDER BY date_trunc('milliseconds', answered_at), draws) - 1)::integer AS number, poll, section_id,
           person_id, options ->> choice AS answer, date_trunc('milliseconds', answered_at) AS answered_at,
           options ->> mod(choice + 1, json_array_length(options)) AS changed_to,
           date_trunc('milliseconds', changed_at) AS changed_at
      FROM answered
""")


def fill(space: Space) -> None:
    """Presentations and all that hangs on them, save notes."""
    space.params |= {"most_slides": MOST_SLIDES, "most_polls": MOST_POLLS, "most_people": MOST_PEOPLE}
    _slides(space)
    _views(space)
    _confusion(space)
    _polls(space)


def _slides(space: Space) -> None:
    space.temporary("seed_presentation", PRESENTATIONS)
    space.write(
        nouns.PRESENTATION,
        {"external_id": "'P' || %(seed)s || '-' || lpad((p.number + 1)::text, 5, '0')", "name": "p.name"},
        "FROM seed_presentation AS p ORDER BY p.number",
        number="p.number",
    )
    space.write(
        nouns.SLIDE,
        {
            "external_id": "'P' || %(seed)s || '-' || lpad((p.number + 1)::text, 5, '0') || '-' || k",
            "presentation_id": space.id_text(nouns.PRESENTATION, "p.number"),
            "position": "k",
        },
        "FROM seed_presentation AS p CROSS JOIN LATERAL generate_series(1, p.slides) AS k ORDER BY p.number, k",
        number="p.number * %(most_slides)s + k - 1",
    )


def _views(space: Space) -> None:
    space.temporary("seed_follower", FOLLOWERS)
    space.write(
        nouns.PRESENTATION_VIEW,
        {
            "presentation_id": space.id_text(nouns.PRESENTATION, "f.presentation"),
            "section_id": "f.section_id",
            "person_id": "f.person_id",
            "started_at": "f.started_at",
        },
        "FROM seed_follower AS f ORDER BY f.number",
        number="f.number",
    )
    space.temporary("seed_slide_view", SLIDES_SEEN)
    space.write(
        nouns.SLIDE_VIEW,
        {
            "presentation_view_id": space.id_text(nouns.PRESENTATION_VIEW, "v.follower"),
            "slide_id": space.id_text(nouns.SLIDE, "v.slide"),
            "viewed_at": "v.viewed_at",
        },
        "FROM seed_slide_view AS v ORDER BY v.number",
        number="v.number",
    )


def _confusion(space: Space) -> None:
    space.temporary("seed_lost", LOST)
    for turn, action, at in ((0, "set", "set_at"), (1, "cleared", "cleared_at")):
        space.write(
            nouns.CONFUSION,
            {
                "presentation_id": space.id_text(nouns.PRESENTATION, "v.presentation"),
                "slide_id": f"CASE WHEN v.slide IS NOT NULL THEN {space.id_text(nouns.SLIDE, 'v.slide')} END",
                "section_id": "v.section_id",
                "person_id": "v.person_id",
                "action": f"'{action}'",
                "occurred_at": f"v.{at}",
            },
            f"FROM seed_lost AS v WHERE v.{at} IS NOT NULL ORDER BY v.number",
            number=f"2 * v.number + {turn}",
        )


def _polls(space: Space) -> None:
    numbers, prompts, contents, options, solutions = poll_rows()
    space.temporary(
        "seed_poll",
        POLLS,
        numbers=numbers,
        prompts=prompts,
        contents=contents,
        options=options,
        solutions=solutions,
        texts=len(numbers),
    )
    space.write(
        nouns.POLL,
        {
            "external_id": "'Q' || %(seed)s || '-' || lpad((q.number + 1)::text, 5, '0')",
            "presentation_id": space.id_text(nouns.PRESENTATION, "q.presentation"),
            "prompt": "q.prompt",
            "content": "q.content",
            "solution": "q.options::json ->> (q.solution - 1)",
        },
        "FROM seed_poll AS q ORDER BY q.number",
        number="q.number",
    )
    space.temporary("seed_poll_answer", POLL_ANSWERS)
    space.write(
        nouns.POLL_ANSWER,
        {
            "poll_id": space.id_text(nouns.POLL, "a.poll"),
            "section_id": "a.section_id",
            "person_id": "a.person_id",
        },
        "FROM seed_poll_answer AS a ORDER BY a.number",
        number="a.number",
    )
    for turn, answer, at in ((0, "answer", "answered_at"), (1, "changed_to", "changed_at")):
        space.write(
            nouns.POLL_ANSWER_REVISION,
            {
                "poll_answer_id": space.id_text(nouns.POLL_ANSWER, "a.number"),
                "answer": f"a.{answer}",
                "occurred_at": f"a.{at}",
            },
            f"FROM seed_poll_answer AS a WHERE a.{at} IS NOT NULL ORDER BY a.number",
            number=f"2 * a.number::bigint + {turn}",
        )
