"""What rows of a file that went through a template make: their stored cells, rendered again.

The version of a template never changes, so it comes out as when the row was planned, whether it is applied or waits.
What a row has stored is shown as it is stored: an id may be a random one, which is another each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from edu_csv.activity import queries
from edu_csv.activity.queries import Found
from edu_csv.templating import MissingColumns, Renderer, RowFault
from imports.formats.templated import template_id_of
from imports.models import Import, Outcome
from imports.problems import FileRejected
from imports.steps.templated.reading import bound

Made = Mapping[str, list[Any]]
STATEMENTS = "statements"


class Maker:
    """Renders rows of one import. rows: the numbers of those that will be asked for; looked up at once."""

    def __init__(self, upload: Import, rows: Iterable[int]) -> None:
        self._renderer = _renderer(upload)
        self._stored = _stored(upload, rows) if upload.applied_at is not None else {}

    def made(self, number: int, cells: Sequence[str | None]) -> Made:
        """The objects of a row, by section; none of one that nothing can be made of."""
        # Of a person who was erased no cell is left.
        if self._renderer is None or not any(cells):
            return {}
        try:
            made = self._renderer.objects(number, [cell or "" for cell in cells])
        except RowFault:
            return {}
        stored = self._stored.get(number, [])
        if not stored or len(stored) != len(made.get(STATEMENTS, [])):
            return made
        return {**made, STATEMENTS: [json.loads(each.body) for each in stored]}

    def statement_id(self, number: int, outcome: Outcome, made: Made) -> UUID | None:
        """The first statement that a row stored; of one that changes nothing the one that is there already."""
        if stored := self._stored.get(number):
            return stored[0].id
        return known_statement(made) if outcome == Outcome.UNCHANGED else None


def known_statement(made: Made) -> UUID | None:
    """The id of the first statement that a good row makes, as the store has it."""
    statements = made.get(STATEMENTS)
    return UUID(statements[0]["id"]) if statements else None


def maker_of(upload: Import, rows: Iterable[int]) -> Maker | None:
    """What renders the rows of an import; None where no template is in play."""
    is_planned = upload.template_version_id is not None and bool(upload.seen.get("header"))
    return Maker(upload, rows) if is_planned and template_id_of(upload.format_key) else None


def _stored(upload: Import, rows: Iterable[int]) -> dict[int, list[Found]]:
    """The statements of these rows in their order; one statement of SQL."""
    with connection.cursor() as cursor:
        found = queries.statements_of_rows(cursor, upload.institution_id, upload.pk, rows)
    by_row: dict[int, list[Found]] = {}
    for each in found:
        if each.row is not None:
            by_row.setdefault(each.row, []).append(each)
    return by_row


def _renderer(upload: Import) -> Renderer | None:
    version = upload.template_version
    assert version is not None  # noqa: S101  # looked at by maker_of
    try:
        return bound(
            version, upload.seen["header"], upload.file_name, upload.institution_id, upload.job.created_at
        )[1]
    except (FileRejected, MissingColumns):
        # The language itself refuses by now what it took then.
        return None
