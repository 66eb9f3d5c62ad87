"""A valid statement made ready for the store: everything that is asked of it later, worked out once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from edu_csv.activity.xapi.fingerprint import fingerprint
from edu_csv.activity.xapi.statements import VOIDED
from edu_csv.activity.xapi.terms import terms_of
from edu_csv.activity.xapi.texts import moment


@dataclass(slots=True)
class Prepared:
    """What the store keeps of one statement.

    fingerprint: 32 bytes, equal for equal statements (xapi.md 3), the timestamp aside; timestamp: as sent,
    in UTC and cut to the millisecond, None when none was sent; verb: its IRI; refers_to: the statement that
    a StatementRef as object names; terms: 64-bit numbers, ascending, without those of the authority;
    body: what was sent as JSON without blanks, UTF-8. A NUL inside a text stands there as ``\\u0000``.
    """

    id: UUID
    fingerprint: bytes
    timestamp: datetime | None
    verb: str
    refers_to: UUID | None
    is_voiding: bool
    terms: list[int]
    body: bytes


def prepare(statement: dict[str, Any]) -> Prepared:
    """A statement without faults and with an ``id``, made ready."""
    verb = statement["verb"]["id"]
    thing = statement["object"]
    sent = statement.get("timestamp")
    at = None if sent is None else moment(sent)
    return Prepared(
        id=UUID(statement["id"]),
        fingerprint=fingerprint(statement),
        timestamp=None if at is None else at.replace(microsecond=at.microsecond // 1000 * 1000),
        verb=verb,
        refers_to=UUID(thing["id"]) if thing.get("objectType") == "StatementRef" else None,
        is_voiding=verb == VOIDED,
        terms=sorted(terms_of(statement)),
        body=_compact(statement),
    )


def _compact(statement: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(statement)
    except orjson.JSONEncodeError:
        # A whole number of more than 64 bits.
        return json.dumps(statement, separators=(",", ":"), ensure_ascii=False).encode()
