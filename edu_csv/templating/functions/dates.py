"""Date-times and durations (csv data import 1.5, 1.7): they go out in UTC, three decimals, ``Z``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from edu_csv.templating.date_patterns import check, named_zone, parts, read, write, zone_of
from edu_csv.templating.faults import CallFault
from edu_csv.templating.functions.numeric import decimal, printed, whole
from edu_csv.templating.functions.registry import Setting, function
from edu_csv.templating.limits import shown
from edu_csv.templating.values import Value, text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = Decimal(10) ** 11
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE | re.ASCII,
)
_OWN_PATTERNS = frozenset(("ISO", "s", "S"))


def iso(moment: datetime) -> str:
    """``2025-09-03T14:05:30.000Z``, of a moment in UTC."""
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"


def _read_iso(value: str, zone: tzinfo) -> datetime | None:
    found = _ISO.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    given = zone_of(offset.upper()) if offset else zone
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "")[:6].ljust(6, "0")),
            given,
        )
        return local.astimezone(UTC) if given is not None else None
    except (ValueError, OverflowError):
        return None


def moment_of(value: Value, zone: tzinfo, argument: int) -> datetime:
    """A date-time as our own functions write it, or any other of ISO 8601. Raises CallFault."""
    found = _read_iso(text(value), zone)
    if found is None:
        raise CallFault(f'"{shown(text(value))}" is not a date-time such as 2025-09-03T14:05:30Z', argument)
    return found


def _unix(value: Value, by_size: bool, argument: int) -> datetime:
    stamp = decimal(value, argument)
    milliseconds = stamp if by_size and abs(stamp) >= _MILLISECONDS_FROM else stamp * 1000
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds.to_integral_value(ROUND_FLOOR)))
    except OverflowError:
        raise CallFault(f'"{shown(text(value))}" is no time that can be written', argument) from None


def _check_pattern(pattern: str) -> None:
    if pattern not in _OWN_PATTERNS:
        check(pattern)


@function(
    "toDateTime pattern value",
    'A date-time by a Java pattern, to ISO 8601; "ISO" reads that, "s" and "S" a Unix stamp.',
    setting=True,
    remembered=True,
    checks={0: _check_pattern},
)
def to_date_time(setting: Setting, pattern: Value, value: Value) -> Value:
    letters, given = text(pattern), text(value)
    if letters not in _OWN_PATTERNS:
        return iso(read(letters, given, setting.zone))
    if letters != "ISO":
        try:
            return iso(_unix(given, letters == "S", 1))
        except CallFault:
            raise CallFault(f'"{shown(given)}" does not match "{letters}", a Unix stamp', 1) from None
    found = _read_iso(given, setting.zone)
    if found is None:
        raise CallFault(f'"{shown(given)}" does not match "ISO", as in 2025-09-03T14:05:30Z', 1)
    return iso(found)


@function(
    "unixTime value",
    "A Unix stamp, in seconds or (from 10^11) milliseconds, to a date-time.",
    remembered=True,
)
def unix_time(value: Value) -> Value:
    return iso(_unix(value, True, 0))


@function(
    "excelDate value", "Excel's count of days since 1900 to a date-time.", setting=True, remembered=True
)
def excel_date(setting: Setting, value: Value) -> Value:
    days = decimal(value, 0)
    # Excel has a 29 February 1900, its day 60, which never was.
    if days < 1 or 60 <= days < 61:
        raise CallFault(f'"{shown(text(value))}" is no day of Excel', 0)
    first = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)  # noqa: DTZ001 a wall clock so far
    milliseconds = int((days * 86_400_000).to_integral_value(ROUND_HALF_UP))
    try:
        local = (first + timedelta(milliseconds=milliseconds)).replace(tzinfo=setting.zone)
        return iso(local.astimezone(UTC))
    except OverflowError:
        raise CallFault(f'"{shown(text(value))}" is no time that can be written', 0) from None


# Adding ------------------------------------------------------------------------------------------

_MILLISECONDS = {
    "millisecond": 1,
    "second": 1_000,
    "minute": 60_000,
    "hour": 3_600_000,
    "day": 86_400_000,
    "week": 604_800_000,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _unit(unit: str) -> str:
    singular = unit.strip().lower().removesuffix("s")
    if singular not in _MILLISECONDS and singular not in _MONTHS:
        raise CallFault(f'"{shown(unit)}" is not one of {", ".join([*_MILLISECONDS, *_MONTHS])}', 2)
    return singular


def _moved(moment: datetime, amount: Value, unit: str, sign: int) -> datetime:
    try:
        if months := _MONTHS.get(unit):
            return _months_later(moment, sign * months * whole(amount, 1))
        milliseconds = decimal(amount, 1) * _MILLISECONDS[unit] * sign
        return moment + timedelta(milliseconds=int(milliseconds.to_integral_value(ROUND_HALF_UP)))
    except (OverflowError, ValueError):
        raise CallFault("the result is no time that can be written") from None


def _months_later(moment: datetime, months: int) -> datetime:
    """The end of a month stays one: 31 January and a month is 28 or 29 February."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


