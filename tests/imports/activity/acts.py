"""What activity holds, as tests look at it."""

from __future__ import annotations

from typing import Any

from edu_csv import tenancy
from edu_csv.roster.nouns import ACTIVITY_ORDER, NOUNS
from exports import services as exports
from imports.formats.registry import formats
from imports.models import Import
from tests.imports.harness import Tenant, csv_text


def live(tenant: Tenant, noun: str, *columns: str) -> list[tuple[Any, ...]]:
    """Live objects of a noun, in the order of their text."""
    names = ", ".join(f"o.{name}" for name in columns)
    table = NOUNS[noun].table
    return tenant.query(f"SELECT {names} FROM {table} AS o WHERE o.deleted_at IS NULL ORDER BY 1, 2")  # noqa: S608  # of this module


def number(tenant: Tenant, noun: str) -> int:
    [(found,)] = tenant.query(f"SELECT count(*) FROM {NOUNS[noun].table} WHERE deleted_at IS NULL")  # noqa: S608  # a table of ours
    return int(found)


def held(tenant: Tenant) -> dict[str, list[Any]]:
    """All live activity, save when it was last touched."""
    return {
        noun.name: tenant.query(
            f"SELECT to_jsonb(o) - 'updated_at' FROM {noun.table} AS o WHERE deleted_at IS NULL ORDER BY o.id"  # noqa: S608  # ours
        )
        for noun in ACTIVITY_ORDER
    }


def served(tenant: Tenant, key: str, action: str) -> str:
    """The update or delete sample that the API hands out: header, and two objects of the institution."""
    fmt = formats()[key]
    with tenancy.use_institution(tenant.pk):
        rows = exports.sample_rows(fmt, action, tenant.pk)
    return csv_text([column.header for column in fmt.columns_for(action)], *rows)


def told(tenant: Tenant, upload: Import) -> list[tuple[int, str, list[str]]]:
    """(row, outcome, sentences) of each row of the plan."""
    return [(row.row, row.outcome, row.sentences) for row in tenant.plan(upload)]
