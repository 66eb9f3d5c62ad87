"""The table that plain migrations would make for enrollments, and rows copied into it bare.

It has what the product's table has, a primary key and the two indexes, and an ordinary foreign key
for each of the two references; no row-level security, and no foreign key to the institution.
``python -m bench.plain`` makes it, as the owner.
"""

from __future__ import annotations

import time
from pathlib import Path

import django
import psycopg
from psycopg.sql import SQL, Composable, Identifier

from bench.measure import cpu_seconds
from bench.runs import Run

TABLE = "bench_enrollment"
# Resolved rows, in the order of the file, their ids ascending.
COLUMNS = (
    "id", "institution_id", "person_id", "section_id", "role", "created_at", "updated_at", "deleted_at",
    "made_by_job", "made_by_row",
)  # fmt: skip
BLOCK_BYTES = 1 << 18


def _columns() -> Composable:
    return SQL(", ").join(map(Identifier, COLUMNS))


def keep_rows(address: str, file: Path) -> None:
    """Write the enrollments of a database to a file, as binary COPY takes them."""
    statement = SQL("COPY (SELECT {} FROM roster_enrollment WHERE {} ORDER BY id) TO STDOUT (FORMAT binary)")
    # What the sections file brought is not in the enrollments file.
    largest = SQL(
        "made_by_job = (SELECT made_by_job FROM roster_enrollment"
        " GROUP BY made_by_job ORDER BY count(*) DESC LIMIT 1)"
    )
    with (
        psycopg.connect(address) as connection,
        connection.cursor() as cursor,
        file.open("wb") as out,
        cursor.copy(statement.format(_columns(), largest)) as copy,
    ):
        for block in copy:
            out.write(block)


def copy_rows(address: str, file: Path) -> Run:
    """Copy such a file into the plain table, and commit."""
    statement = SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(Identifier(TABLE), _columns())
    with psycopg.connect(address) as connection:
        backend = connection.info.backend_pid
        connection.commit()
        begun, client, server = time.perf_counter(), time.process_time(), cpu_seconds(backend)
        with file.open("rb") as rows, connection.cursor() as cursor, cursor.copy(statement) as copy:
            while block := rows.read(BLOCK_BYTES):
                copy.write(block)
        connection.commit()
        return Run(
            seconds=time.perf_counter() - begun,
            client_cpu=time.process_time() - client,
            server_cpu=cpu_seconds(backend) - server,
        )


def make_table() -> None:
    """Let Django make the table of an ordinary model, as a migration would."""
    django.setup()
    from django.db import connection

    from bench.models import PlainEnrollment

    with connection.schema_editor() as editor:
        editor.create_model(PlainEnrollment)


if __name__ == "__main__":
    make_table()
