"""What imports, exports, reports and undo share: one state machine, one queue, one lease."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import IntegerChoices, TextChoices
from django.utils import timezone

from edu_csv.ids import uuid7


class Kind(TextChoices):
    IMPORT = "import"
    UNDO = "undo"
    EXPORT = "export"
    REPORT = "report"
    # Results of an import that are too long to be made while somebody waits.
    RESULTS = "results"


class Queue(TextChoices):
    """Celery's queues. Work in ``imports`` writes the roster: one at a time for an institution, in the
    order received."""

    IMPORTS = "imports"
    EXPORTS = "exports"
    REPORTS = "reports"


QUEUE_OF = {
    Kind.IMPORT: Queue.IMPORTS,
    Kind.UNDO: Queue.IMPORTS,
    Kind.EXPORT: Queue.EXPORTS,
    Kind.REPORT: Queue.REPORTS,
    Kind.RESULTS: Queue.REPORTS,
}


class State(TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"  # for a person's approval
    ENDED = "ended"


class Status(TextChoices):
    """What the contract shows (rest-api.md sections 3 and 5); ``State`` is what the queue needs."""

    QUEUED = "queued"
    READING = "reading"
    CHECKING = "checking"
    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting_approval"
    APPLYING = "applying"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completed_with_errors"
    FAILED = "failed"
    CANCELLED = "cancelled"
    VOIDING = "voiding"
    VOIDED = "voided"
    RUNNING = "running"
    EXPIRED = "expired"
    # A report that no worker began in time (reporting-api.md 4.3).
    MISSING = "missing"


class Priority(IntegerChoices):
    """One worker slot is kept for small work, so that one big file never blocks a counter."""

    SMALL = 0
    LARGE = 1


class Job(models.Model):
    """One piece of background work.

    ``attempt`` rises with each claim. Whatever ends a job checks it in the same transaction as
    the work, so that a worker whose lease was taken away cannot commit.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    queue = models.CharField(max_length=10, choices=Queue.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.QUEUED)
    size_class = models.SmallIntegerField(choices=Priority.choices, default=Priority.SMALL)
    # Order of receipt; set by the database.
    received = models.BigIntegerField(editable=False, db_default=models.Value(0))
    # Raised by each claim and never lowered: it tells a worker that its lease was taken away.
    attempt = models.IntegerField(default=0)
    # How often a worker died over it.
    losses = models.IntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)

    phase = models.CharField(max_length=24, default="queued")
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    # The most that was told of the progress: it never falls, also when the work is begun again.
    shown_percentage = models.SmallIntegerField(default=0, editable=False)

    account = models.ForeignKey("access.Account", on_delete=models.SET_NULL, null=True, blank=True)
    client = models.ForeignKey("access.ApiClient", on_delete=models.SET_NULL, null=True, blank=True)
    # Their name at the time, which outlives them.
    submitted_by = models.TextField(default="")

    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    # Why it failed: {"code", "detail", "hint", …}; null otherwise.
    problem = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "jobs_job"
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["queue", "institution", "received"],
                name="job_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(fields=["institution"], name="job_running", condition=models.Q(state="running")),
            models.Index(fields=["institution", "kind", "-created_at"], name="job_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_ended(self) -> bool:
        return self.state == State.ENDED
