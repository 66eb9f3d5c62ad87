"""What the pages of settings share: tabs, fields, names of places."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.pages import fields
from edu_csv.pages.contexts.parts import Field
from edu_csv.pages.contexts.roster import Tab
from edu_csv.roster.models import OrgUnit

EVERYWHERE = "the whole institution"
TABS = (
    ("account", "Your account"),
    ("institution", "Institution"),
    ("access", "Access"),
    ("mappings", "Types and roles"),
    ("api-clients", "API clients"),
)


def may_set_up(actor: Actor) -> bool:
    """Whether this person sets up the institution: its switches hold for all of it, and a client may reach all of it."""
    return policy.may(actor, Ability.SETTINGS) and policy.read_reach(actor, Ability.SETTINGS).is_whole


def tabs(actor: Actor, chosen: str) -> list[Tab]:
    return [
        {"label": label, "href": f"/settings/{key}/", "count": None, "is_on": key == chosen}
        for key, label in TABS
        if key == "account" or may_set_up(actor)
    ]


def field(
    name: str, label: str, *, type_: str = "text", hint: str = "", autocomplete: str = "off", error: str = ""
) -> Field:
    """A field that must be filled in. A select is never: one of its options is always on, and a blank value, such as
    that of “the whole institution”, is an answer that browsers would take for none."""
    required = type_ != "select"
    return fields.field(
        name, label, hint=hint, type_=type_, error=error, required=required, autocomplete=autocomplete
    )


def places(institution: int, org_units: Collection[UUID | None]) -> dict[UUID | None, str]:
    """What each granted place is called."""
    found = OrgUnit.objects.filter(institution_id=institution, pk__in=[each for each in org_units if each])
    return {None: EVERYWHERE, **{unit.pk: unit.name for unit in found}}
