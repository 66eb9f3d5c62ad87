"""Where sections go: into offerings that are there, or implicit ones (design section 2).

As ``echovideo/sections.py`` has it, over courses and terms that the same upload may have made.
"""

from __future__ import annotations

from edu_csv.roster.nouns import OFFERING
from imports.formats.leaving import OFFERINGS_LEFT

FORGET_PLACES = "DROP TABLE IF EXISTS place"
# A section goes into the one offering that has its course and term first; if there is none or more than one, into
# their implicit offering, made with its first section. One that stays where it is keeps its offering; one that
# comes back does, unless its offering is gone.
PLACES = """
    CREATE TEMP TABLE place ON COMMIT DROP AS
    SELECT wanted.course_id, wanted.term_id, wanted.row,
           coalesce(found.id, (%(prefix_offering)s || lpad(to_hex(wanted.row), 8, '0'))::uuid) AS offering_id,
           found.id IS NULL AS is_new
      FROM (SELECT w.course_id, w.term_id, min(w._row) AS row
              FROM work AS w
              LEFT JOIN b_section AS b ON b.id = w._id
              LEFT JOIN as_left_offering AS own ON own.id = b.offering_id
             WHERE NOT w._deletes AND w.course_id IS NOT NULL AND w.term_id IS NOT NULL
               AND (own.id IS NULL OR (b.course_id, b.term_id) IS DISTINCT FROM (w.course_id, w.term_id))
             GROUP BY w.course_id, w.term_id) AS wanted
      LEFT JOIN (SELECT o.course_ids[1] AS course_id, o.term_ids[1] AS term_id,
                        CASE WHEN count(*) = 1 THEN (array_agg(o.id))[1]
                             ELSE (array_agg(o.id ORDER BY o.id) FILTER (WHERE o.is_implicit))[1] END AS id
                   FROM as_left_offering AS o GROUP BY 1, 2) AS found
        ON found.course_id = wanted.course_id AND found.term_id = wanted.term_id
"""
PLACED = """
    UPDATE work AS w
       SET offering_id = place.offering_id
      FROM work AS each
      LEFT JOIN b_section AS b ON b.id = each._id
      LEFT JOIN as_left_offering AS own ON own.id = b.offering_id
      JOIN place ON place.course_id = each.course_id AND place.term_id = each.term_id
     WHERE w._id = each._id AND NOT each._deletes
       AND (own.id IS NULL OR (b.course_id, b.term_id) IS DISTINCT FROM (each.course_id, each.term_id))
"""
COMPLETIONS = (FORGET_PLACES, PLACES, PLACED)

# Named after its course and term, unless another has that name.
MADE = f"""
    SELECT made.row, {OFFERING.code}, made.offering_id, 1, '{{}}'::jsonb,
           jsonb_build_object(
               'external_id', CASE WHEN made.is_first AND NOT EXISTS (
                                        SELECT FROM as_left_offering AS other WHERE other.external_id = made.wanted)
                                   THEN made.wanted END,
               'course_ids', jsonb_build_array(made.course_id), 'term_ids', jsonb_build_array(made.term_id),
               'is_implicit', true)
      FROM (SELECT used.row, place.offering_id, place.course_id, place.term_id, named.wanted,
                   row_number() OVER (PARTITION BY named.wanted ORDER BY used.row) = 1 AS is_first
              FROM place
              JOIN (SELECT w.offering_id, min(w._row) AS row FROM act AS w GROUP BY w.offering_id) AS used
                ON used.offering_id = place.offering_id
              JOIN as_left_course AS course ON course.id = place.course_id
              JOIN as_left_term AS term ON term.id = place.term_id
             CROSS JOIN LATERAL (
                    SELECT coalesce(course.external_id, course.id::text) || '.'
                           || coalesce(term.external_id, term.id::text) AS wanted) AS named
             WHERE place.is_new) AS made
"""  # noqa: S608  # of our own words

EFFECTS = (MADE, OFFERINGS_LEFT)
