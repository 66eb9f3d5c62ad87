"""Reading what stands in the address of a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.request import Request

from edu_csv.access.api.problems import bad_field

PAGING = ("limit", "cursor")


def only_known(request: Request, names: Iterable[str]) -> None:
    """Raises Refusal 400 for a parameter that a list does not have.

    A misspelt filter that is passed over answers with everything, and looks like an answer.
    """
    known = [*names, *PAGING]
    for name in request.query_params:
        if name not in known:
            may = ", ".join(f"`{each}`" for each in known)
            raise bad_field(
                name, "unknown_parameter", f"There is no parameter `{name[:40]}` here. Use {may}."
            )


def moment(field: str, text: str) -> datetime:
    """A moment, ISO 8601; without an offset, or a date alone, in UTC. Raises Refusal 400."""
    try:
        # A plus sign in an address is a blank by the time it gets here.
        found = parse_datetime(text.strip().replace(" ", "+") if "T" in text else text.strip())
        if found is None and (day := parse_date(text.strip())):
            found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        found = None
    if found is None:
        raise bad_field(field, "bad_date", f"Expected a moment like 2026-09-01T08:30:00Z, got `{text[:40]}`.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
