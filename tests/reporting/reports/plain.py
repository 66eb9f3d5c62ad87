"""The eight reports calculated in plain Python (reporting-api.md 3 and 7.2): one loop over what happened.

rows_of(name, world, start, end, sections) gives the cells in order. start, end: instants, or None of all time.
sections: those that whoever asks may see; None: everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.reporting.reports import world as w
from tests.reporting.reports.by_hand import Cell
from tests.reporting.reports.world import World

Row = list[Cell]
Sections = Collection[UUID] | None
SECTION = ["sectionId", "sectionNumber", "courseId", "courseIdentifier", "courseName"]
USER = ["userid", "firstname", "lastname", "email", "role"]
ASSET = [
    "video_name", "create_date", "section_number", "owner_name", "mediaid", "scheduled", "course_identifier",
    "organization_name", "department_name", "room_name", "building_name", "campus_name", "term_name", "transcribed",
    "device", "video_duration_in_minutes", "last_view", "view_count", "downloads", "view_duration_in_minutes",
    "public", "private", "live", "on_demand", "published_date",
]  # fmt: skip
# Written down from reporting-api.md 3, not from the product.
HEADERS: dict[str, list[str]] = {
    "asset": ASSET,
    "assetbydate": ASSET,
    "presentation": ["presentationID", "presentationName", *SECTION, "event_timestamp", *USER, "slide_count"],
    "videoview": ["VideoId", "VideoName", *SECTION, "event_timestamp", "duration_Minute", *USER],
    "confused": ["PresentationID", "PresentationName", *SECTION, "event_timestamp", *USER],
    "polling": [
        "presentation_id", "presentation_name", *SECTION, "activity_id", "activity_prompt", "activity_content",
        "solution", "event_timestamp", "answer_id", "answer", "isCorrect", *USER,
    ],
    "qanda": [
        "questionid", "question", *SECTION, *(f"question_{name}" for name in USER), "answerid", "answer",
        "event_timestamp", *(f"answer_{name}" for name in USER),
    ],
    "notes": ["PresentationID", "PresentationName", *SECTION, "content", "note_count", "event_timestamp", *USER],
}  # fmt: skip
ROLES = [
    ("administrator", "Admin"), ("scheduler", "Scheduler"), ("instructor", "Instructor"),
    ("teaching_assistant", "Teaching Assistant"), ("student", "Student"), ("tutor", "Tutor"), ("observer", "Observer"),
]  # fmt: skip


def rows_of(
    name: str, world: World, start: datetime | None, end: datetime | None, sections: Sections = None
) -> list[Row]:
    if name in ("asset", "assetbydate"):
        return _assets(world, start, end, sections)
    assert start
    assert end
    found = [
        (at, id_, row)
        for at, id_, section, row in EVENTS[name](world)
        if start <= at < end and (sections is None or section in sections)
    ]
    return [row for _, _, row in sorted(found, key=lambda each: (each[0], each[1].int))]


# --- what several reports have ------------------------------------------------------------------------


def section_block(world: World, id_: UUID | None) -> Row:
    section = world.get(w.Section, id_)
    if section is None:
        return [None] * 5
    course = world.things[w.Course][section.course_id]
    return [section.id, section.name, course.id, course.code, course.name]


def user_block(world: World, id_: UUID | None) -> Row:
    person = world.get(w.Person, id_)
    if person is None:
        return [None] * 5
    role = next((word for held, word in ROLES if held in person.roles), None)
    return [person.id, person.given_name, person.family_name, person.email, role]


def minutes(seconds: int | None) -> Decimal | None:
    return None if seconds is None else Decimal(seconds) / 60


# --- one row for each event: (when, event, section, cells) ----------------------------------------------

Event = tuple[datetime, UUID, UUID | None, Row]


def _presentation(world: World) -> list[Event]:
    found: list[Event] = []
    for view in world.all(w.PresentationView):
        if view.gone:
            continue
        shown = world.things[w.Presentation][view.presentation_id]
        slides = sum(
            1 for slide in world.all(w.Slide) if slide.presentation_id == shown.id and not slide.gone
        )
        row: Row = [shown.id, shown.name, *section_block(world, view.section_id), view.started_at]
        row += [*user_block(world, view.person_id), slides]
        found.append((view.started_at, view.id, view.section_id, row))
    return found


def _videoview(world: World) -> list[Event]:
    found: list[Event] = []
    for event in world.all(w.ViewEvent):
        view = world.things[w.View][event.view_id]
        if event.gone or view.gone or view.person_id is None:
            continue
        video = world.things[w.Video][view.video_id]
        row: Row = [video.id, video.name, *section_block(world, view.section_id), event.occurred_at]
        row += [minutes(video.duration_seconds), *user_block(world, view.person_id)]
        found.append((event.occurred_at, event.id, view.section_id, row))
    return found


def _confused(world: World) -> list[Event]:
    found: list[Event] = []
    for flag in world.all(w.Confusion):
        if flag.gone or flag.action != "set":
            continue
        shown = world.things[w.Presentation][flag.presentation_id]
        row: Row = [shown.id, shown.name, *section_block(world, flag.section_id), flag.occurred_at]
        row += user_block(world, flag.person_id)
        found.append((flag.occurred_at, flag.id, flag.section_id, row))
    return found


def _polling(world: World) -> list[Event]:
    found: list[Event] = []
    for revision in world.all(w.PollAnswerRevision):
        answer = world.things[w.PollAnswer][revision.poll_answer_id]
        if revision.gone or answer.gone:
            continue
        poll = world.things[w.Poll][answer.poll_id]
        shown = world.things[w.Presentation][poll.presentation_id]
        row: Row = [shown.id, shown.name, *section_block(world, answer.section_id)]
        row += [poll.id, poll.prompt, poll.content, poll.solution]
        row += [revision.occurred_at, answer.id, revision.answer, None, *user_block(world, answer.person_id)]
        found.append((revision.occurred_at, revision.id, answer.section_id, row))
    return found


def _qanda(world: World) -> list[Event]:
    found: list[Event] = []
    for revision in world.all(w.AnswerRevision):
        answer = world.things[w.Answer][revision.answer_id]
        if revision.gone or answer.gone:
            continue
        question = world.things[w.Question][answer.question_id]
        asker, answerer = (
            None if post.is_anonymous and not world.reveals_anonymous else post.author_id
            for post in (question, answer)
        )
        row: Row = [question.id, question.body, *section_block(world, question.section_id)]
        row += [*user_block(world, asker), answer.id, revision.body, revision.occurred_at]
        row += user_block(world, answerer)
        found.append((revision.occurred_at, revision.id, question.section_id, row))
    return found


def _notes(world: World) -> list[Event]:
    found: list[Event] = []
    for revision in world.all(w.NoteRevision):
        note = world.things[w.Note][revision.note_id]
        if revision.gone or note.gone:
            continue
        shown = world.get(w.Presentation, None if is_on_video(revision, note) else note.presentation_id)
        row: Row = [shown.id if shown else None, shown.name if shown else None]
        row += section_block(world, note.section_id)
        row += [
            revision.anchor,
            revision.word_count,
            revision.occurred_at,
            *user_block(world, note.person_id),
        ]
        found.append((revision.occurred_at, revision.id, note.section_id, row))
    return found


def is_on_video(revision: w.NoteRevision, note: w.Note) -> bool:
    """G16: a note of a video and a presentation is on what its anchor says."""
    if note.video_id is None or not revision.anchor or not revision.anchor.startswith("{"):
        return False
    return bool(json.loads(revision.anchor).get("type") == "video")


EVENTS: dict[str, Callable[[World], list[Event]]] = {
    "presentation": _presentation,
    "videoview": _videoview,
    "confused": _confused,
    "polling": _polling,
    "qanda": _qanda,
    "notes": _notes,
}


# --- one row for each video and section ------------------------------------------------------------------


class Tally:
    """What one row counts."""

    def __init__(self) -> None:
        self.views = self.public = self.live = self.events = self.downloads = 0
        self.last: datetime | None = None

    def seen(self, at: datetime) -> None:
        self.last = at if self.last is None else max(self.last, at)


def _assets(world: World, start: datetime | None, end: datetime | None, sections: Sections) -> list[Row]:
    published: dict[tuple[UUID, UUID], datetime] = {}
    for publication in world.all(w.Publication):
        if not publication.gone:
            key = (publication.video_id, publication.section_id)
            published[key] = min(published.get(key, publication.published_at), publication.published_at)

    tallies: dict[tuple[UUID, UUID | None], Tally] = {}

    def tally(video: UUID, section: UUID | None) -> Tally:
        placed = section if section and (video, section) in published else None
        return tallies.setdefault((video, placed), Tally())

    def in_range(at: datetime) -> bool:
        return (start is None or start <= at) and (end is None or at < end)

    for view in world.all(w.View):
        if not view.gone and in_range(view.started_at):
            one = tally(view.video_id, view.section_id)
            one.views += 1
            one.public += view.via_public_link
            one.live += view.is_live
            one.seen(view.started_at)
    for event in world.all(w.ViewEvent):
        view = world.things[w.View][event.view_id]
        if not event.gone and not view.gone and in_range(event.occurred_at):
            one = tally(view.video_id, view.section_id)
            one.events += 1
            one.seen(event.occurred_at)
    for download in world.all(w.Download):
        if not download.gone and in_range(download.occurred_at):
            tally(download.video_id, download.section_id).downloads += 1

    keys = set(tallies)
    if start is None:
        active = {video for video, _ in tallies}
        for video in world.all(w.Video):
            if video.gone and video.id not in active:
                continue
            places: list[tuple[UUID, UUID | None]] = [
                (video.id, section) for each, section in published if each == video.id
            ]
            keys |= set(places or [(video.id, None)])
    if sections is not None:
        keys = {key for key in keys if key[1] in sections}
    rows = [(key, _asset_row(world, *key, tallies.get(key, Tally()), published)) for key in keys]
    rows.sort(key=lambda each: _asset_order(each[0][1], each[1]))
    return [row for _, row in rows]


def _asset_row(
    world: World,
    video_id: UUID,
    section_id: UUID | None,
    one: Tally,
    published: dict[tuple[UUID, UUID], datetime],
) -> Row:
    video = world.things[w.Video][video_id]
    owner = world.get(w.Person, video.owner_id)
    named = [name for name in (owner.given_name, owner.family_name) if name] if owner else []
    section = world.get(w.Section, section_id)
    course = world.get(w.Course, section.course_id) if section else None
    organization = world.get(w.Unit, course.organization_id) if course else None
    department = world.get(w.Unit, course.department_id) if course else None
    term = world.get(w.Term, section.term_id) if section else None
    room = world.get(w.Room, video.room_id)
    building = world.get(w.Building, room.building_id) if room else None
    campus = world.get(w.Campus, building.campus_id) if building else None
    since = published[video_id, section_id].astimezone(UTC).date() if section_id else None
    return [
        video.name, video.made_at, section.name if section else None, " ".join(named) or None, video.id,
        video.from_schedule, course.id if course else None, organization.name if organization else None,
        department.name if department else None, room.name if room else None, building.name if building else None,
        campus.name if campus else None, term.name if term else None, video.auto_transcribed, video.device_type,
        minutes(video.duration_seconds), one.last, one.views, one.downloads, Decimal(one.events) / 2, one.public,
        one.views - one.public, one.live, one.views - one.live, since,
    ]  # fmt: skip


def _asset_order(section: UUID | None, row: Row) -> Any:
    """create_date, mediaid, published_date (nulls first), and the section where these are alike."""
    by_header = dict(zip(ASSET, row, strict=True))
    made, media, since = by_header["create_date"], by_header["mediaid"], by_header["published_date"]
    assert isinstance(media, UUID)
    return (made, media.int, since is not None, since or 0, section.int if section else -1)
