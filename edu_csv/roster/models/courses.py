"""Courses: what is taught, in whatever term (D2L: course templates)."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class Course(RosterObject):
    code = models.TextField()
    code_folded = models.TextField()
    name = models.TextField()
    organization_id = models.UUIDField(null=True, blank=True)
    department_id = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "roster_course"

    def __str__(self) -> str:
        return self.name
