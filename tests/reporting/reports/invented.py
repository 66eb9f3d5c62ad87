"""Worlds at random: everything that a report must tell apart is in them, many times over."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from tests.reporting.reports import world as w
from tests.reporting.reports.world import World

# Two weeks and some days, over the end of a month; reports ask for the second week, and for all of it.
FIRST = date(2025, 8, 20)
DAYS = 21
T = TypeVar("T")
NAMES = [
    "Tides and Currents", 'Say "hello"', "a,b|c\td", "=1+1", "-3 °C", "@home", "+31", "\tTabbed", "Zeile eins\nZeile zwei",
    "carriage\r\nreturn\rold\n", "", " blank ", "Łukasz’ Übung", "'=quoted", "後期", "NULL", "\\N", "\\.",
]  # fmt: skip
ROLES = ["student", "instructor", "teaching_assistant", "tutor", "observer", "scheduler", "administrator"]
# The ends of a week, and what lies next to them.
EDGES = [
    timedelta(), timedelta(microseconds=-1), timedelta(milliseconds=-1), timedelta(microseconds=1),
    timedelta(milliseconds=1), timedelta(microseconds=999_999),
]  # fmt: skip


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class Invention:
    """Makes a world from one source of chance."""

    def __init__(self, chance: random.Random, size: int) -> None:
        self.chance = chance
        self.size = size
        # Ids are unique in a database, which may know this world already.
        self.salt = uuid4().int
        self.world = World(reveals_anonymous=chance.random() < 0.3)

    def id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128) ^ self.salt)

    def one(self, among: Sequence[T]) -> T:
        return among[self.chance.randrange(len(among))]

    def maybe(self, among: Sequence[T], likely: float = 0.8) -> T | None:
        return self.one(among) if among and self.chance.random() < likely else None

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def name(self) -> str:
        return f"{self.one(NAMES)}{self.one(['', ' 01', ' 02'])}"

    def at(self) -> datetime:
        day = midnight(FIRST + timedelta(days=self.chance.randrange(DAYS + 1)))
        if self.often(0.3):
            return day + self.one(EDGES)
        return day + timedelta(microseconds=self.chance.randrange(86_400_000_000))

    def context(self) -> None:
        """Org units, courses, sections, people, rooms: some of them deleted."""
        add, id_ = self.world.add, self.id
        self.units = [add(w.Unit(id=id_(), type="organization", name=f"Faculty {n}")) for n in range(2)]
        self.units += [
            add(
                w.Unit(id=id_(), type="department", name=f"Department {n}", parent_ids=[self.units[n % 2].id])
            )
            for n in range(3)
        ]
        terms = [add(w.Term(id=id_(), name=f"Term {n}", gone=n == 2)) for n in range(3)]
        courses = [
            add(
                w.Course(
                    id=id_(), code=f"=C{n}" if n == 3 else f"C{n}", name=self.name(),
                    organization_id=self.maybe([unit.id for unit in self.units[:2]], 0.5),
                    department_id=self.maybe([unit.id for unit in self.units[2:]], 0.6),
                    parent_ids=[self.one(self.units).id] if self.often(0.3) else [], gone=n == 4,
                )
            )
            for n in range(5)
        ]  # fmt: skip
        self.sections = []
        for n in range(7):
            course, term = self.one(courses), self.one(terms)
            offering = add(w.Offering(id=id_(), course_ids=[course.id], term_ids=[term.id]))
            self.sections.append(
                add(
                    w.Section(
                        id=id_(), name=f"0{n}", course_id=course.id, term_id=term.id, offering_id=offering.id,
                        gone=n == 6,
                    )
                )
            )  # fmt: skip
        self.people = [self.person(n) for n in range(9)]
        campus = add(w.Campus(id=id_(), name="North"))
        building = add(w.Building(id=id_(), name="Library", campus_id=campus.id))
        self.rooms = [
            add(w.Room(id=id_(), name=f"R{n}", building_id=building.id, gone=n == 1)) for n in range(2)
        ]

    def person(self, number: int) -> w.Person:
        if number == 0:  # erased
            return self.world.add(
                w.Person(id=self.id(), given_name=None, family_name=None, email=None, roles=[], gone=True)
            )
        roles = [role for role in ROLES if self.often(0.3)]
        self.chance.shuffle(roles)
        return self.world.add(
            w.Person(
                id=self.id(), given_name=self.maybe(NAMES[:9]), family_name=self.maybe(NAMES[:9]),
                email=f"p{number}@example.edu" if number % 3 else None, roles=roles, gone=number == 1,
            )
        )  # fmt: skip

    def section(self) -> UUID | None:
        return self.maybe([section.id for section in self.sections])

    def anybody(self) -> UUID:
        return self.one(self.people).id

    def videos(self) -> None:
        add, id_ = self.world.add, self.id
        for number in range(8):
            add(
                w.Video(
                    id=id_(), name=self.name(), made_at=midnight(FIRST) if number < 3 else self.at(),
                    owner_id=self.maybe([person.id for person in self.people]),
                    duration_seconds=self.one([None, 0, 1, 600, 2970, 3601, 86_399]), from_schedule=self.often(0.5),
                    room_id=self.maybe([room.id for room in self.rooms], 0.5),
                    device_type=self.maybe(["PersonalCapture", "ProHardwareCapture3"], 0.5),
                    auto_transcribed=self.often(0.5), gone=number in (5, 6),
                )
            )  # fmt: skip
        videos = self.world.all(w.Video)
        published = set()
        # The last ones are never published; some are published again, or to several sections at once.
        for _ in range(14):
            video, section, at = self.one(videos[:6]).id, self.one(self.sections).id, self.at()
            if (video, section, at) not in published:
                published.add((video, section, at))
                ends = at + timedelta(days=3) if self.often(0.3) else None
                add(
                    w.Publication(
                        id=id_(), video_id=video, section_id=section, published_at=at, unpublished_at=ends,
                        gone=self.often(0.15),
                    )
                )  # fmt: skip
        watched = videos[:7] if self.often(0.5) else videos[:6]
        for _ in range(self.size):
            add(
                w.View(
                    id=id_(), video_id=self.one(watched).id, section_id=self.section(), started_at=self.at(),
                    person_id=self.maybe([person.id for person in self.people]), via_public_link=self.often(0.3),
                    is_live=self.often(0.2), gone=self.often(0.1),
                )
            )  # fmt: skip
        views = self.world.all(w.View)
        for view in self.chance.sample(views, k=len(views) * 3 // 4):
            for at in {self.at() for _ in range(self.chance.randrange(1, 8))}:
                add(w.ViewEvent(id=id_(), view_id=view.id, occurred_at=at, gone=self.often(0.1)))
        taken = set()
        for _ in range(self.size):
            key = (
                self.one(videos[:6]).id,
                self.section(),
                self.maybe([p.id for p in self.people]),
                self.at(),
            )
            if key not in taken:
                taken.add(key)
                whole, placed, by, when = key
                add(
                    w.Download(
                        id=id_(), video_id=whole, section_id=placed, person_id=by, occurred_at=when,
                        gone=self.often(0.1),
                    )
                )  # fmt: skip

    def presentations(self) -> None:
        add, id_ = self.world.add, self.id
        shown = [add(w.Presentation(id=id_(), name=self.name(), gone=n == 2)) for n in range(4)]
        slides = [
            add(w.Slide(id=id_(), presentation_id=each.id, position=position, gone=self.often(0.2)))
            for each in shown[:3]
            for position in range(1, self.chance.randrange(2, 7))
        ]
        for _ in range(self.size):
            add(
                w.PresentationView(
                    id=id_(), presentation_id=self.one(shown).id, person_id=self.anybody(), section_id=self.section(),
                    started_at=self.at(), gone=self.often(0.1),
                )
            )  # fmt: skip
        for _ in range(self.size):
            slide = self.one(slides)
            add(
                w.Confusion(
                    id=id_(), presentation_id=slide.presentation_id, slide_id=slide.id if self.often(0.9) else None,
                    person_id=self.anybody(), section_id=self.section(), occurred_at=self.at(),
                    action=self.one(["set", "set", "cleared"]), gone=self.often(0.1),
                )
            )  # fmt: skip
        offers = ['[{"id":"a","text":"Basalt"},{"id":"b","text":"Granite"}]', None, "[]", '=["x"]']
        polls = [
            add(
                w.Poll(
                    id=id_(), presentation_id=self.one(shown).id, prompt=self.name(), content=self.one(offers),
                    solution=self.maybe([*NAMES, '["Basalt","Granite"]']), gone=n == 3,
                )
            )
            for n in range(4)
        ]  # fmt: skip
        for _ in range(self.size // 2):
            answer = add(
                w.PollAnswer(
                    id=id_(), poll_id=self.one(polls).id, person_id=self.anybody(), section_id=self.section(),
                    gone=self.often(0.1),
                )
            )  # fmt: skip
            for at in {self.at() for _ in range(self.chance.randrange(1, 4))}:
                add(
                    w.PollAnswerRevision(
                        id=id_(),
                        poll_answer_id=answer.id,
                        answer=self.name(),
                        occurred_at=at,
                        gone=self.often(0.1),
                    )
                )
        for _ in range(self.size // 2):
            on_slides, on_video = self.one([(True, False), (False, True), (True, True)])
            note = add(
                w.Note(
                    id=id_(), person_id=self.anybody(), section_id=self.section(), gone=self.often(0.1),
                    presentation_id=self.one(shown).id if on_slides else None,
                    video_id=self.one(self.world.all(w.Video)).id if on_video else None,
                )
            )  # fmt: skip
            for at in {self.at() for _ in range(self.chance.randrange(1, 4))}:
                add(
                    w.NoteRevision(
                        id=id_(), note_id=note.id, word_count=self.chance.randrange(300), occurred_at=at,
                        anchor=self.maybe(['{"type":"slide","slideId":"x","position":4}', '{"type":"video"}']),
                        gone=self.often(0.1),
                    )
                )  # fmt: skip

    def discussions(self) -> None:
        add, id_ = self.world.add, self.id
        questions = [
            add(
                w.Question(
                    id=id_(), body=self.name(), section_id=self.section(), gone=self.often(0.1),
                    author_id=self.maybe([person.id for person in self.people]), is_anonymous=self.often(0.3),
                )
            )
            for _ in range(6)
        ]  # fmt: skip
        for _ in range(self.size // 2):
            answer = add(
                w.Answer(
                    id=id_(), question_id=self.one(questions[:5]).id, author_id=self.anybody(),
                    is_anonymous=self.often(0.3), gone=self.often(0.1),
                )
            )  # fmt: skip
            for at in {self.at() for _ in range(self.chance.randrange(1, 4))}:
                add(
                    w.AnswerRevision(
                        id=id_(), answer_id=answer.id, body=self.name(), occurred_at=at, gone=self.often(0.1)
                    )
                )


def invent(seed: int, size: int = 60) -> World:
    """Always the same world for the same seed, but for its ids."""
    invention = Invention(random.Random(seed), size)  # noqa: S311  # nobody is to be surprised
    invention.context()
    invention.videos()
    invention.presentations()
    invention.discussions()
    return invention.world
