"""Columns: how one cell is read, staged, written and explained.

A column knows its header and aliases, which field of the object it fills, in which actions it takes
part and where it must be filled. ``parse`` reads one cell's text (trimmed, never blank) and raises
``CellFault`` or ValueError; ``expected`` ends the sentence "Write …".
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from edu_csv.roster.nouns import Noun
from imports.formats.text import fold
from imports.formats.wire import ENCODERS, NULL

CREATE, UPDATE, DELETE = "create", "update", "delete"
ACTIONS = (CREATE, UPDATE, DELETE)
WRITING = (CREATE, UPDATE)

# One @ with something on both sides and no space: the mail server knows the rest.
EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+")


class CellFault(ValueError):
    """A cell that cannot be read, with a code more telling than the column's own."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Column:
    """One column of a format; subclasses say how to read a cell.

    header: as samples and exports write it. field: the object's column that it fills (None: none).
    actions: where it takes part; in others it is ignored. required: actions that need it filled.
    default: what a blank cell, or none, means. is_completed: the format fills in what a blank cell means,
    or changes what it says, so what the cell itself says is asked of the staged row.
    """

    sql_type: ClassVar[str] = "text"
    type_name: ClassVar[str] = "text"
    code: ClassVar[str] = "bad_value"
    expected: str = "a text"
    is_reference: ClassVar[bool] = False
    is_list: ClassVar[bool] = False
    # Whether one cell text mostly stands in many rows, so that it is worth remembering what it means.
    recurs: ClassVar[bool] = True
    # Set by Format.__init_subclass__.
    name: str = ""

    def __init__(
        self,
        header: str,
        *,
        field: str | None = None,
        aliases: Sequence[str] = (),
        actions: Collection[str] = WRITING,
        required: bool | Collection[str] = False,
        help: str = "",  # noqa: A002  # what the contract calls it
        default: Any = None,
        is_completed: bool = False,
    ) -> None:
        self.header = header
        self.field = field
        self.aliases = tuple(aliases)
        self.actions = tuple(actions)
        if isinstance(required, bool):
            required = self.actions if required else ()
        self.required = tuple(required)
        self.help = help
        self.default = default
        self.is_completed = is_completed

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        if self.field is None and self.fills_field:
            self.field = name

    fills_field: ClassVar[bool] = True

    @property
    def allowed(self) -> list[str] | None:
        return None

    @property
    def max_length(self) -> int | None:
        return None

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        """The columns of the staging table that it fills: (name, SQL type)."""
        return ((f"v_{self.name}", self.sql_type),)

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        """What it writes: (field of the object, SQL over alias ``s`` of the staged row, SQL type)."""
        if self.field is None:
            return ()
        return ((self.field, f"s.v_{self.name}", self.sql_type),)

    def given(self) -> str | None:
        """SQL of what the cell said, over alias ``s`` of the staged row; None: what the field holds."""
        return self.export(f"s.v_{self.name}") if self.is_completed else None

    def parse(self, text: str) -> Any:
        return text

    def wire(self, text: str) -> bytes:
        """The staged columns of one cell in wire form; blank is NULL, or the default."""
        if not text:
            return ENCODERS[self.sql_type](self.default)
        return ENCODERS[self.sql_type](self.parse(text))

    def is_blank(self, text: str) -> bool:
        """Whether a trimmed cell says nothing."""
        return not text

    def fault(self, text: str) -> tuple[str, dict[str, Any]] | None:
        """Why a trimmed cell cannot be read: its code, and the words for its sentence; None when it can."""
        try:
            self.try_to_read(text)
        except CellFault as fault:
            return fault.code, {"expected": self.expected, **fault.params}
        except ValueError:
            return self.code, {"expected": self.expected}
        return None

    def try_to_read(self, text: str) -> object:
        """Raises ``CellFault`` or ValueError when the cell cannot be read."""
        return self.wire(text)

    def export(self, source: str) -> str:
        """SQL that writes the field as text, as an import reads it. source: the field, as SQL."""
        return f"{source}::text"


