"""Organizations, departments and custom nodes: one directed graph without cycles."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class OrgUnit(RosterObject):
    # "organization", "department", or a type that an institution names itself.
    type = models.TextField()
    name = models.TextField()
    name_folded = models.TextField()
    # In the order given; a department of EchoVideo has one at most.
    parent_ids = ArrayField(models.UUIDField(), default=list)
    # As given, when longer than an external id may be there: cut to 50 (d2l D-9).
    code_original = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_org_unit"

    def __str__(self) -> str:
        return self.name
