"""What a statement says of activity: pure, from the statement to facts (xapi.md 8.2 and the video profile).

A statement is valid by the rules of xAPI, and these say nothing of what stands in extensions: whatever is there,
reading does not fail, and what is not of the kind expected counts as not said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from edu_csv.activity.projection.values import (
    MOST_WORDS,
    choices_of,
    clean,
    ending,
    events_of,
    extensions_of,
    mapping,
    number_of,
    one_or_list,
    said_of,
    seconds_of,
)
from edu_csv.activity.projection.vocabulary import (
    ANNOTATED,
    ANSWERED,
    ASKED,
    ASKER,
    BY_PATH,
    BY_TYPE,
    CLEARED,
    DOWNLOADED,
    EXPERIENCED,
    EXTENSION,
    FLAGGED,
    IN_SESSION,
    IS_LIVE,
    LIVE,
    MOVES,
    PUBLIC_LINK,
    VIA_PUBLIC_LINK,
    VIEWED,
    WORD_COUNT,
    Kind,
    Move,
    Noun,
    Unplaced,
)
from edu_csv.activity.xapi import agent_key

# External ids stand in an index, whose entries end at some 2,700 bytes.
MOST_ID_BYTES = 1_000
# Milliseconds since 1970 of the years 1900 and 2200: what is beyond is a mistake, and half of all programs fail at it.
TIMES_MS = (-2_208_988_800_000, 7_258_118_400_000)

_ID = re.compile(
    r"(?P<base>.+?)/(?P<kind>media|presentation|slide|poll|question|section)/(?P<tail>[^/?#]+)/?"
)


class Actor(NamedTuple):
    """Who did it. key: ``xapi.agent_key``, or "group" for several; what personas are found by.

    named: the name of an account whose home is the address that the ids begin with: a system id or an external id.
    email: of an mbox, folded.
    """

    key: str
    named: str | None = None
    email: str | None = None


class Thing(NamedTuple):
    """What it was done to. tail: a system id or an external id; base: the address before it, if it is one of ours."""

    noun: Noun
    tail: str
    base: str | None = None


class Fact(NamedTuple):
    """One thing that a statement says. at_ms: since 1970.

    thing: a video, presentation, poll or question. session: blank when the view is told by its day.
    move: of players; 1 for a flag set and 0 for one cleared. amount: events of 30 seconds (watched), position in
    seconds (players; where a seek began), words (notes). further: where a seek ended. words: of an answer; of a note
    at which second of a video it is. deck: the presentation of a poll. says: what is said of the thing, by column.
    """

    kind: Kind
    at_ms: int
    actor: Actor
    thing: Thing
    section: str | None = None
    is_on_slide: bool = False
    deck: Thing | None = None
    session: str = ""
    move: int = 0
    flags: int = 0
    amount: float | None = None
    further: float | None = None
    words: str | None = None
    asker: Actor | None = None
    says: Mapping[str, Any] | None = None


def read(statement: Mapping[str, Any], at_ms: int, *, is_dated: bool, base: str) -> list[Fact] | Unplaced:
    """The facts of a valid statement; none when it is not of this vocabulary.

    at_ms: its timestamp; is_dated: the sender gave one. base: the institution's address in ids (``statements_base``).
    """
    verb, about = statement["verb"]["id"], statement["object"]
    if about.get("objectType", "Activity") != "Activity":
        return []
    kind = _kind(verb)
    if kind is None:
        return []
    context = mapping(statement.get("context"))
    definition = mapping(about.get("definition"))
    lists = mapping(context.get("contextActivities"))
    thing = _thing(about["id"], definition)
    deck = _deck(lists) if kind is Kind.POLL_ANSWER else None
    if thing is None or thing.noun not in _NOUNS[kind]:
        return []
    if thing.noun is Noun.POLL and not _is_ours(thing) and deck is None:
        # A quiz of a learning platform, which has the same type.
        return []
    kind = _narrowed(kind, thing)
    if not TIMES_MS[0] <= at_ms < TIMES_MS[1]:
        return Unplaced.TIME
    if len(thing.tail.encode()) > MOST_ID_BYTES or (
        deck is not None and len(deck[0].tail.encode()) > MOST_ID_BYTES
    ):
        return Unplaced.LONG_ID
    result = mapping(statement.get("result"))
    said = extensions_of(result)
    fact = Fact(
        kind,
        at_ms,
        actor_of(statement["actor"], thing.base, base),
        thing,
        section=_section(lists),
        says=said_of(thing.noun, definition, context),
    )
    flags = _flags(context)
    if kind is Kind.WATCHED:
        session = _session(context)
        return [fact._replace(session=session, flags=flags | _in(session), amount=events_of(result))]
    if kind is Kind.PLAYER:
        move = MOVES[verb]
        session = _session(context)
        if not session.startswith("s") and move is Move.INITIALIZED:
            # The id of this statement is that of the session (video profile).
            session = f"s{statement['id']}"
        from_, to = _positions(move, said)
        return [
            fact._replace(session=session, flags=flags | _in(session), move=move, amount=from_, further=to)
        ]
    if kind is Kind.NOTE:
        words = number_of(ending(said, WORD_COUNT))
        if words is None:
            words = len(str(result.get("response") or "").split())
        note = fact._replace(amount=float(min(int(words), MOST_WORDS)))
        return [_on_slide(note) if thing.noun is Noun.SLIDE else note._replace(words=_anchor(thing, said))]
    if kind is Kind.CONFUSION:
        flag = fact._replace(move=0 if verb.endswith(CLEARED) else 1)
        return [_on_slide(flag) if thing.noun is Noun.SLIDE else flag]
    if kind is Kind.SLIDE_VIEW:
        return [_on_slide(fact)]
    if kind is Kind.POLL_ANSWER:
        return _poll_answer(fact, result, definition, deck)
    if kind is Kind.ANSWER:
        asker = _asker(context, thing.base, base)
        return [fact._replace(words=clean(str(result.get("response") or "")), asker=asker)]
    if kind is Kind.ASKED:
        says = {**(fact.says or {}), **({"asked_ms": at_ms} if is_dated else {})}
        return [fact._replace(asker=fact.actor, says=says or None)]
    return [fact]


def _kind(verb: str) -> Kind | None:
    """By the verb alone; ``_narrowed`` by what it was done to."""
    if (kind := _KINDS.get(verb)) is not None:
        return kind
    return Kind.CONFUSION if verb.endswith((FLAGGED, CLEARED)) else None


_KINDS = {
    EXPERIENCED: Kind.WATCHED,
    VIEWED: Kind.DECK_VIEW,
    ANSWERED: Kind.POLL_ANSWER,
    ASKED: Kind.ASKED,
    ANNOTATED: Kind.NOTE,
    DOWNLOADED: Kind.DOWNLOAD,
    **dict.fromkeys(MOVES, Kind.PLAYER),
}
_NOUNS = {
    Kind.WATCHED: {Noun.VIDEO},
    Kind.PLAYER: {Noun.VIDEO},
    Kind.DOWNLOAD: {Noun.VIDEO},
    Kind.DECK_VIEW: {Noun.PRESENTATION, Noun.SLIDE},
    Kind.CONFUSION: {Noun.PRESENTATION, Noun.SLIDE},
    Kind.NOTE: {Noun.PRESENTATION, Noun.SLIDE, Noun.VIDEO},
    Kind.POLL_ANSWER: {Noun.POLL, Noun.QUESTION},
    Kind.ASKED: {Noun.QUESTION},
}


def _narrowed(kind: Kind, thing: Thing) -> Kind:
    if kind is Kind.DECK_VIEW and thing.noun is Noun.SLIDE:
        return Kind.SLIDE_VIEW
    return Kind.ANSWER if kind is Kind.POLL_ANSWER and thing.noun is Noun.QUESTION else kind


def actor_of(actor: Mapping[str, Any], of_thing: str | None, base: str) -> Actor:
    """Who an actor is. of_thing: the address that the id of the thing begins with; base: the institution's."""
    if actor.get("objectType") == "Group":
        return Actor("group " + clean(agent_key(actor) or json.dumps(actor.get("member"), sort_keys=True)))
    key = clean(agent_key(actor) or "nobody")
    if "account" in actor:
        home = str(actor["account"]["homePage"]).rstrip("/")
        is_ours = home in (base, of_thing)
        return Actor(key, clean(str(actor["account"]["name"])) if is_ours else None)
    if "mbox" in actor:
        return Actor(key, email=clean(actor["mbox"][len("mailto:") :]).casefold())
    return Actor(key)


