"""What tells rows that may still be applied from those that failed."""

from __future__ import annotations

from psycopg.sql import SQL

from imports.formats.feed import Kind

# No error told of the staged row (alias ``s``), or of the row of a kind (alias ``w``), so far.
_FAILED = "(SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)"
GOOD_ROW = SQL("s.row NOT IN " + _FAILED)  # a constant
GOOD = SQL("w._row NOT IN " + _FAILED)  # a constant


def deletes(kind: Kind) -> SQL:
    """Whether a staged row deletes; never NULL."""
    return SQL(f"coalesce(({kind.deletes}), FALSE)")


ERRORS = "SELECT count(*) FROM problem WHERE severity = 'error'"
