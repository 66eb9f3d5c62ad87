"""Settings: own account, API clients."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from edu_csv.pages.contexts.parts import Action, Field, Status
from edu_csv.pages.contexts.roster import Tab
from edu_csv.pages.contexts.shell import Page


class SettingsPage(Page):
    """What all pages of settings share. done: what was just saved, blank otherwise."""

    heading: str
    tabs: list[Tab]
    done: str
    errors: list[tuple[str, str]]


class RoleLine(TypedDict):
    """place: an org unit's name, or the whole institution."""

    role: str
    place: str


class AccountPage(SettingsPage):
    """settings/account.html."""

    name: str
    email: str
    roles: list[RoleLine]
    has_several: bool
    fields: list[Field]


class ApiLine(TypedDict):
    """An API that takes a client or not: state is On or Off."""

    name: str
    state: str
    switch: Action


class ClientLine(TypedDict):
    """statements: what the client may do with them, its role considered; the field says what it was given."""

    name: str
    key: str
    role: str
    place: str
    at: datetime
    status: Status
    switch: Action
    apis: list[ApiLine]
    statements: str
    statements_url: str
    statements_field: Field


class NewSecret(TypedDict):
    """Shown once: only its hash is kept."""

    name: str
    key: str
    secret: str


class ApiClientsPage(SettingsPage):
    """settings/api_clients.html. made: the client that was just made, else None."""

    clients: list[ClientLine]
    fields: list[Field]
    made: NewSecret | None


class Asked(TypedDict):
    """What was asked for and not saved yet. effects: what it would do, a sentence each."""

    value: str
    effects: list[str]


class Changed(TypedDict):
    by: str
    at: datetime


class SwitchSection(TypedDict):
    """One setting. state: how it is. value: what its button asks for, blank where ``field`` is typed into."""

    name: str
    title: str
    text: str
    state: str
    value: str
    button: str
    field: Field | None
    asked: Asked | None
    changed: Changed | None


class SwitchesPage(SettingsPage):
    """settings/switches.html."""

    action_url: str
    sections: list[SwitchSection]


class TypeLine(TypedDict):
    """A type of org units. used: "used by 3 org units". is_own: the institution added it, and may rename it.

    field: for its new name. why_kept: why it cannot be removed, blank when it can.
    """

    name: str
    used: str
    href: str
    is_own: bool
    field: Field
    why_kept: str


class RoleNameLine(TypedDict):
    """What files may call a role. instead_of: what the name meant before the institution said otherwise."""

    name: str
    role: str
    is_own: bool
    instead_of: str


class MappingsPage(SettingsPage):
    """settings/mappings.html."""

    types: list[TypeLine]
    type_field: Field
    role_names: list[RoleNameLine]
    role_fields: list[Field]
