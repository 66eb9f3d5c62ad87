"""The tables of a plan: asking them, and what their cells stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable

from imports.files import Files
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.feed import Layout
from imports.formats.references import OwnId
from imports.formats.registry import find as find_format
from imports.formats.templated import is_template
from imports.models import Import
from imports.plans.values import fields_of
from imports.steps.record import tables


def keeps_unchanged(upload: Import) -> bool:
    """Whether the plan has its unchanged rows too; if not, only results.csv has them."""
    return not upload.has_own_tables


def fetch(
    upload: Import, statement: SQL, params: dict[str, Any], **parts: Composable
) -> list[tuple[Any, ...]]:
    plan_row, plan_change = tables(upload.pk, own=upload.has_own_tables)
    composed = statement.format(plan_row=plan_row, plan_change=plan_change, **parts)
    with connection.cursor() as cursor:
        cursor.execute(composed, {"import": upload.pk, "institution": upload.institution_id, **params})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def declared_format(upload: Import) -> type[Format] | None:
    return find_format(upload.format_key)


def formats_of(files: Files, fmt: type[Format] | None) -> list[type[Format]]:
    """What the rows of an upload are declared by: its format, or the layouts of its files, each once."""
    found: Iterable[type[Format] | None] = (
        (files.format_of(file.number) for file in files) if files else (fmt,)
    )
    return list(dict.fromkeys(each for each in found if each is not None))


def fields_by_header(files: Files, fmt: type[Format] | None) -> dict[str, list[str]]:
    """Which fields the columns of an upload fill; a header of several layouts may fill another in each."""
    headers: dict[str, list[str]] = {}
    for each in formats_of(files, fmt):
        for name, column in fields_of(each).items():
            headers.setdefault(column.header, []).append(name)
    return headers


def cell_columns(upload: Import, fmt: type[Format] | None) -> list[Column]:
    """The columns that a row's cells stand for, in their order. fmt: of the row's file."""
    if fmt is None:
        return []
    if issubclass(fmt, Layout):
        return list(fmt.columns)
    if is_template(fmt):
        return [_own_column(header) for header in upload.seen.get("header", ())]
    by_name = {column.name: column for column in fmt.columns}
    return [by_name[name] for name in upload.seen.get("columns", ()) if name in by_name]


def _own_column(header: str) -> Column:
    """A column of a file that goes through a template, which reads columns by the names that the file gives them."""
    column = Column(header)
    column.name = header
    return column


def object_key(
    upload: Import, fmt: type[Format] | None, cells: list[str | None] | None, kept: str | None = None
) -> str:
    """How the file names a row's object: its label columns, else its own id, else the first filled cell.

    kept: what the plan has kept of it, of a feed.
    """
    if kept:
        return kept
    if fmt is None or not cells:
        return ""
    columns = cell_columns(upload, fmt)
    given = {column.name: cell for column, cell in zip(columns, cells, strict=False) if cell}
    named = [given[name] for name in fmt.label if name in given]
    if not named:
        own = next((column.name for column in columns if isinstance(column, OwnId)), "")
        named = [given[own]] if own in given else list(given.values())[:1]
    return " · ".join(named)
