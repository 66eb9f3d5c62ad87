"""The story of a feed's export: put down what can be named, then write file after file, and what is left out."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from edu_csv import storage
from edu_csv.access.models import Institution
from edu_csv.jobs.lease import Lease
from exports.models import Export
from exports.omissions import Omission
from exports.steps import left_out, said, sheets, write, zipped
from exports.steps.left_out import OMITTED_HEADER, Source
from exports.steps.said import Asked
from exports.steps.select import copying

COMMA = ","
# One snapshot for all files. What can be named is put down in temporary tables, which a transaction that only
# reads may fill but not make.
ONE_SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL work_mem = '48MB'; SET LOCAL jit = off"
)
ONLY_READING = "SET TRANSACTION READ ONLY"
LAST_CHANGE = SQL("SELECT max(changed.at) FROM ({}) AS changed (at)")
LAST_OF = SQL("SELECT max(o.updated_at) FROM {} AS o WHERE o.institution_id = %(institution)s")
STAMP = "%Y%m%d%H%M%S"

Keyed = Callable[[str], str]


@dataclass(slots=True)
class Told:
    """One file while it is made. name: blank for what no file has a place for."""

    name: str
    sources: list[Source]
    omitted: list[Omission] = field(default_factory=list)
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "rows": self.rows, "omitted": [each.stored() for each in self.omitted]}


def write_sheet(export: Export, asked: Asked, lease: Lease, key_of: Keyed, written: list[str]) -> None:
    """Fill the files and what ``export`` says of them. key_of: a name as a key of storage; ``written``: as far as it came."""
    sheet = asked.sheet
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_SNAPSHOT)
        said.put_down(asked)
        with connection.cursor() as cursor:
            cursor.execute(ONLY_READING)
        lease.beat()
        stamp = _stamp(asked)
        told = _told(asked, [part.name.format(stamp=stamp) or export.file_name for part in sheet.parts])
        key = key_of(export.file_name)
        with storage.writer(key) as file:
            if sheet.is_package:
                _write_package(export, asked, file, lease, told)
            else:
                with write.packed(file, compression=export.compression) as out:
                    _write_part(export, asked, 0, out, lease, told)
        written.append(key)
        if any(each.omitted for each in told):
            export.omitted_key = _write_omitted(asked, told, lease, key_of, written)
    export.files = [each.as_json() for each in told]
    export.rows = sum(each.rows for each in told)
    export.file_key, export.bytes, export.sha256 = key, file.stored.size_bytes, file.stored.sha256


def _write_package(
    export: Export, asked: Asked, file: storage.HashingWriter, lease: Lease, told: list[Told]
) -> None:
    with zipped.archive(file) as packed:
        for place, _ in enumerate(asked.sheet.parts):
            with packed.member(told[place].name) as out:
                _write_part(export, asked, place, out, lease, told)
        for name, data in asked.sheet.more.items():
            with packed.member(name) as out:
                out.write(data)


def _write_part(
    export: Export, asked: Asked, place: int, out: write.Out, lease: Lease, told: list[Told]
) -> None:
    """One file, kind after kind; ``told`` learns how many rows it has."""
    part = asked.sheet.parts[place]
    write.begin(out, part.header, delimiter=COMMA, byte_order_mark=export.byte_order_mark)
    for name in part.rows:
        statement = copying(sheets.rows_of(asked, part, asked.book.kind(name)), COMMA)
        told[place].rows += write.copy_rows(statement, asked.params, out, _progress(lease, told))


def _progress(lease: Lease, told: list[Told]) -> Callable[[int], None]:
    """Rows of this kind are told with all before them."""
    before = sum(each.rows for each in told)
    return lambda rows: lease.beat(rows=before + rows)


def _write_omitted(asked: Asked, told: list[Told], lease: Lease, key_of: Keyed, written: list[str]) -> str:
    key = key_of("omitted.csv")
    with storage.writer(key) as file:
        write.begin(file, OMITTED_HEADER, delimiter=COMMA, byte_order_mark=False)
        for each in told:
            for source in each.sources if each.omitted else ():
                for statement in left_out.lists(source, each.name):
                    write.copy_rows(copying(statement, COMMA), asked.params, file, lambda rows: lease.beat())
    written.append(key)
    return key


def _stamp(asked: Asked) -> str:
    """The time of the roster's last change, for the names of files: the same roster is the same bytes."""
    tables = dict.fromkeys(rows.noun.table for rows in asked.book.kinds)
    latest = SQL(" UNION ALL ").join(LAST_OF.format(Identifier(table)) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHANGE.format(latest), asked.params)
        (at,) = cursor.fetchone()
    return f"-{local(asked.institution, at):{STAMP}}" if at else ""


def local(institution: int, at: datetime) -> datetime:
    """A time as clocks of the institution show it."""
    name = Institution.objects.values_list("time_zone", flat=True).get(pk=institution)
    return at.astimezone(zoneinfo.ZoneInfo(name))


def archive_name(archive: str, institution: int) -> str:
    """``D2LStdCSV-20310918080512.zip`` (d2l 2), in the institution's zone."""
    return archive.format(stamp=f"{local(institution, timezone.now()):{STAMP}}")


def _told(asked: Asked, names: list[str]) -> list[Told]:
    """For each file, and for what no file has a place for: what is left out or lost, counted."""
    told = []
    for name, part in zip(names, asked.sheet.parts, strict=True):
        told.append(Told(name, [sheets.of_rows(asked, asked.book.kind(each)) for each in part.rows]))
    if asked.sheet.asides:
        told.append(Told("", [sheets.of_aside(asked, aside) for aside in asked.sheet.asides]))
    for each in told:
        each.omitted = _merged(left_out.count(asked.params, source)[1] for source in each.sources)
    return told


def _merged(found: Iterable[list[Omission]]) -> list[Omission]:
    """One entry for each reason: kinds that stand in one file may share some."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for omission in chain.from_iterable(found):
        reason = (omission.code, omission.column, omission.object_type, omission.what)
        counts[reason] = counts.get(reason, 0) + omission.count
    return [
        Omission(code, column, count, object_type, what)
        for (code, column, object_type, what), count in counts.items()
    ]
