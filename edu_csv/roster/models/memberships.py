"""Memberships: one person in one unit that is no section, in one role (D2L: enrollments in anything else)."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class Membership(RosterObject):
    """It holds for that unit only, not for units beneath (d2l 8, rule 4)."""

    # Person and unit are its key, as with enrollments.
    external_id = None
    person_id = models.UUIDField()
    # The code of the unit's noun: an org unit, a term, a course or an offering.
    unit_type = models.SmallIntegerField()
    unit_id = models.UUIDField()
    role = models.TextField()

    class Meta:
        db_table = "roster_membership"

    def __str__(self) -> str:
        return f"{self.person_id} in {self.unit_id}"