class Text(Column):
    """Free text. folded: keep a folded copy beside it, for comparing without case."""

    def __init__(
        self,
        header: str,
        *,
        max_length: int = 255,
        folded: bool = False,
        is_key: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(header, **options)
        self._max_length = max_length
        self.folded = folded
        self.is_key = is_key

    @property
    def expected(self) -> str:  # type: ignore[override]  # the limit is part of the sentence
        return f"a text of at most {self._max_length:,} characters"

    @property
    def max_length(self) -> int | None:
        return self._max_length

    def parse(self, text: str) -> str:
        if len(text) > self._max_length:
            raise CellFault("too_long", length=len(text), limit=self._max_length)
        if self.is_key and ";" in text:
            # A list of ids is separated by semicolons, so such an id could never be listed.
            raise CellFault("list_separator")
        return text

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        plain = (f"v_{self.name}", "text")
        return (plain, (f"f_{self.name}", "text")) if self.folded else (plain,)

    @property
    def values(self) -> tuple[tuple[str, str, str], ...]:
        values = super().values
        if self.folded and self.field:
            values = (*values, (f"{self.field}_folded", f"s.f_{self.name}", "text"))
        return values

    def wire(self, text: str) -> bytes:
        encode = ENCODERS["text"]
        if not text:
            return NULL + NULL if self.folded else NULL
        value = self.parse(text)
        return encode(value) + encode(fold(value)) if self.folded else encode(value)


class ExternalId(Text):
    """The id that the institution's own systems know the object by; unique among its kind."""

    type_name = "external_id"

    def __init__(self, header: str = "External ID", **options: Any) -> None:
        options.setdefault(
            "help", "Unique among objects of this kind. May stand wherever an id is asked for."
        )
        super().__init__(header, max_length=255, is_key=True, field="external_id", **options)


class Email(Text):
    type_name = "email"
    code = "bad_email"
    expected = "an address such as mei.tan@fjord.example"

    def __init__(self, header: str, **options: Any) -> None:
        super().__init__(header, max_length=254, folded=True, **options)

    def parse(self, text: str) -> str:
        if not EMAIL.fullmatch(text):
            raise ValueError(text)
        return super().parse(text)


class Integer(Column):
    sql_type = "integer"
    type_name = "integer"
    code = "bad_number"

    def __init__(self, header: str, low: int = -(2**31), high: int = 2**31 - 1, **options: Any) -> None:
        super().__init__(header, **options)
        self.low, self.high = low, high
        self.expected = f"a whole number from {low:,} to {high:,}, in digits only"

    def parse(self, text: str) -> int:
        # int() alone would also take "1_000", " 7" and digits of other scripts.
        if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or not self.low <= int(text) <= self.high:
            raise ValueError(text)
        return int(text)


class Boolean(Column):
    sql_type = "boolean"
    type_name = "boolean"
    expected = "TRUE or FALSE (also Yes, No, 1, 0)"
    words: ClassVar[dict[str, bool]] = {
        "true": True,
        "yes": True,
        "1": True,
        "false": False,
        "no": False,
        "0": False,
    }

    def parse(self, text: str) -> bool:
        try:
            return self.words[text.casefold()]
        except KeyError:
            raise ValueError(text) from None

    @property
    def allowed(self) -> list[str] | None:
        return ["TRUE", "FALSE"]

    def export(self, source: str) -> str:
        return f"CASE WHEN {source} THEN 'TRUE' WHEN NOT {source} THEN 'FALSE' END"


class TimeZone(Column):
    type_name = "time_zone"
    expected = "an IANA time zone such as Europe/Oslo"

    def parse(self, text: str) -> str:
        try:
            return zoneinfo.ZoneInfo(text).key
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(text) from None


class Choice(Column):
    """One of a closed list. choices: {as written in files: as stored}; any case is read."""

    type_name = "choice"
    code = "bad_enum"

    def __init__(
        self, header: str, choices: dict[str, str], *, also: dict[str, str] | None = None, **options: Any
    ) -> None:
        super().__init__(header, **options)
        self.choices = choices
        self.expected = _one_of(choices)
        self._read = {fold(word): value for word, value in {**choices, **(also or {})}.items()}

    @property
    def allowed(self) -> list[str] | None:
        return list(self.choices)

    def parse(self, text: str) -> str:
        try:
            return self._read[fold(text)]
        except KeyError:
            raise ValueError(text) from None

    def export(self, source: str) -> str:
        # Words of our own declarations, never of a file.
        whens = " ".join(f"WHEN '{value}' THEN '{word}'" for word, value in self.choices.items())
        return f"CASE {source} {whens} END"


class ListOf(Column):
    """Several values in one cell: trimmed, empties and repeats dropped, order kept."""

    type_name = "list"
    is_list = True
    separator = ";"

    def __init__(self, header: str, item: Column, *, sort_as: Sequence[str] = (), **options: Any) -> None:
        options.setdefault("default", ())
        super().__init__(header, **options)
        self.item = item
        self.sort_as = tuple(sort_as)
        self.sql_type = item.sql_type + "[]"  # type: ignore[misc]  # of the instance, by its item
        self.code = item.code  # type: ignore[misc]
        self.expected = f"values separated by “{self.separator}”, each {item.expected}"

    @property
    def allowed(self) -> list[str] | None:
        return self.item.allowed

    def is_blank(self, text: str) -> bool:
        return not text.replace(self.separator, "").strip()

    def parse(self, text: str) -> list[Any]:
        texts = (part.strip() for part in text.split(self.separator))
        values = list(dict.fromkeys(self._item(part) for part in texts if part))
        # A set with an order of its own (roles): two spellings of it must not look like a change.
        return sorted(values, key=self.sort_as.index) if self.sort_as else values

    def _item(self, text: str) -> Any:
        """One value; a fault says which one it is."""
        try:
            return self.item.parse(text)
        except CellFault as fault:
            words = {"variant": "item", "expected": self.item.expected, **fault.params, "item": text}
            raise CellFault(fault.code, **words) from None
        except ValueError:
            raise CellFault(self.item.code, expected=self.item.expected, item=text) from None

    def export(self, source: str) -> str:
        element = self.item.export("element.value")
        return (
            f"(SELECT string_agg({element}, '{self.separator}' ORDER BY element.place)"  # noqa: S608  # SQL of declarations
            f" FROM unnest({source}) WITH ORDINALITY AS element (value, place))"
        )


def _one_of(words: Collection[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


class Ignored(Column):
    """A column of exports that an import reads past. sql: over alias ``o`` of the object.

    counts: what it counts, as alias ``s``; ``{within}`` in the SQL becomes whether that is within reach.
    """

    fills_field = False
    type_name = "export_only"

    def __init__(self, header: str, sql: str, *, counts: Noun | None = None, **options: Any) -> None:
        super().__init__(header, actions=(), **options)
        self.sql = sql
        self.counts = counts
