"""People: those the roster is about. Nobody logs in as one; that is an account."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.roster.models.base import RosterObject


class Person(RosterObject):
    given_name = models.TextField(null=True, blank=True)
    family_name = models.TextField(null=True, blank=True)
    email = models.TextField(null=True, blank=True)
    email_folded = models.TextField(null=True, blank=True)
    username = models.TextField(null=True, blank=True)
    username_folded = models.TextField(null=True, blank=True)
    sso_id = models.TextField(null=True, blank=True)
    # Of roles.PersonRole, in the order of that list.
    roles = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "roster_person"

    def __str__(self) -> str:
        return " ".join(filter(None, [self.given_name, self.family_name])) or str(self.id)
