"""One object of each kind of activity, by the declarations of the nouns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL, Identifier, Literal

from edu_csv.roster.nouns import ACTIVITY_ORDER, PERSON, POINTS_TO, SECTION, Noun
from tests.imports.harness import Tenant

AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
VALUES: dict[str, Any] = {"text": "text", "timestamptz": AT, "integer": 3, "boolean": False}
# Those whose text the database limits.
SAID = {"action": "set", "content": '[{"id":"a","text":"Basalt"}]', "anchor": '{"type":"slide"}'}


def values_of(noun: Noun, known: Mapping[str, UUID]) -> dict[str, Any]:
    """A row of this noun. known: {name of a noun: system id}; what is not known is absent."""
    return {
        name: (known.get(POINTS_TO[name].name) if name in POINTS_TO else SAID.get(name, VALUES[kind]))
        for name, kind in noun.columns.items()
        if kind == "uuid" or name != "external_id"
    }


def insert(tenant: Tenant, noun: Noun, values: Mapping[str, Any], *, institution: int | None = None) -> UUID:
    """Write one row; its id."""
    made = uuid4()
    row = {"id": made, "institution_id": institution or tenant.pk, **values}
    tenant.query(
        SQL("INSERT INTO {} ({}) VALUES ({})").format(
            Identifier(noun.table),
            SQL(", ").join(map(Identifier, row)),
            SQL(", ").join(map(Literal, row.values())),
        )
    )
    return made


def one_of_each(tenant: Tenant) -> dict[str, UUID]:
    """{name of the noun: system id} of one object of each kind of activity, and of a person and a section.

    The institution has the roster of ``rosters.fill_roster``.
    """
    [(section,)] = tenant.query("SELECT id FROM roster_section ORDER BY external_id LIMIT 1")
    [(person,)] = tenant.query("SELECT id FROM roster_person ORDER BY external_id LIMIT 1")
    known = {SECTION.name: section, PERSON.name: person}
    for noun in ACTIVITY_ORDER:
        known[noun.name] = insert(tenant, noun, values_of(noun, known))
    return known


def delete(tenant: Tenant, noun: Noun, object_id: UUID) -> None:
    """Softly, as everything is deleted."""
    tenant.query(
        SQL("UPDATE {} SET deleted_at = now() WHERE id = %s").format(Identifier(noun.table)), object_id
    )
