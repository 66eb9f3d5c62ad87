"""Viewing permissions: a person, or all members of a group, may see the data of a group (csv data import 2.1)."""

from __future__ import annotations

from django.db import models

from edu_csv.roster.models.base import RosterObject


class ViewingPermission(RosterObject):
    """What a file said; nobody logs in by it, and no access of accounts follows from it."""

    # Who and what are its key (a generated column, ``key``).
    external_id = None
    # The code of the noun of who may see: a person or an org unit.
    grantee_type = models.SmallIntegerField()
    grantee_id = models.UUIDField()
    # The org unit whose data it is; null: of everyone in the institution.
    org_unit_id = models.UUIDField(null=True, blank=True)

    class Meta:
        db_table = "roster_viewing_permission"

    def __str__(self) -> str:
        return f"{self.grantee_id} sees {self.org_unit_id or 'everyone'}"
