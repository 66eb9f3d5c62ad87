"""The rows of a file that went through a template again, each with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import BinaryIO

from edu_csv.tabular import write_rows
from imports import erasure
from imports.models import Import, Outcome
from imports.sentences.templated import joined
from imports.steps.report_rows import (
    ADDED,
    PlanRows,
    Told,
    in_order,
    kept_places,
    stored_problem,
    told_rows,
    written_row,
)
from imports.steps.templated import reading


def write(
    upload: Import, out: BinaryIO, *, only_failed: bool, progress: Callable[[int], None] = lambda rows: None
) -> int:
    """Write results.csv or failed.csv; returns the number of rows below the header. As ``report_rows.write``.

    A row's main object, where it has one, is in ``_object_id``; what it stored is found by the import and the row.
    """
    with (
        reading.open_upload(upload) as opened,
        closing(told_rows(upload, only_failed, found="")) as told,
    ):
        table = opened.table
        kept = kept_places(table.header)
        plan_rows = PlanRows(told)
        without_erased = erasure.emptied(upload)

        def rows() -> Iterator[Sequence[str]]:
            yield [*(table.header[place] for place in kept), *ADDED]
            read_so_far = 0
            for chunk in table.chunks():
                for number, cells in in_order(chunk):
                    said = plan_rows.at(number)
                    if only_failed and (said is None or said.outcome != Outcome.FAILED):
                        continue
                    if without_erased is not None:
                        cells = without_erased(cells)
                    yield written_row(cells, kept, len(table.header), _added(number, said))
                read_so_far += len(chunk.rows) + len(chunk.faults)
                progress(read_so_far)

        return write_rows(out, rows(), delimiter=table.delimiter) - 1


def _added(number: int, said: Told | None) -> list[str]:
    if said is None:
        return [str(number), Outcome.UNCHANGED.name.lower(), "", ""]
    words = joined(str(stored_problem(each)) for each in said.problems)
    return [str(number), said.outcome.name.lower(), str(said.object_id or ""), words]
