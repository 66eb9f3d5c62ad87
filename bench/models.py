"""Enrollments as an ordinary Django model, under the settings of bench/settings.py."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bench.plain import TABLE
from edu_csv.ids import uuid7
from edu_csv.roster.models import Person, Section


class PlainEnrollment(models.Model):
    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7)
    institution_id = models.BigIntegerField()
    # The indexes below begin with neither: these two would be a third and a fourth.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, db_index=False, related_name="+")
    role = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)
    made_by_job = models.UUIDField(null=True)
    made_by_row = models.IntegerField(null=True)

    class Meta:
        db_table = TABLE
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["institution_id", "section", "person"],
                condition=Q(deleted_at__isnull=True),
                name="bench_enrollment_once",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["institution_id", "person"],
                condition=Q(deleted_at__isnull=True),
                name="bench_enrollment_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
