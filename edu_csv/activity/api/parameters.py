"""What a GET of statements asks for: its parameters, each checked like the same value in a statement (xapi.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from edu_csv import strict_json
from edu_csv.access.api.problems import Refusal, bad_field
from edu_csv.activity import xapi

Form = Literal["ids", "exact", "canonical"]
FORMS: tuple[Form, ...] = ("ids", "exact", "canonical")
# xapi.md A13: what a page has at most, and what limit 0 stands for.
MOST = 500
ONE = ("statementId", "voidedStatementId")
BESIDE_ONE = ("attachments", "format")
FILTERS = (
    "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until", "limit",
    "ascending",
)  # fmt: skip
KNOWN = (*ONE, *FILTERS, *BESIDE_ONE)


@dataclass(frozen=True, slots=True)
class One:
    """One statement, by its id."""

    id: UUID
    voided: bool
    form: Form
    attachments: bool


@dataclass(frozen=True, slots=True)
class Many:
    """Statements by filters. terms: what each of them has (edu_csv.activity.xapi.term); limit: 1 to MOST."""

    terms: tuple[int, ...]
    since: datetime | None
    until: datetime | None
    limit: int
    ascending: bool
    form: Form
    attachments: bool


def wanted(parameters: Mapping[str, str]) -> One | Many:
    """Read the parameters of a GET. Raises Refusal 400 for the first that cannot be taken."""
    only_known(parameters, KNOWN)
    form = cast("Form", _word(parameters, "format", FORMS, "exact"))
    attachments = _flag(parameters, "attachments")
    named = [name for name in ONE if name in parameters]
    if not named:
        return _many(parameters, form, attachments)
    beside = [name for name in parameters if name not in BESIDE_ONE and name != named[0]]
    if beside:
        raise bad_field(
            beside[0],
            "not_together",
            f"`{named[0]}` asks for one statement: only `attachments` and `format` go with it, not `{beside[0]}`.",
        )
    return One(uuid(named[0], parameters[named[0]]), named[0] == "voidedStatementId", form, attachments)


def only_known(parameters: Iterable[str], known: Iterable[str]) -> None:
    """Raises Refusal 400 for a parameter that is none, or in another case than it is written."""
    known = tuple(known)
    for name in parameters:
        if name in known:
            continue
        meant = next((each for each in known if each.casefold() == name.casefold()), None)
        hint = (
            f"It is written `{meant}`." if meant else f"There are {', '.join(f'`{each}`' for each in known)}."
        )
        raise bad_field(name[:40], "unknown_parameter", f"There is no parameter `{name[:40]}` here. {hint}")


def uuid(name: str, text: str) -> UUID:
    """X-11. Raises Refusal 400."""
    if not xapi.is_uuid(text):
        raise _bad(name, text, "a UUID such as dfed7137-d952-5d66-9008-b3864b857ef6")
    return UUID(text)


def _many(parameters: Mapping[str, str], form: Form, attachments: bool) -> Many:
    related_agents = _flag(parameters, "related_agents")
    related_activities = _flag(parameters, "related_activities")
    terms: list[int] = []
    if "agent" in parameters:
        terms.append(xapi.term("related_agent" if related_agents else "agent", _agent(parameters["agent"])))
    if "verb" in parameters:
        terms.append(xapi.term("verb", _iri(parameters, "verb")))
    if "activity" in parameters:
        kind = "related_activity" if related_activities else "activity"
        terms.append(xapi.term(kind, _iri(parameters, "activity")))
    if "registration" in parameters:
        terms.append(xapi.term("registration", str(uuid("registration", parameters["registration"]))))
    return Many(
        terms=tuple(terms),
        since=_moment(parameters, "since"),
        until=_moment(parameters, "until"),
        limit=_limit(parameters),
        ascending=_flag(parameters, "ascending"),
        form=form,
        attachments=attachments,
    )


def _agent(text: str) -> str:
    """The key of an Agent, or of a Group with an identifier. Raises Refusal 400."""
    try:
        agent: Any = strict_json.loads(text)
    except strict_json.JsonFault as why:
        raise bad_field("agent", "bad_json", f"`agent` is no JSON: {why}. {_AGENT_LIKE}") from None
    if faults := xapi.check_agent(agent):
        raise bad_field("agent", "bad_agent", f"{faults[0].sentence()} {_AGENT_LIKE}")
    # It has an identifier, so it has a key.
    return xapi.agent_key(agent) or ""


_AGENT_LIKE = 'Expected JSON such as {"mbox":"mailto:ana@example.edu"}.'


def _iri(parameters: Mapping[str, str], name: str) -> str:
    text = parameters[name]
    if not xapi.is_iri(text):
        raise _bad(name, text, "an IRI such as http://adlnet.gov/expapi/verbs/experienced")
    return text


def _moment(parameters: Mapping[str, str], name: str) -> datetime | None:
    if name not in parameters:
        return None
    # A plus sign in an address is a blank by the time it gets here.
    found = xapi.moment(parameters[name].replace(" ", "+"))
    if found is None:
        raise _bad(name, parameters[name], "a date and time such as 2025-09-03T14:05:30Z")
    return found


def _limit(parameters: Mapping[str, str]) -> int:
    text = parameters.get("limit", "0")
    if not (text.isascii() and text.isdigit()):
        raise _bad("limit", text, "a whole number, 0 for as many as we give")
    return min(int(text) or MOST, MOST) if len(text) < 10 else MOST


def _flag(parameters: Mapping[str, str], name: str) -> bool:
    """In any case: PyPI's ``tincan`` writes what Python calls them, True and False."""
    return _word({name: parameters.get(name, "false").lower()}, name, ("true", "false"), "false") == "true"


def _word(parameters: Mapping[str, str], name: str, words: tuple[str, ...], default: str) -> str:
    text = parameters.get(name, default)
    if text not in words:
        raise _bad(name, text, " or ".join((", ".join(words[:-1]), words[-1])))
    return text


def _bad(name: str, text: str, expected: str) -> Refusal:
    return bad_field(name, "bad_value", f"`{name}`: expected {expected}, got `{text[:80]}`.")
