"""Erasing a person: what the roster and its journal know of them goes, what hangs on them ends.

The system id stays, so that nothing points to nowhere; an undo of an erased value is a conflict.
The institution is entered already, and the caller holds the transaction (design section 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Identifier, Literal
from psycopg.types.json import Jsonb

from edu_csv.errors import EduCsvError
from edu_csv.roster.lock import lock_roster, raise_version
from edu_csv.roster.nouns import ENROLLMENT, MEMBERSHIP, VIEWING_PERMISSION, Noun

# What a file may know somebody by.
IDENTIFIERS = ("external_id", "email", "username", "sso_id")
ERASED = Jsonb({"_erased": True})

FIND = """
    SELECT id FROM roster_person
     WHERE institution_id = %(institution)s
       AND (id::text = lower(%(named)s) OR (deleted_at IS NULL AND external_id = %(named)s)
            OR (deleted_at IS NULL AND email_folded = lower(%(named)s)))
     ORDER BY id
"""
NOW_KNOWN_AS = """
    SELECT external_id, email, username, sso_id FROM roster_person
     WHERE institution_id = %(institution)s AND id = %(person)s FOR UPDATE
"""
ONCE_KNOWN_AS = """
    SELECT DISTINCT side.value ->> name
      FROM roster_change AS c
     CROSS JOIN LATERAL (VALUES (c.before), (c.after)) AS side (value)
     CROSS JOIN unnest(%(names)s::text[]) AS name
     WHERE c.institution_id = %(institution)s AND c.object_id = %(person)s AND side.value ->> name IS NOT NULL
"""
# ``whose``: the column that says whose it is.
END = SQL("""
    WITH ended AS (
        UPDATE {table} SET deleted_at = now(), updated_at = now()
         WHERE institution_id = %(institution)s AND {whose} = %(person)s AND deleted_at IS NULL
     RETURNING id)
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, is_effect)
    SELECT now(), %(institution)s, {code}, ended.id, 3, true FROM ended
""")
# Deleted ones say as much of somebody as the one that lives.
ATTRIBUTES = """
    SELECT id FROM roster_person_attributes WHERE institution_id = %(institution)s AND person_id = %(person)s
"""
# Deleted ones too. What was theirs once and is somebody else's by now says nothing of them.
PERSONAS = """
    SELECT id, value, key FROM roster_persona WHERE institution_id = %(institution)s AND person_id = %(person)s
"""
EMPTY_PERSONAS = """
    UPDATE roster_persona SET identifier = 'account', value = id::text, home_page = NULL,
           deleted_at = coalesce(deleted_at, now()), updated_at = now()
     WHERE institution_id = %(institution)s AND id = ANY (%(personas)s::uuid[])
"""
EMPTY_ATTRIBUTES = """
    UPDATE roster_person_attributes
       SET company_employee_id = NULL, company_name = NULL, departments = '{}', divisions = '{}',
           employee_role = NULL, hired_date = NULL, locations = '{}', manager_id = NULL, regions = '{}',
           role_category = NULL, team = NULL, affiliated_units = '{}',
           deleted_at = coalesce(deleted_at, now()), updated_at = now()
     WHERE institution_id = %(institution)s AND id = ANY (%(attributes)s::uuid[])
"""
# Who names the erased person as parent, guardian or auditor does so no longer.
LEAVE_PEOPLE = """
    WITH related AS (
        SELECT p.id, p.parent_person_ids, p.guardian_person_ids, p.auditor_person_ids
          FROM roster_person AS p
         WHERE p.institution_id = %(institution)s
           AND %(person)s = ANY (p.parent_person_ids || p.guardian_person_ids || p.auditor_person_ids) FOR UPDATE),
    changed AS (
        UPDATE roster_person AS p
           SET parent_person_ids = array_remove(p.parent_person_ids, %(person)s),
               guardian_person_ids = array_remove(p.guardian_person_ids, %(person)s),
               auditor_person_ids = array_remove(p.auditor_person_ids, %(person)s), updated_at = now()
          FROM related WHERE p.institution_id = %(institution)s AND p.id = related.id
     RETURNING p.id, p.parent_person_ids, p.guardian_person_ids, p.auditor_person_ids)
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, is_effect)
    SELECT now(), %(institution)s, 6, related.id, 2,
           jsonb_object_agg(list.name, list.before) FILTER (WHERE list.before <> list.after),
           jsonb_object_agg(list.name, list.after) FILTER (WHERE list.before <> list.after), true
      FROM related JOIN changed USING (id)
     CROSS JOIN LATERAL (VALUES
           ('parent_person_ids', related.parent_person_ids, changed.parent_person_ids),
           ('guardian_person_ids', related.guardian_person_ids, changed.guardian_person_ids),
           ('auditor_person_ids', related.auditor_person_ids, changed.auditor_person_ids)) AS list (name, before, after)
     GROUP BY related.id
