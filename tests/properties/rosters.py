"""Rosters as hypothesis makes them, and how they are put into an institution.

Written straight to the tables: what other families and doors may leave there is more than what one
family's import would let in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.roster.models import Course, Enrollment, Offering, Person, Section, Term
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


@dataclass
class Roster:
    """Fields by object; references are places in the other lists."""

    terms: list[dict[str, Any]] = field(default_factory=list)
    courses: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    enrollments: list[dict[str, Any]] = field(default_factory=list)


def _objects(size: int, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some objects, no two with one external id: the database itself would refuse the second."""
    return st.lists(
        st.fixed_dictionaries({"external_id": KEY, **fields}), max_size=size,
        unique_by=lambda each: each["external_id"] or object(),
    )  # fmt: skip


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    made = Roster(
        terms=draw(_objects(3, name=NAME, span=SPAN)),
        courses=draw(_objects(3, code=NAME, name=NAME)),
        people=draw(
            _objects(
                5,
                given_name=mostly(NAME, st.none()),
                family_name=mostly(NAME, st.none()),
                email=EMAIL,
                sso_id=st.none() | NAME,
                roles=SYSTEM_ROLES,
            )
        ),
    )
    if made.terms and made.courses:
        people = st.sampled_from(range(len(made.people))) if made.people else None
        made.sections = draw(
            _objects(
                4,
                course=st.sampled_from(range(len(made.courses))),
                term=st.sampled_from(range(len(made.terms))),
                name=NAME,
                description=st.none() | NAME,
                instructor=st.none() if people is None else st.none() | people,
                secondary=st.just([]) if people is None else st.lists(people, max_size=2),
                lms_course_ids=st.lists(LISTED, max_size=3),
            )
        )
    if made.sections and made.people:
        person, section = (st.sampled_from(range(len(objects))) for objects in (made.people, made.sections))
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
        courses = [Course(**mine, code_folded=fold(each["code"]), **each) for each in roster.courses]
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
                    instructor_id=None if each["instructor"] is None else people[each["instructor"]].pk,
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
        for objects in (terms, courses, people, list(offerings.values()), sections, enrollments):
            if objects:
                type(objects[0])._default_manager.bulk_create(objects)  # type: ignore[arg-type]  # of one type each
    return {
        "echovideo.terms.v1": len(terms), "echovideo.courses.v1": len(courses), "echovideo.users.v1": len(people),
        "echovideo.sections.v1": len(sections), "echovideo.enrollments.v1": len(enrollments),
    }  # fmt: skip
