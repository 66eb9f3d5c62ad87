"""What happened at a moment and stands for itself: downloads, confusion flags; and views of presentations and slides."""

from __future__ import annotations

from typing import Any

DOWNLOADS = (
    """
    DELETE FROM activity_download AS o USING pj_gone AS g
     WHERE g.kind = 10 AND o.institution_id = %(institution)s AND o.id = g.target AND o.occurred_at = g.at AND o.origin = 1
       AND NOT EXISTS (SELECT FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.target = o.id)
    """,
    """
    INSERT INTO activity_download (id, institution_id, origin, video_id, section_id, person_id, occurred_at, stranger)
    SELECT DISTINCT p.target, %(institution)s, 1, p.object_id, p.section_id, p.person_id, p.at, p.stranger
      FROM pj_placed AS p WHERE p.kind = 10
        ON CONFLICT DO NOTHING
    """,
)
CONFUSION = (
    """
    DELETE FROM activity_confusion AS o USING pj_gone AS g
     WHERE g.kind = 5 AND o.institution_id = %(institution)s AND o.id = g.target AND o.occurred_at = g.at AND o.origin = 1
       AND NOT EXISTS (SELECT FROM activity_fact AS f WHERE f.institution_id = %(institution)s AND f.target = o.id)
    """,
    """
    INSERT INTO activity_confusion (id, institution_id, origin, presentation_id, slide_id, section_id, person_id, action, occurred_at)
    SELECT DISTINCT p.target, %(institution)s, 1, p.object_id, p.slide_id, p.section_id, p.person_id,
           CASE p.verb WHEN 1 THEN 'set' ELSE 'cleared' END, p.at
      FROM pj_placed AS p WHERE p.kind = 5
        ON CONFLICT DO NOTHING
    """,
)
# A day of somebody with a presentation in a section. A slide is viewed within the view before it, else the first one;
# where only slides were told of, they make one view.
DECKS = (
    """
    CREATE TEMP TABLE pj_deck ON COMMIT DROP AS
    SELECT f.target, f.at, f.kind, f.object_id, f.person_id, f.section_id, f.slide_id
      FROM (SELECT target FROM pj_placed WHERE kind IN (3, 4) UNION SELECT target FROM pj_gone WHERE kind IN (3, 4)) AS touched
      JOIN activity_fact AS f ON f.institution_id = %(institution)s AND f.target = touched.target;
    CREATE TEMP TABLE pj_deck_view ON COMMIT DROP AS
    SELECT activity_named('deck view ' || target || ' ' || extract(epoch FROM at)) AS id, target, at, object_id, person_id, section_id
      FROM (SELECT DISTINCT target, at, object_id, person_id, section_id FROM pj_deck WHERE kind = 3) AS viewed
     UNION ALL
    SELECT activity_named('deck view ' || target), target, min(at), (array_agg(object_id))[1], (array_agg(person_id))[1],
           (array_agg(section_id))[1]
      FROM pj_deck GROUP BY target HAVING NOT bool_or(kind = 3);
    CREATE TEMP TABLE pj_slide_view ON COMMIT DROP AS
    SELECT activity_named(concat_ws(' ', 'slide view', s.target, s.slide_id, extract(epoch FROM s.at))) AS id, s.at, s.slide_id,
           (SELECT v.id FROM pj_deck_view AS v WHERE v.target = s.target
             ORDER BY v.at <= s.at DESC, CASE WHEN v.at <= s.at THEN s.at - v.at ELSE v.at - s.at END LIMIT 1) AS view_id
      FROM (SELECT DISTINCT target, slide_id, at FROM pj_deck WHERE kind = 4) AS s;
    CREATE TEMP TABLE pj_deck_gone ON COMMIT DROP AS
    SELECT activity_named('deck view ' || target) AS id, NULL::timestamptz AS at
      FROM (SELECT DISTINCT target FROM pj_placed WHERE kind IN (3, 4) UNION SELECT target FROM pj_gone WHERE kind IN (3, 4)) AS t
     UNION ALL
    SELECT activity_named('deck view ' || target || ' ' || extract(epoch FROM at)), NULL FROM pj_gone WHERE kind = 3
     UNION ALL
    SELECT activity_named(concat_ws(' ', 'slide view', target, slide_id, extract(epoch FROM at))), at FROM pj_gone WHERE kind = 4
    """,
    """
    UPDATE activity_presentation_view AS o SET started_at = w.at, updated_at = now()
      FROM pj_deck_view AS w
     WHERE o.institution_id = %(institution)s AND o.id = w.id AND o.origin = 1 AND o.started_at <> w.at
    """,
    """
    INSERT INTO activity_presentation_view (id, institution_id, origin, presentation_id, section_id, person_id, started_at)
    SELECT w.id, %(institution)s, 1, w.object_id, w.section_id, w.person_id, w.at FROM pj_deck_view AS w ORDER BY w.id
        ON CONFLICT (id) DO NOTHING
    """,
    """
    UPDATE activity_slide_view AS o SET presentation_view_id = w.view_id, updated_at = now()
      FROM pj_slide_view AS w
     WHERE o.institution_id = %(institution)s AND o.id = w.id AND o.viewed_at = w.at AND o.origin = 1
       AND o.presentation_view_id <> w.view_id
    """,
    """
    INSERT INTO activity_slide_view (id, institution_id, origin, presentation_view_id, slide_id, viewed_at)
    SELECT w.id, %(institution)s, 1, w.view_id, w.slide_id, w.at FROM pj_slide_view AS w ORDER BY w.id
        ON CONFLICT DO NOTHING
    """,
    """
    DELETE FROM activity_slide_view AS o USING pj_deck_gone AS g
     WHERE o.institution_id = %(institution)s AND o.id = g.id AND o.viewed_at = g.at AND o.origin = 1
       AND NOT EXISTS (SELECT FROM pj_slide_view AS w WHERE w.id = o.id)
    """,
    """
    DELETE FROM activity_presentation_view AS o USING pj_deck_gone AS g
     WHERE o.institution_id = %(institution)s AND o.id = g.id AND o.origin = 1
       AND NOT EXISTS (SELECT FROM pj_deck_view AS w WHERE w.id = o.id)
       AND NOT EXISTS (SELECT FROM activity_slide_view AS s WHERE s.presentation_view_id = o.id AND s.deleted_at IS NULL)
    """,
)


def write(cursor: Any, institution: int, statements: tuple[str, ...]) -> None:
    for statement in statements:
        cursor.execute(statement, {"institution": institution})
