"""A roster that activity can be made of, written as its tables are: no import is what these tests are about."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.imports.harness import Tenant

TERM = """
    INSERT INTO roster_term (id, institution_id, external_id, name, name_folded, start_date, end_date, exclusion_dates, parent_ids)
    SELECT gen_random_uuid(), %s, 'T-1', 'Term', 'term', %s, %s, '{}', '{}'
"""
COURSES = """
    INSERT INTO roster_course (id, institution_id, external_id, code, code_folded, name, parent_ids)
    SELECT gen_random_uuid(), %s, 'C-' || n, 'OCE' || n, 'oce' || n, 'Tides ' || n, '{}' FROM generate_series(1, 2) AS n
"""
OFFERINGS = """
    INSERT INTO roster_offering (id, institution_id, external_id, course_ids, term_ids, parent_ids,
                                 is_implicit)
    SELECT gen_random_uuid(), institution_id, 'O-' || external_id, ARRAY[id],
           ARRAY(SELECT id FROM roster_term), '{}', true
      FROM roster_course
"""
SECTIONS = """
    INSERT INTO roster_section (id, institution_id, external_id, offering_id, course_id, term_id, name, name_folded,
                                secondary_instructor_ids, lms_course_ids)
    SELECT gen_random_uuid(), o.institution_id, 'S-' || n || o.external_id, o.id, o.course_id, o.term_id,
           '0' || n, '0' || n, '{}', '{}'
      FROM roster_offering AS o CROSS JOIN generate_series(1, 2) AS n
"""
PEOPLE = """
    INSERT INTO roster_person (id, institution_id, external_id, given_name, family_name, email, email_folded, roles)
    SELECT gen_random_uuid(), %s, 'P-' || lpad(n::text, 6, '0'), 'Given' || n, 'Family' || n, 'p' || n || '@fjord.example',
           'p' || n || '@fjord.example', '{}'
      FROM generate_series(1, %s) AS n
"""
ENROLLMENTS = """
    INSERT INTO roster_enrollment (id, institution_id, person_id, section_id, role)
    SELECT gen_random_uuid(), s.institution_id, p.id, s.id,
           CASE WHEN p.place <= 4 THEN 'instructor' ELSE 'student' END
      FROM (SELECT id, row_number() OVER (ORDER BY external_id) AS place FROM roster_person) AS p
      JOIN (SELECT id, institution_id, row_number() OVER (ORDER BY external_id) AS place FROM roster_section) AS s
        ON mod(p.place, 4) = mod(s.place, 4) OR (mod(p.place, 3) = 0 AND mod(p.place, 2) = mod(s.place, 2))
"""


CAMPUS = """
    INSERT INTO roster_campus (id, institution_id, name, name_folded) VALUES (gen_random_uuid(), %s, 'Campus', 'campus')
"""
BUILDING = """
    INSERT INTO roster_building (id, institution_id, campus_id, name, name_folded)
    SELECT gen_random_uuid(), institution_id, id, 'Lighthouse', 'lighthouse' FROM roster_campus
"""
ROOM = """
    INSERT INTO roster_room (id, institution_id, building_id, name, name_folded, device_type)
    SELECT gen_random_uuid(), institution_id, id, 'Hall', 'hall', 'PRO' FROM roster_building RETURNING id
"""


def one_room(tenant: Tenant) -> UUID:
    """A campus with one building with one room; its id."""
    tenant.query(CAMPUS, tenant.pk)
    tenant.query(BUILDING)
    [(room,)] = tenant.query(ROOM)
    assert isinstance(room, UUID)
    return room


def fill_roster(tenant: Tenant, people: int = 40) -> None:
    """Two courses of two sections each, a teacher each, and students in one section or two."""
    tenant.query(TERM, tenant.pk, date(2026, 1, 1), date(2026, 12, 31))
    tenant.query(COURSES, tenant.pk)
    tenant.query(OFFERINGS)
    tenant.query(SECTIONS)
    tenant.query(PEOPLE, tenant.pk, people)
    tenant.query(ENROLLMENTS)
