"""Institutions that begin with a roster: imported once, then copied in the database for whoever asks.

Eleven imports take a second, and some hundred tests begin with them. A copy is what those imports left: the roster, its
journal, the imports with their plans, jobs and files, under ids of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from edu_csv import tenancy
from imports.steps import record

# Ids carry their time (edu_csv/ids.py). A copy's lie this much before those of the copy before it: more than the
# imports took, so that no two copies share one, and all are older than what a test makes.
APART_MS = 60_000
MANY = 1_000_000
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

# Tables of an institution with the columns that can be written; those of partitions come with their parents. A number
# of the database's own is made anew.
TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
      FROM pg_class AS c
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attidentity = '' AND a.attgenerated = ''
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
       AND has_table_privilege(c.oid, 'INSERT')
     GROUP BY c.oid, c.relname
    HAVING 'institution_id' = ANY (array_agg(a.attname::text))
"""


@dataclass(frozen=True)
class Stock:
    """What a loaded institution has: its tables with their columns, their rows as JSON, its files' folder."""

    institution: int
    tables: dict[str, list[str]]
    rows: str
    version: int
    files: Path


_stocks: dict[str, Stock] = {}
_copies = 0


def copy_of(kind: str, load: Callable[[], int], into: int) -> None:
    """Fill the empty institution ``into`` with what ``load`` left in another one, whose id it gives."""
    global _copies  # one count for all kinds of a process
    if kind not in _stocks:
        # The test that comes first may ask for tables of its own import; what is copied has none.
        with patch.object(record, "OWN_TABLES_FROM", MANY):
            _stocks[kind] = _take(load())
    _copies += 1
    _put(_stocks[kind], into, _copies * APART_MS)


def _take(institution: int) -> Stock:
    with tenancy.use_institution(institution), connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables, rows = {}, {}
        for table, columns in cursor.fetchall():
            found = SQL("SELECT jsonb_agg(to_jsonb(t)) FROM {} AS t WHERE institution_id = %s").format(
                Identifier(table)
            )
            cursor.execute(found, [institution])
            [(said,)] = cursor.fetchall()
            if said:
                tables[table] = columns
                rows[table] = json.loads(said)
        cursor.execute("SELECT roster_version FROM access_institution WHERE id = %s", [institution])
        [(version,)] = cursor.fetchall()
    return Stock(institution, tables, json.dumps(rows), version, settings.FILES_DIR)


def _put(stock: Stock, institution: int, earlier: int) -> None:
    def own(found: re.Match[str]) -> str:
        return str(UUID(int=UUID(found[0]).int - (earlier << 80)))

    rows = json.loads(UUID7.sub(own, stock.rows))
    _number(rows)
    inserts, params = [], []
    for table, columns in stock.tables.items():
        for row in rows[table]:
            row["institution_id"] = institution
        names = SQL(", ").join(map(Identifier, columns))
        inserts.append(
            SQL("{} AS (INSERT INTO {} ({}) SELECT {} FROM jsonb_populate_recordset(NULL::{}, %s))").format(
                Identifier(f"in_{table}"), Identifier(table), names, names, Identifier(table)
            )
        )
        params.append(json.dumps(rows[table]))
    with tenancy.use_institution(institution), connection.cursor() as cursor:
        # One statement: what points to one another is looked at when all of it is there.
        cursor.execute(SQL("WITH {} SELECT 1").format(SQL(", ").join(inserts)), params)
        cursor.execute(
            "UPDATE access_institution SET roster_version = %s WHERE id = %s", [stock.version, institution]
        )
    for before, after in zip(json.loads(stock.rows)["imports_import"], rows["imports_import"], strict=True):
        file = settings.FILES_DIR / after["file_key"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.hardlink_to(stock.files / before["file_key"])


def _number(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Rooms have numbers of the whole database, by which their occurrences are kept apart; imports get theirs anew."""
    for row in rows["imports_import"]:
        row["number"] = 0
    rooms = rows.get("roster_room", [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('roster_room_number') FROM generate_series(1, %s)", [len(rooms)])
        numbers = {room["number"]: number for room, (number,) in zip(rooms, cursor.fetchall(), strict=True)}
    for row in rooms:
        row["number"] = numbers[row["number"]]
    for row in rows.get("roster_occurrence", []):
        row["room_number"] = numbers[row["room_number"]]
