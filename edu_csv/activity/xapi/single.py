"""Checks of actors that come alone: the agent that a request asks for, the personas of a person."""

from __future__ import annotations

from typing import Any

from edu_csv.activity.xapi import actors
from edu_csv.activity.xapi.faults import Fault, Path, add


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
