"""What an employer says of a person, as fields of the person's page (d2l 9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from edu_csv.front.roster import journal
from edu_csv.front.roster.journal import Setter
from edu_csv.roster.nouns import PERSON_ATTRIBUTES

OF_PERSON = """
    SELECT o.id, to_jsonb(o) FROM roster_person_attributes AS o
     WHERE o.institution_id = %(institution)s AND o.person_id = %(person)s AND o.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Attributes:
    """stored: the columns, as JSON has them; empty when nothing is said. setters: who set which since."""

    stored: Mapping[str, Any] = field(default_factory=dict)
    setters: Mapping[str, Setter] = field(default_factory=dict)

    @property
    def made_by(self) -> UUID | None:
        made_by = self.stored.get("made_by_job")
        return UUID(made_by) if made_by else None

    def fields(self) -> list[str]:
        """Those that say something, or did."""
        names = (name for name in PERSON_ATTRIBUTES.columns if name != "person_id")
        return [name for name in names if self.stored.get(name) or name in self.setters]


def of_person(institution: int, person: UUID) -> Attributes:
    """Two statements; one where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(OF_PERSON, {"institution": institution, "person": person})
        row = cursor.fetchone()
    if row is None:
        return Attributes()
    return Attributes(json.loads(row[1]), journal.setters(institution, PERSON_ATTRIBUTES, row[0]))