@function(
    "datePlus value amount unit", "So much later: datePlus (…) 90 minutes.", setting=True, checks={2: _unit}
)
def date_plus(setting: Setting, value: Value, amount: Value, unit: Value) -> Value:
    return iso(_moved(moment_of(value, setting.zone, 0), amount, _unit(text(unit)), 1))


@function("dateMinus value amount unit", "So much earlier.", setting=True, checks={2: _unit})
def date_minus(setting: Setting, value: Value, amount: Value, unit: Value) -> Value:
    return iso(_moved(moment_of(value, setting.zone, 0), amount, _unit(text(unit)), -1))


@function("toDuration milliseconds", "Milliseconds to an ISO 8601 duration.", remembered=True)
def to_duration(milliseconds: Value) -> Value:
    """Hours are not folded into days; rounded half up to a hundredth of a second (csv data import 1.7)."""
    given = decimal(milliseconds, 0)
    if given < 0:
        raise CallFault(f'"{shown(text(milliseconds))}" is less than 0', 0)
    hundredths = int((given / 10).to_integral_value(ROUND_HALF_UP))
    seconds, rest = divmod(hundredths, 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    written = f"{hours}H" if hours else ""
    if minutes:
        written += f"{minutes}M"
    if seconds or rest or not written:
        written += f"{printed(Decimal(seconds * 100 + rest) / 100)}S"
    return f"PT{written}"


# Writing -----------------------------------------------------------------------------------------

_STYLES = {"full": "EEEE, MMMM d, y", "long": "MMMM d, y", "medium": "MMM d, y", "short": "M/d/yy"}


def _check_style(pattern: str) -> None:
    parts(_STYLES.get(pattern, pattern))


def _zone(name: Value, otherwise: tzinfo) -> tzinfo:
    if name is None:
        return otherwise
    zone = zone_of(text(name))
    if zone is None:
        raise CallFault(f'"{shown(text(name))}" is no time zone such as Europe/Berlin')
    return zone


def _check_written(pattern: str) -> None:
    try:
        _check_style(pattern)
    except CallFault as fault:
        raise CallFault(fault.message, 1, fault.suggestion) from None


@function(
    "dateFormat value [pattern] tz=",
    "A date-time by a Java pattern, or full, long, medium, short; in the template's zone or tz.",
    setting=True,
    remembered=True,
    checks={1: _check_written},
)
def date_format(setting: Setting, value: Value, pattern: Value = "medium", tz: Value = None) -> Value:
    moment = moment_of(value, setting.zone, 0)
    _check_written(text(pattern))
    return _written(moment, text(pattern), _zone(tz, setting.zone))


def _written(moment: datetime, pattern: str, zone: tzinfo) -> str:
    try:
        return write(_STYLES.get(pattern, pattern), moment.astimezone(zone))
    except OverflowError:
        raise CallFault("it is no time that can be written there", 0) from None


def _now_warning(_arguments: int) -> str:
    return "With the time of the import in it, the same file gives something else each time it is sent."


@function(
    "now [pattern] tz=",
    "The time of the import; in ISO 8601, or by a Java pattern.",
    setting=True,
    settled=False,
    checks={0: _check_style},
    warning=_now_warning,
)
def now(setting: Setting, pattern: Value = None, tz: Value = None) -> Value:
    if pattern is None and tz is None:
        return iso(setting.now)
    return _written(setting.now, "medium" if pattern is None else text(pattern), _zone(tz, setting.zone))


def known_zone(name: str) -> tzinfo:
    """The template's zone. Raises ValueError when the IANA does not know it."""
    zone = UTC if name == "UTC" else named_zone(name)
    if zone is None:
        raise ValueError(f'"{name}" is no time zone')
    return zone
