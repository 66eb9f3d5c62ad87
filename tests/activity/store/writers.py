"""Several writers at once: each a thread with a connection and a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

from django.db import connection, transaction

from edu_csv import tenancy
from edu_csv.activity import store
from edu_csv.activity.store import Judged, Written
from tests.activity.store.statements import AUTHORITY, Statement, stage

LONG = 20.0


class Writer:
    """Stages and judges at once, writes when told, commits when told."""

    def __init__(
        self, pool: ThreadPoolExecutor, institution: int, rows: Sequence[Sequence[Statement]]
    ) -> None:
        self._institution, self._rows = institution, rows
        self._write, self._commit = Event(), Event()
        self.is_judged, self.has_written = Event(), Event()
        self.judged: Judged | None = None
        self._gives_up = False
        self.result: Future[Written] = pool.submit(self._run)

    def write(self, *, commit: bool = False) -> None:
        """Wait until it has judged, and let it write; and commit, if so."""
        assert self.is_judged.wait(LONG)
        if commit:
            self._commit.set()
        self._write.set()

    def commit(self) -> Written:
        self._commit.set()
        return self.result.result(LONG)

    def give_up(self) -> None:
        """Roll back what it has written."""
        self._gives_up = True
        self._commit.set()

    def _run(self) -> Written:
        try:
            with (
                tenancy.use_institution(self._institution),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                stage(cursor, self._institution, self._rows)
                self.judged = store.judge(cursor, self._institution)
                self.is_judged.set()
                assert self._write.wait(LONG)
                written = store.write(cursor, self._institution, authority=AUTHORITY)
                self.has_written.set()
                assert self._commit.wait(LONG)
                if self._gives_up:
                    transaction.set_rollback(True)
            return written
        finally:
            self.is_judged.set()
            self.has_written.set()
            connection.close()
