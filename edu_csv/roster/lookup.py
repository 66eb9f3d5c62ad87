"""What objects are called: external ids and names for the system ids that references hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import Reach
from edu_csv.roster.nouns import (
    BY_CODE,
    ENROLLMENT,
    MEMBERSHIP,
    ORG_UNIT,
    PERSON_ATTRIBUTES,
    VIEWING_PERMISSION,
    Noun,
)
from edu_csv.roster.reach import reaching, within

# Deleted objects are looked up too: a plan or a journal still names them.
KNOWN = SQL("""
    SELECT o.id, {code}::integer, {external_id}, {label}, o.deleted_at IS NOT NULL, {within}
      FROM {table} AS o WHERE o.institution_id = %(institution)s AND o.id = ANY (%({ids})s)
""")
# Org units within reach, and those above them: a course may name the organization that its department is of.
IN_SIGHT = SQL("""
    (o.id IN (SELECT id FROM reach) OR o.id IN (
        WITH RECURSIVE above (id, parent_ids) AS (
            SELECT u.id, u.parent_ids FROM roster_org_unit AS u
             WHERE u.institution_id = %(institution)s AND u.id = ANY (%(granted)s::uuid[])
            UNION
            SELECT u.id, u.parent_ids FROM roster_org_unit AS u JOIN above ON u.id = ANY (above.parent_ids)
             WHERE u.institution_id = %(institution)s)
        SELECT above.id FROM above))
""")
_WHO = """
    (SELECT coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.external_id, p.id::text)
       FROM roster_person AS p WHERE (p.institution_id, p.id) = (o.institution_id, o.person_id))
"""
# An enrollment is known by whom it enrols, and where; so is a membership, whose unit is in one of four tables.
_IN_SECTION = """
    (SELECT coalesce(s.external_id, s.name)
       FROM roster_section AS s WHERE (s.institution_id, s.id) = (o.institution_id, o.section_id))
"""
_IN_UNIT = """
    coalesce(
        (SELECT coalesce(u.external_id, u.name)
           FROM roster_org_unit AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.unit_id)),
        (SELECT coalesce(u.external_id, u.name)
           FROM roster_term AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.unit_id)),
        (SELECT coalesce(u.external_id, u.code)
           FROM roster_course AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.unit_id)),
        (SELECT coalesce(u.external_id, u.name)
           FROM roster_offering AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.unit_id)),
        o.unit_id::text)
"""
_WHO_SEES = """
    coalesce(
        (SELECT coalesce(nullif(concat_ws(' ', p.given_name, p.family_name), ''), p.external_id, p.id::text)
           FROM roster_person AS p WHERE (p.institution_id, p.id) = (o.institution_id, o.grantee_id)),
        (SELECT u.name FROM roster_org_unit AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.grantee_id)),
        o.grantee_id::text)
"""
_WHOSE_DATA = """
    coalesce(
        (SELECT u.name FROM roster_org_unit AS u WHERE (u.institution_id, u.id) = (o.institution_id, o.org_unit_id)),
        'everyone')
"""
LABELS = {
    ENROLLMENT.code: f"{_WHO} || ' in ' || {_IN_SECTION}",
    MEMBERSHIP.code: f"{_WHO} || ' in ' || {_IN_UNIT}",
    PERSON_ATTRIBUTES.code: f"'attributes of ' || {_WHO}",
    VIEWING_PERMISSION.code: f"{_WHO_SEES} || ' sees ' || {_WHOSE_DATA}",
}


@dataclass(frozen=True, slots=True)
class Known:
    """An object as people know it. label: its name; blank when it has none.

    is_hidden: it lies beyond the reach of whoever looks, who learns no more than that there is another.
    """

    id: UUID
    noun: Noun
    external_id: str | None
    label: str
    is_deleted: bool = False
    is_hidden: bool = False

    @property
    def written(self) -> str:
        """How a file writes a reference to it: its external id, else its system id."""
        if self.is_hidden:
            return self.label
        return self.external_id or str(self.id)


def look_up(institution: int, wanted: Mapping[int, Collection[UUID]], reach: Reach) -> dict[UUID, Known]:
    """Find objects of several kinds by their system ids, in one statement; unknown ids are left out.

    wanted: system ids by the code of their noun. reach: what lies beyond is known as "another section", for
    a schedule in reach may have sections that are not.
    """
    asked = {code: list(set(ids)) for code, ids in wanted.items() if ids}
    if not asked:
        return {}
    parts = [_known(BY_CODE[code], reach) for code in asked]
    params: dict[str, Any] = {"institution": institution, "granted": reach.granted}
    params |= {f"ids_{code}": ids for code, ids in asked.items()}
    with connection.cursor() as cursor:
        cursor.execute(SQL("{} {}").format(reaching(reach), SQL(" UNION ALL ").join(parts)), params)
        rows = cursor.fetchall()
    return {
        id_: Known(id_, BY_CODE[code], external_id, label or "", is_deleted)
        if is_reached
        else Known(id_, BY_CODE[code], None, _another(BY_CODE[code]), is_hidden=True)
        for id_, code, external_id, label, is_deleted, is_reached in rows
    }


def _another(noun: Noun) -> str:
    return f"another {noun.name.replace('_', ' ')}"


def _known(noun: Noun, reach: Reach) -> Composable:
    return KNOWN.format(
        code=Literal(noun.code),
        external_id=SQL("o.external_id") if noun.has_external_id else SQL("NULL::text"),
        label=SQL(LABELS.get(noun.code, noun.label)),  # of our own declarations
        table=Identifier(noun.table),
        within=IN_SIGHT if noun is ORG_UNIT and not reach.is_whole else within(reach, noun),
        ids=SQL(f"ids_{noun.code}"),  # a number of ours
    )
