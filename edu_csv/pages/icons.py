"""Icons: the few that the pages use, read from the installed Bootstrap Icons, drawn inline.

Inline SVG needs no request, takes the colour of its text and passes a strict content policy.
Names say what an icon means here; which drawing that is stands only in this table.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from django.utils.safestring import SafeString, mark_safe

# Meaning here -> name in Bootstrap Icons.
DRAWINGS = {
    "arrow": "arrow-right",
    "book": "book",
    "calendar": "calendar2-week",
    "chart": "bar-chart",
    "check": "check-lg",
    "clock": "clock",
    "cog": "gear",
    "columns": "layout-three-columns",
    "dots": "three-dots",
    "down": "chevron-down",
    "eye": "eye",
    "file": "file-earmark-text",
    "filter": "funnel",
    "hand": "hand-index",
    "help": "question-circle",
    "in": "download",
    "info": "info-circle",
    "key": "key",
    "left": "chevron-left",
    "link": "link-45deg",
    "list": "list-ul",
    "lock": "lock",
    "mail": "envelope",
    "menu": "list",
    "moon": "moon",
    "out": "upload",
    "people": "people",
    "plug": "plug",
    "plus": "plus-lg",
    "redo": "arrow-clockwise",
    "right": "chevron-right",
    "room": "door-open",
    "search": "search",
    "section": "layout-text-sidebar",
    "stop": "x-circle",
    "sun": "sun",
    "template": "file-earmark-code",
    "term": "calendar",
    "today": "house",
    "tree": "diagram-3",
    "undo": "arrow-counterclockwise",
    "wand": "magic",
    "warn": "exclamation-triangle",
    "x": "x-lg",
}

DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """A template asked for an icon that the table does not list."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        known = ", ".join(sorted(DRAWINGS))
        return f"expected one of {known}, got {self.name!r}; add it to edu_csv/pages/icons.py"


@cache
def icon_svg(name: str) -> SafeString:
    """Return the icon as one ``<svg>``, hidden from assistive technology: a word always stands beside it."""
    try:
        drawing = DRAWINGS[name]
    except KeyError:
        raise UnknownIcon(name) from None
    source = resources.files("bs_icon_templates").joinpath("templates", "bs_icon", f"{drawing}.svg")
    # The packaged file is a Django template of its own; only the drawing inside it is ours to use.
    inside = DRAWING.search(source.read_text("utf-8"))
    if inside is None:
        raise UnknownIcon(name)
    paths = " ".join(inside[1].split())
    return mark_safe(f'<svg class="i i-{name}" viewBox="0 0 16 16" aria-hidden="true">{paths}</svg>')  # noqa: S308 - a file of a pinned package
