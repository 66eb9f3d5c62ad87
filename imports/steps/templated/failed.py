"""What the listing of the CSV Data Import API tells of failed rows: one text for each (csv data import 3.1, 4.4)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from edu_csv.jobs.models import Status
from imports.erasure import PLACEHOLDER
from imports.models import Import
from imports.sentences.templated import joined
from imports.steps.report_rows import stored_problem, told_rows

# The header's row: what is wrong with the whole file stands there (csv data import 1.2).
WHOLE_FILE = 1


def failed_rows(upload: Import) -> Generator[tuple[int, str]]:
    """(row, what it is told) of each failed row in order, streamed inside a transaction.

    Of a file that failed whole only row 1, with the reason.
    """
    if upload.job.status == Status.FAILED and not upload.counts.get("rows"):
        yield WHOLE_FILE, str((upload.job.problem or {}).get("detail", "This file was not imported."))
        return
    if not upload.counts.get("failed"):
        return
    with closing(told_rows(upload, only_failed=True, found="")) as rows:
        for told in rows:
            errors = (stored_problem(each) for each in told.problems if each["severity"] == "error")
            # Of somebody who was erased not even the words are left.
            yield told.row, joined(map(str, errors)) or PLACEHOLDER
