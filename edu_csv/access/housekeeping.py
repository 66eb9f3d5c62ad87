"""What of access is forgotten by night: tokens and answers past their time, sessions that ended."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from edu_csv.access import tokens
from edu_csv.access.models import Allowance, IdempotentRequest

# Past it a key is new anyway (edu_csv.access.api.idempotency).
ANSWERS_KEPT = timedelta(hours=24)


def purge(institution: int) -> int:
    """Forget what is past its time in one institution, which is entered already; how many rows."""
    now = timezone.now()
    forgotten = tokens.forget_old(institution, now)
    # All of it is back by then.
    Allowance.objects.filter(institution_id=institution, at__lt=now - timedelta(days=1)).delete()
    answers, _ = IdempotentRequest.objects.filter(
        institution_id=institution, created_at__lt=now - ANSWERS_KEPT
    ).delete()
    return forgotten + answers


def purge_sessions() -> None:
    """Of all institutions: a session belongs to a browser."""
    SessionStore.clear_expired()
