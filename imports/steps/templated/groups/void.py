"""Void in the narrow sense: what an import made goes, even if edited since; what it changed stays (csv data import 4.6).

Fills ``undoing`` in place of ``undo.find``. What hangs on a person or group that goes, goes with it, whoever made it: memberships,
edges, permissions, personas. One on which other families' data hangs stays, as a conflict: enrollments, courses and
schedules are not what a void of people and groups takes away.
"""

from __future__ import annotations

from psycopg.sql import SQL, Identifier, Literal

from edu_csv.roster.nouns import (
    COURSE,
    ENROLLMENT,
    MEMBERSHIP,
    OFFERING,
    ORG_UNIT,
    PERSON,
    PERSON_ATTRIBUTES,
    PERSONA,
    SCHEDULE,
    SECTION,
    TERM,
    VIEWING_PERMISSION,
    Noun,
)
from imports.steps.undo import CREATE_UNDOING, find_made
from imports.steps.workspace import Session

# What the import made itself, and goes. Memberships and personas of what was there before are changes, and stay.
GOES = (ORG_UNIT, PERSON, VIEWING_PERMISSION)
# (whom it keeps, what hangs on it, by which column, whether that is a list)
KEPT_BY = (
    (PERSON, ENROLLMENT, "person_id", False),
    (PERSON, PERSON_ATTRIBUTES, "person_id", False),
    (PERSON, PERSON_ATTRIBUTES, "manager_id", False),
    (PERSON, SECTION, "instructor_id", False),
    (PERSON, SECTION, "secondary_instructor_ids", True),
    (PERSON, SCHEDULE, "instructor_id", False),
    (PERSON, PERSON, "parent_person_ids", True),
    (PERSON, PERSON, "guardian_person_ids", True),
    (PERSON, PERSON, "auditor_person_ids", True),
    (ORG_UNIT, COURSE, "organization_id", False),
    (ORG_UNIT, COURSE, "department_id", False),
    (ORG_UNIT, COURSE, "parent_ids", True),
    (ORG_UNIT, TERM, "parent_ids", True),
    (ORG_UNIT, OFFERING, "parent_ids", True),
    (ORG_UNIT, PERSON_ATTRIBUTES, "affiliated_units", True),
)
# (what goes, what goes with it, by which column)
GOES_WITH = (
    (PERSON, MEMBERSHIP, "person_id"),
    (PERSON, PERSONA, "person_id"),
    (PERSON, VIEWING_PERMISSION, "grantee_id"),
    (ORG_UNIT, MEMBERSHIP, "unit_id"),
    (ORG_UNIT, VIEWING_PERMISSION, "grantee_id"),
    (ORG_UNIT, VIEWING_PERMISSION, "org_unit_id"),
)

# What was erased since has no row any more that lives.
KEPT = SQL("""
    UPDATE undoing AS u SET conflict = 'has_dependants'
     WHERE u.object_type = {code} AND u.conflict IS NULL AND EXISTS (
           SELECT FROM {child} AS o WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {points})
""")
WITH = SQL("""
    INSERT INTO undoing (object_type, object_id, operation, row)
    SELECT {child_code}, o.id, 1, u.row
      FROM undoing AS u
      JOIN {child} AS o ON o.institution_id = %(institution)s AND o.deleted_at IS NULL AND o.{column} = u.object_id
     WHERE u.object_type = {code} AND u.operation = 1 AND u.conflict IS NULL
       AND NOT EXISTS (SELECT FROM undoing AS there WHERE there.object_type = {child_code} AND there.object_id = o.id)
""")
# A unit below one that goes is not below it any more.
EDGES = SQL("""
    INSERT INTO undoing (object_type, object_id, operation, field, before, after, row)
    SELECT {code}, o.id, 2, 'parent_ids', (
               SELECT coalesce(jsonb_agg(kept.id ORDER BY kept.place), '[]') FROM unnest(o.parent_ids) WITH ORDINALITY AS kept (id, place)
                WHERE kept.id NOT IN (SELECT u.object_id FROM undoing AS u
                                       WHERE u.object_type = {code} AND u.operation = 1 AND u.conflict IS NULL)),
           to_jsonb(o.parent_ids), (SELECT min(u.row) FROM undoing AS u WHERE u.object_id = ANY (o.parent_ids))
      FROM roster_org_unit AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
       AND o.parent_ids && ARRAY (SELECT u.object_id FROM undoing AS u
                                   WHERE u.object_type = {code} AND u.operation = 1 AND u.conflict IS NULL)
       AND o.id NOT IN (SELECT u.object_id FROM undoing AS u WHERE u.operation = 1 AND u.conflict IS NULL)
""")
# Types that the import brought go when no group has them any more.
TYPES = """
    DELETE FROM roster_org_unit_type AS t
     WHERE t.institution_id = %(institution)s AND t.made_by_job = %(of)s AND NOT EXISTS (
           SELECT FROM roster_org_unit AS u
            WHERE u.institution_id = %(institution)s AND u.type = t.name AND u.deleted_at IS NULL)
"""


def find(session: Session) -> None:
    """Fill ``undoing`` with what goes, and what stays though the import made it. Parameters: ``of``."""
    session.run(CREATE_UNDOING)
    find_made(session, GOES)
    for noun, child, column, is_list in KEPT_BY:
        _keep(session, noun, child, column, is_list=is_list)
    for noun, child, column in GOES_WITH:
        session.run(
            WITH.format(
                code=Literal(noun.code),
                child_code=Literal(child.code),
                child=Identifier(child.table),
                column=Identifier(column),
            )
        )
    session.run(EDGES.format(code=Literal(ORG_UNIT.code)))


def _keep(session: Session, noun: Noun, child: Noun, column: str, *, is_list: bool) -> None:
    points = SQL("u.object_id = ANY (o.{})" if is_list else "o.{} = u.object_id").format(Identifier(column))
    session.run(KEPT.format(code=Literal(noun.code), child=Identifier(child.table), points=points))


def forget_types(session: Session) -> None:
    """Once the roster is written, of an undo of either kind."""
    session.run(TYPES)
