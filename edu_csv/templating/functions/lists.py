"""Lists, JSON in a cell, columns by computed names (csv data import 1.5)."""

from __future__ import annotations

import re
from functools import lru_cache

from edu_csv import strict_json
from edu_csv.templating.faults import CallFault
from edu_csv.templating.functions.registry import function
from edu_csv.templating.functions.texts import within
from edu_csv.templating.limits import TURNS
from edu_csv.templating.values import Json, Value, as_json, down, part, quoted, text

_KEPT_CHARS = 65_536
_BARE_SIGN = re.compile(r"\\[^\w\s\\]")


@function("split value separator", 'The parts between separators as a list: each (split columns.Tags "|").')
def split(value: Value, separator: Value) -> Value:
    whole, between = text(value), text(separator)
    if _BARE_SIGN.fullmatch(between):
        # "\|" is how a sign is written where patterns are meant; it is that sign.
        between = between[1:]
    if not between:
        raise CallFault("the separator is empty", 1)
    if whole.count(between) >= TURNS:
        raise CallFault(f"the value has more than {TURNS:,} parts", 0)
    return whole.split(between) if whole else []


@function("list [value…]", "A list of its arguments; lists among them give their parts.")
def list_(*values: Value) -> Value:
    """Flat, so that lists of lists of lists cannot grow beyond what can be printed."""
    found: list[Value] = []
    length = 0
    for value in values:
        for item in value if isinstance(value, list) else (value,):
            length += 1 + len(text(item))
            within(length)
            found.append(item)
    return found


@function(
    "join value… separator prefix= suffix=",
    "Its arguments with the last one between them, or: join list separator.",
)
def join(*values: Value, prefix: Value = "", suffix: Value = "") -> Value:
    *parts, separator = values
    if len(parts) == 1 and isinstance(parts[0], list):
        parts = parts[0]
    texts = [text(part) for part in parts]
    between = text(separator)
    within(sum(map(len, texts)) + len(between) * len(texts))
    return f"{text(prefix)}{between.join(texts)}{text(suffix)}"


@function("length value", "The number of characters, or of the parts of a list.")
def length(value: Value) -> Value:
    return len(value) if isinstance(value, list | dict) else len(text(value))


@function("contains value part", "Whether a text has this part, or a list this value.")
def contains(value: Value, wanted: Value) -> Value:
    if isinstance(value, list):
        return text(wanted) in [text(item) for item in value]
    return text(wanted) in text(value)


@function("lookup value name", "What a list or an object has at this place or under this name.")
def lookup(value: Value, name: Value) -> Value:
    return part(value, text(name))


@function(
    "json value", "A quoted JSON text, or the JSON of a list or number; stands without quotes around it."
)
def json(value: Value) -> Value:
    if value is None:
        return Json('""')
    if isinstance(value, str):
        return Json(quoted(value))
    return Json(as_json(value))


@lru_cache(16)
def _parsed(cell: str) -> Value:
    """Several values are often read from one cell; long ones are not kept."""
    return _read(cell)


def _read(cell: str) -> Value:
    try:
        return strict_json.loads(cell)
    except strict_json.JsonFault:
        return None


@function(
    "jsonPath value [path]", 'One value of a cell that holds JSON: jsonPath columns.Poll "choices.0.text".'
)
def json_path(value: Value, path: Value = "") -> Value:
    """A cell that is no JSON has nothing at any path; "" and "$" are the whole of it."""
    whole = value
    if isinstance(value, str):
        whole = _parsed(value) if len(value) <= _KEPT_CHARS else _read(value)
    steps = text(path).removeprefix("$").removeprefix(".")
    return down(whole, steps.split(".")) if steps else whole


@function("column name", "The cell of a column whose name is computed.")
def column(name: Value) -> Value:
    """Never called: a column's place in the file is known to the linker only."""
    raise CallFault(f'the column "{text(name)}" cannot be reached here')
