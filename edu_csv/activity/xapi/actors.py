"""Agents and Groups, as actor, object, member, instructor, team and authority (xapi.md 2.2)."""

from __future__ import annotations

from typing import Any

from edu_csv.activity.xapi import values
from edu_csv.activity.xapi.faults import Faults, Path, add

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_ONE = "must have exactly one of mbox, mbox_sha1sum, openid and account"
_KIND = 'must be "Agent" or "Group"'


def actor(value: Any, path: Path, faults: Faults) -> None:
    """An Agent or a Group; without ``objectType`` an Agent."""
    if not values.an_object(value, path, faults, "an Agent or a Group"):
        return
    if "objectType" not in value:
        if "member" not in value:
            _agent(value, path, faults)
            return
        add(faults, "X-25", (path, "objectType"), 'must be "Group" where there are members', None)
        _group(value, path, faults)
    elif (kind := value["objectType"]) == "Agent":
        _agent(value, path, faults)
    elif kind == "Group":
        _group(value, path, faults)
    else:
        values.wrong(kind, (path, "objectType"), faults, "X-04", _KIND)
        # All else is judged by what it looks like.
        rest = {name: item for name, item in value.items() if name != "objectType"}
        (_group if "member" in rest else _agent)(rest, path, faults)


def agent(value: Any, path: Path, faults: Faults) -> None:
    """An Agent and no Group: a member (X-28)."""
    if not values.an_object(value, path, faults, "an Agent"):
        return
    if value.get("objectType") == "Group" or "member" in value:
        add(faults, "X-28", path, "must be an Agent, since a member is never a Group", value)
    else:
        _agent(value, path, faults)


def team(value: Any, path: Path, faults: Faults) -> None:
    """A Group and no Agent (X-31)."""
    if not values.an_object(value, path, faults, "a Group"):
        return
    kind = value.get("objectType")
    if kind == "Group":
        _group(value, path, faults)
        return
    if kind == "Agent" or "objectType" not in value:
        rule = "X-31" if kind else "X-25"
        add(faults, rule, (path, "objectType"), 'must be "Group", since a team is one', kind)
    else:
        values.wrong(kind, (path, "objectType"), faults, "X-04", 'must be "Group"')
    _group({**value, "objectType": "Group"}, path, faults)


def authority(value: Any, path: Path, faults: Faults) -> None:
    """An Agent, or the Group of two that stands for an application and a person (X-30)."""
    if not isinstance(value, dict) or value.get("objectType") != "Group":
        actor(value, path, faults)
        return
    for name in IDENTIFIERS:
        if name in value:
            text = "must be left out, since a Group as authority has no identifier"
            add(faults, "X-30", (path, name), text, value[name])
    rest = {name: item for name, item in value.items() if name not in IDENTIFIERS}
    members = rest.get("member")
    if isinstance(members, list) and members and len(members) != 2:
        add(faults, "X-30", (path, "member"), "must hold exactly two Agents, as an authority", members)
    _group(rest, path, faults)


def account(value: Any, path: Path, faults: Faults) -> None:
    """Exactly ``homePage`` and ``name`` (X-24)."""
    if values.an_object(value, path, faults, "an account with homePage and name"):
        values.names(value, path, faults, _ACCOUNT, "an account")
        values.needs(value, "homePage", path, faults, "X-24")
        values.needs(value, "name", path, faults, "X-24")


def _account_name(value: Any, path: Path, faults: Faults) -> None:
    if value.__class__ is not str or not value:
        values.wrong(value, path, faults, "X-24", "must be a text that is not empty")


def _agent(value: dict[str, Any], path: Path, faults: Faults) -> None:
    values.names(value, path, faults, _AGENT, "an Agent")
    if _identifiers(value) != 1:
        add(faults, "X-20", path, _ONE, value)


def _group(value: dict[str, Any], path: Path, faults: Faults) -> None:
    values.names(value, path, faults, _GROUP, "a Group")
    count = _identifiers(value)
    if count > 1:
        add(faults, "X-26", path, "must have at most one of mbox, mbox_sha1sum, openid and account", value)
    elif not count and "member" not in value:
        text = "must be there, since the Group has no identifier"
        add(faults, "X-27", (path, "member"), text, None)
    elif not count and value["member"] == []:
        text = "must hold at least one Agent, since the Group has no identifier"
        add(faults, "X-27", (path, "member"), text, [])


def _members(value: Any, path: Path, faults: Faults) -> None:
    if values.a_list(value, path, faults, "Agents"):
        for index, member in enumerate(value):
            agent(member, (path, index), faults)


def _identifiers(value: dict[str, Any]) -> int:
    return ("account" in value) + ("mbox" in value) + ("mbox_sha1sum" in value) + ("openid" in value)


_ACCOUNT: values.Checks = {"homePage": values.iri, "name": _account_name}
_AGENT: values.Checks = {
    "objectType": values.fixed("Agent"),
    "name": values.text,
    "mbox": values.mbox,
    "mbox_sha1sum": values.sha1,
    "openid": values.iri,
    "account": account,
}
_GROUP: values.Checks = {**_AGENT, "objectType": values.fixed("Group"), "member": _members}
