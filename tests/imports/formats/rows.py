"""Rows of update files as an institution's own objects give them, by header."""

from __future__ import annotations

from uuid import UUID

from edu_csv import tenancy
from edu_csv.roster.nouns import Noun
from exports import services
from imports.formats.base import Format
from imports.formats.columns import DELETE, UPDATE
from imports.models import Import
from tests.imports.harness import Tenant, csv_text, new_tenant

Row = dict[str, str]


def update_rows(tenant: Tenant, fmt: type[Format]) -> list[Row]:
    """Every object as an update file would write it; ids are system ids."""
    header = [column.header for column in fmt.columns_for(UPDATE)]
    with tenancy.use_institution(tenant.pk):
        found = services.sample_rows(fmt, UPDATE, tenant.pk, limit=1_000)
    return [dict(zip(header, cells, strict=True)) for cells in found]


def first_sample(tenant: Tenant, fmt: type[Format]) -> Row:
    """The object that the first row of the create sample made; it has an External ID."""
    wanted = fmt.sample_rows[0]["external_id"]
    return next(row for row in update_rows(tenant, fmt) if row["External ID"] == wanted)


def sampled() -> Tenant:
    """An institution with all samples in it."""
    tenant = new_tenant()
    assert {upload.job.status for upload in tenant.load_samples()} == {"completed"}
    return tenant


def update(tenant: Tenant, fmt: type[Format], *rows: Row, **options: object) -> Import:
    return tenant.load(
        csv_text(list(rows[0]), *(list(row.values()) for row in rows)), fmt.key, UPDATE, **options
    )


def delete(tenant: Tenant, fmt: type[Format], own_id: str) -> Import:
    own = fmt.own_id()
    assert own is not None
    return tenant.load(csv_text([own.header], [own_id]), fmt.key, DELETE, mode="preview")


def told(tenant: Tenant, upload: Import, row: int = 2) -> tuple[str, list[str]]:
    """What became of one row: its outcome, and the codes of what it is told."""
    found = tenant.row(upload, row)
    return found.outcome, found.codes


def external_id_of(tenant: Tenant, noun: Noun, system_id: str) -> str:
    [(found,)] = tenant.query(f"SELECT external_id FROM {noun.table} WHERE id = %s", UUID(system_id))  # noqa: S608  # names of this test
    return str(found)
