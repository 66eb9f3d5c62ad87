"""Rosters as hypothesis makes them, and how they are put into an institution.

Written straight to the tables: what other families and doors may leave there is more than what one
family's import would let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.roster.models import (
    Building,
    Campus,
    Course,
    Enrollment,
    Offering,
    OrgUnit,
    Person,
    Room,
    Schedule,
    Section,
    Term,
)
from edu_csv.roster.occurrences import WEEKDAYS
from edu_csv.roster.roles import SYSTEM_ROLE_ORDER, PersonRole
from imports.formats.text import fold
from tests.imports.harness import Tenant

LETTERS = [
    "a", "Z", "7", "é", "e\u0301", "ß", "ſ", "İ",
    '"', "'", ",", ";", "|", "\\", "\\.", "\t", "\r", "\n", "\r\n",
    "=", "+", "-", "@", "_", "%", "%s", "{}", " ",
    "\u00a0", "\u3000", "\u2028", "\x85", "\x1c", "\ufeff", "\u200b",
    "א", "ش", "\u202e", "\u200f", "日本", "👩‍🏫", "\u0301", "\ufffd",
]  # fmt: skip
NASTY = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=8).map("".join)
DAYS = [date(2031, 1, day) for day in range(1, 29)]


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Three times in four what an EchoVideo file can say: else every export would be empty."""
    return st.sampled_from([usual, usual, usual, rare]).flatmap(lambda chosen: chosen)


TEXT = mostly(NASTY.map(lambda text: text.strip() or "x"), NASTY)
NAME = mostly(TEXT, st.sampled_from(["x" * 200, "x" * 201, "é" * 255, "=" * 256]))
KEY = st.none() | mostly(TEXT.map(lambda text: text.replace(";", "")), TEXT)
LISTED = mostly(TEXT.map(lambda text: text.replace(";", "").strip() or "x"), NASTY)
EMAIL = mostly(
    st.builds(
        "{}@fjord.example".format, st.sampled_from(["mei", "Mei", "tómas", "to\u0301mas", "x.y", "'@", "-"])
    ),
    st.sampled_from(
        [None, "no-address", "two@@signs.example", "'=a@b.example", "+tag@b.example", "ÅSA@b.example", "a@b"]
    ),
)
SPAN = mostly(
    st.tuples(
        st.sampled_from(DAYS[:9]),
        st.sampled_from(DAYS[19:]),
        st.lists(st.sampled_from(DAYS[9:19]), max_size=3),
    ),
    st.tuples(
        st.none() | st.sampled_from(DAYS),
        st.none() | st.sampled_from(DAYS),
        st.lists(st.sampled_from(DAYS), max_size=3),
    ),
)
HELD = mostly(
    st.sets(st.sampled_from(SYSTEM_ROLE_ORDER[:5]), min_size=1).map(
        lambda held: held | {PersonRole.INSTRUCTOR}
    ),
    st.sets(st.sampled_from(SYSTEM_ROLE_ORDER)),
)
SYSTEM_ROLES = HELD.map(lambda held: sorted(held, key=SYSTEM_ROLE_ORDER.index))

ROLE = mostly(st.sampled_from(SYSTEM_ROLE_ORDER[2:5]), st.sampled_from(list(PersonRole)))

KINDS = mostly(st.sampled_from(["organization", "department"]), st.just("faculty"))
ZONE = st.none() | st.sampled_from(["Europe/Oslo", "America/New_York"])
# When captures are: a day, or a series; and what no file could say.
SPANNING = {
    "start_date": st.sampled_from(DAYS[:9]),
    "end_date": st.sampled_from(DAYS[19:]),
    "days_of_week": st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
        lambda days: sorted(days, key=WEEKDAYS.index)
    ),
    "exclusion_dates": st.lists(st.sampled_from(DAYS[9:19]), max_size=2, unique=True),
}
PLAIN_WHEN = st.fixed_dictionaries(SPANNING) | st.fixed_dictionaries({"start_date": st.sampled_from(DAYS)})
ODD_WHEN = st.fixed_dictionaries(
    {
        "start_date": st.sampled_from(DAYS),
        "end_date": st.none() | st.sampled_from([*DAYS, date(9999, 12, 31)]),
        "days_of_week": st.lists(st.sampled_from([*WEEKDAYS, "XX"]), max_size=3),
        "exclusion_dates": st.lists(st.sampled_from(DAYS), max_size=3),
    }
)
INPUT, QUALITY = st.sampled_from(["display", "video"]), st.sampled_from(["medium", "high", "highest"])
# What others point to is odd often enough, so a schedule itself mostly is not.
PLAIN_SCHEDULE = {
    "external_id": TEXT.map(lambda text: text.replace(";", "").strip() or "x"),
    "name": TEXT,
    "when": PLAIN_WHEN,
    "start_time": st.sampled_from([time(9), time(0), time(18, 30)]),
    "duration_minutes": st.sampled_from([1, 45, 240]),
    "guest_instructor": st.none() | TEXT,
    "stream_live": st.just(value=False),
    "caption": st.booleans(),
    "auto_publish": st.booleans(),
    "input_1": INPUT,
    "input_2": st.none() | INPUT,
    "capture_quality": QUALITY,
    "stream_quality": st.none() | QUALITY,
}
ODD_SCHEDULE = {
    **PLAIN_SCHEDULE,
    "external_id": KEY,
    "name": NAME,
    "when": PLAIN_WHEN | ODD_WHEN,
    "start_time": st.sampled_from([time(22, 30), time(23, 59), time(9, 0, 30), time(9, 0, 0, 1)]),
    "duration_minutes": st.sampled_from([1, 89, 240, 241, 1_440, 100_000]),
    "stream_live": st.booleans(),
    "input_1": st.sampled_from(["video", "Display", "audio"]),
    "capture_quality": st.sampled_from(["high", "lowest"]),
}


