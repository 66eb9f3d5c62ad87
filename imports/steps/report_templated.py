"""The rows of a file that went through a template again, each with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import BinaryIO
from uuid import UUID

from edu_csv.activity import queries
from edu_csv.templating import Renderer, RowFault
from imports.models import Import, Outcome
from imports.plans.made import known_statement
from imports.sentences.templated import joined, surplus
from imports.steps.report_rows import Told, stored_problem, told_rows, write_table
from imports.steps.templated import reading


def write(
    upload: Import, out: BinaryIO, *, only_failed: bool, progress: Callable[[int], None] = lambda rows: None
) -> int:
    """Write results.csv or failed.csv; returns the number of rows below the header. As ``report_rows.write``.

    In ``_object_id`` is a row's main object, else the first statement that it stored; of a row that changes nothing the
    statement that is there already.
    """
    with (
        reading.open_upload(upload) as opened,
        closing(told_rows(upload, only_failed, found="")) as told,
        closing(queries.first_of_rows(upload.institution_id, upload.pk)) as stored,
    ):
        # A failed row stores nothing.
        ids = _Statements(opened.renderer, () if only_failed else stored)
        width = len(opened.table.header)

        def added(number: int, said: Told | None, cells: Sequence[str]) -> list[str]:
            outcome = said.outcome if said else Outcome.UNCHANGED
            id_ = (said and said.object_id) or ids.of(number, outcome, cells)
            words = joined(str(stored_problem(each)) for each in said.problems) if said else ""
            if len(cells) > width:
                words = joined([words, surplus(len(cells) - width)])
            return [str(number), outcome.name.lower(), str(id_ or ""), words]

        return write_table(upload, opened.table, told, out, added, only_failed=only_failed, progress=progress)


class _Statements:
    """The statements that rows have stored, beside the rows of the upload; both come in the same order."""

    def __init__(self, renderer: Renderer, stored: Iterable[tuple[int, UUID]]) -> None:
        self._renderer = renderer
        self._stored = iter(stored)
        self._next = next(self._stored, None)

    def of(self, number: int, outcome: Outcome, cells: Sequence[str]) -> UUID | None:
        """The first statement of a row, asked of ascending rows; None where it has none."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._stored, None)
        if self._next is not None and self._next[0] == number:
            return self._next[1]
        # Of somebody who was erased no cell is left.
        if outcome != Outcome.UNCHANGED or not any(cells):
            return None
        try:
            return known_statement(self._renderer.objects(number, cells))
        except RowFault:
            return None
