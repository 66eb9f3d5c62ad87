"""JSON read strictly: what other readers pass over in silence is a fault here, with its place.

Refused beside what no reader takes: a name that occurs twice in one object (xapi.md X-07), ``NaN`` and
``Infinity`` (X-08), bytes that are not UTF-8 and halves of surrogate pairs (X-09), numbers beyond what
this program can hold, and more than ``MAX_DEPTH`` levels of lists and objects.

The reading itself is the standard library's, in C. Only when it balks does the slow half of this module
walk over the text, to say what was expected, and where.
"""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any, Never

import orjson

MAX_DEPTH = 254
"""Levels of lists and objects. It is the depth to which orjson writes, so what was read can be written."""
MAX_DIGITS = 4_300
"""Digits of a whole number; beyond them Python itself stops reading."""
_NEAR = 30


class JsonFault(ValueError):
    """A text that is not strict JSON.

    message: what was expected or is wrong, as the middle of a sentence: ``expected ':'``;
    line, column: where, both from 1, a column being a character (with bytes that are not UTF-8: a byte);
    near: up to 30 characters of the text from there, empty at its end.
    """

    def __init__(self, message: str, line: int, column: int, near: str) -> None:
        super().__init__(message, line, column, near)
        self.message = message
        self.line = line
        self.column = column
        self.near = near

    def __str__(self) -> str:
        near = f', near "{self.near}"' if self.near else ""
        return f"{self.message} at line {self.line}, column {self.column}{near}"


def loads(text: str | bytes) -> Any:
    """The value that a JSON text stands for. Raises JsonFault.

    Bytes are UTF-8; a byte order mark before them is passed over. Whole numbers come as ``int`` of any
    size, all others as ``float``.
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    try:
        value = _decode(text)
    except (_Odd, ValueError, RecursionError):
        _refuse(text)
    if "\\u" in text or not text.isascii() or text.count("{") + text.count("[") > MAX_DEPTH:
        try:
            # Knows half surrogates and the depth, at next to no cost.
            orjson.dumps(value)
        except orjson.JSONEncodeError:
            # A whole number of more than 64 bits, or one of the two.
            _Walk(text).whole()
    return value


class _Odd(Exception):
    """The reader met something that is a fault here; where it was, it does not know."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Odd
    return found


def _constant(name: str) -> Never:
    raise _Odd


def _fraction(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise _Odd
    return value


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_fraction).decode


def _decoded(data: bytes) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as fault:
        before = data[: fault.start]
        line = before.count(b"\n") + 1
        column = fault.start - (before.rfind(b"\n") + 1) + 1
        near = data[fault.start : fault.start + _NEAR].decode(errors="replace")
        message = f"expected UTF-8, found the byte {data[fault.start]:#04x}"
        raise JsonFault(message, line, column, near) from None


def _refuse(text: str) -> Never:
    """Raises JsonFault for a text that the reader did not take."""
    _Walk(text).whole()
    # The walk finds nothing only when the program's own stack was nearly used up before it got here.
    raise JsonFault(f"expected at most {MAX_DEPTH} levels of lists and objects", 1, 1, text[:_NEAR])


_BLANKS = frozenset(" \t\r\n")
_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_TEXT_START = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")


class _Walk:
    """One walk over a text, with a stack of its own, so that no depth can end it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        # An object's names so far, or None for a list.
        self.open: list[set[str] | None] = []
        # The innermost one holds nothing yet, so no comma stands before what follows.
        self.fresh = False

    def whole(self) -> None:
        """Raises JsonFault at the first fault; returns when there is none."""
        self.value()
        while self.open:
            self.blank()
            names = self.open[-1]
            end = "]" if names is None else "}"
            if self.next(end):
                self.open.pop()
                self.fresh = False
                continue
            if not self.fresh and not self.next(","):
                self.fault(f"expected ',' or '{end}'")
            self.fresh = False
            if names is None:
                self.value()
            else:
                self.member(names)
        self.blank()
        if self.at < len(self.text):
            self.fault("expected nothing more")

    def value(self) -> None:
        self.blank()
        character = self.text[self.at : self.at + 1]
        if character == '"':
            self.string()
        elif character and character in "[{":
            self.enter(character)
        elif found := _NUMBER.match(self.text, self.at):
            self.number(found)
        else:
            self.word()

    def enter(self, character: str) -> None:
        if len(self.open) == MAX_DEPTH:
            self.fault(f"expected at most {MAX_DEPTH} levels of lists and objects")
        self.at += 1
        self.open.append(None if character == "[" else set())
        self.fresh = True

    def member(self, names: set[str]) -> None:
        self.blank()
        if not self.text.startswith('"', self.at):
            self.fault("expected a name in double quotes")
        start = self.at
        name = self.string()
        if name in names:
            self.at = start
            self.fault(f"expected each name once, but {json.dumps(name, ensure_ascii=False)} occurs again")
        names.add(name)
        self.blank()
        if not self.next(":"):
            self.fault("expected ':'")
        self.value()

    def string(self) -> str:
        start = self.at
        found = _TEXT.match(self.text, start)
        if not found:
            self.bad_string()
        self.at = found.end()
        value: str = json.loads(found[0])
        try:
            value.encode()
        except UnicodeEncodeError:
            self.at = start
            self.fault("expected whole characters, found half of a surrogate pair")
        return value

    def bad_string(self) -> Never:
        start = self.at
        found = _TEXT_START.match(self.text, start)
        self.at = found.end() if found else start
        character = self.text[self.at : self.at + 1]
        if character == "\\":
            self.fault('expected one of " \\ / b f n r t u0000 after a backslash')
        if character:
            self.fault(f"expected no control characters in a text, found \\u{ord(character):04x}")
        self.at = start
        self.fault("expected a double quote that ends the text")

    def number(self, found: re.Match[str]) -> None:
        if found[1] or found[2]:
            if isinf(float(found[0])):
                self.fault("expected a number up to 1.7e308")
        elif len(found[0].removeprefix("-")) > MAX_DIGITS:
            self.fault(f"expected a whole number of at most {MAX_DIGITS:,} digits")
        self.at = found.end()

    def word(self) -> None:
        for word in ("true", "false", "null"):
            if self.next(word):
                return
        found = _WORD.match(self.text, self.at)
        if found and found[0].removeprefix("-") in ("NaN", "Infinity"):
            self.fault(f"expected a value, found {found[0]}, which JSON does not have,")
        self.fault("expected a value")

    def blank(self) -> None:
        while self.text[self.at : self.at + 1] in _BLANKS:
            self.at += 1

    def next(self, expected: str) -> bool:
        if self.text.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def fault(self, message: str) -> Never:
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - (self.text.rfind("\n", 0, self.at) + 1) + 1
        near = self.text[self.at : self.at + _NEAR].split("\n")[0]
        raise JsonFault(message, line, column, near)
