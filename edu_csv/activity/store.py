"""The store of statements: stage, judge, write. Each statement is stored once, whole, and never changes.

In one transaction: ``create_staging``; ``with copy(…) as staged: staged.write(row, position, prepared)``;
``judge``; then ``write``, which puts all or nothing.
"""

from __future__ import annotations

from edu_csv.activity.judging import Judged, Verdict, judge
from edu_csv.activity.queries import consistent_through
from edu_csv.activity.staging import Staging, copy, create_staging
from edu_csv.activity.voiding import NotAllVoided, Voidable, VoidedImport, preview_void, void_import
from edu_csv.activity.writing import StatementsMoved, Written, write

__all__ = [
    "Judged",
    "NotAllVoided",
    "Staging",
    "StatementsMoved",
    "Verdict",
    "Voidable",
    "VoidedImport",
    "Written",
    "consistent_through",
    "copy",
    "create_staging",
    "judge",
    "preview_void",
    "void_import",
    "write",
]