"""
LEAVE_EMPLOYEES = """
    WITH changed AS (
        UPDATE roster_person_attributes SET manager_id = NULL, updated_at = now()
         WHERE institution_id = %(institution)s AND manager_id = %(person)s
     RETURNING id)
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, is_effect)
    SELECT now(), %(institution)s, 13, changed.id, 2, jsonb_build_object('manager_id', %(person)s::uuid),
           jsonb_build_object('manager_id', NULL::uuid), true
      FROM changed
"""
LEAVE_SECTIONS = """
    WITH taught AS (
        SELECT s.id, s.instructor_id, s.secondary_instructor_ids
          FROM roster_section AS s
         WHERE s.institution_id = %(institution)s
           AND (s.instructor_id = %(person)s OR %(person)s = ANY (s.secondary_instructor_ids)) FOR UPDATE),
    changed AS (
        UPDATE roster_section AS s
           SET instructor_id = nullif(s.instructor_id, %(person)s),
               secondary_instructor_ids = array_remove(s.secondary_instructor_ids, %(person)s),
               updated_at = now()
          FROM taught WHERE s.institution_id = %(institution)s AND s.id = taught.id
     RETURNING s.id, s.instructor_id, s.secondary_instructor_ids)
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, is_effect)
    SELECT now(), %(institution)s, 5, taught.id, 2,
           jsonb_build_object('instructor_id', taught.instructor_id,
                              'secondary_instructor_ids', taught.secondary_instructor_ids),
           jsonb_build_object('instructor_id', changed.instructor_id,
                              'secondary_instructor_ids', changed.secondary_instructor_ids),
           true
      FROM taught JOIN changed USING (id)
"""
LEAVE_SCHEDULES = """
    WITH changed AS (
        UPDATE roster_schedule SET instructor_id = NULL, updated_at = now()
         WHERE institution_id = %(institution)s AND instructor_id = %(person)s
     RETURNING id)
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after, is_effect)
    SELECT now(), %(institution)s, 11, changed.id, 2, jsonb_build_object('instructor_id', %(person)s::uuid),
           jsonb_build_object('instructor_id', NULL::uuid), true
      FROM changed
"""
EMPTY_PERSON = """
    UPDATE roster_person
       SET external_id = NULL, given_name = NULL, family_name = NULL, email = NULL, email_folded = NULL,
           username = NULL, username_folded = NULL, sso_id = NULL, roles = '{}', org_role = NULL,
           preferred_given_name = NULL, preferred_family_name = NULL, sort_family_name = NULL, pronouns = NULL,
           is_active = NULL, is_marked_administrator = false,
           parent_person_ids = '{}', guardian_person_ids = '{}', auditor_person_ids = '{}',
           deleted_at = coalesce(deleted_at, now()), updated_at = now()
     WHERE institution_id = %(institution)s AND id = %(person)s
"""
EMPTY_JOURNAL = """
    UPDATE roster_change SET before = %(erased)s, after = %(erased)s
     WHERE institution_id = %(institution)s AND object_id = ANY (%(objects)s::uuid[])
