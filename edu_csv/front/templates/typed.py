"""What is typed into the editor, as it comes with a form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.http import QueryDict

from edu_csv.pages.doors import asked
from imports.models import GroupMode
from imports.templates.content import Content
from imports.templates.manage import MOST_BODY_BYTES, MOST_OPTIONAL, MOST_VARIABLES

LONGEST = 20_000
# A tab cannot be typed into a form, and browsers drop it from a value here and there.
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


@dataclass(frozen=True, slots=True)
class Typed:
    """based_on: the version that was edited. row: of the example, that is looked at; None: the first."""

    name: str
    content: Content
    based_on: int | None
    row: int | None


def read(given: QueryDict, before: Content) -> Typed:
    """The form's answers; what it does not say stays as it was ``before``."""
    delimiter = DELIMITERS.get(asked(given, "delimiter"), before.delimiter)
    mode = asked(given, "group_mode")
    return Typed(
        name=asked(given, "name", 1_000),
        content=Content(
            # Forms send line ends as CRLF, whatever was typed; places of faults are counted in LF.
            body=_text(given, "body", MOST_BODY_BYTES * 2) if "body" in given else before.body,
            variables=_variables(given) if "variable" in given else before.variables,
            time_zone=asked(given, "time_zone") or before.time_zone,
            delimiter=delimiter,
            optional_columns=_lines(given) if "optional_columns" in given else before.optional_columns,
            group_mode=mode if mode in GroupMode.values else before.group_mode,
        ),
        based_on=_number(given, "based_on"),
        row=_number(given, "row"),
    )


def _text(given: QueryDict, name: str, longest: int) -> str:
    return given.get(name, "").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")[:longest]


def _variables(given: QueryDict) -> tuple[tuple[str, str], ...]:
    """Pairs in order; those of which neither is filled are left out."""
    names, expressions = given.getlist("variable"), given.getlist("expression")
    pairs = zip_longest(names[: MOST_VARIABLES + 1], expressions[: MOST_VARIABLES + 1], fillvalue="")
    cut = [(name.replace("\0", "").strip()[:200], text.replace("\0", "")[:LONGEST]) for name, text in pairs]
    return tuple((name, text) for name, text in cut if name or text)


def _lines(given: QueryDict) -> tuple[str, ...]:
    lines = [line.strip() for line in _text(given, "optional_columns", LONGEST).split("\n")]
    return tuple(dict.fromkeys(line for line in lines if line))[: MOST_OPTIONAL + 1]


def _number(given: QueryDict, name: str) -> int | None:
    text = asked(given, name, 12)
    return int(text) if text.isascii() and text.isdigit() else None
