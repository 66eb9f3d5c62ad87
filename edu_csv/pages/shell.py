"""The frame of every page, as a context processor: navigation by role, theme, the person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args

from django.http import HttpRequest

from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import Ability, may
from edu_csv.access.roles import Role
from edu_csv.pages import fonts
from edu_csv.pages.contexts.shell import Person, Running, Shell, Theme
from edu_csv.pages.navigation import navigation

THEME_COOKIE = "theme"
THEMES: tuple[Theme, ...] = get_args(Theme)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give every template ``shell``; before log-in, or outside an institution, only theme and font."""
    actor: Actor | None = getattr(request, "actor", None)
    institution: Institution | None = getattr(request, "institution", None)
    if actor is None or institution is None:
        return {"shell": frame(theme_of(request))}
    abilities = [ability for ability in Ability if may(actor, ability)]
    return {"shell": frame(theme_of(request), institution.name, person_of(request, actor), abilities)}


def frame(
    theme: Theme,
    institution: str = "",
    person: Person | None = None,
    abilities: Collection[Ability] = (),
    turns: Mapping[str, int] | None = None,
    running: Running | None = None,
) -> Shell:
    return {
        "institution": institution,
        "theme": theme,
        "nav": navigation(abilities, turns),
        "running": running,
        "person": person,
        "may_import": Ability.IMPORT in abilities,
        "has_font": fonts.is_cut(),
    }


def theme_of(request: HttpRequest) -> Theme:
    """As the device, unless the cookie names another theme that we know."""
    asked = request.COOKIES.get(THEME_COOKIE, "")
    return next((theme for theme in THEMES if theme == asked), "auto")


def person_of(request: HttpRequest, actor: Actor) -> Person:
    """Name and highest role; the list of roles is in order of reach."""
    highest = min((grant.role for grant in actor.grants), key=list(Role).index, default=None)
    return {
        "name": actor.name,
        "role": str(highest.label) if highest else "",
        "initials": initials(actor.name),
        "email": str(getattr(request.user, "email", "")),
    }


def initials(name: str) -> str:
    """ "Maren Holt" is "MH", "Mei" is "M"."""
    words = name.split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
