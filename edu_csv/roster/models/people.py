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
    # The one role at the level of the institution that D2L knows; it stands in ``roles`` too (d2l 7).
    org_role = models.TextField(null=True, blank=True)
    preferred_given_name = models.TextField(null=True, blank=True)
    preferred_family_name = models.TextField(null=True, blank=True)
    # What names are ordered by: "Avest" of "ter Avest".
    sort_family_name = models.TextField(null=True, blank=True)
    pronouns = models.TextField(null=True, blank=True)
    # Null: nobody has said.
    is_active = models.BooleanField(null=True, blank=True)
    # Other people of the roster; this person is the learner (d2l 7.2).
    parent_person_ids = ArrayField(models.UUIDField(), default=list, db_default=[])
    guardian_person_ids = ArrayField(models.UUIDField(), default=list, db_default=[])
    auditor_person_ids = ArrayField(models.UUIDField(), default=list, db_default=[])
    # A mark that a file set, never a grant: who administers is decided by hand (circlein 5).
    is_marked_administrator = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "roster_person"

    def __str__(self) -> str:
        return " ".join(filter(None, [self.given_name, self.family_name])) or str(self.id)
