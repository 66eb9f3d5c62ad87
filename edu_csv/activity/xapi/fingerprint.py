"""Whether two statements with one id say the same (xapi.md 3): their canonical texts' hashes tell.

Left out: what a store may set (``id``, ``stored``, ``authority``, ``version``; ``timestamp``, which is compared
on its own when both sides gave one), the verb's ``display``, activities' definitions, and an ``objectType``
that says what its absence says. Made one: the order of members and names, Activity or list of one, ways to
write a number, a time, a domain, a UUID or a SHA-1. All else counts, durations as texts.

A stored fingerprint is compared with those of later years: what comes out here must never change.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from edu_csv.activity.xapi.identity import lowered
from edu_csv.activity.xapi.texts import moment

_EXACT = 2**53
_SMALL = 0.001
_LARGE = 2**63
_LEFT_OUT = frozenset(("id", "stored", "authority", "version", "timestamp"))


def fingerprint(statement: dict[str, Any]) -> bytes:
    """The 32 bytes that a valid statement shares with every equal one."""
    return sha256(written(_statement(statement))).digest()


def written(value: Any) -> bytes:
    """JSON without blanks, names in the order of their code points."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _statement(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in value.items():
        if name == "actor":
            found[name] = _actor(item)
        elif name == "verb":
            found[name] = item["id"]
        elif name == "object":
            found[name] = _object(item)
        elif name == "context":
            found[name] = _context(item)
        elif name not in _LEFT_OUT:
            found[name] = plain(item)
    return found


def _object(value: dict[str, Any]) -> dict[str, Any]:
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return {"id": value["id"]}
    if kind == "StatementRef":
        return {"objectType": kind, "id": value["id"].lower()}
    if kind == "SubStatement":
        inner = _statement(value)
        # Its own timestamp is no matter of the store: it counts.
        if "timestamp" in value:
            inner["timestamp"] = _time(value["timestamp"])
        return inner
    return {**_actor(value), "objectType": kind}


def _actor(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in value.items():
        if name == "mbox":
            found[name] = lowered(item)
        elif name == "mbox_sha1sum":
            found[name] = item.lower()
        elif name == "member":
            found[name] = sorted(map(_actor, item), key=written)
        elif name != "objectType" or item != "Agent":
            found[name] = item
    return found


def _context(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in value.items():
        if name == "contextActivities":
            found[name] = {
                key: [activity["id"] for activity in (listed if isinstance(listed, list) else (listed,))]
                for key, listed in item.items()
            }
        elif name in ("instructor", "team"):
            found[name] = _actor(item)
        elif name == "registration":
            found[name] = item.lower()
        elif name == "statement":
            found[name] = item["id"].lower()
        elif name == "extensions":
            found[name] = plain(item)
        else:
            found[name] = item
    return found


def plain(value: Any) -> Any:
    """The value with each number written in one way: 1.0, 1e0 and 1 as 1, -0.0 as 0."""
    kind = value.__class__
    if kind is dict:
        return {name: plain(item) for name, item in value.items()}
    if kind is list:
        return [plain(item) for item in value]
    if kind is float:
        if not value.is_integer():
            # 1e-07 or 1e-7: how these are written must not hang on the version of a library.
            return orjson.Fragment(repr(value)) if -_SMALL < value < _SMALL else value
        # Beyond 2**53 a float is not the number that was written: its shortest decimals are.
        value = int(value) if -_EXACT < value < _EXACT else int(Decimal(repr(value)))
        kind = int
    if kind is int and not -_LARGE <= value < _LARGE:
        return orjson.Fragment(str(value))
    return value


def _time(text: str) -> str:
    at = moment(text)
    return text if at is None else at.isoformat(timespec="milliseconds")
