"""Who takes part: sections with people in them, their members, and the rooms that capture."""

from __future__ import annotations

from psycopg.sql import SQL

from edu_csv.activity.events.seeding.space import Space

# Live sections with live people. Those whose term lies elsewhere in time are left out, unless all do.
SECTIONS = SQL("""
    WITH enrolled AS (
        SELECT e.section_id, count(*) FILTER (WHERE e.role <> 'instructor') AS students,
               min(e.person_id::text) FILTER (WHERE e.role = 'instructor')::uuid AS taught_by,
               min(e.person_id::text)::uuid AS anybody
          FROM roster_enrollment AS e
          JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = e.person_id AND p.deleted_at IS NULL
         WHERE e.institution_id = %(institution)s AND e.deleted_at IS NULL
         GROUP BY e.section_id),
    candidate AS (
        SELECT s.id, s.course_id, s.external_id, c.name AS course, enrolled.students > 0 AS has_students,
               coalesce(instructor.id, enrolled.taught_by, enrolled.anybody) AS teacher_id,
               coalesce(t.start_date < %(ends)s::date, true) AND coalesce(t.end_date >= %(begins)s::date, true) AS is_on
          FROM roster_section AS s
          JOIN enrolled ON enrolled.section_id = s.id
          JOIN roster_course AS c ON c.institution_id = %(institution)s AND c.id = s.course_id
          LEFT JOIN roster_term AS t ON t.institution_id = %(institution)s AND t.id = s.term_id
          LEFT JOIN roster_person AS instructor
                 ON instructor.institution_id = %(institution)s AND instructor.id = s.instructor_id
                AND instructor.deleted_at IS NULL
         WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL)
    SELECT (row_number() OVER (ORDER BY external_id, id) - 1)::integer AS number, id, course, has_students, teacher_id
      FROM candidate WHERE is_on OR NOT EXISTS (SELECT FROM candidate WHERE is_on)
""")
MEMBERS = SQL("""
    SELECT s.number AS section, e.person_id,
           (row_number() OVER (PARTITION BY s.number ORDER BY p.external_id, p.id) - 1)::integer AS place,
           (count(*) OVER (PARTITION BY s.number))::integer AS size
      FROM seed_section AS s
      JOIN roster_enrollment AS e ON e.institution_id = %(institution)s AND e.section_id = s.id AND e.deleted_at IS NULL
      JOIN roster_person AS p ON p.institution_id = %(institution)s AND p.id = e.person_id AND p.deleted_at IS NULL
     WHERE e.role <> 'instructor' OR NOT s.has_students
""")
ROOMS = SQL("""
    SELECT (row_number() OVER (ORDER BY external_id, id) - 1)::integer AS number, id, device_type
      FROM roster_room WHERE institution_id = %(institution)s AND deleted_at IS NULL
""")
SIZES = SQL("SELECT DISTINCT section, size FROM seed_member")


def gather(space: Space) -> int:
    """Number sections, members and rooms; how many sections have people."""
    sections = space.temporary("seed_section", SECTIONS)
    space.temporary("seed_member", MEMBERS)
    space.temporary("seed_size", SIZES)
    space.temporary("seed_room", ROOMS)
    return sections
