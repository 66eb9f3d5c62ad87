"""Undo: take the roster back to before an import, by its journal."""

from __future__ import annotations

from edu_csv.jobs.lease import Lease


def run_undo(lease: Lease) -> None:
    raise NotImplementedError
