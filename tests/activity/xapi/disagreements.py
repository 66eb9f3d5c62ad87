"""Where npm's @learninglocker/xapi-validation and we judge a statement differently, and why.

Two lists: what it lets pass and the standard (or our reading where that is silent) forbids, told by each of
our faults; and what it refuses although the standard allows it, told by each of its warnings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edu_csv.activity.xapi import Fault


@dataclass(frozen=True)
class Passed:
    """It lets pass what we refuse: faults of these rules whose value is like this."""

    name: str
    rules: tuple[str, ...]
    why: str
    like: Callable[[Any], bool] = lambda value: True

    def explains(self, fault: Fault) -> bool:
        return fault.rule in self.rules and self.like(fault.value)


@dataclass(frozen=True)
class Refused:
    """It refuses what we take: its warning, at a property of these names, about a value like this."""

    name: str
    warning: str
    at: tuple[str, ...]
    why: str
    like: Callable[[Any], bool]

    def explains(self, warning: str, path: list[str], value: Any) -> bool:
        return warning == self.warning and path[-1] in self.at and self.like(value)


def _text(pattern: str) -> Callable[[Any], bool]:
    found = re.compile(pattern)
    return lambda value: isinstance(value, str) and found.fullmatch(value) is not None


_IRI_NAMES = ("id", "type", "moreInfo", "openid", "homePage", "usageType", "fileUrl", "extensions")

PASSED = (
    Passed(
        "an IRI that is none",
        ("X-94", "X-95"),
        "it asks for letters, digits or _ and a colon at the beginning, and for nothing behind them: a scheme begins "
        "with a letter and has no _, and blanks, brackets, quotes and control characters stand in no IRI (RFC 3987)",
        _text(r"(?s:[0-9_].*|\w*_\w*:.*|\w+:|.*[\s\x00-\x1f<>\"{}|\\^`].*)"),
    ),
    Passed(
        "an empty id of a component, an empty account name",
        ("X-06",),
        "an identifier that is empty identifies nothing (our reading, A6)",
        lambda value: value == "",
    ),
    Passed("two components with one id", ("X-56",), "ids must differ within their list (Data 2.4.4.1)"),
    Passed("a Group as member", ("X-28",), "members of a Group are Agents (Data 2.4.2.2)"),
    Passed(
        "a team that does not say it is a Group",
        ("X-25",),
        "it takes `objectType` as optional there; without it an actor is an Agent",
        lambda value: value is None,
    ),
    Passed(
        "a StatementRef that does not say so",
        ("X-60",),
        "`objectType` is required (Data 2.4.4.3); it asks only where the object is told by it",
        lambda value: value is None,
    ),
    Passed(
        "an empty objectType",
        ("X-06",),
        "it takes an empty text for an absent one",
        lambda value: value == "",
    ),
    Passed(
        "mailto in capitals, an empty part of a domain",
        ("X-21",),
        "the form is `mailto:` and an address; two full stops in a row end no name of a host",
        _text(r"mailto:.*(@\.|\.\.|\.@|\.-|-).*|(?i:mailto):.*"),
    ),
    Passed("a SHA-1 that is cut", ("X-22",), "it takes 5 to 40 digits; a SHA-1 has 40", _text("[0-9a-fA-F]{5,39}")),
    Passed(
        "a UUID in braces, with a comma, nil, or of no version",
        ("X-11",),
        "the form is 8-4-4-4-12, the variant's digit is one of 8 9 a b, and versions are 1 to 8 (A1)",
        _text(r"\{?[0-9a-fA-F-]+\}?|[0-9a-fA-F-]+-,[0-9a-fA-F-]+"),
    ),
    Passed(
        "a date without time, a day that no month has, the form without hyphens, hours alone",
        ("X-90",),
        "a timestamp has date and time and is a moment of the calendar; the basic form and times without "
        "minutes are refused (A4)",
        _text(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(T.*)?"),
    ),
    Passed(
        "weeks among other parts, a sign, a T with nothing behind it",
        ("X-92",),
        "weeks stand alone, ISO 8601 knows no sign, and T is followed by a time",
        _text(r"-?P.*"),
    ),
    Passed(
        "a language tag that is none",
        ("X-93",),
        "a singleton once and followed by 2 to 8 characters, variants of 4 begin with a digit, languages of "
        "more than 3 letters have no extension by 3 (RFC 5646 2.1)",
        _text("[A-Za-z0-9-]+"),
    ),
    Passed("min equal to max", ("X-74",), "min is less than max (Data 2.4.5.1)"),
    Passed("a negative length", ("X-96",), "a length counts bytes", lambda value: isinstance(value, int | float)),
)  # fmt: skip

REFUSED = (
    Refused(
        "a scheme with + - or .",
        "TypeWarning",
        _IRI_NAMES,
        "RFC 3986 allows them: git+ssh:, view-source:",
        _text(r"[A-Za-z][A-Za-z0-9]*[+.\-][A-Za-z0-9+.\-]*:.+"),
    ),
    Refused(
        "an address with other characters, a domain without dot or ending in digits",
        "TypeWarning",
        ("mbox",),
        "local parts may hold ! { and letters of all scripts, domains too, and hosts of one name exist (A3)",
        _text(r"mailto:[^@\s]+@[^@\s]+"),
    ),
    Refused(
        "a time without zone, with +0200, +02, z, second 60, a comma, or half an hour west",
        "TypeWarning",
        ("timestamp", "stored"),
        "ISO 8601 allows a comma, leap seconds and -00:30; a missing zone is UTC (A4), and a zone without colon "
        "or in small letters leaves no doubt",
        _text(
            r"[0-9-]{10}T[0-9:]{5,8}([.,][0-9]+)?|.*[+-][0-9]{2}([0-9]{2})?|.*z|.*:60Z|.*[+-]00:[0-9]{2}|.*,[0-9]+.*"
        ),
    ),
    Refused(
        "a fraction in another part than the seconds, a comma",
        "TypeWarning",
        ("duration",),
        "ISO 8601 allows one in the last part, with a comma too",
        _text(r"P.*([.,][0-9]+[YMDWH]|,[0-9]+S)"),
    ),
    Refused(
        "a version that goes on after 1.0.",
        "TypeWarning",
        ("version",),
        "whatever begins with 1.0. is taken (Data 2.4.10)",
        _text(r"1\.0\..*"),
    ),
    Refused(
        "a media type of another kind, a parameter in quotes",
        "TypeWarning",
        ("contentType",),
        "it knows nine kinds, and font is a tenth; RFC 2045 allows quotes",
        _text(r"[^/]+/.+"),
    ),
    Refused(
        "a name of a Group as authority",
        "RestrictedKeysWarning",
        ("authority",),
        "a Group without identifier has objectType, name and member (Data 2.4.2.2)",
        lambda value: "name" in value and set(value) <= {"objectType", "name", "member"},
    ),
)  # fmt: skip
