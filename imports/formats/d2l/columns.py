"""Columns of D2L Standard CSV: cells count as they stand, nothing is trimmed (d2l 5.1).

A code is cut to 50 code points wherever it stands, so that links still match (d2l 5.4, D-9).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from imports.formats.columns import ACTIONS, CellFault, Column, Text
from imports.formats.dates import strictly
from imports.formats.wire import ENCODERS, NULL

# Lengths: d2l 5.4, 7 and D-17.
CODE, ORG_NAME, USER_KEY, PERSON_NAME, EMAIL, ROLE, PRONOUNS, RELATIONSHIPS = (
    50,
    128,
    256,
    64,
    256,
    128,
    100,
    4_000,
)
# 5.3: in codes and names of org units; a code has no comma either.
NOT_IN_NAMES = ":%&#*?<>|\\\"'"
NOT_IN_CODES = NOT_IN_NAMES + ","
# 5.3 and D-6: in ``username`` and ``org_defined_id``.
NOT_IN_USER_KEYS = "\\/:*?\"<>|',;"
PIPE = "|"

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})?")
# Something on both sides of the one @, and no blank: the mail server knows the rest.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


class D2LColumn(Column):
    """A column that no field is bound to by its name: what is written is said by the kinds of its layout."""

    fills_field = False

    def __init__(self, header: str, **options: Any) -> None:
        options.setdefault("actions", ACTIONS)
        super().__init__(header, **options)

    def wire(self, text: str) -> bytes:
        # A blank list is no empty one: whether it empties what is stored is for the kinds to say.
        if not text and self.default is None:
            return NULL * len(self.staged)
        return super().wire(text)


class D2LText(Text):
    """A text of at most so many code points; longer ones are refused (D-10, D-17)."""

    fills_field = False

    def __init__(self, header: str, max_length: int, **options: Any) -> None:
        options.setdefault("actions", ACTIONS)
        super().__init__(header, max_length=max_length, **options)

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        """Without the folded copy: which field that fills, if any, is said by the kinds."""
        return super().values[:1]


class Action(D2LColumn):
    """CREATE, UPDATE or DELETE in any case; blank means UPDATE (5.2)."""

    type_name = "choice"
    code = "bad_enum"
    expected = "CREATE, UPDATE or DELETE; a blank cell means UPDATE"

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, default="update", **options)

    @property
    def allowed(self) -> list[str] | None:
        return [action.upper() for action in ACTIONS]

    def parse(self, text: str) -> str:
        # lower(), not casefold(): only letters of the alphabet have two cases here.
        if (action := text.lower()) not in ACTIONS:
            raise ValueError(text)
        return action

    def export(self, source: str) -> str:
        return f"upper({source})"


class Word(D2LColumn):
    """The one word that every row of a layout has, letter for letter (``user``, ``enrollment``)."""

    type_name = "choice"
    code = "bad_enum"

    def __init__(self, header: str, word: str, **options: Any) -> None:
        super().__init__(header, required=True, **options)
        self.word = word
        self.expected = f"{word}, in lower case"

    @property
    def allowed(self) -> list[str] | None:
        return [self.word]

    def parse(self, text: str) -> str:
        if text != self.word:
            raise ValueError(text)
        return text


class Flag(D2LColumn):
    """1, 0, TRUE or FALSE in any case (5.2)."""

    sql_type = "boolean"
    type_name = "boolean"
    code = "bad_enum"
    expected = "1, 0, TRUE or FALSE"

    @property
    def allowed(self) -> list[str] | None:
        return ["1", "0", "TRUE", "FALSE"]

    def parse(self, text: str) -> bool:
        match text.lower():
            case "1" | "true":
                return True
            case "0" | "false":
                return False
        raise ValueError(text)

    def export(self, source: str) -> str:
        return f"CASE WHEN {source} THEN '1' WHEN NOT {source} THEN '0' END"


class Moment(D2LColumn):
    """A local time without zone: a day (midnight), or a day and a time with exactly three decimals (5.2, D-28)."""

    sql_type = "timestamp"
    type_name = "datetime"
    code = "bad_date"
    expected = "a date like 2027-09-06, or a date and time like 2027-09-06T08:00:00.000"

    def parse(self, text: str) -> datetime:
        # fromisoformat() alone would also take a blank for the T, other decimals and offsets.
        return strictly(text, _MOMENT, datetime.fromisoformat, self.code)

    def export(self, source: str) -> str:
        return (
            f"CASE WHEN {source} = date_trunc('day', {source}) THEN to_char({source}, 'YYYY-MM-DD')"
            f" ELSE to_char({source}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS') END"
        )


class Code(D2LText):
    """The code of the row's own org unit: cut to 50 code points, and compared in case (5.3, 5.4).

    Staged as it counts (``v_``), and folded (``f_``) for what is compared without case.
    """

    type_name = "external_id"

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, CODE, folded=True, required=True, field="external_id", **options)

    @property
    def expected(self) -> str:  # type: ignore[override]  # said from the instance's own limits
        return f"a code, of which {CODE} characters count"

    def parse(self, text: str) -> str:
        refuse_characters(text, NOT_IN_CODES)
        return cut(text)


class OneCode(D2LText):
    """A reference to one org unit: cut as codes are. A pipe is no part of a code (6.6)."""

    type_name = "reference"
    is_reference = True

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, CODE, **options)

    @property
    def expected(self) -> str:  # type: ignore[override]  # said from the instance's own limits
        return f"one code, of which {CODE} characters count"

    def parse(self, text: str) -> str:
        if PIPE in text:
            raise CellFault("bad_list", variant="one")
        return cut(text)


class Codes(D2LColumn):
    """References joined by pipes, each cut as codes are, repeats dropped, order kept (5.2, D-16)."""

    sql_type = "text[]"
    type_name = "list"
    is_reference = True
    is_list = True
    code = "bad_list"
    expected = "codes joined by a pipe, without spaces, like FAC-SCI|FAC-ART"

    def __init__(self, header: str, *, most: int | None = None, **options: Any) -> None:
        super().__init__(header, **options)
        self.most = most

    def parse(self, text: str) -> list[str]:
        codes = list(dict.fromkeys(map(cut, parts(text))))
        if self.most is not None and len(codes) > self.most:
            raise CellFault("too_many", count=len(codes), limit=self.most)
        return codes

    def export(self, source: str) -> str:
        return f"array_to_string({source}, '{PIPE}')"


class OrgName(D2LText):
    """The name of an org unit. What is not allowed in it is staged beside it (``x_``), for the institution
    decides whether it is a fault or a warning (5.3, D-30)."""

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, ORG_NAME, folded=True, field="name", **options)

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        return (*super().staged, (f"x_{self.name}", "text"))

    def wire(self, text: str) -> bytes:
        return super().wire(text) + ENCODERS["text"](not_allowed(text, NOT_IN_NAMES))


class UserKey(D2LText):
    """``username`` or ``org_defined_id`` (5.3, D-6)."""

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, USER_KEY, **options)

    def parse(self, text: str) -> str:
        if told := _characters(text, NOT_IN_USER_KEYS):
            raise CellFault("illegal_characters", characters=_listed(told))
        return super().parse(text)


class Address(D2LText):
    """An e-mail address, compared without regard to case."""

    type_name = "email"
    code = "bad_email"

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, EMAIL, folded=True, **options)

    @property
    def expected(self) -> str:  # type: ignore[override]  # said from the instance's own limits
        return "an address such as mei.tan@fjord.example"

    def parse(self, text: str) -> str:
        if not _ADDRESS.fullmatch(text):
            raise ValueError(text)
        return super().parse(text)


class Secret(D2LColumn):
    """A cell that is never read: people of the roster are no log-ins (design section 11)."""

    type_name = "secret"
    expected = "nothing: it is never read"

    def parse(self, text: str) -> None:
        """Nothing of it, so that no fault of it can be told either: a problem keeps the cell."""
        return

    def export(self, source: str) -> str:
        return "''"


def cut(code: str) -> str:
    """The first 50 code points (D-9)."""
    return code[:CODE]


def parts(text: str) -> list[str]:
    """The elements of a pipe list. Raises CellFault for an empty one and for spaces round one (D-16)."""
    found = text.split(PIPE)
    for place, part in enumerate(found, 1):
        if not part:
            raise CellFault("bad_list", variant="empty", place=place)
        if part != part.strip():
            raise CellFault("bad_list", variant="spaces", item=part)
    return found


def not_allowed(text: str, characters: str) -> str | None:
    """What a code or name may not have, for people: the characters, or where it has a space; None: nothing."""
    told = _characters(text, characters)
    if text.startswith(" "):
        told.append("a space at the beginning")
    if text.endswith(" "):
        told.append("a space at the end")
    return _listed(told) if told else None


def refuse_characters(text: str, characters: str) -> None:
    if told := not_allowed(text, characters):
        raise CellFault("illegal_characters", characters=told)


def _characters(text: str, characters: str) -> list[str]:
    return [f"`{each}`" for each in dict.fromkeys(text) if each in characters]


def _listed(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
