"""Java's date letters ``y M d H h a m s S E z Z X`` and ``'quoted'``, read and written (csv data import 1.7).

Names of months and days are English, in any case. ``yy`` is 20yy up to 68, then 19yy, whatever the
year of the import, so that a file means the same next year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edu_csv.templating.faults import CallFault
from edu_csv.templating.limits import shown

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_DAY_NAMES = {name.lower() for name in DAYS} | {name[:3].lower() for name in DAYS}
_VALUE_CHARS = 200
_SLIPS = {
    "Y": ('"Y" is the year of the week, which is another one around New Year; the year is "y"', "y"),
    "D": ('"D" is the day of the year; the day of the month is "d"', "d"),
}
_PARTS = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z']+)|(')")


@lru_cache(512)
def parts(pattern: str) -> tuple[tuple[str, str], ...]:
    """(letter, run) for fields, ("", text) for what stands for itself. Raises CallFault for argument 0."""
    if not pattern or len(pattern) > 100:
        raise CallFault(f'"{shown(pattern)}" is no date pattern', 0)
    found: list[tuple[str, str]] = []
    for match in _PARTS.finditer(pattern):
        if match[4]:
            raise CallFault(f'the quote in "{pattern}" is not closed with \'', 0)
        if letter := match[2]:
            if letter in _SLIPS:
                reason, instead = _SLIPS[letter]
                raise CallFault(f'in "{pattern}", {reason}', 0, pattern.replace(letter, instead))
            if letter not in "yMdHhamsSEzZX":
                raise CallFault(f'"{letter}" in "{pattern}" is not one of y M d H h a m s S E z Z X', 0)
            found.append((letter, match[0]))
        elif match[1] is not None:
            found.append(("", match[1].replace("''", "'") or "'"))
        else:
            found.append(("", match[3]))
    return tuple(found)


# Reading -----------------------------------------------------------------------------------------


@lru_cache(512)
def _expression(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The expression of a pattern, and the letter of each of its groups. Raises CallFault.

    No letter stands twice: it would say a thing twice, and many fields of any width could be tried
    against a value in endless ways.
    """
    fields = parts(pattern)
    for place, (letter, _) in enumerate(fields):
        if letter and any(letter == other for other, _ in fields[:place]):
            raise CallFault(f'"{letter}" stands twice in "{pattern}"', 0)
    if sum(letter in ("z", "Z", "X") for letter, _ in fields) > 1:
        raise CallFault(f'"{pattern}" has the zone twice', 0)
    letters = []
    written = []
    for place, (letter, run) in enumerate(fields):
        if not letter:
            written.append(re.escape(run))
            continue
        after = fields[place + 1] if place + 1 < len(fields) else ("", "")
        before = fields[place - 1] if place else ("", "")
        # A number beside a number is as wide as its letters; between separators it may be of any width.
        free = not _numeric(*after) and not _numeric(*before)
        written.append(f"({_field(letter, len(run), free)})")
        letters.append(letter)
    # "UTC" and "PM" in any case, as the names of months and days.
    return re.compile("".join(written), re.IGNORECASE | re.ASCII), tuple(letters)


def _numeric(letter: str, run: str) -> bool:
    if letter:
        return letter in "yHhmsSd" or (letter == "M" and len(run) < 3)
    return run[:1].isdigit() or run[-1:].isdigit()


def _field(letter: str, count: int, free: bool) -> str:
    if letter == "y":
        if count in (1, 2):
            return r"\d{4}|\d{2}" if free else r"\d{2}"
        return rf"\d{{{count}}}"
    if letter == "M" and count > 2:
        return r"[A-Za-z]{3,9}"
    if letter == "S":
        return r"\d{1,9}" if free else rf"\d{{{count}}}"
    if letter in "dHms":
        return r"\d{1,9}" if free else rf"\d{{{count}}}" if count > 1 else r"\d{1,2}"
    if letter in "Mh":
        return r"\d{1,2}" if free or count == 1 else rf"\d{{{count}}}"
    if letter == "a":
        return r"[ap]\.?m\.?"
    if letter == "E":
        return r"[A-Za-z]{3,9}"
    if letter == "z":
        return r"Z|[+-]\d{2}:?\d{2}|(?:GMT|UTC)[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*"
    return r"Z|[+-]\d{2}(?::?\d{2})?"


def check(pattern: str) -> None:
    """Raises CallFault for a pattern that cannot be read by."""
    _expression(pattern)


def read(pattern: str, value: str, zone: tzinfo) -> datetime:
    """The moment, in UTC. A time without zone is one of ``zone``. Raises CallFault.

    A day, hour, minute or second beyond its range rolls over when separators stand around it, as
    templates that glue "/01/1990 00:" behind a count of days expect; a day that the month lacks does not.
    """
    expression, letters = _expression(pattern)
    given = value.strip()
    found = expression.fullmatch(given) if len(given) <= _VALUE_CHARS else None
    moment = found and _moment(letters, found.groups(), zone)
    if not moment:
        raise CallFault(f'"{shown(value)}" does not match "{pattern}"', 1)
    return moment


