"""One sentence a code: what came, what was expected, what to do (ui.md section 9).

``code.variant`` where more is known than the code says. A part a file: rows, the families' own, whole files.
"""

from __future__ import annotations

from collections.abc import Mapping

from imports.sentences import activity, circlein, d2l, files, groups, rows, templated


def _together(*parts: Mapping[str, str]) -> dict[str, str]:
    """All sentences. Two of one key would speak for each other: raises ValueError."""
    found: dict[str, str] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"sentences that stand in two parts: {', '.join(sorted(twice))}")
        found.update(part)
    return found


SENTENCES = _together(
    rows.SENTENCES,
    d2l.SENTENCES,
    circlein.SENTENCES,
    templated.SENTENCES,
    groups.SENTENCES,
    activity.SENTENCES,
    files.SENTENCES,
)
UNWORDED = "{said}. Expected {expected}."
