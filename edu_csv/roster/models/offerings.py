"""Offerings: what sections hang on, with one or more courses and terms."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.db.models.fields.generated import GeneratedField

from edu_csv.roster.models.base import RosterObject
from edu_csv.roster.models.local_time import LocalDateTimeField


class Offering(RosterObject):
    """Courses and terms in order; the first of each is *its* course and term.

    ``is_implicit``: made with the first section of a course and term, gone with the last.
    """

    name = models.TextField(null=True, blank=True)
    course_ids = ArrayField(models.UUIDField(), default=list)
    term_ids = ArrayField(models.UUIDField(), default=list)
    is_implicit = models.BooleanField(default=False)
    # Org units beside what its courses belong to.
    parent_ids = ArrayField(models.UUIDField(), default=list, db_default=[])
    start_at = LocalDateTimeField(null=True, blank=True)
    end_at = LocalDateTimeField(null=True, blank=True)
    # Null: nobody has said.
    is_active = models.BooleanField(null=True, blank=True)
    discover = models.BooleanField(null=True, blank=True)
    # As given, when longer than an external id may be there: cut to 50 (d2l D-9).
    code_original = models.TextField(null=True, blank=True)
    course_id = GeneratedField(
        expression=F("course_ids__0"),  # type: ignore[arg-type]  # the stubs know no plain F here
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )
    term_id = GeneratedField(
        expression=F("term_ids__0"),  # type: ignore[arg-type]
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )

    class Meta:
        db_table = "roster_offering"

    def __str__(self) -> str:
        return self.external_id or str(self.id)
