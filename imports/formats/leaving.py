"""What feeds do to what hung on sections and people that go, or move (design section 2; echovideo.md 4.3, 6.2).

Effects of a kind (``feed.Kind``), over ``act`` and ``gone``; whichever family ends something, the roster stays whole.
"""

from __future__ import annotations

from typing import Final

from edu_csv.roster.nouns import (
    ENROLLMENT,
    MEMBERSHIP,
    PERSON,
    PERSON_ATTRIBUTES,
    PERSONA,
    SCHEDULE,
    SECTION,
    VIEWING_PERMISSION,
)
from imports.formats.feed import Ends

# Nothing goes on pointing to somebody who is gone.
PERSON_ENDS: Final = (
    Ends(ENROLLMENT, "person_id"),
    Ends(MEMBERSHIP, "person_id"),
    Ends(PERSON_ATTRIBUTES, "person_id"),
    Ends(PERSON_ATTRIBUTES, "manager_id", "clear"),
    Ends(PERSONA, "person_id"),
    Ends(VIEWING_PERMISSION, "grantee_id"),
    Ends(PERSON, "parent_person_ids", "remove"),
    Ends(PERSON, "guardian_person_ids", "remove"),
    Ends(PERSON, "auditor_person_ids", "remove"),
    Ends(SECTION, "instructor_id", "clear"),
    Ends(SECTION, "secondary_instructor_ids", "remove"),
    Ends(SCHEDULE, "instructor_id", "clear"),
)
# Who may view the data of a group, and what its members may view.
UNIT_ENDS: Final = (
    Ends(VIEWING_PERMISSION, "org_unit_id"),
    Ends(VIEWING_PERMISSION, "grantee_id"),
)
SECTION_ENDS: Final = (
    Ends(ENROLLMENT, "section_id"),
    Ends(PERSON_ATTRIBUTES, "affiliated_units", "remove"),
)

# What has no section left is over. It is published nowhere any more, nor was it streamed to anyone from now on:
# a schedule that says so without a section is one that no file can say (echovideo.md 2.13).
_OFF_SCHEDULES: Final = """
    SELECT min(gone.row), 11, schedule.id, 2,
           jsonb_strip_nulls(jsonb_build_object(
               'section_ids', schedule.section_ids,
               'stream_live', CASE WHEN left_of.ids = '[]' AND schedule.stream_live THEN TRUE END,
               'auto_publish', CASE WHEN left_of.ids = '[]' AND schedule.auto_publish THEN TRUE END)),
           jsonb_strip_nulls(jsonb_build_object(
               'section_ids', left_of.ids,
               'stream_live', CASE WHEN left_of.ids = '[]' AND schedule.stream_live THEN FALSE END,
               'auto_publish', CASE WHEN left_of.ids = '[]' AND schedule.auto_publish THEN FALSE END))
      FROM roster_schedule AS schedule
     CROSS JOIN LATERAL unnest(schedule.section_ids) AS one_of (id)
      JOIN {gone} AS gone ON gone.id = one_of.id
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(kept.id ORDER BY kept.place), '[]'::jsonb) AS ids
             FROM unnest(schedule.section_ids) WITH ORDINALITY AS kept (id, place)
            WHERE kept.id NOT IN (SELECT each.id FROM {gone} AS each)) AS left_of
     WHERE schedule.institution_id = %(institution)s AND schedule.deleted_at IS NULL
     GROUP BY schedule.id, left_of.ids
"""


def off_schedules(gone: str = "gone") -> str:
    """Sections that go are taken off their schedules. gone: SQL of a relation (row, id) of them."""
    return _OFF_SCHEDULES.format(gone=gone)


# An implicit offering goes with its last section, deleted or moved, unless another comes (design section 2).
OFFERINGS_LEFT: Final = """
    SELECT min(leaving.row), 4, offering.id, 3, '{}'::jsonb, '{}'::jsonb
      FROM (SELECT o.offering_id, w._row AS row FROM act AS w
              JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id AND o.deleted_at IS NULL
             WHERE o.offering_id <> w.offering_id
             UNION ALL
            SELECT o.offering_id, gone.row FROM gone
              JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = gone.id) AS leaving
      JOIN roster_offering AS offering
        ON offering.institution_id = %(institution)s AND offering.id = leaving.offering_id
       AND offering.is_implicit AND offering.deleted_at IS NULL
     WHERE offering.id NOT IN (SELECT held.offering_id FROM as_left_section AS held WHERE held.offering_id IS NOT NULL)
       AND NOT EXISTS (SELECT FROM after_offering AS own WHERE own.id = offering.id)
     GROUP BY offering.id
"""

# A section's instructor is enrolled as one; without such an enrollment nobody is its instructor (6.2, 23).
NO_INSTRUCTOR: Final = """
    SELECT min(lost.row), 5, section.id, 2, jsonb_build_object('instructor_id', section.instructor_id),
           jsonb_build_object('instructor_id', NULL)
      FROM (SELECT w._row AS row, w.person_id, w.section_id FROM act AS w WHERE w.role <> 'instructor'
             UNION ALL
            SELECT gone.row, o.person_id, o.section_id FROM gone
              JOIN roster_enrollment AS o ON o.institution_id = %(institution)s AND o.id = gone.id
             WHERE NOT EXISTS (SELECT FROM as_left_enrollment AS again WHERE again.id = gone.id)) AS lost
      JOIN as_left_section AS section ON section.id = lost.section_id AND section.instructor_id = lost.person_id
     GROUP BY section.id, section.instructor_id
"""

# A role in a section is a role that the person holds (6.2, 22). Kept in the order of the closed list.
_ROLES_ADDED: Final = """
    SELECT gained.row, 6, person.id, 2, jsonb_build_object('roles', person.roles),
           jsonb_build_object('roles', (
               SELECT jsonb_agg(held.role ORDER BY array_position(%(role_order)s::text[], held.role))
                 FROM (SELECT unnest(person.roles) UNION SELECT unnest(gained.roles)) AS held (role)))
      FROM (SELECT lacked.person_id, min(lacked.row) AS row, array_agg(lacked.role) AS roles
              FROM (SELECT w.person_id, w.role, min(w._row) AS row FROM act AS w GROUP BY w.person_id, w.role) AS lacked
              JOIN {people} AS holder ON holder.id = lacked.person_id AND NOT lacked.role = ANY (holder.roles)
             GROUP BY lacked.person_id) AS gained
      JOIN {people} AS person ON person.id = gained.person_id
"""


def roles_added(people: str = "as_left_person") -> str:
    """Roles in sections that people did not hold. people: SQL of a relation (id, roles)."""
    return _ROLES_ADDED.format(people=people)
