"""Answers to polls, answers to questions, notes: one of each person, with a revision for each time it was told of.

The statements of a report say when somebody answered, not which answer it is (xapi.md 8.2): whoever answers the same
poll or question again in the same section changed their answer, and whoever notes again on the same presentation or
video, their note. Of two statements of one moment the one with the greater id counts.
"""

from __future__ import annotations

from typing import Any

from edu_csv.activity.projection.vocabulary import Kind

TOUCHED = """
    CREATE TEMP TABLE pj_revision_{kind} ON COMMIT DROP AS
    SELECT DISTINCT ON (touched.target, touched.at)
           touched.target, touched.at, f.statement, f.object_id, f.person_id, f.section_id, f.slide_id, f.amount,
           f.words
      FROM (SELECT target, at FROM pj_placed WHERE kind = {kind}
             UNION SELECT target, at FROM pj_gone WHERE kind = {kind}) AS touched
      LEFT JOIN activity_fact AS f
        ON f.institution_id = %(institution)s AND f.target = touched.target AND f.at = touched.at
     ORDER BY touched.target, touched.at, f.statement DESC
"""
INSERT_WHOLE = """
    INSERT INTO {table} (id, institution_id, origin, {columns})
    SELECT DISTINCT ON (w.target) w.target, %(institution)s, 1, {values}
      FROM pj_revision_{kind} AS w {joins} WHERE w.statement IS NOT NULL ORDER BY w.target
        ON CONFLICT (id) DO NOTHING
"""
_ID = "activity_named('revision ' || w.target || ' ' || extract(epoch FROM w.at))"
UPDATE = """
    UPDATE {revision} AS o SET ({columns}) = ROW ({values}), updated_at = now()
      FROM pj_revision_{kind} AS w
     WHERE o.institution_id = %(institution)s AND o.id = {id} AND o.occurred_at = w.at AND o.origin = 1
       AND w.statement IS NOT NULL AND ROW ({old}) IS DISTINCT FROM ROW ({values})
"""
INSERT = """
    INSERT INTO {revision} (id, institution_id, origin, {whole_id}, occurred_at, {columns})
    SELECT {id}, %(institution)s, 1, w.target, w.at, {values}
      FROM pj_revision_{kind} AS w WHERE w.statement IS NOT NULL ORDER BY w.at, w.target
        ON CONFLICT DO NOTHING
"""
FORGET = """
    DELETE FROM {revision} AS o USING pj_revision_{kind} AS w
     WHERE o.institution_id = %(institution)s AND o.id = {id} AND o.occurred_at = w.at AND o.origin = 1
       AND w.statement IS NULL
"""
FORGET_WHOLE = """
    DELETE FROM {table} AS o USING (SELECT DISTINCT target FROM pj_revision_{kind} WHERE statement IS NULL) AS w
     WHERE o.institution_id = %(institution)s AND o.id = w.target AND o.origin = 1
       AND NOT EXISTS (SELECT FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.target = o.id)
       AND NOT EXISTS (SELECT FROM {revision} AS r WHERE r.{whole_id} = o.id AND r.deleted_at IS NULL)
"""
# Where a note is (reporting-api.md G16): on a slide, on a video with the second, else nowhere that could be said.
_ANCHOR = """
    CASE WHEN w.slide_id IS NOT NULL THEN
              '{"type":"slide","slideId":"' || w.slide_id || '","position":' ||
                  (SELECT s.position FROM activity_slide AS s
                    WHERE s.institution_id = %(institution)s AND s.id = w.slide_id) || '}'
         WHEN w.words IS NOT NULL THEN
              '{"type":"video","mediaId":"' || w.object_id || '"' || coalesce(',"seconds":' || nullif(w.words, ''), '') || '}' END
"""
SHAPES: dict[Kind, dict[str, str]] = {
    Kind.POLL_ANSWER: {
        "table": "activity_poll_answer", "columns": "poll_id, section_id, person_id",
        "values": "w.object_id, w.section_id, w.person_id", "joins": "",
        "revision": "activity_poll_answer_revision", "whole_id": "poll_answer_id",
        "said": "answer", "saying": "coalesce(w.words, '')",
    },
    Kind.ANSWER: {
        "table": "activity_answer", "columns": "question_id, author_id",
        "values": "w.object_id, w.person_id", "joins": "",
        "revision": "activity_answer_revision", "whole_id": "answer_id", "said": "body", "saying": "coalesce(w.words, '')",
    },
    Kind.NOTE: {
        "table": "activity_note", "columns": "section_id, person_id, presentation_id, video_id",
        "values": "w.section_id, w.person_id, p.id, v.id",
        "joins": """
            LEFT JOIN activity_presentation AS p ON p.institution_id = %(institution)s AND p.id = w.object_id
            LEFT JOIN activity_video AS v ON v.institution_id = %(institution)s AND v.id = w.object_id""",
        "revision": "activity_note_revision", "whole_id": "note_id",
        "said": "anchor, word_count", "saying": f"{_ANCHOR}, w.amount::integer",
    },
}  # fmt: skip


def _statements(kind: Kind) -> list[str]:
    shape = SHAPES[kind]
    said = shape["said"]
    names = {
        "kind": str(int(kind)), "id": _ID, "table": shape["table"], "joins": shape["joins"],
        "revision": shape["revision"], "whole_id": shape["whole_id"],
    }  # fmt: skip
    whole = {"columns": shape["columns"], "values": shape["values"]}
    revised = {
        "columns": said, "values": shape["saying"], "old": ", ".join(f"o.{column}" for column in said.split(", ")),
    }  # fmt: skip
    return [
        TOUCHED.format(**names),
        INSERT_WHOLE.format(**names, **whole),
        UPDATE.format(**names, **revised),
        INSERT.format(**names, **revised),
        FORGET.format(**names),
        FORGET_WHOLE.format(**names),
    ]


STATEMENTS = {kind: _statements(kind) for kind in SHAPES}


def write(cursor: Any, institution: int, kind: Kind) -> None:
    """Bring the answers or notes of one kind to what was said of them."""
    for statement in STATEMENTS[kind]:
        cursor.execute(statement, {"institution": institution})
