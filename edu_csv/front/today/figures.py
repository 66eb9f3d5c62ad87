"""The figures of Today: rows applied per day, why rows failed, how full the queue is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone
from psycopg.sql import SQL

from edu_csv.access.actors import Actor
from edu_csv.jobs.models import Job, State
from edu_csv.pages.contexts.parts import Cause, DayOfRows
from edu_csv.pages.words import counted, number
from imports.models import Import, Outcome
from imports.plans import table
from imports.services import visible_imports
from imports.views import names

DAYS = 14
CAUSE_DAYS = 7
CAUSES_SHOWN = 6
# Beyond these an import is one line of its own: Today must not read a million rows.
MOST_IMPORTS, MOST_ROWS = 30, 20_000
OUTCOMES = ("created", "updated", "deleted")

# Each failed row once, by the first thing wrong with it, so that the lines add up to the rows.
FIRST_CAUSES = SQL("""
    SELECT (SELECT told ->> 'code' FROM jsonb_array_elements(r.problems) AS told
             WHERE told ->> 'severity' = 'error' LIMIT 1) AS code, count(*)
      FROM {plan_row} AS r WHERE r.import_id = %(import)s AND r.outcome = %(failed)s GROUP BY 1
""")
SHARED_CAUSES = """
    SELECT (SELECT told ->> 'code' FROM jsonb_array_elements(r.problems) AS told
             WHERE told ->> 'severity' = 'error' LIMIT 1) AS code, count(*)
      FROM imports_plan_row AS r WHERE r.import_id = ANY (%(imports)s) AND r.outcome = %(failed)s GROUP BY 1
"""


def days_of(actor: Actor) -> list[DayOfRows]:
    """Rows applied on each of the last 14 days, oldest first; empty when there are none."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    sums: dict[str, Any] = {
        name: Coalesce(Sum(Cast(KT(f"counts__{name}"), BigIntegerField())), 0) for name in OUTCOMES
    }
    found = {
        day.pop("day"): day
        for day in visible_imports(actor)
        .filter(applied_at__gte=timezone.now() - timedelta(days=DAYS))
        .annotate(day=TruncDate("applied_at"))
        .order_by("day")
        .values("day")
        .annotate(**sums)
    }
    if not any(any(day.values()) for day in found.values()):
        return []
    days = []
    for offset in range(DAYS):
        day = first + timedelta(days=offset)
        label = "Today" if day == today else f"{day:%a} {day.day}"
        counts = found.get(day, dict.fromkeys(OUTCOMES, 0))
        days.append(
            DayOfRows(
                label=label, created=counts["created"], updated=counts["updated"], deleted=counts["deleted"]
            )
        )
    return days


def label_of(days: list[DayOfRows]) -> str:
    """The chart in words, for whoever cannot see it."""
    if not days:
        return ""
    highest = max(days, key=_rows)
    return f"Rows applied per day; the highest is {highest['label']} with {number(_rows(highest))}"


def _rows(day: DayOfRows) -> int:
    return day["created"] + day["updated"] + day["deleted"]


def causes_of(actor: Actor) -> tuple[list[Cause], int]:
    """Why rows failed within 7 days, most first, and how many rows that are."""
    since = timezone.now() - timedelta(days=CAUSE_DAYS)
    recent = visible_imports(actor).filter(job__finished_at__gte=since, counts__failed__gt=0)[:MOST_IMPORTS]
    found: dict[tuple[str, str], int] = {}
    shared = []
    for upload in recent:
        if not upload.has_own_tables:
            shared.append(upload.pk)
        elif upload.counts["failed"] > MOST_ROWS:
            # Not read row by row here; its own page tells the causes.
            _add(found, f"in {names.heading(upload)}", _failed_href(upload), upload.counts["failed"])
        else:
            for code, count in _first_causes(upload):
                _add(found, _word(code), "", count)
    for code, count in _shared_causes(shared):
        _add(found, _word(code), "", count)
    total = sum(found.values())
    ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:CAUSES_SHOWN]
    most = ranked[0][1] if ranked else 1
    return [
        {"label": label, "count": count, "share": max(1, count * 100 // most), "href": href}
        for (label, href), count in ranked
    ], total


def _add(found: dict[tuple[str, str], int], label: str, href: str, count: int) -> None:
    found[label, href] = found.get((label, href), 0) + count


def _word(code: str | None) -> str:
    return (code or "other").replace("_", " ")


def _failed_href(upload: Import) -> str:
    return f"{names.address(upload)}?outcome=failed"


def _first_causes(upload: Import) -> list[tuple[Any, ...]]:
    return table.fetch(upload, FIRST_CAUSES, {"failed": int(Outcome.FAILED)})


def _shared_causes(imports: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED_CAUSES, {"imports": imports, "failed": int(Outcome.FAILED)})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def queue_of(institution: int) -> str:
    """One line about the queue of this institution, and how long uploads are kept."""
    states = Job.objects.filter(institution_id=institution, state__in=(State.RUNNING, State.QUEUED))
    going = list(states.values_list("state", flat=True)[:1_000])
    running, waiting = going.count(State.RUNNING), going.count(State.QUEUED)
    kept = counted(settings.UPLOAD_RETENTION_DAYS, "day")
    return f"Queue: {number(running)} running, {number(waiting)} waiting. Uploads are kept {kept}."
