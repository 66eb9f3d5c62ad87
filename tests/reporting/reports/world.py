"""An institution's activity as plain objects, and how it comes into the tables.

Nothing of the product is used here but its tables: what is calculated from these objects is independent of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from edu_csv import tenancy


@dataclass(kw_only=True)
class Thing:
    """id: its own. gone: deleted, or undone."""

    id: UUID
    gone: bool = False


@dataclass(kw_only=True)
class Unit(Thing):
    type: str
    name: str
    parent_ids: list[UUID] = field(default_factory=list)


@dataclass(kw_only=True)
class Term(Thing):
    name: str


@dataclass(kw_only=True)
class Course(Thing):
    code: str
    name: str
    organization_id: UUID | None = None
    department_id: UUID | None = None
    parent_ids: list[UUID] = field(default_factory=list)


@dataclass(kw_only=True)
class Section(Thing):
    name: str
    course_id: UUID
    term_id: UUID
    offering_id: UUID


@dataclass(kw_only=True)
class Offering(Thing):
    course_ids: list[UUID]
    term_ids: list[UUID]


@dataclass(kw_only=True)
class Person(Thing):
    given_name: str | None
    family_name: str | None
    email: str | None
    roles: list[str]


@dataclass(kw_only=True)
class Campus(Thing):
    name: str


@dataclass(kw_only=True)
class Building(Thing):
    name: str
    campus_id: UUID


@dataclass(kw_only=True)
class Room(Thing):
    name: str
    building_id: UUID


@dataclass(kw_only=True)
class Video(Thing):
    name: str
    made_at: datetime
    owner_id: UUID | None = None
    duration_seconds: int | None = None
    from_schedule: bool = False
    room_id: UUID | None = None
    device_type: str | None = None
    auto_transcribed: bool = False


@dataclass(kw_only=True)
class Publication(Thing):
    video_id: UUID
    section_id: UUID
    published_at: datetime
    unpublished_at: datetime | None = None


@dataclass(kw_only=True)
class View(Thing):
    video_id: UUID
    started_at: datetime
    section_id: UUID | None = None
    person_id: UUID | None = None
    via_public_link: bool = False
    is_live: bool = False


@dataclass(kw_only=True)
class ViewEvent(Thing):
    view_id: UUID
    occurred_at: datetime


@dataclass(kw_only=True)
class Download(Thing):
    video_id: UUID
    occurred_at: datetime
    section_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(kw_only=True)
class Presentation(Thing):
    name: str


@dataclass(kw_only=True)
class Slide(Thing):
    presentation_id: UUID
    position: int


@dataclass(kw_only=True)
class PresentationView(Thing):
    presentation_id: UUID
    person_id: UUID
    started_at: datetime
    section_id: UUID | None = None


@dataclass(kw_only=True)
class Confusion(Thing):
    presentation_id: UUID
    person_id: UUID
    action: str
    occurred_at: datetime
    slide_id: UUID | None = None
    section_id: UUID | None = None


@dataclass(kw_only=True)
class Poll(Thing):
    presentation_id: UUID
    prompt: str
    content: str | None = None
    solution: str | None = None


@dataclass(kw_only=True)
class PollAnswer(Thing):
    poll_id: UUID
    person_id: UUID
    section_id: UUID | None = None


@dataclass(kw_only=True)
class PollAnswerRevision(Thing):
    poll_answer_id: UUID
    answer: str
    occurred_at: datetime


@dataclass(kw_only=True)
class Question(Thing):
    body: str
    section_id: UUID | None = None
    author_id: UUID | None = None
    is_anonymous: bool = False


@dataclass(kw_only=True)
class Answer(Thing):
    question_id: UUID
    author_id: UUID
    is_anonymous: bool = False


@dataclass(kw_only=True)
class AnswerRevision(Thing):
    answer_id: UUID
    body: str
    occurred_at: datetime


@dataclass(kw_only=True)
class Note(Thing):
    person_id: UUID
    section_id: UUID | None = None
    presentation_id: UUID | None = None
    video_id: UUID | None = None


@dataclass(kw_only=True)
class NoteRevision(Thing):
    note_id: UUID
    word_count: int
    occurred_at: datetime
    anchor: str | None = None


# What others point to comes first. Names that are folded have a second column.
TABLES: dict[type[Thing], str] = {
    Unit: "roster_org_unit",
    Term: "roster_term",
    Course: "roster_course",
    Offering: "roster_offering",
    Section: "roster_section",
    Person: "roster_person",
    Campus: "roster_campus",
    Building: "roster_building",
    Room: "roster_room",
    Video: "activity_video",
    Publication: "activity_publication",
    View: "activity_view",
    ViewEvent: "activity_view_event",
    Download: "activity_download",
    Presentation: "activity_presentation",
    Slide: "activity_slide",
    PresentationView: "activity_presentation_view",
    Confusion: "activity_confusion",
    Poll: "activity_poll",
    PollAnswer: "activity_poll_answer",
    PollAnswerRevision: "activity_poll_answer_revision",
    Question: "activity_question",
    Answer: "activity_answer",
    AnswerRevision: "activity_answer_revision",
    Note: "activity_note",
    NoteRevision: "activity_note_revision",
}
EVENTS = (ViewEvent, Download, Confusion, PollAnswerRevision, AnswerRevision, NoteRevision)
FOLDED = {
    Unit: "name",
    Term: "name",
    Course: "code",
    Section: "name",
    Campus: "name",
    Building: "name",
    Room: "name",
}
# What must be said and nothing here looks at.
UNSAID: dict[type[Thing], dict[str, Any]] = {
    Term: {"exclusion_dates": [], "parent_ids": []},
    Offering: {"is_implicit": False},
    Section: {"secondary_instructor_ids": [], "lms_course_ids": []},
}
# The months of events have tables of their own, which are made before events come.
MONTHS = "SELECT activity_add_event_months(%s, %s)"
INSERT = SQL(
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
)
DELETE = SQL("UPDATE {table} SET deleted_at = now() WHERE institution_id = %s AND id = ANY (%s::uuid[])")


T = TypeVar("T", bound=Thing)


@dataclass
class World:
    """All of one institution, by kind and id."""

    things: dict[type[Thing], dict[UUID, Any]] = field(default_factory=lambda: {kind: {} for kind in TABLES})
    reveals_anonymous: bool = False

    def add(self, thing: T) -> T:
        self.things[type(thing)][thing.id] = thing
        return thing

    def all(self, kind: type[T]) -> list[T]:
        return list(self.things[kind].values())

    def get(self, kind: type[T], id_: UUID | None) -> T | None:
        return self.things[kind][id_] if id_ is not None else None

    def store(self, institution: int, *, months: bool = True) -> None:
        """Write all of it; what is gone was there first, as others could not point to it else.

        months: make the tables of the months in which something happened.
        """
        with tenancy.use_institution(institution), transaction.atomic(), connection.cursor() as cursor:
            if months and (
                moments := [event.occurred_at for kind in EVENTS for event in self.things[kind].values()]
            ):
                cursor.execute(MONTHS, [min(moments).date(), max(moments).date()])
        with tenancy.use_institution(institution), transaction.atomic(), connection.cursor() as cursor:
            for kind, table in TABLES.items():
                if self.things[kind]:
                    _insert(cursor, institution, kind, table, self.all(kind))
            for kind, table in TABLES.items():
                if gone := [thing.id for thing in self.all(kind) if thing.gone]:
                    cursor.execute(DELETE.format(table=Identifier(table)), [institution, gone])
            cursor.execute(
                "UPDATE access_institution SET reveal_anonymous = %s WHERE id = %s",
                [self.reveals_anonymous, institution],
            )


def _insert(cursor: Any, institution: int, kind: type[Thing], table: str, things: list[Any]) -> None:
    names = [each.name for each in fields(kind) if each.name != "gone"]
    rows = []
    for thing in things:
        row = {"institution_id": institution, **{name: getattr(thing, name) for name in names}}
        if kind in FOLDED:
            row[f"{FOLDED[kind]}_folded"] = getattr(thing, FOLDED[kind]).casefold()
        rows.append(row | UNSAID.get(kind, {}))
    cursor.execute(
        INSERT.format(table=Identifier(table), columns=SQL(", ").join(map(Identifier, rows[0]))),
        [
            json.dumps(
                rows, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value)
            )
        ],
    )
