"""What an employer says of a person (D2L: attributes of the Manager Dashboard and Learning Groups, d2l 9)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class PersonAttributes(RosterObject):
    """One of each person at most."""

    external_id = None
    person_id = models.UUIDField()
    company_employee_id = models.TextField(null=True, blank=True)
    company_name = models.TextField(null=True, blank=True)
    departments = ArrayField(models.TextField(), default=list, db_default=[])
    divisions = ArrayField(models.TextField(), default=list, db_default=[])
    # A job title.
    employee_role = models.TextField(null=True, blank=True)
    hired_date = models.DateField(null=True, blank=True)
    locations = ArrayField(models.TextField(), default=list, db_default=[])
    # Another person.
    manager_id = models.UUIDField(null=True, blank=True)
    regions = ArrayField(models.TextField(), default=list, db_default=[])
    role_category = models.TextField(null=True, blank=True)
    team = models.TextField(null=True, blank=True)
    # Org units, terms, courses, offerings and sections alike.
    affiliated_units = ArrayField(models.UUIDField(), default=list, db_default=[])

    class Meta:
        db_table = "roster_person_attributes"
        verbose_name_plural = "person attributes"

    def __str__(self) -> str:
        return f"attributes of {self.person_id}"
