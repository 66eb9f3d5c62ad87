"""Which language of a language map is shown: ``Accept-Language`` and ``format=canonical`` (xapi.md 5.2)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?"
)
LONGEST = 1_000
OTHERWISE = "en"


def preferred(header: str) -> list[str]:
    """The tags of an ``Accept-Language`` header in lower case, the best first; parts that are none are passed over."""
    ranges: list[tuple[float, str]] = []
    for part in header[:LONGEST].split(","):
        found = RANGE.fullmatch(part)
        if found and (quality := float(found[2] or 1)) > 0:
            ranges.append((quality, found[1].lower()))
    # Of equals the earlier comes first: sorting keeps their order.
    return [tag for _, tag in sorted(ranges, key=lambda each: -each[0])]


def chosen(language_map: Mapping[str, str], languages: Sequence[str]) -> str | None:
    """The tag of the map that suits these languages best; None of an empty map.

    For each in turn: the tag itself, what it begins with, the nearest with the same beginning (RFC 4647 section 3.4,
    and a sister of it: who reads en-GB reads en-US). Where all suit alike, English, else the first that the map has.
    """
    tags = {tag.lower(): tag for tag in language_map}
    for wanted in (*itertools.takewhile(lambda tag: tag != "*", languages), OTHERWISE):
        parts = wanted.split("-")
        for end in range(len(parts), 0, -1):
            shorter = "-".join(parts[:end])
            if shorter in tags:
                return tags[shorter]
        sister = next((tag for low, tag in tags.items() if low.startswith(f"{parts[0]}-")), None)
        if sister is not None:
            return sister
    return next(iter(language_map), None)
