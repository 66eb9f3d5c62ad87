"""Who is told that a report is ready: addresses with a secret, and each notice with its tries."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from edu_csv.ids import uuid7
from reporting.models.requests import ReportRequest
from reporting.models.schedules import ReportSchedule, ScheduleRun


class Webhook(models.Model):
    """An address on the web that is told of reports. Its secret is reckoned from ``seed`` (reporting.telling.keys)."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    url = models.TextField()
    seed = models.CharField(max_length=64)
    secret_sha256 = models.CharField(max_length=64)
    # When the secret was made that holds now.
    secret_at = models.DateTimeField(default=timezone.now)
    account = models.ForeignKey("access.Account", on_delete=models.SET_NULL, null=True, related_name="+")
    client = models.ForeignKey("access.ApiClient", on_delete=models.SET_NULL, null=True, related_name="+")
    made_by = models.TextField(default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "reporting_webhook"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "url"], name="webhook_once")
        ]

    def __str__(self) -> str:
        return self.url


class Kind(TextChoices):
    MAIL = "mail"
    WEBHOOK = "webhook"


class State(TextChoices):
    WAITING = "waiting"
    TAKEN = "taken"
    GIVEN_UP = "given_up"


class Delivery(models.Model):
    """One notice to one address. Its id goes along, so that whoever gets it twice can tell.

    Of exactly one: a request, a run of a schedule (mail), or a schedule that pauses itself (mail).
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.TextField()
    request = models.ForeignKey(ReportRequest, on_delete=models.CASCADE, null=True, related_name="deliveries")
    run = models.ForeignKey(ScheduleRun, on_delete=models.CASCADE, null=True, related_name="deliveries")
    schedule = models.ForeignKey(
        ReportSchedule, on_delete=models.CASCADE, null=True, related_name="deliveries"
    )
    # Of a webhook: what is sent, byte for byte the same each time.
    body = models.TextField(blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Raised by each try; whoever notes what came of one checks it.
    attempt = models.IntegerField(default=0)
    # What came of each: {"at", "status" (of HTTP, or null), "why" (blank: taken), "ms"}.
    tries = models.JSONField(default=list)
    created_at = models.DateTimeField()
    # It is tried for so long from here on: since it was made, or sent again by hand.
    tried_from = models.DateTimeField()
    next_at = models.DateTimeField()
    # Whoever tries it has it to themselves until then.
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reporting_delivery"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="delivery_of_one",
                condition=Q(request__isnull=False, run__isnull=True, schedule__isnull=True)
                | Q(request__isnull=True, run__isnull=False, schedule__isnull=True)
                | Q(request__isnull=True, run__isnull=True, schedule__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["request", "address"], name="request_told_once", condition=Q(request__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["run", "address"], name="run_told_once", condition=Q(run__isnull=False)
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["institution", "-created_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"
