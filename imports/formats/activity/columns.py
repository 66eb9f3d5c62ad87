"""Columns of activity: moments, the options of polls, what notes were taken on.

Moments are kept to the microsecond, as the database has them. JSON is kept as its one shortest text, so that two
spellings of the same are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from edu_csv import strict_json
from edu_csv.strict_json import JsonFault
from imports.formats.columns import CellFault, Column

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
# Days since 1900 and the part of a day, as spreadsheets count them: from 1954 to 2119.
_SERIAL = re.compile(r"[2-7][0-9]{4}[.,][0-9]+")
# Each month that something happened in is a table of its own, so a slip in the year may not make a thousand of them.
FIRST_YEAR, LAST_YEAR = 2000, 2099


class Instant(Column):
    """A moment: date and time of day, with its offset from UTC or, without one, in UTC."""

    sql_type = "timestamptz"
    type_name = "datetime"
    code = "bad_moment"
    # A million view events happened at nearly as many moments.
    recurs = False
    expected = (
        "a moment like 2026-09-01T08:30:00.250Z or 2026-09-01T10:30:00+02:00; without an offset it is in UTC"
    )

    def parse(self, text: str) -> datetime:
        if not _MOMENT.fullmatch(text):
            raise CellFault(self.code, **({"variant": "serial"} if _SERIAL.fullmatch(text) else {}))
        try:
            value = datetime.fromisoformat(text.upper())
            if value.tzinfo is not UTC:
                value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise CellFault(self.code, variant="none") from None
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise CellFault(self.code, variant="beyond", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        return value

    def export(self, source: str) -> str:
        written = f"to_char({source} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        return f"rtrim(rtrim({written}, '0'), '.') || 'Z'"


class JsonText(Column):
    """JSON of one shape, kept as text. Subclasses say which: ``checked`` raises CellFault."""

    type_name = "json"
    code = "bad_json"
    longest: ClassVar[int] = 20_000

    @property
    def max_length(self) -> int | None:
        return self.longest

    def parse(self, text: str) -> str:
        if len(text) > self.longest:
            raise CellFault("too_long", length=len(text), limit=self.longest)
        try:
            value = strict_json.loads(text)
        except JsonFault as fault:
            raise CellFault("bad_json", fault=str(fault)) from None
        return json.dumps(self.checked(value), ensure_ascii=False, separators=(",", ":"))

    def checked(self, value: Any) -> Any:
        """The value as it is kept. Raises CellFault."""
        raise NotImplementedError  # each shape says its own


class Options(JsonText):
    """What a poll offers (reporting-api.md G14)."""

    expected = 'a JSON list like [{"id":"a","text":"Basalt"},{"id":"b","text":"Granite"}]'

    def checked(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise CellFault("bad_options")
        seen: set[str] = set()
        for place, entry in enumerate(value, 1):
            if not _has(entry, {"id": str, "text": str}) or not entry["id"]:
                raise CellFault("bad_options", variant="entry", place=place)
            if entry["id"] in seen:
                raise CellFault("bad_options", variant="twice", id=entry["id"])
            seen.add(entry["id"])
        return [{"id": entry["id"], "text": entry["text"]} for entry in value]


class Anchor(JsonText):
    """What a note was taken on (reporting-api.md G16)."""

    longest = 2_000
    expected = 'JSON like {"type":"slide","slideId":"SL-12","position":4} or {"type":"video","mediaId":"M-7","seconds":610}'
    shapes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "slide": {"type": str, "slideId": str, "position": int},
        "video": {"type": str, "mediaId": str, "seconds": (int, float)},
    }

    def checked(self, value: Any) -> Any:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            raise CellFault("bad_anchor")
        at = "position" if kind == "slide" else "seconds"
        if (
            not _has(value, shape)
            or value[at] < (1 if kind == "slide" else 0)
            or not value[f"{_named(kind)}Id"]
        ):
            raise CellFault("bad_anchor", variant=kind)
        return {name: value[name] for name in shape}


def _named(kind: str | None) -> str:
    return "slide" if kind == "slide" else "media"


def _has(value: Any, shape: Mapping[str, Any]) -> bool:
    """Whether it is an object with just these members, of these types. A truth value is no number."""
    return (
        isinstance(value, dict)
        and value.keys() == shape.keys()
        and all(isinstance(value[n], kind) and not isinstance(value[n], bool) for n, kind in shape.items())
    )
