"""What becomes of a row."""

from __future__ import annotations

from django.db import models


class Outcome(models.IntegerChoices):
    """In the order in which pages and counts list them (ui.md section 3)."""

    CREATED = 1
    UPDATED = 2
    DELETED = 3
    HELD = 4
    FAILED = 5
    SUPERSEDED = 6
    UNCHANGED = 7
