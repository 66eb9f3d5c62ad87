"""Headers of former imports: told from today's, so that nothing of them is read by mistake (echovideo.md, Appendix A).

The former bulk import of users has all columns that today's needs, and more that would be passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from imports.problems import FileRejected


@dataclass(frozen=True, slots=True)
class Legacy:
    """A former import. leading: its first headers, which no import of today has together. instead: what to use."""

    name: str
    leading: tuple[str, ...]
    instead: str


LEGACY = (
    Legacy(
        "bulk users",
        ("Role", "Last name", "First name", "Email Address", "Course Code", "Section Code"),
        "“create” of Users for the people, and “create” of Enrollments for their sections",
    ),
    Legacy(
        "scheduled captures",
        ("Campus", "Building", "Room", "Start Date", "Recording Start Time"),
        "“create” of Schedules",
    ),
)


def refuse_legacy(header: Sequence[str], normal: Callable[[str], str]) -> None:
    """Raise FileRejected ``legacy_header``. normal: how headers are compared."""
    names = {normal(name) for name in header}
    for legacy in LEGACY:
        # In any order: a spreadsheet's user may have moved columns.
        if names.issuperset(normal(name) for name in legacy.leading):
            raise FileRejected("legacy_header", legacy=legacy.name, instead=legacy.instead)