"""
NOTE = """
    INSERT INTO roster_change (at, institution_id, object_type, object_id, operation, before, after)
    SELECT now(), %(institution)s, emptied.object_type, emptied.id, 3, %(erased)s, %(erased)s
      FROM (SELECT 6 AS object_type, %(person)s::uuid AS id
             UNION ALL SELECT 13, one_of.id FROM unnest(%(attributes)s::uuid[]) AS one_of (id)
             UNION ALL SELECT 14, one_of.id FROM unnest(%(personas)s::uuid[]) AS one_of (id)) AS emptied
     WHERE NOT EXISTS (SELECT FROM roster_change AS c
                        WHERE c.institution_id = %(institution)s AND c.object_id = emptied.id
                          AND c.operation = 3 AND c.job_id IS NULL AND c.before = %(erased)s)
"""


class UnknownPerson(EduCsvError):
    """There is nobody, or more than one, under this id; the message says which."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was found of a person, and what ended.

    identifiers: everything a file may call them by. personas: keys by which statements may name them
    (``activity.xapi.agent_key``), e-mail addresses aside. objects: the system ids of the person and their attributes.
    """

    person: UUID
    identifiers: frozenset[str]
    personas: frozenset[str]
    objects: list[UUID]
    enrollments: int
    memberships: int
    sections: int
    schedules: int
    changes: int


def find_person(institution: int, named: str) -> UUID:
    """The person with this system id, external id or e-mail address. Raises UnknownPerson."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"institution": institution, "named": named.strip()})
        found = [row[0] for row in cursor.fetchall()]
    if len(found) == 1:
        return found[0]  # type: ignore[no-any-return]
    if not found:
        raise UnknownPerson(f"There is no person “{named}” in this institution.")
    ids = ", ".join(map(str, found))
    raise UnknownPerson(f"“{named}” is more than one person: {ids}. Say which by the system id.")


def _end(cursor: Any, params: dict[str, Any], noun: Noun, whose: str) -> int:
    """End what there is of this noun of the person; returns how many there were."""
    statement = END.format(table=Identifier(noun.table), whose=Identifier(whose), code=Literal(noun.code))
    cursor.execute(statement, params)
    return int(cursor.rowcount)


def erase(institution: int, person: UUID) -> Erased:
    """Empty a person, their part of the journal, and end what hangs on them."""
    lock_roster(institution)
    params: dict[str, Any] = {
        "institution": institution,
        "person": person,
        "names": list(IDENTIFIERS),
        "erased": ERASED,
    }
    with connection.cursor() as cursor:
        cursor.execute(NOW_KNOWN_AS, params)
        known = {value for value in cursor.fetchone() if value}
        cursor.execute(ONCE_KNOWN_AS, params)
        known |= {row[0] for row in cursor.fetchall()}
        cursor.execute(ATTRIBUTES, params)
        params["attributes"] = [row[0] for row in cursor.fetchall()]
        cursor.execute(PERSONAS, params)
        personas = cursor.fetchall()
        params["personas"] = [row[0] for row in personas]
        known |= {value.removeprefix("mailto:") for _, value, _ in personas}
        params["objects"] = [person, *params["attributes"], *params["personas"]]
        enrollments = _end(cursor, params, ENROLLMENT, "person_id")
        memberships = _end(cursor, params, MEMBERSHIP, "person_id")
        _end(cursor, params, VIEWING_PERMISSION, "grantee_id")
        cursor.execute(LEAVE_PEOPLE, params)
        cursor.execute(LEAVE_EMPLOYEES, params)
        cursor.execute(LEAVE_SECTIONS, params)
        sections = cursor.rowcount
        cursor.execute(LEAVE_SCHEDULES, params)
        schedules = cursor.rowcount
        cursor.execute(EMPTY_PERSON, params)
        cursor.execute(EMPTY_ATTRIBUTES, params)
        cursor.execute(EMPTY_PERSONAS, params)
        cursor.execute(EMPTY_JOURNAL, params)
        changes = cursor.rowcount
        cursor.execute(NOTE, params)
    raise_version(institution)
    return Erased(
        person=person,
        identifiers=frozenset({*known, str(person)}),
        # One that was emptied before holds nothing but its own id.
        personas=frozenset(key for id_, value, key in personas if value != str(id_)),
        objects=params["objects"],
        enrollments=enrollments,
        memberships=memberships,
        sections=sections,
        schedules=schedules,
        changes=changes,
    )


__all__ = ["Erased", "UnknownPerson", "erase", "find_person"]
