"""What is asked and answered in sections, and the notes that people take."""

from __future__ import annotations

from psycopg.sql import SQL

from edu_csv.activity.events.seeding.space import Space
from edu_csv.activity.events.seeding.texts import ANSWERS, CORRECTION, QUESTIONS, REMARKS
from edu_csv.roster import activity_nouns as nouns

MOST_ANSWERS = 4

# One for two videos, within days of the lecture. Of some it is not known when, of a few not by whom.
QUESTIONS_ASKED = SQL("""
    WITH asked AS (
        SELECT n AS draws, v.section, v.section_id, v.teacher_id, v.name,
               date_trunc('milliseconds', v.starts_at + (%(ends)s::timestamptz - interval '2 hours' - v.starts_at)
                   * least(1, -ln(1 - pg_temp.draw(n, 80)) * 2 * 86400
                              / extract(epoch FROM %(ends)s::timestamptz - v.starts_at))) AS at
          FROM generate_series(0, %(questions)s - 1) AS n
          JOIN seed_video AS v ON v.number = n::bigint * %(videos)s / %(questions)s)
    SELECT (row_number() OVER (ORDER BY a.at, a.draws) - 1)::integer AS number, a.draws, a.section, a.section_id, a.name,
           a.teacher_id, a.at, pg_temp.draw(a.draws, 81) < 0.95 AS is_dated,
           CASE WHEN pg_temp.draw(a.draws, 82) < 0.97 THEN m.person_id END AS author_id, pg_temp.draw(a.draws, 83) < 0.15 AS is_anonymous,
           floor(pg_temp.draw(a.draws, 84) * %(texts)s)::integer AS text
      FROM asked AS a
      JOIN seed_size AS size ON size.section = a.section
      JOIN seed_member AS m ON m.section = a.section AND m.place = floor(size.size * pg_temp.draw(a.draws, 85))::integer
""")
# Some questions stay without. The first answer is often the teacher's; one in eight is corrected later.
ANSWERS_GIVEN = SQL("""
    WITH given AS (
        SELECT q.number::bigint * %(most_answers)s + k AS draws, q.number AS question, q.section, q.teacher_id, q.text, k,
               date_trunc('milliseconds', q.at + make_interval(
                   secs => 120 + (k + 1 - ln(1 - pg_temp.draw(q.number::bigint * 4 + k, 86))) * 7200)) AS at
          FROM seed_question AS q
         CROSS JOIN LATERAL generate_series(0, pg_temp.among(ARRAY[0,1,1,1,2,2,3,4], q.number, 87) - 1) AS k)
    SELECT (row_number() OVER (ORDER BY g.at, g.draws) - 1)::integer AS number, g.question,
           CASE WHEN g.k = 0 AND pg_temp.draw(g.draws, 88) < 0.6 THEN g.teacher_id ELSE m.person_id END AS author_id,
           NOT (g.k = 0 AND pg_temp.draw(g.draws, 88) < 0.6) AND pg_temp.draw(g.draws, 89) < 0.1 AS is_anonymous,
           CASE WHEN g.k = 0 THEN (%(answers)s::text[])[1 + g.text]
                ELSE pg_temp.among(%(remarks)s::text[], g.draws, 90) END AS body, g.at,
           CASE WHEN pg_temp.draw(g.draws, 91) < 0.12
                THEN g.at + make_interval(secs => 300 + floor(pg_temp.draw(g.draws, 92) * 3600)) END AS corrected_at
      FROM given AS g
      JOIN seed_size AS size ON size.section = g.section
      JOIN seed_member AS m ON m.section = g.section AND m.place = floor(size.size * pg_temp.draw(g.draws, 93))::integer
     WHERE g.at < %(ends)s
""")
# On slides while following, on videos while watching; written in one to three goes, which make it longer.
NOTES = SQL("""
    WITH on_slides AS (
        SELECT f.number::bigint AS draws, f.section_id, f.person_id, f.presentation, NULL::integer AS video,
               v.slide, v.position, NULL::integer AS seconds, v.viewed_at + interval '10 seconds' AS at
          FROM seed_follower AS f
          JOIN seed_slide_view AS v
            ON v.follower = f.number AND v.position = 1 + floor(pg_temp.draw(f.number, 100) * f.seen)::integer
         WHERE pg_temp.draw(f.number, 101) < 0.2),
    on_videos AS (
        SELECT -1 - v.number::bigint AS draws, s.id, v.person_id, NULL::integer, v.video, NULL::integer, NULL::integer, 30 * k,
               v.started_at + make_interval(secs => 30 * k + CASE WHEN k > v.pause_after THEN v.pause ELSE 0 END) AS at
          FROM seed_view AS v
          LEFT JOIN seed_section AS s ON s.number = v.section
         CROSS JOIN LATERAL (SELECT 1 + floor(pg_temp.draw(v.number, 102) * v.events)::integer) AS one (k)
         WHERE v.person_id IS NOT NULL AND v.events > 0 AND pg_temp.draw(v.number, 103) < 0.03)
    SELECT (row_number() OVER (ORDER BY n.at, n.draws) - 1)::integer AS number, n.*,
           1 + floor(pg_temp.draw(n.draws, 104) * 3)::integer AS goes, 4 + floor(pg_temp.draw(n.draws, 105) * 30)::integer AS words
      FROM (SELECT * FROM on_slides UNION ALL SELECT * FROM on_videos) AS n
""")


