"""Statements and what is kept beside them, as the ORM sees them: for pages, never for sets.

The tables are made by migration 0002: partitioned by month of ``stored``, written by ``store`` alone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from edu_csv.activity.events import models as events


class Statement(models.Model):
    """One stored statement. It never changes: only ``terms`` grows, when what it refers to arrives.

    stored, seq: its place; all statements of one write have one ``stored``, and ``seq`` follows the file.
    timestamp: as sent, or ``stored`` (then ``has_timestamp`` is false). body: as sent, JSON without blanks.
    terms: ``xapi.terms_of`` and those of the authority, salted by institution; the first ``own_terms`` of them
    are its own, the others come from the statements that it refers to. job, row: the import that brought it.
    client: the credential that sent it.
    """

    pk = models.CompositePrimaryKey("stored", "seq")
    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT, db_constraint=False)
    stored = models.DateTimeField()
    seq = models.BigIntegerField()
    id = models.UUIDField()
    timestamp = models.DateTimeField()
    has_timestamp = models.BooleanField()
    is_voiding = models.BooleanField()
    refers_to = models.UUIDField(null=True)
    authority = models.ForeignKey("activity.Authority", on_delete=models.PROTECT, db_constraint=False)
    client_id = models.BigIntegerField(null=True)
    job_id = models.UUIDField(null=True)
    row = models.IntegerField(null=True)
    own_terms = models.IntegerField()
    terms = ArrayField(models.BigIntegerField())
    body = models.TextField()

    class Meta:
        db_table = "activity_statement"
        managed = False

    def __str__(self) -> str:
        return str(self.id)


class StatementKey(models.Model):
    """The id of a statement: unique per institution over all months, with what equality is asked of.

    stored is null while the statement is only referred to and has not come yet.
    """

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT, db_constraint=False)
    id = models.UUIDField()
    stored = models.DateTimeField(null=True)
    seq = models.BigIntegerField(null=True)
    timestamp = models.DateTimeField(null=True)
    is_voiding = models.BooleanField(default=False)
    fingerprint = models.BinaryField(null=True)

    class Meta:
        db_table = "activity_statement_key"
        managed = False

    def __str__(self) -> str:
        return str(self.id)


class Voiding(models.Model):
    """That a voiding statement names this target, which may not have come yet."""

    pk = models.CompositePrimaryKey("institution_id", "target")
    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT, db_constraint=False)
    target = models.UUIDField()
    voiding = models.UUIDField()

    class Meta:
        db_table = "activity_voiding"
        managed = False

    def __str__(self) -> str:
        return f"{self.target} by {self.voiding}"


class Authority(models.Model):
    """Who vouches for statements: an Agent as JSON text; ``key`` is the text's SHA-256."""

    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT)
    key = models.BinaryField()
    actor = models.TextField()

    class Meta:
        db_table = "activity_authority"
        # Not unique: two writers that bring a new one at once each make it, and neither waits for the other.
        indexes: ClassVar[list[Any]] = [models.Index(fields=["institution", "key"], name="authority_key")]

    def __str__(self) -> str:
        return self.actor


class Definition(models.Model):
    """A part of what is known of an activity, from the newest statement that says it (xapi.md A16).

    activity: its term. part: name or description, with a language each; or "rest", the definition without
    both. value: JSON text. stored, seq: the place of that statement; of several lines the last counts.
    """

    pk = models.CompositePrimaryKey("institution_id", "activity", "part", "language", "stored", "seq")
    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT, db_constraint=False)
    activity = models.BigIntegerField()
    part = models.TextField()
    language = models.TextField()
    value = models.TextField()
    stored = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "activity_definition"
        managed = False

    def __str__(self) -> str:
        return f"{self.part} {self.language} of {self.activity}"


# Django looks for the tables of an app in this module.
_EVENTS = events.ALL_ACTIVITY
