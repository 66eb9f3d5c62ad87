"""Problems: what is wrong with a cell, a row or a file, and the words for it.

Words are put together here, from ``imports.sentences``, and nowhere else, so that page, API, CSV and mail say the same: what came,
what was expected, how to mend it. A problem is kept as data ({"code", "column", "value", …}).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from edu_csv.errors import EduCsvError
from imports.sentences import SENTENCES, UNWORDED


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
        variant = self.params.get("variant")
        template = SENTENCES.get(f"{self.code}.{variant}") or SENTENCES.get(self.code) or UNWORDED
        words = {"column": self.column or "The row", "value": _short(self.value), **_params(self.params)}
        if other_file := self.params.get("other_file"):
            # Of a package: a row of another file than the one at fault.
            template = template.replace("{other_row} of this file", "{other_row}")
            words["other_row"] = f"{words['other_row']} of `{other_file}`"
        # Of a list, the one value at fault.
        words["said"] = (
            f"{words['column']} has `{words['item']}`"
            if "item" in words
            else "{column} is `{value}`".format(**words)
        )
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
        if isinstance(value, int) and not isinstance(value, bool):
            words[name] = f"{value:,}"
        elif value is not None:
            words[name] = _short(str(value)) if name == "item" else value
    nearest, holder = words.get("nearest"), words.get("holder")
    words["nearest_hint"] = f" The nearest is `{nearest}`." if nearest else ""
    words["holder_hint"] = f" ({holder})" if holder else ""
    words["holder"] = holder or f"another {words.get('object', 'object')}"
    if "clashes" in params:
        words |= _taken(params)
    return words


WEEKDAYS = {
    "MO": "Mondays", "TU": "Tuesdays", "WE": "Wednesdays", "TH": "Thursdays", "FR": "Fridays", "SA": "Saturdays",
    "SU": "Sundays",
}  # fmt: skip


def _taken(params: Mapping[str, Any]) -> dict[str, str]:
    """Which room has been taken, and when by whom: the clashes that are named, and how many more there are.

    One of params["clashes"]: room, weekday, day (the first), from, to, times; name of the schedule that has
    it, when it may be told; row of this file, when it is from there; own: what would be there too, and is not
    of this row itself.
    """
    clashes = params["clashes"]
    if not clashes:
        return {"room": "The room", "when": f"by what row {params['other_row']:,} of this file needs"}
    if params.get("variant") == "itself":
        return _itself(params)
    room, parts = clashes[0]["room"], []
    for clash in clashes:
        where = "" if clash["room"] == room else f"in {clash['room']} "
        room = clash["room"]
        often = clash["times"] > 1
        day = WEEKDAYS[clash["weekday"]] if often else f"{clash['day']},"
        more = f" ({clash['times']:,} times from {clash['day']})" if often else ""
        who = _who(clash, twice=params.get("variant") == "moved")
        parts.append(f"{where}on {day} {clash['from']} to {clash['to']} by {who}{more}")
    if others := params.get("more"):
        parts.append(f"at {others:,} other times" if others > 1 else "at another time")
    when = ", and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return {"room": clashes[0]["room"], "when": when}


def _itself(params: Mapping[str, Any]) -> dict[str, str]:
    """Whose captures overlap each other, where and on which days, when it is nobody else's."""
    clashes = params["clashes"]
    own = f"`{clashes[0]['own']}`" if "own" in clashes[0] else "A schedule"
    days = sorted({clash["day"] for clash in clashes})
    return {
        "room": clashes[0]["room"],
        "whose": "This schedule" if params.get("object") == "schedule" else own,
        "days": " and ".join([", ".join(days[:-1]), days[-1]] if len(days) > 1 else days),
    }


def _who(clash: Mapping[str, Any], *, twice: bool) -> str:
    who = f"`{clash['name']}`" if "name" in clash else "another schedule"
    if "row" in clash:
        who = f"{who} of row {clash['row']:,}" if "name" in clash else f"row {clash['row']:,} of this file"
    if not twice:
        return who
    own = f"`{clash['own']}`" if "own" in clash else "another schedule"
    return f"{own} and by {who}" if own != who else "two schedules"


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
        told = {name: value for name, value in self.params.items() if name != "variant"}
        return {"code": self.code, "detail": self.detail, **told}


def _rejected(code: str, detail: str, params: dict[str, Any]) -> FileRejected:
    return FileRejected(code, detail, **params)
