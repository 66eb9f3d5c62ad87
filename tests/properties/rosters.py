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
# Half of them survive a trim: otherwise most objects would be left out of every export.
TEXT = st.one_of(NASTY, NASTY.map(lambda text: text.strip() or "x"))
LONG = st.sampled_from(["x" * 200, "x" * 201, "é" * 255, "=" * 256])
NAME = st.one_of(TEXT, LONG)
MAYBE_TEXT = st.none() | NAME
KEY = st.none() | st.one_of(TEXT, TEXT.map(lambda text: text.replace(";", "")))
DAY = st.dates(date(2031, 1, 1), date(2031, 3, 1))
EMAIL = st.one_of(
    st.none(),
    st.sampled_from(
        ["no-address", "two@@signs.example", "'=a@b.example", "+tag@b.example", "ÅSA@b.example", "a@b"]
    ),
    st.builds(
        "{}@fjord.example".format, st.sampled_from(["mei", "Mei", "tómas", "to\u0301mas", "x.y", "'@", "-"])
    ),
)
SYSTEM_ROLES = st.sets(st.sampled_from(SYSTEM_ROLE_ORDER)).map(
    lambda held: sorted(held, key=SYSTEM_ROLE_ORDER.index)
)


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
        terms=draw(
            _objects(
                3, name=NAME, start_date=st.none() | DAY, end_date=st.none() | DAY,
                exclusion_dates=st.lists(DAY, max_size=3),
            )
        ),
        courses=draw(_objects(3, code=NAME, name=NAME)),
        people=draw(
            _objects(
                5, given_name=MAYBE_TEXT, family_name=MAYBE_TEXT, email=EMAIL, sso_id=MAYBE_TEXT, roles=SYSTEM_ROLES
            )
        ),
    )  # fmt: skip
    if made.terms and made.courses:
        people = st.sampled_from(range(len(made.people))) if made.people else st.nothing()
        made.sections = draw(
            _objects(
                4,
                course=st.sampled_from(range(len(made.courses))), term=st.sampled_from(range(len(made.terms))),
                name=NAME, description=MAYBE_TEXT, instructor=st.none() | people,
                secondary=st.lists(people, max_size=2), lms_course_ids=st.lists(NASTY, max_size=3),
            )
        )  # fmt: skip
    if made.sections and made.people:
        pairs = st.tuples(
            st.sampled_from(range(len(made.people))), st.sampled_from(range(len(made.sections)))
        )
        made.enrollments = [
            {"person": person, "section": section, "role": draw(st.sampled_from(list(PersonRole)))}
            for person, section in draw(st.lists(pairs, max_size=6, unique=True))
        ]
    return made


def put(tenant: Tenant, roster: Roster) -> dict[str, int]:
    """Write a roster into an empty institution; how many objects of each format's kind there are."""
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        mine = {"institution_id": tenant.pk}
        terms = [Term(**mine, name_folded=fold(each["name"]), **each) for each in roster.terms]
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
