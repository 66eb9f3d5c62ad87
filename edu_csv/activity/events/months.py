"""The months that events lie in: made before they come, a table at a time.

Making one locks the default table of its kind until the transaction ends, and a report of all time reads several of
these: so each table has a transaction of its own, and nobody waits for anybody in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from edu_csv.roster.activity_nouns import EVENTS

TABLES = tuple(noun.table for noun in EVENTS)
ADD = "SELECT activity_add_event_months(%s, %s, %s)"
WAITING = "SELECT event_table, month FROM activity_waiting_months()"


def add_event_months(first: date, last: date, tables: Sequence[str] = TABLES) -> bool:
    """Have the months of these days ready; not within a transaction of the caller's that writes.

    False when one could not be made because somebody reads what it would lock: its events lie in the default table,
    where everybody finds them, until the next call. Years that only a mistyped date means count as ready.
    """
    is_ready = True
    for table in tables:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ADD, [first, last, table])
            is_ready &= cursor.fetchone()[0]
    return is_ready


def add_waiting_months() -> None:
    """Make the months whose events came before them and wait in a default table."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = cursor.fetchall()
    for table, month in waiting:
        add_event_months(month, month, [table])
