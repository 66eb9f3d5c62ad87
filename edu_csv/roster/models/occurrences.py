"""Occurrences: what schedules come to in real time. Derived from the roster, never written by hand."""

from __future__ import annotations

from django.db import models


class Occurrence(models.Model):
    """One capture in one room, from ``starts_at`` until just before ``ends_at``.

    Two of one room never overlap; the migration's exclusion constraint promises it when a transaction
    ends. Past ones stay as they were; the future ones of a schedule are rewritten whenever something that
    they depend on changes (``edu_csv.roster.occurrences``).
    """

    pk = models.CompositePrimaryKey("schedule_id", "starts_at")
    institution = models.ForeignKey(
        "access.Institution", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    schedule_id = models.UUIDField()
    # Of the room: GiST has no operator class for uuid without an extension.
    room_number = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "roster_occurrence"

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.starts_at}"
