"""Problems: what is wrong with a cell, a row or a file, and the words for it.

Words are put together here and nowhere else, so that page, API, CSV and mail say the same: what came,
what was expected, how to mend it. A problem is kept as data ({"code", "column", "value", …}).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from edu_csv.errors import EduCsvError


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault (or warning) of one row. value: the cell as uploaded, never a parsed value."""

    code: str
    column: str | None = None
    value: str | None = None
    severity: str = "error"
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The contract's shape (rest-api.md section 3, rows)."""
        return {
            "severity": self.severity,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "message": str(self),
        }

    def __str__(self) -> str:
        # What the reader finds wrong with a row it says itself (edu_csv.tabular.RowFault).
        told = self.params.get("says")
        template = SENTENCES.get(self.code) or (
            "{says}" if told else "{column}: expected {expected}, got `{value}`."
        )
        words = {"column": self.column or "The row", "value": _short(self.value), **_params(self.params)}
        return template.format_map(_Words(words)).strip()


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _short(value: str | None) -> str:
    """Enough of the cell to recognise it."""
    if value is None:
        return ""
    return value if len(value) <= 80 else value[:77] + "…"


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for name, value in params.items():
        words[name] = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
    nearest = params.get("nearest")
    words["nearest_hint"] = f" The nearest is `{nearest}`." if nearest else ""
    return words


# One sentence a code: what came, what was expected, what to do (ui.md section 9).
SENTENCES = {
    "required_blank": "{column} is blank. Every {object} needs one: fill the cell and send the row again.",
    "bad_value": "{column} is `{value}`. Write {expected}.",
    "bad_enum": "{column} is `{value}`. Use {expected}.",
    "bad_date": "{column} is `{value}`, which is not a date we can be sure of. Write {expected};"
    " spreadsheets often rewrite dates when they save.",
    "bad_time": "{column} is `{value}`. Write {expected}.",
    "bad_number": "{column} is `{value}`. Write {expected}.",
    "bad_email": "{column} is `{value}`, which is not an e-mail address. Write {expected}.",
    "too_long": "{column} has {length} characters. Shorten it to at most {limit}.",
    "list_separator": "{column} has a semicolon, which separates the values of a list. Use an id without one.",
    "outside_range": "{column} is `{value}`. Write {expected}.",
    "end_before_start": "{column} is `{value}`, before the start, {other}. Correct one of the two dates.",
    "outside_term": "{column} has `{value}`, outside the term ({start} to {end}). Take it out or correct the term.",
    "record_length": "This row has {found} cells, the header has {expected}. A comma inside a name may lack its quotes.",
    "unknown_reference": "There is no {object} `{value}`.{nearest_hint} Import it first, or correct the id.",
    "unknown_own": "There is no {object} `{value}`.{nearest_hint} Correct the id, or create it first.",
    "unknown_enrollment": "This person is not enrolled in this section. Use the create action, or correct the ids.",
    "ambiguous_reference": "`{value}` can mean more than one {object}: {candidates}. Write the system id of the one you mean.",
    "wrong_type": "`{value}` is the system id of another kind of object. Write the id of a {object}.",
    "parent_failed": "`{value}` is made by row {other_row} of this file, which failed. Mend that row first; the same upload will do.",
    "key_not_freed": "`{value}` would be free only if row {other_row} of this file were applied, and that row failed. Mend it first.",
    "not_instructor": "`{value}` does not hold the role Instructor. Give that person the role, or name somebody else.",
    "mismatched_org_unit": "Department `{value}` does not belong to the organization in this row. Correct one of the two ids.",
    "duplicate_external_id": "External ID `{value}` already belongs to another {object}{holder}. Use update for that one, or another id.",
    "duplicate_object": "`{value}` already belongs to {holder}. Update that {object}, or use another value.",
    "external_id_conflict": "External ID `{value}` is the system id of another {object}. Use another id.",
    "duplicate_row": "Row {other_row} says this {object} already. Only the first row counts: remove one of the two.",
    "role_conflict": "This person is already in this section as {holder}. Use the update action to change the role.",
    "has_children": "`{value}` still has {count} {children}. Delete those first.",
    "superseded": "Row {other_row} says this {object} again. The last row counts.",
    "held_abort": "This row is good. It was not applied because other rows failed and this import was to apply all or nothing.",
    # warnings
    "already_exists": "This {object} exists already, just so. Nothing was done.",
    "overwrites_edit": "{column} was last set by {who} on {when}; this row replaces it.",
    "own_id_ignored": "{column} is ignored when creating: the system gives each new object its id.",
    # whole files
    "unknown_format": "This file was not read: its header matches no format. {nearest_format}",
    "ambiguous_format": "The header fits more than one format: {candidates}. Say which one it is.",
    "missing_column": "The file lacks {columns}, which {action} needs. Add the column, or choose another action.",
    "duplicate_header": "Two columns of the file, {columns}, mean the same field. Remove one of them.",
    "no_rows": "The file has a header and no row below it. Nothing to import.",
    "unknown_action": "This format cannot {action}. Use {expected}.",
    "legacy_header": "This is the header of the former import “{legacy}”. Use {instead} instead.",
    "rows_expected": "The file has {found} data rows, {expected} were announced. Send the whole file.",
    "sha256_mismatch": "The file's SHA-256 is {found}, {expected} was announced. Send the file again.",
    "aborted": "{failed} of {rows} rows are bad, and this import was to apply all or nothing. Nothing was applied.",
    "too_many_rows": "The file has more than {limit} rows. Split it.",
}

# What the reader refuses a whole file for comes with its own words (edu_csv.tabular).


class FileRejected(EduCsvError):
    """The whole file cannot be imported; trying again would not help.

    code: a key of SENTENCES or of the reader. detail: the sentence for people. params: its figures.
    """

    def __init__(self, code: str, detail: str = "", **params: Any) -> None:
        super().__init__(code, detail, params)
        self.code = code
        self.params = params
        self.detail = detail or str(Problem(code, params=params))

    def __reduce__(self) -> Any:
        # Keyword arguments do not survive the pickling of a plain exception.
        return (_rejected, (self.code, self.detail, self.params))

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "detail": self.detail, **self.params}


def _rejected(code: str, detail: str, params: dict[str, Any]) -> FileRejected:
    return FileRejected(code, detail, **params)
