"""About how many rows an export would have: the objects it would look at, counted up to a limit."""

from __future__ import annotations

from django.db import connection
from psycopg.sql import SQL, Identifier, Literal

from edu_csv.roster.reach import reaching, within
from exports.steps.said import Asked
from exports.steps.select import Selection, declared, live

# Whoever exports more does not need the last figure.
MOST_COUNTED = 200_000

COUNT = SQL("""
    {reach} SELECT count(*) FROM (
        SELECT FROM {table} AS o {joins} WHERE {live} AND {reached} AND {filters} LIMIT {most}) AS counted
""")


OF_KIND = SQL("""
    (SELECT count(*) FROM (
        SELECT FROM {table} AS o {joins} WHERE {live} AND ({where}) AND {reached} AND {wanted} LIMIT {most}) AS counted)
""")


def about_sheet(asked: Asked) -> int | None:
    """The same of all kinds that stand in the files of a feed."""
    counts = [
        OF_KIND.format(
            table=Identifier(rows.noun.table),
            joins=declared(rows.joins),
            live=live(rows.noun),
            where=declared(rows.where),
            reached=asked.reached(rows),
            wanted=asked.wanted(rows),
            most=Literal(MOST_COUNTED + 1),
        )
        for rows in asked.written
    ]
    statement = SQL("{} SELECT {}").format(reaching(asked.reach), SQL(" + ").join(counts))
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.params)
        (found,) = cursor.fetchone()
    return int(found) if found <= MOST_COUNTED else None


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
