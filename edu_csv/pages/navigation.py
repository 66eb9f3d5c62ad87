"""Which destinations a person has: one without right is absent, and answers 404 (ui.md section 4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from edu_csv.access.policy import Ability
from edu_csv.pages.contexts.shell import NavGroup, NavItem

# Group -> key, label, address, icon, and what one must be able to do; None: nothing.
Destination = tuple[str, str, str, str, Ability | None]
DESTINATIONS: dict[str, list[Destination]] = {
    "": [
        ("today", "Today", "/", "today", None),
        ("imports", "Imports", "/imports/", "in", Ability.IMPORT),
        ("exports", "Exports", "/exports/", "out", Ability.EXPORT),
        ("reports", "Reports", "/reports/", "chart", Ability.REPORT),
    ],
    "Roster": [
        ("people", "People", "/roster/people/", "people", Ability.READ_ROSTER),
        ("courses", "Courses", "/roster/courses/", "book", Ability.READ_ROSTER),
        ("sections", "Sections", "/roster/sections/", "section", Ability.READ_ROSTER),
        ("terms", "Terms", "/roster/terms/", "term", Ability.READ_ROSTER),
        ("org-units", "Org units", "/roster/org-units/", "tree", Ability.READ_ROSTER),
        ("rooms", "Rooms", "/roster/rooms/", "room", Ability.READ_ROSTER),
        ("calendar", "Calendar", "/calendar/", "calendar", Ability.READ_ROSTER),
    ],
    "Setup": [
        ("sources", "Sources", "/sources/", "plug", Ability.SOURCES),
        ("templates", "Templates", "/templates/", "template", Ability.TEMPLATES),
        ("settings", "Settings", "/settings/account/", "cog", None),
        ("formats", "Formats", "/help/formats/", "help", None),
    ],
}


def navigation(abilities: Collection[Ability], turns: Mapping[str, int] | None = None) -> list[NavGroup]:
    """Return the groups of the side navigation for a person who is able to do this.

    turns: by key, how many things there wait for this person's decision.
    """
    turns = turns or {}
    groups: list[NavGroup] = []
    for title, destinations in DESTINATIONS.items():
        items: list[NavItem] = [
            {
                "key": key,
                "label": label,
                "href": href,
                "icon": icon,
                "turn": turns.get(key, 0),
                "turn_title": _turn_title(turns.get(key, 0)),
            }
            for key, label, href, icon, needed in destinations
            if needed is None or needed in abilities
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _turn_title(waiting: int) -> str:
    return f"{waiting} {'waits' if waiting == 1 else 'wait'} for you" if waiting else ""
