"""Rosters as D2L, CircleIn and other doors may leave them: graphs of units, several terms and courses, memberships."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from edu_csv import tenancy
from edu_csv.roster.models import (
    Course,
    Enrollment,
    Membership,
    Offering,
    OrgUnit,
    OrgUnitType,
    Person,
    PersonAttributes,
    Section,
    Term,
)
from edu_csv.roster.nouns import COURSE, OFFERING, ORG_UNIT, TERM
from edu_csv.roster.roles import PersonRole
from imports.formats.text import fold
from tests.imports.harness import Tenant
from tests.properties.rosters import NASTY, mostly

WORD = st.text("abZé7日 .,;-_’=+", min_size=1, max_size=12).map(lambda text: text.strip() or "x")
NAME = mostly(
    WORD, NASTY | st.sampled_from(["x" * 128, "x" * 129, "Women's: 100%", " edge", "a|b", 'say "x"'])
)
ROLES = st.sampled_from(list(PersonRole))
# A code is legal, mostly; else it is cut, illegal, or none at all.
ODD_KEY = st.none() | NASTY | st.sampled_from(["k" * 50, "k" * 51, "a,b", "x:y", "it's"])
TYPES = ["organization", "organization", "department", "department", "faculty", "guild"]
DAYS = [date(2031, 1, day) for day in range(1, 29)]


@dataclass
class Feeds:
    """Fields by object; references are places in the other lists."""

    units: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    courses: list[dict[str, Any]] = field(default_factory=list)
    offerings: list[dict[str, Any]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    enrollments: list[tuple[int, int, str]] = field(default_factory=list)
    memberships: list[tuple[int, str, int, str]] = field(default_factory=list)
    attributes: list[dict[str, Any]] = field(default_factory=list)


def _keyed(draw: st.DrawFn, prefix: str, least: int, most: int, **fields: Any) -> list[dict[str, Any]]:
    """Some objects, no two of one kind with one external id: the database itself would refuse the second."""
    found: list[dict[str, Any]] = []
    used: set[str] = set()
    for number in range(draw(st.integers(least, most))):
        key = draw(mostly(st.just(f"{prefix}{number}"), ODD_KEY))
        key = None if key is None or key in used else key
        used |= {key} if key else set()
        found.append({"external_id": key, **{name: draw(strategy) for name, strategy in fields.items()}})
    return found


def _some(draw: st.DrawFn, count: int, *, least: int = 0, most: int = 3) -> list[int]:
    if not count:
        return []
    return draw(st.lists(st.integers(0, count - 1), min_size=min(least, count), max_size=most, unique=True))


@st.composite
def feeds(draw: st.DrawFn) -> Feeds:
    made = Feeds(units=_keyed(draw, "U", 0, 5, name=NAME, type=st.sampled_from(TYPES)))
    for place, unit in enumerate(made.units):
        # Of those before it, so that there is no cycle.
        unit["parents"] = _some(draw, place)
    made.terms = _keyed(draw, "T", 1, 2, name=NAME)
    for term in made.terms:
        term["parents"] = _some(draw, len(made.units), most=1)
    made.courses = _keyed(draw, "C", 1, 3, name=NAME, code=WORD)
    for course in made.courses:
        course["parents"] = _some(draw, len(made.units), most=4)
        course["like_a_feed"] = draw(st.sampled_from([True, True, True, False]))
    made.offerings = _keyed(
        draw, "O", 1, 3, name=st.none() | NAME, is_implicit=st.booleans(), is_active=st.none() | st.booleans(),
        discover=st.none() | st.booleans(), start_at=st.none() | st.datetimes(datetime(2031, 1, 1), datetime(2031, 6, 1)),  # noqa: DTZ001  # local, as they are kept
        lasts=st.none() | st.integers(-2, 90),
    )  # fmt: skip
    for offering in made.offerings:
        offering["courses"] = _some(draw, len(made.courses), least=draw(st.sampled_from([1, 1, 1, 0])))
        offering["terms"] = _some(draw, len(made.terms), least=draw(st.sampled_from([1, 1, 1, 0])))
        offering["parents"] = _some(draw, len(made.units))
    hung = [place for place, each in enumerate(made.offerings) if each["courses"] and each["terms"]]
    if hung:
        made.sections = _keyed(
            draw, "S", 0, 4, name=NAME, title=st.none() | NAME, session=st.none() | WORD,
            start_date=st.none() | st.sampled_from(DAYS), end_date=st.none() | st.sampled_from(DAYS),
            offering=st.sampled_from(hung), description=st.none() | WORD,
        )  # fmt: skip
    made.people = _keyed(
        draw, "P", 0, 4, given_name=mostly(WORD, st.none() | NAME), family_name=mostly(WORD, st.none() | NAME),
        email=st.none() | st.sampled_from(["mei@fjord.example", "tómas@fjord.example", "none", "a@b"]),
        username=st.none() | mostly(st.uuids().map(lambda id_: id_.hex[:8]), NASTY), sso=st.sampled_from(["key", "key", None, "other"]),
        pronouns=st.none() | NAME, is_active=st.none() | st.booleans(), org_role=st.none() | ROLES, roles=st.sets(ROLES),
        is_marked_administrator=st.sampled_from([False, False, True]),
    )  # fmt: skip
    for person in made.people:
        for name in ("parents", "guardians", "auditors"):
            person[name] = _some(draw, len(made.people), most=2)
    if made.people:
        who = st.integers(0, len(made.people) - 1)
        if made.sections:
            where = st.integers(0, len(made.sections) - 1)
            pairs = draw(st.lists(st.tuples(who, where), max_size=5, unique=True))
            made.enrollments = [(*pair, draw(ROLES)) for pair in pairs]
        at = {"unit": made.units, "term": made.terms, "course": made.courses, "offering": made.offerings}
        places = [(kind, place) for kind, objects in at.items() for place in range(len(objects))]
        found = draw(st.lists(st.tuples(who, st.sampled_from(places)), max_size=4, unique=True))
        made.memberships = [(person, *place, draw(ROLES)) for person, place in found]
        made.attributes = [
            {
                "person": person, "team": draw(st.none() | NAME), "manager": draw(st.none() | who),
                "divisions": draw(st.lists(NAME, max_size=2)), "hired_date": draw(st.none() | st.sampled_from(DAYS)),
                "units": _some(draw, len(made.units)),
            }
            for person in _some(draw, len(made.people))
        ]  # fmt: skip
    return made


def put(tenant: Tenant, roster: Feeds) -> dict[str, int]:
    """Write a roster into an empty institution; how many objects the packages have rows for, or should tell of."""
    mine: dict[str, Any] = {"institution_id": tenant.pk}
    with tenancy.use_institution(tenant.pk), transaction.atomic():
        OrgUnitType.objects.create(**mine, name="faculty")
        units: list[OrgUnit] = []
        for each in roster.units:
            units.append(
                OrgUnit.objects.create(
                    **mine, external_id=each["external_id"], type=each["type"], name=each["name"],
                    name_folded=fold(each["name"]), parent_ids=[units[place].pk for place in each["parents"]],
                )
            )  # fmt: skip
        terms = [
            Term.objects.create(
                **mine, external_id=each["external_id"], name=each["name"], name_folded=fold(each["name"]),
                parent_ids=[units[place].pk for place in each["parents"]],
            )
            for each in roster.terms
        ]  # fmt: skip
        courses = [_course(mine, each, units) for each in roster.courses]
        offerings = [
            Offering.objects.create(
                **mine, external_id=each["external_id"], name=each["name"], is_implicit=each["is_implicit"],
                course_ids=[courses[place].pk for place in each["courses"]],
                term_ids=[terms[place].pk for place in each["terms"]],
                parent_ids=[units[place].pk for place in each["parents"]], is_active=each["is_active"],
                discover=each["discover"], start_at=each["start_at"],
                end_at=each["start_at"] + timedelta(days=each["lasts"]) if each["start_at"] and each["lasts"] is not None else None,
            )
            for each in roster.offerings
        ]  # fmt: skip
        sections = [
            Section.objects.create(
                **mine, external_id=each["external_id"], name=each["name"], name_folded=fold(each["name"]),
                offering_id=offerings[each["offering"]].pk, course_id=offerings[each["offering"]].course_ids[0],
                term_id=offerings[each["offering"]].term_ids[0], title=each["title"], session=each["session"],
                start_date=each["start_date"], end_date=each["end_date"], description=each["description"],
            )
            for each in roster.sections
        ]  # fmt: skip
        people = _people(mine, roster)
        for person, section, role in roster.enrollments:
            Enrollment.objects.create(
                **mine, person_id=people[person].pk, section_id=sections[section].pk, role=role
            )
        at: dict[str, tuple[int, list[Any]]] = {
            "unit": (ORG_UNIT.code, units), "term": (TERM.code, terms), "course": (COURSE.code, courses),
            "offering": (OFFERING.code, offerings),
        }  # fmt: skip
        for person, kind, place, role in roster.memberships:
            code, objects = at[kind]
            Membership.objects.create(
                **mine, person_id=people[person].pk, unit_type=code, unit_id=objects[place].pk, role=role
            )
        for each in roster.attributes:
            PersonAttributes.objects.create(
                **mine, person_id=people[each["person"]].pk, team=each["team"], divisions=each["divisions"],
                manager_id=None if each["manager"] is None else people[each["manager"]].pk,
                hired_date=each["hired_date"], affiliated_units=[units[place].pk for place in each["units"]],
            )  # fmt: skip
    orgs = len(units) + len(terms) + len(courses) + len(offerings) + len(sections)
    return {
        "d2l.package": orgs + len(people) + len(roster.enrollments) + len(roster.memberships) + len(roster.attributes),
        "circlein.package": len(sections) + len(people) + len(roster.enrollments),
    }  # fmt: skip


def _course(mine: dict[str, Any], each: dict[str, Any], units: list[OrgUnit]) -> Course:
    """As a feed leaves it: the first department and organization its own, the others behind; or anyhow."""
    above = [units[place] for place in each["parents"]]
    departments = [unit.pk for unit in above if unit.type == "department"]
    customs = [unit.pk for unit in above if unit.type != "department"]
    first = next((unit.pk for unit in above if unit.type == "organization"), None)
    in_order = [*departments[1:], *(unit for unit in customs if unit != first)]
    parents = in_order if each["like_a_feed"] else [unit.pk for unit in above]
    department = departments[0] if departments else None
    own = next((unit.external_id for unit in above if unit.pk == department), None)
    code = f"{own} {each['code']}" if own and each["like_a_feed"] else each["code"]
    return Course.objects.create(
        **mine, external_id=each["external_id"], name=each["name"], code=code, code_folded=fold(code),
        department_id=department, organization_id=first, parent_ids=parents,
    )  # fmt: skip


def _people(mine: dict[str, Any], roster: Feeds) -> list[Person]:
    people: list[Person] = []
    taken: set[str] = set()
    for each in roster.people:
        username = each["username"]
        username = None if username is None or fold(username) in taken else username
        taken |= {fold(username)} if username else set()
        roles = {*each["roles"], *([each["org_role"]] if each["org_role"] else [])}
        people.append(
            Person.objects.create(
                **mine, external_id=each["external_id"], given_name=each["given_name"], family_name=each["family_name"],
                email=each["email"], email_folded=each["email"] and fold(each["email"]), username=username,
                username_folded=username and fold(username), pronouns=each["pronouns"], is_active=each["is_active"],
                org_role=each["org_role"], roles=sorted(roles), is_marked_administrator=each["is_marked_administrator"],
                sso_id=each["external_id"] if each["sso"] == "key" else each["sso"],
            )
        )  # fmt: skip
    for person, each in zip(people, roster.people, strict=True):
        for name, field_ in (("parents", "parent"), ("guardians", "guardian"), ("auditors", "auditor")):
            setattr(person, f"{field_}_person_ids", [people[place].pk for place in each[name]])
        person.save()
    return people
