"""Reading a stored plan, for pages, API and reports: pages of rows, causes, facets, knock-on effects.

Each function takes a constant number of statements, whatever the rows. ``unchanged`` rows are kept
only for imports under 10,000 rows; ``keeps_unchanged`` tells, and results.csv has them in any case.
"""

from __future__ import annotations

from imports.plans.conflicts import within_reach
from imports.plans.listing import count_rows, row_at, rows
from imports.plans.shapes import (
    BigDelete,
    Cause,
    Causes,
    Facets,
    KnockOn,
    Place,
    PlannedEffect,
    PlannedRow,
    RowPage,
)
from imports.plans.summary import biggest_deletes, counts_by_cause, counts_by_kind, facets
from imports.plans.table import keeps_unchanged

__all__ = [
    "BigDelete",
    "Cause",
    "Causes",
    "Facets",
    "KnockOn",
    "Place",
    "PlannedEffect",
    "PlannedRow",
    "RowPage",
    "biggest_deletes",
    "count_rows",
    "counts_by_cause",
    "counts_by_kind",
    "facets",
    "keeps_unchanged",
    "row_at",
    "rows",
    "within_reach",
]
