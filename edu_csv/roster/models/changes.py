"""The journal: each update, deletion, revival and cascade, with its cause."""

from __future__ import annotations

from django.db import models
from django.db.models import IntegerChoices


class Operation(IntegerChoices):
    """What happened to an object; also the vocabulary of a plan's changes."""

    CREATED = 1
    UPDATED = 2
    DELETED = 3
    REVIVED = 4


class Change(models.Model):
    """One change of one object. The table is partitioned by month of ``at``; see the migration.

    before, after: only the fields that changed, by column name, as JSON ({} for a deletion's after).
    cause: a job and its row, or an account; ``is_effect`` when a row about another object caused it.
    undone_by: the undo job that took it back, so that it counts as no later change any more.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    institution = models.ForeignKey("access.Institution", on_delete=models.PROTECT, db_constraint=False)
    object_type = models.SmallIntegerField()
    object_id = models.UUIDField()
    operation = models.SmallIntegerField(choices=Operation.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    row = models.IntegerField(null=True)
    is_effect = models.BooleanField(default=False)
    account_id = models.BigIntegerField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        db_table = "roster_change"
        managed = False

    def __str__(self) -> str:
        return f"{self.get_operation_display()} {self.object_id}"
