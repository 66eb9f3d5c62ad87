"""Why a file is refused as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TableRefused(Exception):
    """The file cannot be read as a table; nothing of it may be used.

    code: one of ``REFUSAL_CODES``, for programs.
    detail: what was found, and where. hint: what to send instead. Both are whole sentences.
    params: the facts in them (row, member names, limits), JSON-ready.
    """

    def __init__(self, code: str, detail: str, hint: str, params: Mapping[str, Any] | None = None) -> None:
        # Everything goes into args, or the exception would not survive the worker's pickling.
        super().__init__(code, detail, hint, dict(params or {}))

    @property
    def code(self) -> str:
        return str(self.args[0])

    @property
    def detail(self) -> str:
        return str(self.args[1])

    @property
    def hint(self) -> str:
        return str(self.args[2])

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.args[3])

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}"


REFUSAL_CODES = frozenset(
    {
        "bad_encoding",
        "corrupt_archive",
        "corrupt_spreadsheet",
        "empty_file",
        "encrypted_zip",
        "lone_return",
        "nested_zip",
        "no_header",
        "not_a_table",
        "suspicious_ratio",
        "too_large_unpacked",
        "too_many_blank_rows",
        "too_many_columns",
        "too_many_rows",
        "unclosed_quote",
        "unsafe_name",
        "zip_many_members",
    }
)