def _moment(letters: tuple[str, ...], texts: tuple[str, ...], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute, second, micro = 1970, 1, 1, 0, 0, 0, 0
    afternoon: bool | None = None
    for letter, written in zip(letters, texts, strict=True):
        if letter == "y":
            year = int(written)
            if len(written) == 2:
                year += 2000 if year < 69 else 1900
        elif letter == "M":
            month = int(written) if written.isdigit() else _MONTH_NUMBERS.get(written.lower(), 0)
        elif letter == "d":
            day = int(written)
        elif letter == "H":
            hour = int(written)
        elif letter == "m":
            minute = int(written)
        elif letter == "s":
            second = int(written)
        elif letter == "S":
            micro = int(written[:6].ljust(6, "0"))
        elif letter == "h":
            hour = int(written) % 12
            if not 1 <= int(written) <= 12:
                return None
            afternoon = bool(afternoon)
        elif letter == "E":
            if written.lower() not in _DAY_NAMES:
                return None
        elif letter == "a":
            afternoon = written[0] in "pP"
        else:
            given = zone_of(written)
            if given is None:
                return None
            zone = given
    if afternoon and "h" in letters:
        hour += 12
    elif "a" in letters and "h" in letters and not afternoon:
        hour %= 12
    if not (1 <= month <= 12 and 1 <= year <= 9999 and day >= 1):
        return None
    if day <= 31 and day > monthrange(year, month)[1]:
        return None
    try:
        if day <= 31 and hour < 24 and minute < 60 and second < 60:
            local = datetime(year, month, day, hour, minute, second, micro, zone)
        else:
            # The wall clock rolls over; the zone is put to what comes out.
            rolled = datetime(year, month, 1, microsecond=micro) + timedelta(  # noqa: DTZ001 still no zone
                days=day - 1, hours=hour, minutes=minute, seconds=second
            )
            local = rolled.replace(tzinfo=zone)
        return local if zone is UTC else local.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_SHORT_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip


def zone_of(name: str) -> tzinfo | None:
    """``Z``, ``+02:00``, ``GMT+2``, ``CEST``, ``Europe/Berlin``; None when it is none of these."""
    return _zone_of(name) if len(name) <= 64 else None


@lru_cache(1024)
def _zone_of(name: str) -> tzinfo | None:
    if name.upper() in _SHORT_ZONES:
        hours = _SHORT_ZONES[name.upper()]
        return UTC if hours == 0 else timezone(timedelta(hours=hours))
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes > 18 * 60 or int(found[3] or 0) > 59:
            return None
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    return named_zone(name)


@lru_cache(1024)
def named_zone(name: str) -> ZoneInfo | None:
    """A zone of the IANA's data, by its exact name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


# Writing -----------------------------------------------------------------------------------------


def write(pattern: str, moment: datetime) -> str:
    """A moment by a pattern, in the moment's own zone. Raises CallFault for the pattern."""
    return "".join([_WRITERS[letter](moment, len(run)) if letter else run for letter, run in parts(pattern)])


def _zone_name(moment: datetime, count: int) -> str:
    name = moment.tzname() or ""
    return name if name.isalpha() else f"GMT{_offset(moment, ':')}"


def _offset(moment: datetime, between: str, short: bool = False) -> str:
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours:02d}" if short and not rest else f"{sign}{hours:02d}{between}{rest:02d}"


def _iso_offset(moment: datetime, count: int) -> str:
    if not moment.utcoffset():
        return "Z"
    return _offset(moment, ":" if count > 2 else "", short=count == 1)


def _year(moment: datetime, count: int) -> str:
    return f"{moment.year % 100:02d}" if count == 2 else f"{moment.year:0{count}d}"


def _month(moment: datetime, count: int) -> str:
    if count > 2:
        name = MONTHS[moment.month - 1]
        return name[:3] if count == 3 else name
    return f"{moment.month:0{count}d}"


_WRITERS: dict[str, Callable[[datetime, int], str]] = {
    "y": _year,
    "M": _month,
    "d": lambda moment, count: f"{moment.day:0{count}d}",
    "H": lambda moment, count: f"{moment.hour:0{count}d}",
    "h": lambda moment, count: f"{(moment.hour + 11) % 12 + 1:0{count}d}",
    "a": lambda moment, count: "PM" if moment.hour > 11 else "AM",
    "m": lambda moment, count: f"{moment.minute:0{count}d}",
    "s": lambda moment, count: f"{moment.second:0{count}d}",
    "S": lambda moment, count: f"{moment.microsecond:06d}".ljust(count, "0")[:count],
    "E": lambda moment, count: DAYS[moment.weekday()] if count > 3 else DAYS[moment.weekday()][:3],
    "z": _zone_name,
    "Z": lambda moment, count: _offset(moment, ""),
    "X": _iso_offset,
}