def _asker(context: Mapping[str, Any], of_thing: str | None, base: str) -> Actor | None:
    said = ending(extensions_of(context), ASKER)
    if not isinstance(said, dict):
        return None
    account, mbox = said.get("account"), said.get("mbox")
    if (
        isinstance(account, dict)
        and isinstance(account.get("homePage"), str)
        and isinstance(account.get("name"), str)
    ):
        return actor_of({"account": account}, of_thing, base)
    return (
        actor_of({"mbox": mbox}, of_thing, base)
        if isinstance(mbox, str) and mbox.startswith("mailto:")
        else None
    )


@lru_cache(maxsize=20_000)
def _parts(iri: str) -> tuple[str, str, str] | None:
    """(address, kind, tail) of an id such as ours."""
    match = _ID.fullmatch(iri)
    if match is None or not (tail := clean(unquote(match["tail"]))):
        return None
    return match["base"].rstrip("/"), match["kind"], tail


def _thing(iri: str, definition: Mapping[str, Any]) -> Thing | None:
    """By its type where it says one that is known, else by its id. A foreign id is kept whole."""
    parts = _parts(iri)
    by_path = None if parts is None else BY_PATH.get(parts[1])
    noun = BY_TYPE.get(str(definition.get("type", ""))) or by_path
    if noun is None:
        return None
    if parts is not None and noun is by_path:
        return Thing(noun, parts[2], parts[0])
    return Thing(noun, clean(iri))


