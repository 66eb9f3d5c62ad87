"""A statement as a sentence for people: who did what to what, in the statement's own words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# What of a name or an address is told.
MOST_CHARACTERS = 120
ENGLISH = ("en", "en-US", "en-GB")


def told(statement: Mapping[str, Any]) -> str:
    """ "Ana Ruiz watched 30 seconds of Lecture 4: Queues, 3 September 2025, 14:05 UTC." Of a statement that is valid."""
    verb = statement["verb"]
    said = language_text(verb.get("display")) or last_part(verb["id"]).replace("-", " ").replace("_", " ")
    words = [actor_name(statement["actor"]), said, object_name(statement["object"])]
    at = _moment(statement.get("timestamp"))
    return " ".join(word for word in words if word) + (f", {at}." if at else ".")


def actor_name(actor: Mapping[str, Any]) -> str:
    """The name of an Agent or Group; without one, what identifies it."""
    if name := str(actor.get("name") or "").strip():
        return _short(name)
    if "mbox" in actor:
        return _short(str(actor["mbox"]).removeprefix("mailto:"))
    if "account" in actor:
        return _short(str(actor["account"].get("name", "")))
    if "openid" in actor or "mbox_sha1sum" in actor:
        return _short(str(actor.get("openid") or actor["mbox_sha1sum"]))
    members = actor.get("member") or []
    return " and ".join(map(actor_name, members[:3])) + (" and others" if len(members) > 3 else "")


def object_name(thing: Mapping[str, Any]) -> str:
    """What a statement is about."""
    kind = thing.get("objectType", "Activity")
    if kind in ("Agent", "Group"):
        return actor_name(thing)
    if kind == "StatementRef":
        return f"the statement {thing['id']}"
    if kind == "SubStatement":
        return f"that {told(thing).removesuffix('.')}"
    definition = thing.get("definition") or {}
    return _short(language_text(definition.get("name")) or str(thing["id"]))


def language_text(texts: Mapping[str, str] | None) -> str:
    """One text of a language map: English where it has it, else the first."""
    if not texts:
        return ""
    return next((texts[tag] for tag in ENGLISH if tag in texts), next(iter(texts.values())))


def last_part(iri: str) -> str:
    """ "experienced" of http://adlnet.gov/expapi/verbs/experienced."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _moment(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    # xapi.md X-90: without a zone it is UTC.
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
