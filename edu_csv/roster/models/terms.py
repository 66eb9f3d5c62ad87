"""Terms: when teaching happens (D2L: semesters, which have no dates)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class Term(RosterObject):
    name = models.TextField()
    name_folded = models.TextField()
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    exclusion_dates = ArrayField(models.DateField(), default=list)
    # Org units.
    parent_ids = ArrayField(models.UUIDField(), default=list)
    # As given, when longer than an external id may be there: cut to 50 (d2l D-9).
    code_original = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_term"

    def __str__(self) -> str:
        return self.name
