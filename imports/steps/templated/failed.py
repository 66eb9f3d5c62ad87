"""What the listing of the CSV Data Import API tells of failed rows: one text for each (csv data import 3.1, 4.4)."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

from psycopg.sql import SQL

from edu_csv.jobs.models import Status
from imports.erasure import PLACEHOLDER
from imports.models import Import, Outcome
from imports.sentences.templated import joined
from imports.steps.report_rows import ROWS_AT_ONCE, stored_problem, told_rows
from imports.steps.workspace import raw_connection

# The header's row: what is wrong with the whole file stands there (csv data import 1.2).
WHOLE_FILE = 1
# Of imports whose plans are in the shared table, the newest first.
FAILED = SQL("""
    SELECT import_id, row, problems FROM imports_plan_row
     WHERE import_id = ANY(%(imports)s) AND outcome = {failed} ORDER BY import_id DESC, row
""").format(failed=SQL(str(int(Outcome.FAILED))))


def failed_rows_of(imports: Sequence[UUID]) -> Generator[tuple[UUID, tuple[int, str]]]:
    """(import, (row, what it is told)) for imports without tables of their own, streamed inside a transaction."""
    with raw_connection().cursor(name="failed_rows") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(FAILED, {"imports": list(imports)})
        for import_id, row, problems in cursor:
            yield import_id, (row, _told(json.loads(problems) if problems else ()))


def fails_whole(upload: Import) -> bool:
    """Whether nothing came of a file for a reason that is no row's: refused, or crashed even after its plan was made.

    With "all or nothing" it is the rows' own faults that say why.
    """
    return upload.job.status == Status.FAILED and (upload.job.problem or {}).get("code") != "aborted"


def failed_rows(upload: Import) -> Generator[tuple[int, str]]:
    """(row, what it is told) of each failed row in order, streamed inside a transaction.

    Of a file that failed whole only row 1, with the reason.
    """
    if fails_whole(upload):
        yield WHOLE_FILE, str((upload.job.problem or {}).get("detail", "This file was not imported."))
        return
    if not upload.counts.get("failed"):
        return
    with closing(told_rows(upload, only_failed=True, found="")) as rows:
        for told in rows:
            yield told.row, _told(told.problems)


def _told(problems: Iterable[dict[str, Any]]) -> str:
    errors = (stored_problem(each) for each in problems if each["severity"] == "error")
    # Of somebody who was erased not even the words are left.
    return joined(map(str, errors)) or PLACEHOLDER
