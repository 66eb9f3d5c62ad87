"""Write: the header of a report and its rows, as reporting-api.md 4.2 says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from edu_csv.copy_out import Out, copy_rows, packed
from reporting.reports.base import Column
from reporting.steps.hold import hold
from reporting.steps.select import Asked, Output, copying

__all__ = ["Out", "header_line", "packed", "write"]

# One snapshot for the whole file. One process: helpers would each take memory of their own, and other
# institutions' cores. The asset reports hash and sort eight times: see docs/decisions/reports.md.
SETTINGS = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL work_mem = '24MB';
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL jit = off
"""


def write(asked: Asked, output: Output, out: Out, progress: Callable[[int], None]) -> int:
    """Write the report to ``out``, unpacked; how many rows, the header not counted.

    In a transaction of its own: none may be open. progress: told the number of rows so far; what it raises
    ends the writing and goes through.
    """
    out.write(header_line(asked.report.columns, output.delimiter))
    statement, params = copying(asked, output)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(SETTINGS)
        hold(asked.report)
        return copy_rows(statement, params, out, progress)


def header_line(columns: Sequence[Column], delimiter: str) -> bytes:
    """The names, each in quotes; none of them has a quote in it."""
    return delimiter.join(f'"{column.header}"' for column in columns).encode() + b"\r\n"