@dataclass
class Roster:
    """Fields by object; references are places in the other lists."""

    units: list[dict[str, Any]] = field(default_factory=list)
    campuses: list[dict[str, Any]] = field(default_factory=list)
    buildings: list[dict[str, Any]] = field(default_factory=list)
    rooms: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    courses: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    enrollments: list[dict[str, Any]] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)


def _objects(
    size: int, *, least: int = 0, **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some objects, no two with one external id: the database itself would refuse the second."""
    return st.lists(
        st.fixed_dictionaries({"external_id": KEY, **fields}), min_size=least, max_size=size,
        unique_by=lambda each: each["external_id"] or object(),
    )  # fmt: skip


def _one_of(objects: list[dict[str, Any]]) -> st.SearchStrategy[int]:
    return st.sampled_from(range(len(objects)))


def _some_of(objects: list[dict[str, Any]], most: int = 2) -> st.SearchStrategy[list[int]]:
    return st.lists(_one_of(objects), max_size=most) if objects else st.just([])


def _maybe(objects: list[dict[str, Any]]) -> st.SearchStrategy[int | None]:
    return st.none() | _one_of(objects) if objects else st.none()


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    # What others lie in is there, mostly: else there would hardly ever be a schedule.
    least = draw(st.sampled_from([1, 1, 1, 0]))
    units = draw(_objects(4, name=NAME, type=KINDS))
    for place, unit in enumerate(units):
        # Of those before it, so that there is no cycle.
        unit["parents"] = draw(mostly(_some_of(units[:place], 1), _some_of(units[:place])))
    made = Roster(
        units=units,
        campuses=draw(_objects(2, least=least, name=NAME, time_zone=ZONE)),
        terms=draw(_objects(3, least=least, name=NAME, span=SPAN)),
        courses=draw(
            _objects(
                3, least=least, code=NAME, name=NAME, organization=_maybe(units), department=_maybe(units)
            )
        ),
        people=draw(
            _objects(
                5,
                least=least,
                given_name=mostly(NAME, st.none()),
                family_name=mostly(NAME, st.none()),
                email=EMAIL,
                sso_id=st.none() | NAME,
                roles=SYSTEM_ROLES,
            )
        ),
    )
    if made.campuses:
        made.buildings = draw(_objects(3, least=least, campus=_one_of(made.campuses), name=NAME))
    if made.buildings:
        made.rooms = draw(
            _objects(
                4, least=least, building=_one_of(made.buildings), name=NAME, device_id=st.none() | NAME,
                device_type=st.none() | NAME, device_software_version=st.none() | NAME,
            )
        )  # fmt: skip
    if made.terms and made.courses:
        made.sections = draw(
            _objects(
                4,
                least=least,
                course=_one_of(made.courses),
                term=_one_of(made.terms),
                name=NAME,
                description=st.none() | NAME,
                instructor=_maybe(made.people),
                secondary=_some_of(made.people),
                lms_course_ids=st.lists(LISTED, max_size=3),
            )
        )
    if made.rooms:
        pointing = {
            "room": _one_of(made.rooms),
            "sections": mostly(_some_of(made.sections, 1), _some_of(made.sections)),
            "instructor": mostly(st.none(), _maybe(made.people)),
        }
        made.schedules = draw(
            st.lists(
                mostly(
                    st.fixed_dictionaries({**pointing, **PLAIN_SCHEDULE}),
                    st.fixed_dictionaries({**pointing, **ODD_SCHEDULE}),
                ),
                min_size=least,
                max_size=5,
                unique_by=lambda each: each["external_id"] or object(),
            )
        )
    if made.sections and made.people:
        person, section = _one_of(made.people), _one_of(made.sections)
        made.enrollments = [
            {"person": who, "section": where, "role": draw(ROLE)}
            for who, where in draw(st.lists(st.tuples(person, section), max_size=6, unique=True))
        ]
    return made


def put(tenant: Tenant, roster: Roster) -> dict[str, int]:
    """Write a roster into an empty institution; how many objects of each format's kind there are."""
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        mine = {"institution_id": tenant.pk}
        terms = [
            Term(
                **mine, external_id=each["external_id"], name=each["name"], name_folded=fold(each["name"]),
                start_date=each["span"][0], end_date=each["span"][1], exclusion_dates=each["span"][2],
            )
            for each in roster.terms
        ]  # fmt: skip
        units = _made_units(tenant.pk, roster)
        courses = [
            Course(
                **mine, external_id=each["external_id"], name=each["name"], code=each["code"],
                code_folded=fold(each["code"]), organization_id=_id_of(units, each["organization"]),
                department_id=_id_of(units, each["department"]),
            )
            for each in roster.courses
        ]  # fmt: skip
        places = _made_places(tenant.pk, roster)
        people = [
            Person(**mine, email_folded=each["email"] and fold(each["email"]), **each)
            for each in roster.people
        ]
        offerings: dict[tuple[int, int], Offering] = {}
        sections = []
        for each in roster.sections:
            place = (each["course"], each["term"])
            course, term = courses[place[0]], terms[place[1]]
            if place not in offerings:
                offerings[place] = Offering(
                    **mine, course_ids=[course.pk], term_ids=[term.pk], is_implicit=True
                )
            sections.append(
                Section(
                    **mine, offering_id=offerings[place].pk, course_id=course.pk, term_id=term.pk,
                    external_id=each["external_id"], name=each["name"], name_folded=fold(each["name"]),
                    description=each["description"],
                    instructor_id=_id_of(people, each["instructor"]),
                    secondary_instructor_ids=[people[place].pk for place in each["secondary"]],
                    lms_course_ids=each["lms_course_ids"],
                )
            )  # fmt: skip
        enrollments = [
            Enrollment(
                **mine,
                person_id=people[each["person"]].pk,
                section_id=sections[each["section"]].pk,
                role=each["role"],
            )
            for each in roster.enrollments
        ]
        schedules = [
            Schedule(
                **mine,
                **{name: value for name, value in each.items() if name not in POINTING},
                **each["when"],
                room_id=places[-1][each["room"]].pk,
                section_ids=[sections[place].pk for place in each["sections"]],
                instructor_id=_id_of(people, each["instructor"]),
            )
            for each in roster.schedules
        ]
        # Units in the order of their levels: each may be the parent of those behind it.
        made: list[list[Any]] = [
            *([unit] for unit in units),
            *places,
            terms,
            courses,
            people,
            list(offerings.values()),
            sections,
        ]
        for objects in (*made, enrollments, schedules):
            if objects:
                type(objects[0])._default_manager.bulk_create(objects)
    kinds = [unit["type"] for unit in roster.units]
    counts = {
        "organizations": kinds.count("organization"), "departments": kinds.count("department"),
        "campuses": len(roster.campuses), "buildings": len(roster.buildings), "rooms": len(roster.rooms),
        "terms": len(terms), "courses": len(courses), "users": len(people), "sections": len(sections),
        "enrollments": len(enrollments), "schedules": len(schedules),
    }  # fmt: skip
    return {
        **{f"echovideo.{name}.v1": count for name, count in counts.items()},
        "echovideo.schedules.v2": len(schedules),
        "edu-csv.room-devices": len(roster.rooms),
    }


POINTING = ("when", "room", "sections", "instructor")


def _id_of(objects: Sequence[Any], place: int | None) -> Any:
    return None if place is None else objects[place].pk


def _made_units(institution: int, roster: Roster) -> list[OrgUnit]:
    units: list[OrgUnit] = []
    for each in roster.units:
        units.append(
            OrgUnit(
                institution_id=institution, external_id=each["external_id"], type=each["type"], name=each["name"],
                name_folded=fold(each["name"]), parent_ids=[units[place].pk for place in each["parents"]],
            )
        )  # fmt: skip
    return units


def _made_places(institution: int, roster: Roster) -> tuple[list[Campus], list[Building], list[Room]]:
    campuses = [
        Campus(institution_id=institution, name_folded=fold(each["name"]), **each) for each in roster.campuses
    ]
    buildings = [
        Building(
            institution_id=institution, external_id=each["external_id"], name=each["name"],
            name_folded=fold(each["name"]), campus_id=campuses[each["campus"]].pk,
        )
        for each in roster.buildings
    ]  # fmt: skip
    rooms = [
        Room(
            institution_id=institution, name_folded=fold(each["name"]), building_id=buildings[each["building"]].pk,
            **{name: value for name, value in each.items() if name != "building"},
        )
        for each in roster.rooms
    ]  # fmt: skip
    return campuses, buildings, rooms
