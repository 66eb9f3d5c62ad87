"""A valid statement made ready for the store: everything that is asked of it later, worked out once."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    body: what was sent as JSON without blanks, UTF-8, but for ``stored`` and ``authority``, which the store
    sets, the id in small letters (X-11), and each of ``contextActivities`` as a list (X-83); a NUL inside a
    text stands there as ``\\u0000``; definitions: (id, JSON of the definition, names sorted) of each activity
    in the statement that has one.
    """

    id: UUID
    fingerprint: bytes
    timestamp: datetime | None
    verb: str
    refers_to: UUID | None
    is_voiding: bool
    terms: list[int]
    body: bytes
    definitions: list[tuple[str, bytes]]


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
        body=_compact(_kept(statement)),
        definitions=list(_definitions(statement)),
    )


def _kept(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement as it is kept: itself, or a copy where something is otherwise."""
    if (small := statement["id"].lower()) != statement["id"]:
        statement = {**statement, "id": small}
    if "stored" in statement or "authority" in statement:
        statement = {key: item for key, item in statement.items() if key not in ("stored", "authority")}
    if statement["object"].get("objectType") == "SubStatement":
        inner = statement["object"]
        if (listed := _listed(inner)) is not inner:
            statement = {**statement, "object": listed}
    return _listed(statement)


def _listed(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement or SubStatement with lists in ``contextActivities``."""
    context = statement.get("context")
    if not context or "contextActivities" not in context:
        return statement
    lists = context["contextActivities"]
    if all(item.__class__ is list for item in lists.values()):
        return statement
    lists = {name: item if item.__class__ is list else [item] for name, item in lists.items()}
    return {**statement, "context": {**context, "contextActivities": lists}}


def _definitions(statement: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        if definition := thing.get("definition"):
            yield thing["id"], _compact(definition, orjson.OPT_SORT_KEYS)
    elif kind == "SubStatement":
        yield from _definitions(thing)
    if (context := statement.get("context")) and (lists := context.get("contextActivities")):
        for item in lists.values():
            for activity in item if item.__class__ is list else (item,):
                if definition := activity.get("definition"):
                    yield activity["id"], _compact(definition, orjson.OPT_SORT_KEYS)


def _compact(value: Any, how: int = 0) -> bytes:
    try:
        return orjson.dumps(value, option=how)
    except orjson.JSONEncodeError:
        # A whole number of more than 64 bits.
        text = json.dumps(value, sort_keys=bool(how), separators=(",", ":"), ensure_ascii=False)
        return text.encode()
