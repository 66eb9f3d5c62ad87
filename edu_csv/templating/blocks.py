"""What goes through lists and changes the context: ``each``, ``with``, ``{{#columns.X}}``, ``@index``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edu_csv.templating import ops
from edu_csv.templating.faults import RowFault
from edu_csv.templating.frames import Frame, Get, Turn, Write
from edu_csv.templating.limits import OUTPUT_CHARS, TURNS, too_long
from edu_csv.templating.values import Value, truth


def _names(params: ops.Names, around: Mapping[str, Value], *values: Value) -> Mapping[str, Value]:
    return {**around, **dict(zip(params, values, strict=False))} if params else around


def _turns(frame: Frame, items: Sequence[tuple[Value, Value]], params: ops.Names, body: Write) -> str:
    if len(items) > TURNS:
        raise RowFault(f"A list of {len(items):,} values is too long; at most {TURNS:,} are gone through.")
    written: list[str] = []
    length = 0
    last = len(items) - 1
    watch = frame.row.watch
    for index, (key, item) in enumerate(items):
        watch.tick()
        turn = Turn(index, key, index == last, frame.turn)
        names = _names(params, frame.names, item, key)
        piece = body(Frame(frame.cells, frame.row, item, frame, names, turn))
        length += len(piece)
        if length > OUTPUT_CHARS:
            raise too_long()
        written.append(piece)
    return "".join(written)


def _items(value: Value) -> list[tuple[Value, Value]]:
    if isinstance(value, list):
        return list(enumerate(value))
    return list(value.items()) if isinstance(value, dict) else []


def each(value: Get, params: ops.Names, body: Write, otherwise: Write) -> Write:
    def each(frame: Frame) -> str:
        items = _items(value(frame))
        return _turns(frame, items, params, body) if items else otherwise(frame)

    return each


def with_(value: Get, params: ops.Names, body: Write, otherwise: Write) -> Write:
    def with_(frame: Frame) -> str:
        this = value(frame)
        # Handlebars: "with" takes 0 for something.
        if not truth(this) and (this is False or this != 0 or this == ""):
            return otherwise(frame)
        names = _names(params, frame.names, this)
        return body(Frame(frame.cells, frame.row, this, frame, names, frame.turn))

    return with_


def section(value: Get, params: ops.Names, body: Write, otherwise: Write) -> Write:
    def section(frame: Frame) -> str:
        this = value(frame)
        if isinstance(this, list) and this:
            return _turns(frame, _items(this), params, body)
        if not truth(this) and (this is False or this != 0 or this == ""):
            return otherwise(frame)
        inner = frame if this is True else Frame(frame.cells, frame.row, this, frame, frame.names, frame.turn)
        return body(inner)

    return section


def turn(name: str, up: int) -> Get:
    def turn(frame: Frame) -> Value:
        found = frame.turn
        for _ in range(up):
            found = found.around if found is not None else None
        if found is None:
            return None
        if name == "index":
            return found.index
        if name == "key":
            return found.key
        return found.last if name == "last" else found.index == 0

    return turn
