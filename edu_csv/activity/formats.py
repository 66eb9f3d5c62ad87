"""Stored statements as they are given out: ``exact``, ``ids`` or ``canonical`` (xapi.md 5.2), as JSON.

What the store sets is put in here: ``stored``, ``authority``, and ``timestamp`` and ``version`` where none was
sent. Lists of context activities are lists always (X-83), and times are in UTC (X-90), in each format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from edu_csv.activity.definitions import BY_LANGUAGE, Known, known_of
from edu_csv.activity.queries import Found

Form = Literal["exact", "ids", "canonical"]
# The tag of a language map that the reader is shown; None of an empty map.
Choose = Callable[[Mapping[str, str]], str | None]
Json = dict[str, Any]

# orjson reads whole numbers of more than 64 bits as floats.
LONG_NUMBER = re.compile(r"[0-9]{19}")
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
COMPONENTS = ("choices", "scale", "source", "target", "steps")


def formatted(
    cursor: Any, institution: int, found: Sequence[Found], form: Form, choose: Choose
) -> list[bytes]:
    """Each statement as JSON. choose: which language ``canonical`` shows. Asks the database once, for ``canonical``."""
    statements = [exact(each) for each in found]
    if form == "ids":
        statements = [_ids(each) for each in statements]
    elif form == "canonical":
        named = {activity["id"] for each in statements for activity in _activities(each)}
        known = known_of(cursor, institution, named)
        for each in statements:
            _canonical(each, known, choose)
    return [_json(each) for each in statements]


def exact(found: Found) -> Json:
    """The statement as it was sent, and what the store says of it."""
    made: Json = json.loads(found.body) if LONG_NUMBER.search(found.body) else orjson.loads(found.body)
    if not str(made.get("timestamp", "")).endswith("Z"):
        made["timestamp"] = moment(found.timestamp)
    made["stored"] = moment(found.stored)
    made["authority"] = json.loads(found.authority)
    made.setdefault("version", "1.0.0")
    for each in _with_context(made):
        listed = each["context"].get("contextActivities", {})
        for key, activities in listed.items():
            if not isinstance(activities, list):
                listed[key] = [activities]
    return made


def moment(at: datetime) -> str:
    """A time in UTC, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _json(statement: Json) -> bytes:
    try:
        return orjson.dumps(statement)
    except orjson.JSONEncodeError:
        return json.dumps(statement, separators=(",", ":"), ensure_ascii=False).encode()


def _with_context(statement: Json) -> Iterator[Json]:
    """The statement and its SubStatement, those with a context."""
    for each in (statement, statement["object"]):
        if each.get("objectType") in (None, "SubStatement") and "context" in each:
            yield each


def _activities(statement: Json) -> Iterator[Json]:
    thing = statement["object"]
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        yield thing
    elif kind == "SubStatement":
        yield from _activities(thing)
    for listed in statement.get("context", {}).get("contextActivities", {}).values():
        yield from listed


# --- ids ------------------------------------------------------------------------------------------------


def _ids(statement: Json) -> Json:
    """Agents, verbs, activities and groups by what identifies them, and no more."""
    made = {
        **statement,
        "actor": _who(statement["actor"]),
        "verb": {"id": statement["verb"]["id"]},
        "object": _what(statement["object"]),
    }
    if "authority" in made:
        made["authority"] = _who(made["authority"])
    if context := statement.get("context"):
        made["context"] = context = dict(context)
        for name in ("instructor", "team"):
            if name in context:
                context[name] = _who(context[name])
        if "contextActivities" in context:
            context["contextActivities"] = {
                key: [_what(each) for each in listed] for key, listed in context["contextActivities"].items()
            }
    return made


def _who(actor: Json) -> Json:
    made = {name: actor[name] for name in ("objectType", *IDENTIFIERS) if name in actor}
    if not any(name in made for name in IDENTIFIERS):
        made["member"] = [_who(each) for each in actor["member"]]
    return made


def _what(thing: Json) -> Json:
    kind = thing.get("objectType", "Activity")
    if kind in ("Agent", "Group"):
        return _who(thing)
    if kind == "SubStatement":
        return _ids(thing)
    # An Activity is what has no objectType, so its id says all.
    return {"id": thing["id"]} if kind == "Activity" else {"objectType": kind, "id": thing["id"]}


# --- canonical --------------------------------------------------------------------------------------------


def _canonical(statement: Json, known: Mapping[str, Known], choose: Choose) -> None:
    """Put what the store knows of activities in place of what the statement says, in one language each."""
    for activity in list(_activities(statement)):
        definition = {**activity.get("definition", {}), **known.get(activity["id"], {})}
        if definition:
            activity["definition"] = _in_one_language(definition, choose)
    verbs = [statement["verb"]]
    if statement["object"].get("objectType") == "SubStatement":
        verbs.append(statement["object"]["verb"])
    for verb in verbs:
        if "display" in verb:
            verb["display"] = _one_of(verb["display"], choose)


def _in_one_language(definition: Json, choose: Choose) -> Json:
    made = dict(definition)
    for part in BY_LANGUAGE:
        if part in made:
            made[part] = _one_of(made[part], choose)
    for part in COMPONENTS:
        if part in made:
            made[part] = [
                {**each, "description": _one_of(each["description"], choose)}
                if "description" in each
                else each
                for each in made[part]
            ]
    return made


def _one_of(texts: Mapping[str, str], choose: Choose) -> dict[str, str]:
    language = choose(texts)
    return {} if language is None else {language: texts[language]}
