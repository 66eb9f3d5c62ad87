"""Numbers, nouns, sizes and durations, written the same way on every page."""

from __future__ import annotations

from collections.abc import Sequence

# One and many of each kind of roster object, as people say them.
NOUNS = {
    "address": ("address", "addresses"),
    "confusion": ("confusion flag", "confusion flags"),
    "building": ("building", "buildings"),
    "campus": ("campus", "campuses"),
    "course": ("course", "courses"),
    "enrollment": ("enrollment", "enrollments"),
    "day": ("day", "days"),
    "minute": ("minute", "minutes"),
    "more row": ("more row", "more rows"),
    "membership": ("membership", "memberships"),
    "offering": ("offering", "offerings"),
    "org_unit": ("org unit", "org units"),
    "person": ("person", "people"),
    "person_attributes": ("person's attributes", "people's attributes"),
    "persona": ("persona", "personas"),
    "room": ("room", "rooms"),
    "row": ("row", "rows"),
    "schedule": ("schedule", "schedules"),
    "section": ("section", "sections"),
    "statement": ("statement", "statements"),
    "term": ("term", "terms"),
    "thing": ("thing", "things"),
    "view_event": ("view event", "view events"),
    "viewing_permission": ("viewing permission", "viewing permissions"),
}

SIZES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"))


def number(value: int) -> str:
    """3643 is 3,643: the figure in full, never "some" and never rounded."""
    return f"{value:,}"


def noun(kind: str, value: int) -> str:
    """The word for ``value`` objects of this kind; an unknown kind is its own word."""
    one, many = NOUNS.get(kind, (kind.replace("_", " "), f"{kind.replace('_', ' ')}s"))
    return one if value == 1 else many


def counted(value: int, kind: str) -> str:
    """1 and "person" is "1 person", 66109 is "66,109 people"."""
    return f"{number(value)} {noun(kind, value)}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """["a", "b", "c"] is "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def size(size_bytes: int) -> str:
    """21400000 is "21.4 MB": three figures at most, powers of ten, as file managers show them."""
    for unit, name in SIZES:
        # What rounds up to 1,000 of one unit is 1 of the next.
        if size_bytes >= unit * 0.9995:
            amount = size_bytes / unit
            figures = f"{amount:.0f}" if amount >= 100 else f"{amount:.1f}".removesuffix(".0")
            return f"{figures} {name}"
    return f"{size_bytes} bytes" if size_bytes != 1 else "1 byte"


def duration(seconds: float) -> str:
    """1.42 is "1.4 s", 125 is "2 min 5 s", 7920 is "2 h 12 min": two units at most."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def elapsed(seconds: float) -> str:
    """A running clock: 14 is "0:14", 3725 is "1:02:05"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
