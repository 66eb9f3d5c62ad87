"""Who an actor is: the one key that two Agents share exactly when they are the same (xAPI 1.0.3, Data 2.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def lowered(mbox: str) -> str:
    """An mbox with the domain in lower case: domains know no case, what stands before them may (X-29)."""
    local, at, domain = mbox.rpartition("@")
    return local + at + domain.lower()


def agent_key(actor: Any) -> str | None:
    """The key of a valid Agent or identified Group, None for a Group without identifier.

    "mbox:mailto:…", "sha1:…", "openid:…" or "account:<homePage> <name>"; an IRI holds no blank, so the
    last one can be read in one way only.
    """
    if "account" in actor:
        account = actor["account"]
        return f"account:{account['homePage']} {account['name']}"
    if "mbox" in actor:
        return f"mbox:{lowered(actor['mbox'])}"
    if "mbox_sha1sum" in actor:
        return f"sha1:{actor['mbox_sha1sum'].lower()}"
    if "openid" in actor:
        return f"openid:{actor['openid']}"
    return None


def agent_keys(actor: Any) -> Iterator[str]:
    """The keys of a valid actor and, of a Group, its members."""
    if key := agent_key(actor):
        yield key
    for member in actor.get("member", ()):
        if key := agent_key(member):
            yield key
