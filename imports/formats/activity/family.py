"""What all files of activity share (reporting-api.md section 7): who may send them, how they are read, when it was.

Objects (videos, polls, one person's viewing of a video) have an External ID, by which other files name them and a file
sent again finds them. Events (30 seconds watched, a download) have none: what they say is their key, so one that is
there already, just so, is not made a second time. Nothing here is exported again: it comes out as reports.
"""

from __future__ import annotations

from typing import Any, ClassVar

from edu_csv.roster.nouns import PERSON, ROOM, SECTION, Noun
from imports.formats.activity.columns import Instant
from imports.formats.base import Format, Rule
from imports.formats.columns import CREATE, WRITING, ExternalId
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, Reference

NAME, DEVICE, TEXT = 255, 255, 20_000


class ActivityFormat(Format):
    """One action a file, to create when none is said; a blank optional cell empties the field; the first row counts."""

    family = "activity"
    actions: ClassVar[tuple[str, ...]] = ("create", "update", "delete")
    default_action = "create"
    # It belongs to no org unit: who reaches a part of the institution sends none of it, as with statements.
    needs_whole = True
    exportable = False
    repeats = "first"
    blank_on_update = "clear"
    bad_bytes = "row"
    unprotects_formulas = True


class EventFormat(ActivityFormat):
    """What happened at one moment. It is told, or taken back; it does not change."""

    actions: ClassVar[tuple[str, ...]] = ("create", "delete")


def own_external_id(what: str) -> ExternalId:
    """The id that other files name the object by. what: "the video", for its help."""
    return ExternalId(
        required=True,
        help=f"Names {what} in other files, and finds it when a file is sent again. Unique among objects of this kind.",
    )


def user(header: str = "User ID", *, field: str = "person_id", **options: Any) -> Reference:
    """A person, as in files of enrollments."""
    options.setdefault("aliases", ("User", "User Email", "Email") if header == "User ID" else ())
    options.setdefault("help", "System id, External ID or e-mail address.")
    return Reference(header, PERSON, field=field, by=(SYSTEM_ID, EXTERNAL_ID, EMAIL), **options)


def section(**options: Any) -> Reference:
    """The section in which it happened."""
    options.setdefault("help", "Where it happened; blank: outside any section.")
    return Reference("Section ID", SECTION, field="section_id", **options)


def room(**options: Any) -> Reference:
    return Reference("Room ID", ROOM, field="room_id", **options)


def of(header: str, to: Noun, field: str, **options: Any) -> Reference:
    """The object of activity that the row belongs to."""
    return Reference(header, to, field=field, **options)


# Clocks go wrong by some minutes.
AHEAD = "5 minutes"


def happened(at: Instant, *actions: str) -> Rule:
    """What happened has happened: of a moment ahead people are told, for no report of days counts it before.

    actions: where it holds; to create, when none is named.
    """
    return Rule(
        "in_future", at.header, f"w.{at.field} > now() + interval '{AHEAD}'", at.export(f"w.{at.field}"),
        actions=actions or (CREATE,), severity="warning", exported="FALSE", unless_repeated=True,
    )  # fmt: skip


def moment(header: str, field: str, **options: Any) -> Instant:
    """When it happened."""
    options.setdefault("required", True)
    options.setdefault("actions", WRITING)
    return Instant(header, field=field, **options)
