"""What rows of a file that went through a template make: their stored cells, rendered again.

The version of a template never changes, so it comes out as when the row was planned, whether it is applied or waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from edu_csv.templating import MissingColumns, Renderer, RowFault
from imports.formats.templated import template_id_of
from imports.models import Import
from imports.problems import FileRejected
from imports.steps.templated.reading import bound

Made = Mapping[str, list[Any]]


class Maker:
    """Renders rows of one import."""

    def __init__(self, upload: Import) -> None:
        self._renderer = _renderer(upload)

    def made(self, number: int, cells: Sequence[str | None]) -> Made:
        """The objects of a row, by section; none of one that nothing can be made of."""
        # Of a person who was erased no cell is left.
        if self._renderer is None or not any(cells):
            return {}
        try:
            return self._renderer.objects(number, [cell or "" for cell in cells])
        except RowFault:
            return {}


def maker_of(upload: Import) -> Maker | None:
    """What renders the rows of an import; None where no template is in play."""
    is_planned = upload.template_version_id is not None and bool(upload.seen.get("header"))
    return Maker(upload) if is_planned and template_id_of(upload.format_key) else None


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
