"""Exports run in this process, and what they wrote."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence

from edu_csv import storage, tenancy
from edu_csv.access.actors import Actor
from edu_csv.jobs.runners import work_one
from exports import services
from exports.models import Export
from exports.services import Output
from tests.imports.harness import Tenant


def export(
    tenant: Tenant,
    key: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    output: Output | None = None,
    *,
    actor: Actor | None = None,
) -> Export:
    """Ask for an export, do it, and return it as it is then."""
    with tenancy.use_institution(tenant.pk):
        asked = services.request_export(actor or tenant.actor, key, filters, output)
        work(tenant)
        return fresh(tenant, asked)


def work(tenant: Tenant) -> None:
    while work_one(["exports"], only_institution=tenant.pk):
        pass


def fresh(tenant: Tenant, asked: Export) -> Export:
    with tenancy.use_institution(tenant.pk):
        return Export.objects.select_related("job").get(pk=asked.pk)


def content(key: str, *, compressed: bool = False) -> bytes:
    with storage.open_file(key) as file:
        data = file.read()
    return gzip.decompress(data) if compressed else data


def written(done: Export) -> bytes:
    """The text of an export's file, unpacked."""
    return content(done.file_key, compressed=done.compression)


def cells(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def lines(done: Export) -> list[dict[str, str]]:
    """The rows of an export, by header."""
    header, *rows = cells(written(done), done.delimiter)
    return [dict(zip(header, row, strict=True)) for row in rows]
