"""Checks of what comes alone: parameters of a request, personas of a person, rows of an import."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from edu_csv.activity.xapi import actors, values
from edu_csv.activity.xapi.faults import Fault, Faults, Path, add
from edu_csv.activity.xapi.statements import validate
from edu_csv.activity.xapi.texts import moment

AHEAD = timedelta(minutes=5)
"""How far in the future the time of an imported statement may lie (X-91): clocks differ."""

_CHECKS: dict[str, values.Check] = {
    "uuid": values.uuid,
    "iri": values.iri,
    "date-time": values.date_time,
    "duration": values.duration,
    "language": values.language,
    "mbox": values.mbox,
    "sha1": values.sha1,
    "language map": values.language_map,
}


def check(kind: str, value: Any, name: str) -> list[Fault]:
    """The faults of one value, of a kind in ``_CHECKS``; their path begins with ``name``."""
    faults: list[Fault] = []
    _CHECKS[kind](value, (None, name), faults)
    return faults


def check_agent(value: Any, name: str = "agent") -> list[Fault]:
    """The faults of an Agent or identified Group: the ``agent`` of a request (xapi.md 5.2)."""
    faults: list[Fault] = []
    path: Path = (None, name)
    actors.actor(value, path, faults)
    if not faults and not any(identifier in value for identifier in actors.IDENTIFIERS):
        add(faults, "X-26", path, "must have one of mbox, mbox_sha1sum, openid and account", value)
    return faults


def check_persona(value: Any, name: str) -> list[Fault]:
    """The faults of a persona: an object with exactly one identifier (csv data import 2.2, X-20 to X-24)."""
    faults: list[Fault] = []
    path: Path = (None, name)
    if isinstance(value, dict) and value.get("objectType", "Agent") != "Agent":
        add(faults, "X-20", (path, "objectType"), 'must be "Agent" or be left out', value["objectType"])
    else:
        actors.agent(value, path, faults)
        if not faults and "\0" in value.get("account", {}).get("name", ""):
            text = "must be a text without NUL characters"
            add(faults, "X-24", ((path, "account"), "name"), text, value["account"]["name"])
    return faults


def validate_row(statement: Any, *, now: datetime) -> list[Fault]:
    """Every fault of a statement that a row of an import makes.

    Beyond ``validate``: the id must be there (csv data import 1.8), the time lies at most 5 minutes ahead
    of ``now`` (X-91), there are no attachments (X-96), and what the store sets is left to it (csv data
    import 3).
    """
    faults = validate(statement, id_needed=True)
    if isinstance(statement, dict):
        _of_imports(statement, now, faults)
    return faults


def _of_imports(statement: dict[str, Any], now: datetime, faults: Faults) -> None:
    sent = statement.get("timestamp")
    at = moment(sent) if isinstance(sent, str) else None
    if at is not None and at > now + AHEAD:
        add(faults, "X-91", (None, "timestamp"), "must not lie in the future", sent)
    if "attachments" in statement:
        text = "must be left out, since imports take no attachments"
        add(faults, "X-96", (None, "attachments"), text, statement["attachments"])
    for name in ("stored", "authority"):
        if name in statement:
            text = "must be left out, since it is set when the statement is stored"
            add(faults, "X-03", (None, name), text, statement[name])
