"""The formatted texts of a statement: UUID, IRI, e-mail, date-time, duration, language tag, media type.

The patterns are those of xapi.md 2.7, which agree with the 950 template cases of the official tests. Each
matches a whole text, and digits are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

_UUID = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
)
# Beyond 2.7, no control characters in these two: RFC 3987 has none, and PostgreSQL keeps no NUL.
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>"{}|\\^`\x00-\x1f\x7f-\x9f]+')
_MBOX = re.compile(
    r"mailto:[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s.\x00-\x1f\x7f-\x9f]+(?:\.[^@\s.\x00-\x1f\x7f-\x9f]+)*"
)
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    r"P(?:"
    rf"{_NUMBER}W|(?=[0-9T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(?:([Zz])|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)
# The grammar of RFC 5646 2.1, with the "irregular" tags that fit none of its rules; capitals are the same tag.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|en-gb-oed|sgn-be-fr|sgn-be-nl|sgn-ch-de"
    r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)",
    re.IGNORECASE | re.ASCII,
)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+\-]+/[\w!#$&^.+\-]+(?:\s*;.*)?", re.ASCII)
_VERSION = re.compile(r"1\.0(?:\..*)?")

_MOST_KNOWN = 20_000


class _Known(set[str]):
    """Texts of one kind found good before: the same few IRIs stand in every statement of a file.

    Bounded by beginning anew, so that a long-lived process does not gather the texts of all its requests.
    """

    def __init__(self, judge: Callable[[str], bool]) -> None:
        super().__init__()
        self._judge = judge

    def judge(self, text: str) -> bool:
        if not self._judge(text):
            return False
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self.add(text)
        return True


def _language(text: str) -> bool:
    if not _LANGUAGE.fullmatch(text):
        return False
    # RFC 5646 2.2.6: a singleton occurs once, and what follows "x" is private.
    public, _, _ = f"-{text.lower()}-".partition("-x-")
    singletons = [part for part in public.split("-") if len(part) == 1]
    return len(singletons) == len(set(singletons))


KNOWN_IRIS = _Known(lambda text: _IRI.fullmatch(text) is not None)
KNOWN_LANGUAGES = _Known(_language)


def is_uuid(text: str) -> bool:
    """X-11: 8-4-4-4-12 hexadecimal digits of the RFC's variant, versions 1 to 8; so the nil UUID is none."""
    return _UUID.fullmatch(text) is not None


def is_iri(text: str) -> bool:
    """X-94: with a scheme and something after it; not looked up."""
    return text in KNOWN_IRIS or KNOWN_IRIS.judge(text)


def is_mbox(text: str) -> bool:
    """X-21: ``mailto:`` and an address."""
    return _MBOX.fullmatch(text) is not None


def is_sha1(text: str) -> bool:
    """X-22: 40 hexadecimal digits."""
    return _SHA1.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    """X-92: ``PnYnMnDTnHnMnS`` or ``PnW``, a fraction in the last number only."""
    if not _DURATION.fullmatch(text):
        return False
    # A fraction in another than the last number leaves a second number behind it.
    _, mark, rest = text.replace(",", ".").partition(".")
    return not mark or rest[:-1].isdigit()


def is_language(text: str) -> bool:
    """X-93: well-formed after RFC 5646; not looked up."""
    return text in KNOWN_LANGUAGES or KNOWN_LANGUAGES.judge(text)


def is_media_type(text: str) -> bool:
    """X-96: type, slash, subtype, parameters or none."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """X-12: 1.0, or begins with "1.0."."""
    return _VERSION.fullmatch(text) is not None


def moment(text: str) -> datetime | None:
    """X-90: the time that an ISO 8601 date-time tells, in UTC, to the microsecond; None when it is none.

    Without a zone it is UTC, and second 60 is the first of the next minute (both OUR, A4). Digits after
    the sixth of a fraction are cut. A time that UTC has no year 1 to 9999 for is none.
    """
    found = _DATETIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, zone_hours, zone_minutes = found.groups()
    leap = second == "60"
    try:
        at = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            59 if leap else int(second or 0),
            int(fraction[:6].ljust(6, "0")) if fraction else 0,
            UTC if sign is None else _zone(sign, int(zone_hours), int(zone_minutes or 0)),
        )
        if leap:
            at += timedelta(seconds=1)
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(sign: str, hours: int, minutes: int) -> timezone:
    """Raises ValueError for what is no offset: 24 hours, 60 minutes, and all ways to write minus nothing."""
    if hours > 23 or minutes > 59 or (sign == "-" and not hours and not minutes):
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if sign == "+" else -offset)
