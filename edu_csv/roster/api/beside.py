"""What is told with people that stands in tables of its own: personas, and whose data they may view themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL
from rest_framework import serializers

from edu_csv.access.policy import Reach
from edu_csv.roster.models.personas import PersonaKind
from edu_csv.roster.nouns import VIEWING_PERMISSION
from edu_csv.roster.reach import reaching, within

PERSONAS = """
    SELECT o.person_id, o.identifier, o.value, o.home_page FROM roster_persona AS o
     WHERE o.institution_id = %(institution)s AND o.person_id = ANY (%(people)s) AND o.deleted_at IS NULL
     ORDER BY o.person_id, o.key
"""
PERMISSIONS = SQL("""
    {reach}
    SELECT o.grantee_id, u.id, u.external_id FROM roster_viewing_permission AS o
      LEFT JOIN roster_org_unit AS u ON u.institution_id = o.institution_id AND u.id = o.org_unit_id
     WHERE o.institution_id = %(institution)s AND o.grantee_id = ANY (%(people)s) AND o.deleted_at IS NULL AND {within}
     ORDER BY o.grantee_id, u.external_id NULLS FIRST, u.id
""")


class PersonaShape(serializers.Serializer[Any]):
    """By what activity statements call a person. home_page: of accounts."""

    identifier = serializers.ChoiceField(PersonaKind.values)
    value = serializers.CharField()
    home_page = serializers.CharField(allow_null=True)


class MayViewShape(serializers.Serializer[Any]):
    """Whose data a person may view; both null: everyone's."""

    id = serializers.UUIDField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)


def fields() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    return {"personas": PersonaShape(many=True), "may_view": MayViewShape(many=True)}


def of_people(institution: int, reach: Reach, people: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """By person; two statements, however many people."""
    found: dict[UUID, dict[str, Any]] = {person: {"personas": [], "may_view": []} for person in people}
    if not found:
        return found
    params: dict[str, Any] = {"institution": institution, "people": list(people), "granted": reach.granted}
    with connection.cursor() as cursor:
        cursor.execute(PERSONAS, params)
        for person, identifier, value, home_page in cursor.fetchall():
            found[person]["personas"].append(
                {"identifier": identifier, "value": value, "home_page": home_page}
            )
        cursor.execute(
            PERMISSIONS.format(reach=reaching(reach), within=within(reach, VIEWING_PERMISSION)), params
        )
        for person, unit, external_id in cursor.fetchall():
            found[person]["may_view"].append({"id": str(unit) if unit else None, "external_id": external_id})
    return found
