"""Stager: reads the people, groups and permissions of rows, and takes them to the server when all rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from imports.steps.templated.groups.lines import Lines
from imports.steps.templated.groups.shapes import Fault, Shapes


class Stager:
    """Used within a stack, which owns the files in which lines wait: a connection takes one COPY at a time."""

    def __init__(self, stack: ExitStack) -> None:
        self._lines = Lines(stack)

    def add(self, row: int, objects: Mapping[str, list[Any]]) -> list[Fault]:
        """Keep what a row says; returns its faults. A row that fails takes no part, but nobody loses a group by it.

        objects: by section, empty when the row could not be read. row: as a spreadsheet numbers it.
        """
        self._lines.row = row
        shapes = Shapes(self._lines)
        shapes.read(objects)
        self._lines.keep()
        return shapes.faults

    def copy(self) -> None:
        """Make and fill the staging tables, ``g_…``."""
        self._lines.copy()
