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


class ClientLine(TypedDict):
    name: str
    key: str
    role: str
    place: str
    at: datetime
    status: Status
    switch: Action


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
