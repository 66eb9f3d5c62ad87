"""What a template's expressions can be worth, and how that looks as text.

Cells are text. Numbers come from literals and from JSON in a cell, lists from ``split`` and from JSON.
Nothing of Python shows through: a path goes by the keys of a mapping and the places of a list only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from edu_csv.templating.faults import CallFault
from edu_csv.templating.limits import shown

Value = Any
"""None (missing), str, bool, int, float, Decimal, list or dict of such."""

quoted: Callable[[str], str] = encode_basestring
"""A text as JSON with its quotes; ``"``, the backslash and control characters are escaped, no others."""


class Json(str):
    """Text that is JSON already: printed as it is."""

    __slots__ = ()


def text(value: Value) -> str:
    """A value as it is printed. Lists are joined by commas, as Handlebars does; objects are JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, list):
        return ",".join([text(item) for item in value])
    if isinstance(value, dict):
        return as_json(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def as_json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Decimal) -> float:
    return float(value)


def truth(value: Value) -> bool:
    """Handlebars: false are missing, "", false, 0 and the empty list. "0" and "false" are true."""
    return bool(value) or isinstance(value, dict)


def part(value: Value, name: str) -> Value:
    """What a path finds one step down; None when there is nothing."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and name.isdecimal() and len(name) < 7:
        index = int(name)
        return value[index] if index < len(value) else None
    return None


def down(value: Value, parts: Sequence[str]) -> Value:
    for name in parts:
        value = part(value, name)
    return value


def has(value: Value, name: str) -> bool:
    """Whether a context has this name, so that no outer one is asked."""
    return isinstance(value, Mapping) and name in value


def flag(value: Value) -> bool:
    """What people write for yes and no, in any case (csv data import 1.3). Raises CallFault."""
    if isinstance(value, bool):
        return value
    word = text(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CallFault(f'"{shown(text(value))}" is not one of true, false, yes, no, y, n, 1, 0', 0)


_YES = frozenset(("true", "yes", "y", "1"))
_NO = frozenset(("false", "no", "n", "0"))
