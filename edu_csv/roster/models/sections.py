"""Sections: a taught group of an offering."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class Section(RosterObject):
    """``course_id`` and ``term_id`` are its offering's, kept here because keys and filters need them."""

    offering_id = models.UUIDField()
    course_id = models.UUIDField()
    term_id = models.UUIDField()
    name = models.TextField()
    name_folded = models.TextField()
    title = models.TextField(null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    instructor_id = models.UUIDField(null=True, blank=True)
    secondary_instructor_ids = ArrayField(models.UUIDField(), default=list)
    lms_course_ids = ArrayField(models.TextField(), default=list)
    # Its own part of the term, where files name one, and when it is taught (circlein 3).
    session = models.TextField(null=True, blank=True)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    # As given, when longer than an external id may be there: cut to 50 (d2l D-9).
    code_original = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "roster_section"

    def __str__(self) -> str:
        return self.name
