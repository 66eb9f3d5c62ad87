"""Cell values as text: what the spreadsheet shows, in forms that do not depend on the country.

A workbook stores dates as numbers of days; only the cell's number format tells them from numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_WHOLE = re.compile(r"-?\d+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What a number format says literally: "text", \x, _x (width of x), *x (fill with x), [Red], [$-409].
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].?|\[(?!h+\]|m+\]|s+\])[^\]]*\]?', re.I)
_ELAPSED = re.compile(r"\[([hms])+\]", re.I)
_HALF_DAY = re.compile(r"AM/PM|A/P", re.I)
_MILLISECONDS = 86_400_000
_END = 2_958_466
"""The day after the last of the year 9999; from 1904 on the calendar ends four years earlier."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a number format makes of a number: a day, a time of day, both, or a number of so many digits."""

    date: bool = False
    time: bool = False
    elapsed: bool = False
    digits: int = 0


GENERAL = NumberFormat()
_DATE = NumberFormat(date=True)
_TIME = NumberFormat(time=True)
_DATE_TIME = NumberFormat(date=True, time=True)
# ECMA-376 part 1, 18.8.30, with the East Asian ones.
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), _DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), _TIME),
    22: _DATE_TIME,
    46: NumberFormat(time=True, elapsed=True),
}


def built_in_format(number: int) -> NumberFormat:
    """The format of an id that workbooks do not spell out."""
    return _BUILT_IN.get(number, GENERAL)


def number_format(code: str) -> NumberFormat:
    """The format that a code such as ``yyyy\\-mm\\-dd hh:mm;@`` describes."""
    code = _LITERAL.sub("", code).partition(";")[0]
    if code and not code.strip("0"):
        return NumberFormat(digits=len(code))
    elapsed = _ELAPSED.search(code) is not None
    half_day = _HALF_DAY.search(code) is not None
    letters = set(_HALF_DAY.sub("", code).lower())
    if "general" in code.lower():
        return GENERAL
    time = elapsed or half_day or bool(letters & {"h", "s"})
    date = not elapsed and (bool(letters & {"y", "d"}) or ("m" in letters and not time))
    return NumberFormat(date=date, time=time, elapsed=elapsed)


def number_text(raw: str, style: NumberFormat, *, since_1904: bool) -> str:
    """The text of a stored number; ``raw`` itself when it is none."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(value):
        return raw
    if style.date or style.time:
        shown = _moment(value, style, since_1904=since_1904)
        if shown is not None:
            return shown
    if _WHOLE.fullmatch(raw):
        text = raw
    elif value.is_integer() and abs(value) < 1e21:
        text = str(int(value))
    else:
        # As many digits as the spreadsheet keeps: 0.1 + 0.2 is 0.3 there.
        text = format(value, ".15g")
    if style.digits and text.isdigit():
        return text.zfill(style.digits)
    return text


def _moment(days: float, style: NumberFormat, *, since_1904: bool) -> str | None:
    """ISO 8601 of a day count: day, time or both; None when it is no moment of the calendar."""
    milliseconds = round(days * _MILLISECONDS)
    if not 0 <= milliseconds < _END * _MILLISECONDS:
        return None
    days = milliseconds / _MILLISECONDS
    if style.elapsed:
        return _clock(milliseconds)
    if not style.date:
        return _clock(milliseconds % _MILLISECONDS)
    if since_1904:
        if milliseconds >= (_END - 1_462) * _MILLISECONDS:
            return None
        zero = datetime(1904, 1, 1, tzinfo=UTC)
    elif days >= 61:
        zero = datetime(1899, 12, 30, tzinfo=UTC)
    elif days < 60:
        zero = datetime(1899, 12, 31, tzinfo=UTC)
    else:
        return None  # 29 February 1900, which Excel believes in
    day = (zero + timedelta(milliseconds=milliseconds)).date().isoformat()
    # Programs write plain days as midnights, too; that is how ISO cells are read as well.
    has_time = style.time and milliseconds % _MILLISECONDS
    return f"{day}T{_clock(milliseconds % _MILLISECONDS)}" if has_time else day


def _clock(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    return f"{text}.{fraction:03d}" if fraction else text


def iso_text(raw: str) -> str:
    """The text of a cell that stores its moment as ISO 8601 (type ``d``), midnight left out."""
    return raw.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00")


def unescaped(text: str) -> str:
    """Text with characters that XML cannot hold, stored as ``_x000D_``, put back.

    The very same object when there is nothing to put back. Half a pair of UTF-16 stays a surrogate.
    """
    if "_x" not in text or not _ESCAPED.search(text):
        return text
    put_back = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return put_back.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
