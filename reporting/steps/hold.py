"""Hold: no month of events is made while a report looks at what there is.

Whoever makes a month moves its rows from one table to another. A snapshot, or a list of a table's months, from
before that finds them in neither. So a report first takes the weakest lock on all it reads: it waits until a month
that is being made is there, and the next one waits for it.
"""

from __future__ import annotations

import re

from django.db import connection
from psycopg.sql import SQL, Identifier

from reporting.reports.base import Report

HOLD = SQL("LOCK TABLE {tables} IN ACCESS SHARE MODE")
READ = re.compile(r"\b(?:FROM|JOIN) (activity_\w+)")


def hold(report: Report) -> None:
    """To be called in a transaction, before its first query."""
    tables = sorted(set(READ.findall(report.sql)))
    with connection.cursor() as cursor:
        # Months are locked with the table they belong to. This takes no snapshot.
        cursor.execute(HOLD.format(tables=SQL(", ").join(map(Identifier, tables))))
