"""What a row's closures stand in: the row itself, its contexts, the turns of its loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from edu_csv.templating.limits import Watch
from edu_csv.templating.values import Value

UNSET: Any = object()
ROOT: Any = object()


class Row:
    """What the frames of one row share."""

    __slots__ = ("assigned", "number", "outermost", "values", "watch")

    def __init__(self, variables: int) -> None:
        self.number = 0
        self.values: list[Value] = [UNSET] * variables
        self.assigned: dict[str, Value] = {}
        self.watch = Watch()
        self.outermost: Frame


class Frame:
    """A context: the outermost one, a turn of a loop, the value of a ``with``."""

    __slots__ = ("cells", "names", "row", "this", "turn", "up")

    def __init__(
        self,
        cells: Sequence[str],
        row: Row,
        this: Value,
        up: Frame | None,
        names: Mapping[str, Value],
        turn: Turn | None,
    ) -> None:
        self.cells = cells
        self.row = row
        self.this = this
        self.up = up
        self.names = names
        self.turn = turn


class Turn:
    """Where a loop stands."""

    __slots__ = ("around", "index", "key", "last")

    def __init__(self, index: int, key: Value, last: bool, around: Turn | None) -> None:
        self.index = index
        self.key = key
        self.last = last
        self.around = around


Get = Callable[[Frame], Value]
Write = Callable[[Frame], str]
NO_NAMES: Mapping[str, Value] = {}


def outermost(cells: Sequence[str], row: Row) -> Frame:
    row.outermost = Frame(cells, row, ROOT, None, NO_NAMES, None)
    return row.outermost


def begin(row: Row, number: int, cells: Sequence[str], fresh: list[Value]) -> Frame:
    """The row's frame, with nothing left of the row before."""
    frame = row.outermost
    frame.cells = cells
    row.number = number
    row.values = fresh.copy()
    if row.assigned:
        row.assigned = {}
    row.watch.start()
    return frame


def fresh_values(count: int) -> list[Value]:
    return [UNSET] * count
