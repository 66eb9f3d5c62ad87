"""Columns of CircleIn V1: cells count as they stand, letter for letter (circlein-csv.md 2 and C-19)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from imports.formats.columns import ACTIONS, CellFault, Column, Text
from imports.formats.dates import Date
from imports.formats.mistaken import mistaken_date
from imports.formats.text import fold

# Lengths: C-19.
IDENTIFIER, TERM, SESSION, SUBJECT, NUMBER, TITLE, NAME, ADDRESS = 255, 64, 64, 128, 64, 255, 150, 254

_YEAR_FIRST = re.compile(r"([0-9]{4})([-./])([0-9]{2})\2([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{2})([-./])([0-9]{2})\2([0-9]{4})")
_SHORT = re.compile(
    r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})|([0-9]{4})([-./])([0-9]{1,2})\6([0-9]{1,2})"
)
# Something on both sides of the one @ (C-13), and no blank, which no address has.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
# An integer of the database; nobody counts further.
_MOST = 2**31 - 1


class Day(Date):
    """A day in one of six forms; the month stands before the day where the year comes last (2.2)."""

    expected = (
        "a day like 2027-09-06 or 09/06/2027 (month first), also with dots, dashes or slashes throughout"
    )

    def parse(self, text: str) -> date:
        if found := _YEAR_FIRST.fullmatch(text):
            year, _, month, day = found.groups()
        elif found := _YEAR_LAST.fullmatch(text):
            month, _, day, year = found.groups()
        else:
            raise CellFault(self.code, **_almost(text))
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise CellFault(self.code, **_no_such_day(text, int(year), int(month), int(day))) from None


def _almost(text: str) -> dict[str, str]:
    """What a text of none of the six forms was meant to be: the ``variant`` of the sentence and its words."""
    if not (found := _SHORT.fullmatch(text)):
        # A spreadsheet's number of a day is told as everywhere.
        told = mistaken_date(text)
        return told if told.get("variant") == "serial" else {}
    month, between, day, year, *first = found.groups()
    if year is None:
        year, between, month, day = first
        padded = between.join((year, month.zfill(2), day.zfill(2)))
    else:
        padded = between.join((month.zfill(2), day.zfill(2), year))
    with suppress(ValueError):
        date(int(year), int(month), int(day))
        return {"variant": "two_digits", "padded": padded}
    return {}


def _no_such_day(text: str, year: int, month: int, day: int) -> dict[str, str]:
    if _YEAR_LAST.fullmatch(text):
        with suppress(ValueError):
            date(year, day, month)
            return {"variant": "month_first", "padded": text[3:6] + text[0:3] + text[6:]}
    return {"variant": "no_such_day"}


class Exactly(Column):
    """One of a closed list, letter for letter (2.4, C-6). words: {as written in files: as stored}.

    also: spellings that are read too, after those that messages name. code: of the fault.
    """

    type_name = "choice"

    def __init__(
        self, header: str, words: Mapping[str, str], *, code: str, also: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(header, **options)
        self.code = code  # type: ignore[misc]  # of the instance: roles, statuses and types have their own
        self.words = {**words, **(also or {})}
        self._nearest = {fold(word.strip()): word for word in reversed(self.words)}
        *most, last = (f"`{word}`" for word in words)
        self.expected = f"{', '.join(most)} or {last}" if most else last

    @property
    def allowed(self) -> list[str] | None:
        return list(self.words)

    def parse(self, text: str) -> str:
        if text in self.words:
            return self.words[text]
        meant = self._nearest.get(fold(text.strip()))
        raise CellFault(self.code, **({"variant": "meant", "meant": meant} if meant else {}))

    def export(self, source: str) -> str:
        # Words of our own declarations, never of a file; the first spelling of a value is written.
        first = {value: word for word, value in reversed(self.words.items())}
        whens = " ".join(f"WHEN '{value}' THEN '{word}'" for value, word in first.items())
        return f"CASE {source} {whens} END"


class Unused(Column):
    """A whole number that is due to be deprecated: read, told when it is not 0, and ignored (section 3)."""

    sql_type = "integer"
    type_name = "integer"
    code = "bad_integer"
    expected = "a whole number, 0 or more; `0` is the one to send"
    fills_field = False

    def parse(self, text: str) -> int:
        # int() alone would also take "1_000", " 7" and digits of other scripts.
        if not re.fullmatch(r"[0-9]+", text):
            raise ValueError(text)
        # Only whether it is 0 counts, and the database's integers end.
        digits = text.lstrip("0")
        return _MOST if len(digits) > 9 else int(digits or "0")

    def export(self, source: str) -> str:
        return "'0'"


class Address(Text):
    """An e-mail address, compared without regard to case (C-13)."""

    type_name = "email"
    code = "bad_email"
    expected = "an address such as mei.tan@fjord.example, with one @ and no blanks"

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, max_length=ADDRESS, folded=True, **options)

    def parse(self, text: str) -> str:
        if not _ADDRESS.fullmatch(text):
            raise ValueError(text)
        return super().parse(text)


def text(header: str, length: int, *, folded: bool = False, **options: Any) -> Text:
    """A text that every row needs, of at most so many characters; nothing is ever cut (C-19)."""
    return Text(header, max_length=length, folded=folded, **needed(options))


def optional(header: str, **options: Any) -> Text:
    """A name that may be blank."""
    return Text(header, max_length=NAME, **options)


def needed(options: dict[str, Any]) -> dict[str, Any]:
    """Options of a column that rows of every status need filled."""
    return {"actions": ACTIONS, "required": True, **options}
