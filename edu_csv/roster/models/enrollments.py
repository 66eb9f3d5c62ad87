"""Enrollments: one person in one section, in one role."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class Enrollment(RosterObject):
    # An enrollment has no id of its own in any family: person and section are its key.
    external_id = None
    person_id = models.UUIDField()
    section_id = models.UUIDField()
    role = models.TextField()

    class Meta:
        db_table = "roster_enrollment"

    def __str__(self) -> str:
        return f"{self.person_id} in {self.section_id}"
