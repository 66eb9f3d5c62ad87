"""A local date and time that nobody has given a zone (D2L: when an offering begins and ends)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


class LocalDateTimeField(models.Field):  # type: ignore[type-arg]  # no subscript at run time
    """``timestamp without time zone``: kept as given; a zone is applied when it is used (design section 4).

    Django's own field turns every moment into one with a zone.
    """

    description = "A local date and time"

    def db_type(self, connection: Any) -> str:
        return "timestamp without time zone"

    def to_python(self, value: Any) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
