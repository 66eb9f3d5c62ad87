"""The time that requests go by: one function, so that all of them see the same clock."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The time now; aware, UTC. Call it as ``clock.now()``."""
    return timezone.now()
