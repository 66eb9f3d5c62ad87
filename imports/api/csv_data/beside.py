"""What stands beside a page of imports: ids of statements and failed rows, asked for all of them at once.

The statements of the database grow with the pages, not with the imports. What an import has much of is asked by itself,
so that nothing large has to be ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from edu_csv.activity import queries
from edu_csv.jobs.models import Status
from imports.models import Import
from imports.steps.templated.failed import WHOLE_FILE, failed_rows, failed_rows_of, fails_whole

# Statements of one import that are asked together with those of others.
FEW = 2_000
CANCELLED = "This import was cancelled before anything of it was stored."

T = TypeVar("T")


class Lines(Generic[T]):
    """What several imports have, in the imports' order; taken import by import."""

    def __init__(self, lines: Iterable[tuple[UUID, T]]) -> None:
        self._lines = iter(lines)
        self._next = next(self._lines, None)

    def of(self, upload: Import) -> Iterator[T]:
        while self._next is not None and self._next[0] == upload.pk:
            line, self._next = self._next[1], next(self._lines, None)
            yield line


class Beside:
    """Of a page of imports, which is gone through in its order, each import whole before the next."""

    def __init__(self, page: Sequence[Import]) -> None:
        """page: the newest first."""
        stored = [upload.pk for upload in page if 0 < stored_by(upload) <= FEW]
        failed = [upload.pk for upload in page if _fails_here(upload)]
        self._ids = Lines(queries.statements_of_imports(page[0].institution_id, stored) if stored else ())
        self._failed = Lines(failed_rows_of(failed) if failed else ())

    def ids(self, upload: Import) -> Iterator[UUID]:
        if not stored_by(upload):
            return iter(())
        if stored_by(upload) > FEW:
            return queries.statements_of_import(upload.institution_id, upload.pk)
        return self._ids.of(upload)

    def failed(self, upload: Import) -> Iterable[tuple[int, str]]:
        """(row, its sentence); of a file that failed whole row 1 alone."""
        if upload.job.status == Status.CANCELLED:
            return [(WHOLE_FILE, CANCELLED)]
        if not upload.job.is_ended:
            return []
        return self._failed.of(upload) if _fails_here(upload) else failed_rows(upload)


def stored_by(upload: Import) -> int:
    """How many statements the import stored."""
    return int(upload.effects.get("statement", {}).get("created", 0)) if upload.applied_at else 0


def _fails_here(upload: Import) -> bool:
    """Whether its failed rows, and no reason of the whole file, are in the table that imports share."""
    is_told_by_rows = upload.job.is_ended and not fails_whole(upload)
    return is_told_by_rows and not upload.has_own_tables and bool(upload.counts.get("failed"))
