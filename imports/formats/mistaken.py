"""What spreadsheets make of dates and ids: recognised so that the sentence can say how to mend it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

# Three numbers with one kind of separator between them, the year first or last.
_THREE_NUMBERS = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})")
# Days since 1900 as spreadsheets count them: from 1954 to 2119.
_SERIAL = re.compile(r"[2-7][0-9]{4}")


def mistaken_date(text: str) -> dict[str, str]:
    """What a text that is no ISO date was meant to be: the ``variant`` of the sentence and its words."""
    if _SERIAL.fullmatch(text):
        return {"variant": "serial"}
    found = _THREE_NUMBERS.fullmatch(text)
    if not found:
        return {}
    first, _, second, third = found.groups()
    if len(first) == 4:
        days = [_iso(first, second, third)]
    elif len(third) == 4:
        days = [_iso(third, second, first), _iso(third, first, second)]
    else:
        return {}
    known = list(dict.fromkeys(day for day in days if day))
    if len(known) == 2:
        return {"variant": "two_ways", "day_first": known[0], "month_first": known[1]}
    return {"variant": "other_order", "iso": known[0]} if known else {"variant": "no_such_day"}


def _iso(year: str, month: str, day: str) -> str | None:
    with suppress(ValueError):
        return date(int(year), int(month), int(day)).isoformat()
    return None
