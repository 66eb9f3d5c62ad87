"""Plan: what the staged rows would do, set-wise; the order is that of design section 4."""

from __future__ import annotations

from psycopg.sql import SQL

from imports.steps import overwrites
from imports.steps.compare import clears, compare, complete, keep_stored
from imports.steps.decide import decide, fold
from imports.steps.record import count, count_effects
from imports.steps.resolve import resolve
from imports.steps.workspace import Session, Workspace

# The size of joins and sorts, not of the file, decides what is kept in memory: the rest goes to disk.
SETTINGS = (
    "SET LOCAL work_mem = '48MB'",
    "SET LOCAL hash_mem_multiplier = 2",
    # A plan is one session's work on temporary tables, which no other process may read.
    "SET LOCAL jit = off",
)


def make(space: Workspace) -> dict[str, int]:
    """Plan the staged rows; returns the contract's counts. The count identity is checked here."""
    resolve(space)
    fold(space)
    keep_stored(space)
    complete(space)
    decide(space)
    compare(space)
    overwrites.find(space)
    counts = count(space)
    assert_identity(counts)
    return counts


def configure(space: Session) -> None:
    for setting in SETTINGS:
        space.run(SQL(setting))  # constants above


def assert_identity(counts: dict[str, int]) -> None:
    """rows = created + updated + deleted + unchanged + failed + held + superseded; a breach is our bug."""
    total = sum(counts[name] for name in OUTCOMES)
    if total != counts["rows"] or any(counts[name] < 0 for name in OUTCOMES):
        raise AssertionError(f"the counts of a plan do not add up: {counts}")


OUTCOMES = ("created", "updated", "deleted", "unchanged", "failed", "held", "superseded")
__all__ = ["OUTCOMES", "assert_identity", "clears", "configure", "count_effects", "make"]
