"""Which seeds an institution has, whether it has activity of its own, and how a seed goes again.

The audit log says which seeds there were; their ids say which rows are theirs. Invented rows count in reports like
all others, so they are not mixed with what people did unless somebody wants just that.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from edu_csv.access.models import AuditEvent, Institution
from edu_csv.access.services import audit
from edu_csv.activity.events.seeding.space import NotPossible, seed_source
from edu_csv.ids import object_id
from edu_csv.roster import activity_nouns as nouns
from edu_csv.roster.lock import lock_roster, raise_version
from edu_csv.roster.noun import Noun

SEEDED, REMOVED = "activity.seeded", "activity.seed_removed"
# Rows that one UPDATE ends: what its trigger keeps of them stays small.
SLICE = 1_000_000
# All activity begins with one of these.
BEGINNINGS = (nouns.VIDEO, nouns.PRESENTATION, nouns.QUESTION)

OF_ITS_OWN = SQL("""
    SELECT EXISTS (SELECT FROM {table} AS o
                    WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
                      AND NOT EXISTS (SELECT FROM unnest(%(lows)s::uuid[], %(highs)s::uuid[]) AS seed (low, high)
                                       WHERE o.id BETWEEN seed.low AND seed.high))
""")
LAST = SQL("""
    SELECT id FROM {table} WHERE institution_id = %(institution)s AND id BETWEEN %(low)s AND %(high)s ORDER BY id DESC LIMIT 1
""")
END = SQL("""
    UPDATE {table} SET deleted_at = now(), updated_at = now()
     WHERE institution_id = %(institution)s AND deleted_at IS NULL AND id BETWEEN %(low)s AND %(high)s
""")


def note(institution: int, seed: int, rows: int) -> None:
    """Say in the audit log that this seed is there."""
    audit(institution, SEEDED, f"seed {seed}", seed=seed, rows=rows)


def refuse_real(institution: int) -> None:
    """Raises NotPossible when there is activity that no seed made."""
    seeds = AuditEvent.objects.filter(institution_id=institution, verb=SEEDED).values_list(
        "detail", flat=True
    )
    sources = [seed_source(institution, detail["seed"]) for detail in seeds]
    with connection.cursor() as cursor:
        for noun in BEGINNINGS:
            ranges = [_range(source, noun) for source in sources]
            cursor.execute(
                OF_ITS_OWN.format(table=Identifier(noun.table)),
                {
                    "institution": institution,
                    "lows": [low for low, _ in ranges],
                    "highs": [high for _, high in ranges],
                },
            )
            if cursor.fetchone()[0]:
                raise NotPossible(
                    f"The institution “{_slug(institution)}” has {noun.many} of its own, and invented activity would"
                    " count in its reports beside them. Take an institution without; or say --beside-real, and"
                    " --remove when it is to go again."
                )


def remove(institution: int, seed: int) -> dict[str, int]:
    """End all rows of a seed: {noun: how many}. What people did with them since stays. Raises NotPossible."""
    source = seed_source(institution, seed)
    gone: dict[str, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        lock_roster(institution)
        for noun in reversed(nouns.WRITE_ORDER):
            gone[noun.name] = _end(cursor, institution, source, noun)
        if not any(gone.values()):
            raise NotPossible(f"The institution “{_slug(institution)}” has no activity of seed {seed}.")
        raise_version(institution)
        audit(institution, REMOVED, f"seed {seed}", seed=seed, rows=sum(gone.values()))
    return {noun.name: gone[noun.name] for noun in sorted(nouns.WRITE_ORDER, key=lambda noun: noun.code)}


def _end(cursor: Any, institution: int, source: UUID, noun: Noun) -> int:
    low, high = _range(source, noun)
    table = Identifier(noun.table)
    params: dict[str, Any] = {"institution": institution, "low": low, "high": high}
    cursor.execute(LAST.format(table=table), params)
    last = cursor.fetchone()
    ended = 0
    for first in range(0, int(last[0].hex[-8:], 16) + 1, SLICE) if last else ():
        params |= {
            "low": object_id(source, noun.code, first),
            "high": object_id(source, noun.code, first + SLICE - 1),
        }
        cursor.execute(END.format(table=table), params)
        ended += cursor.rowcount
    return ended


def _range(source: UUID, noun: Noun) -> tuple[UUID, UUID]:
    return object_id(source, noun.code, 0), object_id(source, noun.code, 0xFFFF_FFFF)


def _slug(institution: int) -> str:
    return Institution.objects.get(pk=institution).slug
