"""Months: what happened lies in a table for each month, so a file of events is held against its own months only.

A month's table is made before anything of the file is planned, on a connection of its own: making it locks out
whoever reads the default table, and an import lasts.
"""

from __future__ import annotations

import logging
from datetime import datetime

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.jobs.lease import direct_connection
from imports.steps.workspace import Workspace

log = logging.getLogger(__name__)

# One pass: one slip in a year may not make all months between.
SPAN = SQL("""
    SELECT min(of_month.first), max(of_month.last), array_agg(of_month.month)
      FROM (SELECT date_trunc('month', {at} AT TIME ZONE 'UTC')::date AS month, min({at}) AS first, max({at}) AS last
              FROM stage GROUP BY 1) AS of_month
""")
ADD_MONTHS = "SELECT activity_add_event_months(m.month, m.month, %s) FROM unnest(%s::date[]) AS m (month)"


def prepare(space: Workspace) -> None:
    """Note from when to when the staged rows lie, and make the months that they lie in. Of other files nothing."""
    at = next((c for c in space.columns if c.field and c.field == space.fmt.target.time), None)
    if at is None:
        return
    [(first, last, months)] = space.fetch(SPAN.format(at=Identifier(f"v_{at.name}")))
    if first is None:
        return
    space.span = (first, last)
    try:
        with direct_connection(space.institution) as connection:
            connection.execute(ADD_MONTHS, [space.fmt.target.table, months])
    except psycopg.OperationalError:
        # The default table takes them meanwhile; who makes the month later moves them there.
        log.warning("no months were made for %s", space.job, exc_info=True)


def in_span(space: Workspace, alias: str = "o") -> Composable:
    """Over an object of the target's table: whether a row of this file may be about it, by its time alone.

    Constants, so that other months are not even opened.
    """
    if space.span is None or space.fmt.target.time is None:
        return SQL("TRUE")
    return SQL("{}.{} BETWEEN {} AND {}").format(
        Identifier(alias), Identifier(space.fmt.target.time), *map(_literal, space.span)
    )


def _literal(at: datetime) -> Composable:
    return SQL("{}::timestamptz").format(Literal(at.isoformat()))
