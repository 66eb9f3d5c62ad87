"""Statements and SubStatements: their objects, results and contexts (xapi.md 2.1, 2.4 to 2.6)."""

from __future__ import annotations

from typing import Any

from edu_csv.activity.xapi import activities, actors, values
from edu_csv.activity.xapi.faults import Fault, Faults, Path, add

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_KINDS = ("Activity", "Agent", "Group", "StatementRef", "SubStatement")
_OBJECT = "must be one of " + ", ".join(_KINDS)


def validate(statement: Any) -> list[Fault]:
    """Every fault of a statement; none means that it may be stored.

    statement: what ``strict_json.loads`` gave. A missing ``id`` is no fault: the door gives one, and imports ask
    for it themselves (csv data import 1.8), as they do for times in the future (X-91).
    """
    faults: list[Fault] = []
    if values.an_object(statement, None, faults, "a statement"):
        values.names(statement, None, faults, _STATEMENT, "a statement")
        _whole(statement, None, faults, "X-01")
    return faults


def statement_ref(value: Any, path: Path, faults: Faults) -> None:
    """Exactly ``objectType`` and ``id`` (X-60)."""
    if values.an_object(value, path, faults, "a StatementRef"):
        values.names(value, path, faults, _STATEMENT_REF, "a StatementRef")
        values.needs(value, "objectType", path, faults, "X-60", 'must be "StatementRef"')
        values.needs(value, "id", path, faults, "X-60")


def _whole(value: dict[str, Any], path: Path, faults: Faults, rule: str) -> None:
    """What concerns more than one property of a statement or SubStatement."""
    for name in ("actor", "verb", "object"):
        if name not in value:
            add(faults, rule, (path, name), "must be there", None)
    thing = value.get("object")
    if thing.__class__ is not dict:
        return
    kind = thing.get("objectType", "Activity")
    context = value.get("context")
    if kind != "Activity" and kind in _KINDS and context.__class__ is dict:
        for name in ("revision", "platform"):
            if name in context:
                text = f"must be left out, since the object is no Activity but of type {kind}"
                add(faults, "X-82", ((path, "context"), name), text, context[name])
    if kind != "StatementRef":
        verb = value.get("verb")
        if verb.__class__ is dict and verb.get("id") == VOIDED:
            text = 'must be "StatementRef", since the verb is voided'
            add(faults, "X-97", ((path, "object"), "objectType"), text, thing.get("objectType"))


def _object(value: Any, path: Path, faults: Faults) -> None:
    _any_object(value, path, faults, inside=False)


def _inner_object(value: Any, path: Path, faults: Faults) -> None:
    _any_object(value, path, faults, inside=True)


def _any_object(value: Any, path: Path, faults: Faults, *, inside: bool) -> None:
    if not values.an_object(value, path, faults, "an Activity or another object of a statement"):
        return
    if "objectType" not in value:
        if "id" not in value and any(name in value for name in (*actors.IDENTIFIERS, "member")):
            text = 'must be "Agent" or "Group", since without it an object is an Activity'
            add(faults, "X-59", (path, "objectType"), text, None)
            kind = "Group" if "member" in value else "Agent"
            actors.actor({**value, "objectType": kind}, path, faults)
        else:
            activities.activity(value, path, faults)
        return
    kind = value["objectType"]
    if kind == "Activity":
        activities.activity(value, path, faults)
    elif kind in ("Agent", "Group"):
        actors.actor(value, path, faults)
    elif kind == "StatementRef":
        statement_ref(value, path, faults)
    elif kind != "SubStatement":
        values.wrong(kind, (path, "objectType"), faults, "X-04", _OBJECT)
    elif inside:
        text = "must not be a SubStatement, since it stands inside one"
        add(faults, "X-61", (path, "objectType"), text, kind)
    else:
        values.names(value, path, faults, _SUB_STATEMENT, "a SubStatement")
        _whole(value, path, faults, "X-61")


def _left_out(value: Any, path: Path, faults: Faults) -> None:
    add(faults, "X-61", path, "must be left out of a SubStatement", value)


def _result(value: Any, path: Path, faults: Faults) -> None:
    if values.an_object(value, path, faults, "a result"):
        values.names(value, path, faults, _RESULT, "a result")


def _score(value: Any, path: Path, faults: Faults) -> None:
    """X-72 to X-74. A bound of 0 is a bound: presence is asked, never truth."""
    if not values.an_object(value, path, faults, "a score"):
        return
    values.names(value, path, faults, _SCORE, "a score")
    # What is no number has its fault already.
    given = {name: value[name] for name in _SCORE if name in value and value[name].__class__ in (int, float)}
    scaled, raw, least, most = (given.get(name) for name in _SCORE)
    if scaled is not None and not -1 <= scaled <= 1:
        add(faults, "X-73", (path, "scaled"), "must be from -1 to 1", scaled)
    if least is not None and most is not None and least >= most:
        add(faults, "X-74", (path, "min"), f"must be less than the max, {most}", least)
    if raw is not None and least is not None and raw < least:
        add(faults, "X-74", (path, "raw"), f"must not be less than the min, {least}", raw)
    if raw is not None and most is not None and raw > most:
        add(faults, "X-74", (path, "raw"), f"must not be greater than the max, {most}", raw)


def _context(value: Any, path: Path, faults: Faults) -> None:
    if values.an_object(value, path, faults, "a context"):
        values.names(value, path, faults, _CONTEXT, "a context")


def _context_activities(value: Any, path: Path, faults: Faults) -> None:
    """Each an Activity or a list of them (X-83)."""
    if values.an_object(value, path, faults, "lists of Activities by parent, grouping, category and other"):
        values.names(value, path, faults, _CONTEXT_ACTIVITIES, "contextActivities")


def _activities(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is list:
        for index, item in enumerate(value):
            _context_activity(item, (path, index), faults)
    else:
        _context_activity(value, path, faults)


def _context_activity(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is dict and value.get("objectType", "Activity") in _KINDS[1:]:
        add(faults, "X-83", path, "must be an Activity, as all in contextActivities", value)
    else:
        activities.activity(value, path, faults)


_SCORE: values.Checks = dict.fromkeys(("scaled", "raw", "min", "max"), values.number)
_RESULT: values.Checks = {
    "score": _score,
    "success": values.boolean,
    "completion": values.boolean,
    "response": values.text,
    "duration": values.duration,
    "extensions": values.extensions,
}
_CONTEXT_ACTIVITIES: values.Checks = dict.fromkeys(("parent", "grouping", "category", "other"), _activities)
_STATEMENT_REF: values.Checks = {"objectType": values.fixed("StatementRef"), "id": values.uuid}
_CONTEXT: values.Checks = {
    "registration": values.uuid,
    "instructor": actors.actor,
    "team": actors.team,
    "contextActivities": _context_activities,
    "revision": values.text,
    "platform": values.text,
    "language": values.language,
    "statement": statement_ref,
    "extensions": values.extensions,
}
_BOTH: values.Checks = {
    "actor": actors.actor,
    "verb": activities.verb,
    "result": _result,
    "context": _context,
    "timestamp": values.date_time,
    "attachments": activities.attachments,
}
_STATEMENT: values.Checks = {
    **_BOTH,
    "object": _object,
    "id": values.uuid,
    "stored": values.date_time,
    "authority": actors.authority,
    "version": values.version,
}
_SUB_STATEMENT: values.Checks = {
    **_BOTH,
    "object": _inner_object,
    "objectType": values.fixed("SubStatement"),
    **dict.fromkeys(("id", "stored", "version", "authority"), _left_out),
}
