"""Calls of functions: their arguments, their faults as a row's, what is worth remembering."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from traceback import extract_tb

from edu_csv.templating.faults import CallFault, RowFault
from edu_csv.templating.frames import UNSET, Frame, Get
from edu_csv.templating.functions import Setting
from edu_csv.templating.limits import LONG
from edu_csv.templating.values import Value

_log = logging.getLogger(__name__)

_REMEMBERED_CHARS = 200
FAILURES = (CallFault, ArithmeticError, ValueError, LookupError, TypeError)
"""What ends a call: what functions tell, and what Python balks at where one of them did not look."""


class Fixed:
    """A value that no row changes."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, frame: Frame) -> Value:
        return self.value


class Told:
    """A function's fault as a row's (csv data import 3.1)."""

    __slots__ = ("_is_logged", "column", "columns", "name")

    def __init__(self, name: str, columns: Sequence[str | None], column: str | None) -> None:
        self.name = name
        self.columns = columns
        self.column = column
        self._is_logged = False

    def failure(self, failure: Exception) -> Exception:
        """A call's end as a row's fault, so that one cell never fails a file."""
        if isinstance(failure, CallFault):
            return self.fault(failure)
        if isinstance(failure, UnicodeEncodeError):
            # The row's: half a character, told of its cell.
            return failure
        if not self._is_logged:
            self._is_logged = True
            # Without its words: they may quote a cell.
            where = extract_tb(failure.__traceback__)[-1]
            kind = type(failure).__name__
            _log.error("%s: unforeseen %s in %s:%s", self.name, kind, where.filename, where.lineno)
        return self.fault(CallFault("cannot be worked out from these values"))

    def fault(self, fault: CallFault) -> RowFault:
        column = self.column
        if fault.argument is not None and fault.argument < len(self.columns):
            column = self.columns[fault.argument]
        place = f' (column "{column}")' if column is not None else ""
        return RowFault(f"{self.name}: {fault.message}{place}.", column)


def with_setting(run: Callable[..., Value], setting: Setting) -> Callable[..., Value]:
    return lambda *arguments, **named: run(setting, *arguments, **named)


def calling(run: Callable[..., Value], gets: Sequence[Get], named: Mapping[str, Get], told: Told) -> Get:
    if named:
        by_name = list(named.items())

        def call_with_names(frame: Frame) -> Value:
            given = [get(frame) for get in gets]
            options = {name: get(frame) for name, get in by_name}
            _weigh(given, frame)
            try:
                return run(*given, **options)
            except FAILURES as failure:
                raise told.failure(failure) from None

        return call_with_names

    def call(frame: Frame) -> Value:
        given = [get(frame) for get in gets]
        _weigh(given, frame)
        try:
            return run(*given)
        except FAILURES as failure:
            raise told.failure(failure) from None

    return call


def remembering(run: Callable[..., Value], gets: Sequence[Get], told: Told, room: int) -> Get:
    """A call with one argument that differs from row to row: the same text is worked out once."""
    place = next(place for place, get in enumerate(gets) if not isinstance(get, Fixed))
    moving = gets[place]
    given = [get.value if isinstance(get, Fixed) else None for get in gets]
    before, after = given[:place], given[place + 1 :]
    known: dict[str, Value] = {}

    def remember(frame: Frame) -> Value:
        value = moving(frame)
        plain = value.__class__ is str
        if plain and (found := known.get(value, UNSET)) is not UNSET:
            return found
        _weigh((value,), frame)
        try:
            result = run(*before, value, *after)
        except FAILURES as failure:
            raise told.failure(failure) from None
        if plain and room and len(value) + len(result) <= _REMEMBERED_CHARS:
            if len(known) >= room:
                known.clear()
            known[value] = result
        return result

    return remember


def _weigh(given: Sequence[Value], frame: Frame) -> None:
    """Long texts take time; a row has so much of it."""
    for value in given:
        if isinstance(value, str):
            if len(value) > LONG:
                frame.row.watch.work(len(value) // LONG)
        elif isinstance(value, list | dict):
            frame.row.watch.work(1 + len(value) // 16)
