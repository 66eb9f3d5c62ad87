"""What callers ask of imports, and how they are told that it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from edu_csv.errors import EduCsvError
from imports.models import Mode, OnError


class NotAllowed(EduCsvError):
    """The actor's role does not reach this; the message names what it does reach."""


class WrongState(EduCsvError):
    """The import is not where this call makes sense; the message says where it is."""


class BadRequest(EduCsvError):
    """A field of a request is wrong: (field, code, detail)."""

    def __init__(self, name: str, code: str, detail: str, **params: Any) -> None:
        super().__init__(name, code, detail)
        self.field, self.code, self.detail = name, code, detail
        self.params = params


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a caller says about an upload; see rest-api.md section 3 for each."""

    format_key: str = ""
    action: str = ""
    mode: str = Mode.APPLY
    on_error: str = OnError.SKIP
    encoding: str = ""
    delimiter: str = ""
    confirm_clear: bool = False
    keep_absent: bool = False
    name: str = ""
    reference: str = ""
    notify: Sequence[str] = field(default_factory=tuple)
    rows_expected: int | None = None
    sha256: str = ""
    parent: UUID | None = None
    # The source that the file is from, and what was decided about its feed (formats.feed.Switches, as JSON).
    source: UUID | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """restore: rest-api.md 4. keep_statements: those that the import stored stay standing (csv data import 4.6)."""

    restore: bool = True
    keep_statements: bool = False
