"""Checks of single values, and of objects name by name; the parts all others are made of.

A check takes (value, path, faults) and notes every fault it finds. Types are asked of the class itself:
what JSON gives has exactly these classes, and ``True`` is then no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from edu_csv.activity.xapi import texts
from edu_csv.activity.xapi.faults import Faults, Path, add

Check: TypeAlias = Callable[[Any, Path, Faults], None]
Checks: TypeAlias = Mapping[str, Check]

AN_IRI = "must be an IRI with its scheme, such as https://example.edu/media/v-17"
A_LANGUAGE = "must be a language tag such as en or de-CH"
A_UUID = "must be a UUID such as 40af2f58-0552-4142-97e8-c8ce533fe0e0"
A_TIME = "must be a date and time such as 2025-09-03T14:05:30.000Z"
NOT_NULL = "must not be null; leave it out when there is nothing to say"


def wrong(value: Any, path: Path, faults: Faults, rule: str, text: str) -> None:
    """Note a value that is not what it must be: null (X-02), of another type (X-05), empty (X-06) or bad."""
    if value is None:
        add(faults, "X-02", path, f"{text}, and never null", None)
    elif value.__class__ is not str:
        add(faults, "X-05", path, text, value)
    else:
        add(faults, rule if value else "X-06", path, text, value)


def formatted(judge: Callable[[str], bool], rule: str, text: str) -> Check:
    """The check of a formatted text."""

    def check(value: Any, path: Path, faults: Faults) -> None:
        if value.__class__ is not str or not judge(value):
            wrong(value, path, faults, rule, text)

    return check


uuid = formatted(texts.is_uuid, "X-11", A_UUID)
mbox = formatted(texts.is_mbox, "X-21", 'must be "mailto:" and an e-mail address')
sha1 = formatted(
    texts.is_sha1, "X-22", 'must be 40 hexadecimal digits, the SHA-1 of "mailto:" and the address'
)
version = formatted(texts.is_version, "X-12", "must be 1.0 or begin with 1.0.")
date_time = formatted(lambda text: texts.moment(text) is not None, "X-90", A_TIME)
duration = formatted(texts.is_duration, "X-92", "must be a duration such as PT30S, PT1M30.25S or P4W")
media_type = formatted(texts.is_media_type, "X-96", "must be a media type such as text/plain")
language = formatted(texts.is_language, "X-93", A_LANGUAGE)


def iri(value: Any, path: Path, faults: Faults) -> None:
    """X-94."""
    if value.__class__ is not str or not (value in texts.KNOWN_IRIS or texts.KNOWN_IRIS.judge(value)):
        wrong(value, path, faults, "X-94", AN_IRI)


def text(value: Any, path: Path, faults: Faults) -> None:
    """Any text, the empty one too (A6)."""
    if value.__class__ is not str:
        wrong(value, path, faults, "X-05", "must be a text")


def boolean(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is not bool:
        _plain(value, path, faults, "must be true or false, without quotes")


def number(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is not float and value.__class__ is not int:
        _plain(value, path, faults, "must be a number, without quotes")
    elif value - value != 0:
        # NaN and the infinities, which a lenient reader may have let through.
        add(faults, "X-08", path, "must be a finite number", str(value))


def size(value: Any, path: Path, faults: Faults) -> None:
    """The ``length`` of an attachment (X-96); 5.0 is the same number as 5."""
    if value.__class__ is not int and not (value.__class__ is float and value.is_integer()):
        _plain(value, path, faults, "must be a whole number of bytes, without quotes")
    elif value < 0:
        add(faults, "X-96", path, "must be 0 or more bytes", value)


def _plain(value: Any, path: Path, faults: Faults, expected: str) -> None:
    if value is None:
        add(faults, "X-02", path, f"{expected}, and never null", None)
    else:
        add(faults, "X-05", path, expected, value)


def language_map(value: Any, path: Path, faults: Faults) -> None:
    """X-93: language tag → text."""
    if value.__class__ is not dict:
        _plain(value, path, faults, 'must be an object of language tags and texts, such as {"en":"answered"}')
        return
    known = texts.KNOWN_LANGUAGES
    for tag, words in value.items():
        if tag not in known and not known.judge(tag):
            add(faults, "X-93" if tag else "X-06", (path, tag), f"{A_LANGUAGE}, as each name here", tag)
        if words.__class__ is not str:
            wrong(words, (path, tag), faults, "X-05", "must be a text")


def extensions(value: Any, path: Path, faults: Faults) -> None:
    """X-95: names are IRIs, and no value is ever refused."""
    if value.__class__ is not dict:
        _plain(value, path, faults, "must be an object whose names are IRIs")
        return
    known = texts.KNOWN_IRIS
    for key in value:
        if key not in known and not known.judge(key):
            add(faults, "X-95" if key else "X-06", (path, key), f"{AN_IRI}, as each name here", key)


def fixed(expected: str) -> Check:
    """A value that is always the same: ``objectType`` where the kind is settled (X-04)."""
    said = f'must be "{expected}"'

    def check(value: Any, path: Path, faults: Faults) -> None:
        if value != expected:
            wrong(value, path, faults, "X-04", said)

    return check


def a_list(value: Any, path: Path, faults: Faults, expected: str) -> bool:
    """Whether it is one; notes the fault when not."""
    if value.__class__ is list:
        return True
    _plain(value, path, faults, f"must be a list of {expected}")
    return False


def an_object(value: Any, path: Path, faults: Faults, expected: str) -> bool:
    """Whether it is one; notes the fault when not."""
    if value.__class__ is dict:
        return True
    _plain(value, path, faults, f"must be {expected}, as an object")
    return False


def names(value: dict[str, Any], path: Path, faults: Faults, checks: Checks, what: str) -> None:
    """Each property by its own check; one that the standard does not name is a fault (X-03)."""
    for name, item in value.items():
        check = checks.get(name)
        if check is None:
            unknown(name, item, path, faults, checks, what)
        else:
            check(item, (path, name), faults)


def unknown(name: str, item: Any, path: Path, faults: Faults, allowed: Iterable[str], what: str) -> None:
    """Note a property that has no place here; in other letters only, X-04."""
    known = list(allowed)
    for right in known:
        if right.lower() == name.lower():
            add(faults, "X-04", (path, name), f'must be written "{right}"', item)
            return
    add(faults, "X-03", (path, name), f"is no property of {what}, which has {', '.join(known)}", item)


def needs(
    value: dict[str, Any], name: str, path: Path, faults: Faults, rule: str, text: str = "must be there"
) -> None:
    """A property that must be there."""
    if name not in value:
        add(faults, rule, (path, name), text, None)
