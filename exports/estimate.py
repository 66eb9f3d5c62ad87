"""About how many rows an export would have: the objects it would look at, counted up to a limit."""

from __future__ import annotations

from django.db import connection
from psycopg.sql import SQL, Identifier, Literal

from edu_csv.roster.reach import reaching, within
from exports.steps.select import Selection, declared, live

# Whoever exports more does not need the last figure.
MOST_COUNTED = 200_000

COUNT = SQL("""
    {reach} SELECT count(*) FROM (
        SELECT FROM {table} AS o {joins} WHERE {live} AND {reached} AND {filters} LIMIT {most}) AS counted
""")


def about(selection: Selection) -> int | None:
    """How many objects are selected, before those that the format cannot express; None beyond MOST_COUNTED."""
    fmt, noun = selection.fmt, selection.fmt.target
    wanted = [declared(fmt.export_filters[name][0]) for name in selection.filters]
    statement = COUNT.format(
        reach=reaching(selection.reach),
        table=Identifier(noun.table),
        joins=declared(fmt.export_joins),
        live=live(noun),
        reached=within(selection.reach, noun),
        filters=SQL(" AND ").join(wanted) if wanted else SQL("TRUE"),
        most=Literal(MOST_COUNTED + 1),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, selection.params)
        (found,) = cursor.fetchone()
    return int(found) if found <= MOST_COUNTED else None