def _is_ours(thing: Thing) -> bool:
    return thing.base is not None


def _activities(lists: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the statement hangs on, the nearest first."""
    for name in ("parent", "grouping", "category", "other"):
        if listed := lists.get(name):
            yield from listed if isinstance(listed, list) else (listed,)


def _section(lists: Mapping[str, Any]) -> str | None:
    for activity in _activities(lists):
        if (parts := _parts(activity["id"])) and parts[1] == "section":
            return parts[2]
    return None


def _deck(lists: Mapping[str, Any]) -> tuple[Thing, Mapping[str, Any] | None] | None:
    """The presentation that a poll or a slide is of, and what is said of it."""
    for activity in _activities(lists):
        definition = mapping(activity.get("definition"))
        thing = _thing(activity["id"], definition)
        if thing is not None and thing.noun is Noun.PRESENTATION:
            return thing, said_of(Noun.PRESENTATION, definition, {})
    return None


def _on_slide(fact: Fact) -> Fact:
    """The slide is looked up, and knows its presentation: that is what the fact is about then."""
    return fact._replace(is_on_slide=True, says=None)


def _poll_answer(
    fact: Fact,
    result: Mapping[str, Any],
    definition: Mapping[str, Any],
    deck: tuple[Thing, Mapping[str, Any] | None] | None,
) -> list[Fact]:
    response = clean(str(result.get("response") or ""))
    if definition.get("interactionType") == "choice":
        response = one_or_list(response.split("[,]"), choices_of(definition))
    answer = fact._replace(words=response)
    if deck is None:
        return [answer]
    thing, says = deck
    return [
        answer._replace(deck=thing),
        Fact(Kind.MENTION, fact.at_ms, fact.actor, thing, says=says),
    ]


def _session(context: Mapping[str, Any]) -> str:
    """ "s…" of a session, "r…" of a registration, which may last for months; else blank."""
    session = extensions_of(context).get(EXTENSION + "session-id")
    if isinstance(session, str) and session.strip():
        return "s" + clean(session.strip())
    registration = context.get("registration")
    return f"r{registration.lower()}" if isinstance(registration, str) else ""


def _in(session: str) -> int:
    return IN_SESSION if session.startswith("s") else 0


def _positions(move: Move, said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if move is Move.SEEKED:
        return seconds_of(said, "time-from"), seconds_of(said, "time-to")
    return seconds_of(said, "time"), None


def _anchor(thing: Thing, said: Mapping[str, Any]) -> str | None:
    """The second of a video at which a note is, "" when that is not said; None of what is no video (reporting-api.md G16)."""
    if thing.noun is not Noun.VIDEO:
        return None
    seconds = seconds_of(said, "time")
    return "" if seconds is None else str(int(seconds) if seconds == int(seconds) else round(seconds, 3))


def _flags(context: Mapping[str, Any]) -> int:
    extensions = extensions_of(context)
    return VIA_PUBLIC_LINK * (ending(extensions, PUBLIC_LINK) is True) | IS_LIVE * (
        ending(extensions, LIVE) is True
    )