def fill(space: Space) -> None:
    """Questions, answers, notes."""
    space.params["most_answers"] = MOST_ANSWERS
    _questions(space)
    _answers(space)
    _notes(space)


def _questions(space: Space) -> None:
    space.temporary("seed_question", QUESTIONS_ASKED, texts=len(QUESTIONS))
    space.write(
        nouns.QUESTION,
        {
            "external_id": "'D' || %(seed)s || '-' || lpad((q.number + 1)::text, 5, '0')",
            "section_id": "q.section_id",
            "author_id": "q.author_id",
            "body": "replace((%(questions_asked)s::text[])[1 + q.text], '{}', '“' || q.name || '”')",
            "asked_at": "CASE WHEN q.is_dated THEN q.at END",
            "is_anonymous": "q.is_anonymous",
        },
        "FROM seed_question AS q ORDER BY q.number",
        number="q.number",
        questions_asked=QUESTIONS,
    )


def _answers(space: Space) -> None:
    space.temporary("seed_answer", ANSWERS_GIVEN, answers=ANSWERS, remarks=REMARKS)
    space.write(
        nouns.ANSWER,
        {
            "question_id": space.id_text(nouns.QUESTION, "a.question"),
            "author_id": "a.author_id",
            "is_anonymous": "a.is_anonymous",
        },
        "FROM seed_answer AS a ORDER BY a.number",
        number="a.number",
    )
    for turn, body, at in ((0, "a.body", "at"), (1, "a.body || %(correction)s", "corrected_at")):
        space.write(
            nouns.ANSWER_REVISION,
            {
                "answer_id": space.id_text(nouns.ANSWER, "a.number"),
                "body": body,
                "occurred_at": f"a.{at}",
            },
            f"FROM seed_answer AS a WHERE a.{at} < %(ends)s ORDER BY a.number",
            number=f"2 * a.number::bigint + {turn}",
            correction=CORRECTION,
        )


def _notes(space: Space) -> None:
    space.temporary("seed_note", NOTES)
    space.write(
        nouns.NOTE,
        {
            "section_id": "n.section_id",
            "person_id": "n.person_id",
            "presentation_id": f"CASE WHEN n.video IS NULL THEN {space.id_text(nouns.PRESENTATION, 'n.presentation')} END",
            "video_id": f"CASE WHEN n.video IS NOT NULL THEN {space.id_text(nouns.VIDEO, 'n.video')} END",
        },
        "FROM seed_note AS n ORDER BY n.number",
        number="n.number",
    )
    # As reporting-api.md 9, G16 writes it.
    anchor = (
        "CASE WHEN n.video IS NULL"
        f""" THEN '{{"type":"slide","slideId":"' || {space.id_text(nouns.SLIDE, "n.slide")} || '","position":' || n.position || '}}'"""
        f""" ELSE '{{"type":"video","mediaId":"' || {space.id_text(nouns.VIDEO, "n.video")} || '","seconds":' || n.seconds || '}}' END"""
    )
    space.write(
        nouns.NOTE_REVISION,
        {
            "note_id": space.id_text(nouns.NOTE, "n.number"),
            "anchor": anchor,
            "word_count": "n.words * k",
            "occurred_at": "n.at + make_interval(secs => (k - 1) * 40)",
        },
        "FROM seed_note AS n CROSS JOIN LATERAL generate_series(1, n.goes) AS k"
        " WHERE n.at + make_interval(secs => (k - 1) * 40) < %(ends)s ORDER BY n.number, k",
        number="4 * n.number::bigint + k",
    )
