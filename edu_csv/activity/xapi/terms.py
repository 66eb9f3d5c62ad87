"""What a statement is found by: each of its verb, activities, agents and registration as one number.

A filter of the statements resource (xapi.md 5.2) is then "holds all of these numbers". A term is the first
64 bits of a hash: two of the some 10,000,000 things of an institution share one with a chance of 1 in
400,000, and the text itself is in the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal

from edu_csv.activity.xapi.identity import agent_keys

Kind = Literal["verb", "activity", "related_activity", "agent", "related_agent", "registration"]


@lru_cache(maxsize=50_000)
def term(kind: Kind, key: str) -> int:
    """The number that stands for one thing in one place; signed, 64 bits, the same for ever.

    key: an IRI for a verb or an activity, what ``agent_key`` gives for an agent, a UUID for a registration.
    """
    if kind == "registration":
        key = key.lower()
    return int.from_bytes(blake2b(f"{kind}\0{key}".encode(), digest_size=8).digest(), signed=True)


def terms_of(statement: dict[str, Any]) -> set[int]:
    """The terms of a valid statement, its authority aside: that is the store's (``authority_terms``).

    ``related_`` kinds hold all that the direct ones hold. What a StatementRef points to adds its terms at
    storing.
    """
    found = {term("verb", statement["verb"]["id"])}
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    found.update(_both("agent", agent_keys(statement["actor"])))
    if kind == "Activity":
        found.update(_both("activity", (thing["id"],)))
    elif kind in ("Agent", "Group"):
        found.update(_both("agent", agent_keys(thing)))
    elif kind == "SubStatement":
        found.update(_related(thing))
    context = statement.get("context")
    if context:
        if "registration" in context:
            found.add(term("registration", context["registration"]))
        found.update(_context(context))
    return found


def authority_terms(authority: dict[str, Any]) -> set[int]:
    """What the authority of a statement adds to its terms."""
    return {term("related_agent", key) for key in agent_keys(authority)}


def _both(kind: Literal["activity", "agent"], keys: Any) -> Iterator[int]:
    related: Kind = "related_activity" if kind == "activity" else "related_agent"
    for key in keys:
        yield term(kind, key)
        yield term(related, key)


def _related(inner: dict[str, Any]) -> Iterator[int]:
    """The terms of a SubStatement: all of them of the related kinds."""
    thing = inner["object"]
    kind = thing.get("objectType", "Activity")
    for key in agent_keys(inner["actor"]):
        yield term("related_agent", key)
    if kind == "Activity":
        yield term("related_activity", thing["id"])
    elif kind in ("Agent", "Group"):
        for key in agent_keys(thing):
            yield term("related_agent", key)
    if context := inner.get("context"):
        yield from _context(context)


def _context(context: dict[str, Any]) -> Iterator[int]:
    for name in ("instructor", "team"):
        if name in context:
            for key in agent_keys(context[name]):
                yield term("related_agent", key)
    for listed in context.get("contextActivities", {}).values():
        for activity in listed if isinstance(listed, list) else (listed,):
            yield term("related_activity", activity["id"])
