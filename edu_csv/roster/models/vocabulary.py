"""Words of an institution: types of its org units, and names that its files give to roles."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from edu_csv.roster.roles import PersonRole


class OrgUnitType(models.Model):
    """A type of org units besides department and organization. name: lower case, as files write it (d2l 6.1)."""

    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE, db_index=False)
    name = models.TextField()
    # "Job roles" of "job role"; blank: the name and an s.
    plural_name = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    # The import whose groups brought it; null: somebody added it.
    made_by_job = models.UUIDField(null=True, editable=False)

    class Meta:
        db_table = "roster_org_unit_type"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["institution", "name"], name="roster_org_unit_type_once")
        ]

    def __str__(self) -> str:
        return self.name


class RoleName(models.Model):
    """What files call a role. name: compared letter for letter (d2l 7.3)."""

    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE, db_index=False)
    name = models.TextField()
    role = models.TextField(choices=PersonRole.choices)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "roster_role_name"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["institution", "name"], name="roster_role_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.role}"
