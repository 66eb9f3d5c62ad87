"""Courses: what is taught, in whatever term (D2L: course templates)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class Course(RosterObject):
    """``department_id`` is its first department, ``organization_id`` its first unit of type organization.

    All others that it belongs to, departments and units of other types, stand in ``parent_ids``: who corrects
    its department keeps them.
    """

    code = models.TextField()
    code_folded = models.TextField()
    name = models.TextField()
    organization_id = models.UUIDField(null=True, blank=True)
    department_id = models.UUIDField(null=True, blank=True)
    parent_ids = ArrayField(models.UUIDField(), default=list, db_default=[])
    # As given, when longer than an external id may be there: cut to 50 (d2l D-9).
    code_original = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_course"

    def __str__(self) -> str:
        return self.name
