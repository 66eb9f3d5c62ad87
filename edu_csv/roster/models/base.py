"""What every object of the roster has."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from edu_csv.ids import uuid7


class RosterObject(models.Model):
    """An object of one institution, softly deleted, that knows what made it.

    References to other objects are plain UUID columns here: the database holds them by keys that
    carry the institution, ``(institution_id, course_id)``, which Django's ForeignKey cannot say.
    An absent value is NULL everywhere, never an empty text: sets are compared with IS DISTINCT FROM.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Held by the migration's own constraint, which is not deferred: Django's would queue an event for
    # each row until the commit.
    institution = models.ForeignKey(
        "access.Institution", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    external_id = models.TextField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, blank=True)
    # The job (jobs.Job) and spreadsheet row that made it; null when a person did.
    made_by_job = models.UUIDField(null=True, editable=False)
    made_by_row = models.IntegerField(null=True, editable=False)

    class Meta:
        abstract = True
