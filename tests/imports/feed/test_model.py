"""Any D2L package comes to what its rows say, top to bottom, whatever the order of rows and files.

A plain model of the rules, object by object, beside what the planner makes of it set by set. The model is told which
rows failed, and holds each failure against its reason; all else it works out on its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imports.models import Import
from tests.chance import examples
from tests.imports.feed.packing import ENROLLMENTS, ORGS, USERS, package
from tests.imports.harness import Tenant, new_tenant

PEOPLE, NAMES, SECTIONS, OFFERINGS = ("A", "B", "C", "D"), ("a", "b", "c"), ("S1", "S2", "S3"), ("O1", "O2")
ACTIONS = ("CREATE", "UPDATE", "", "DELETE")
ROLES = {"Student": "student", "Teacher": "instructor"}

actions = st.sampled_from(ACTIONS)
users = st.tuples(
    actions,
    st.sampled_from(PEOPLE),
    st.sampled_from(NAMES),
    st.sampled_from(("", "Kay", "Lou")),
    st.sampled_from(("", *PEOPLE)),
)
sections = st.tuples(actions, st.sampled_from(SECTIONS), st.sampled_from(OFFERINGS))
offerings = st.tuples(actions, st.sampled_from(OFFERINGS))
enrollments = st.tuples(
    actions, st.sampled_from(PEOPLE), st.sampled_from(tuple(ROLES)), st.sampled_from((*SECTIONS, *OFFERINGS))
)


@dataclass(frozen=True)
class Feed:
    """What a night's package says."""

    offerings: list[tuple[str, str]]
    sections: list[tuple[str, str, str]]
    users: list[tuple[str, str, str, str, str]]
    enrollments: list[tuple[str, str, str, str]]

    def files(self) -> dict[str, list[str]]:
        return {
            "05-Offerings.csv": [
                ORGS,
                *(f"course offering,{a},{c},{c},,,,,TPL,M1,,," for a, c in self.offerings),
            ],
            "06-Sections.csv": [
                ORGS,
                *(f"course section,{a},{c},{c},,,,,,,{o},," for a, c, o in self.sections),
            ],
            "07-Users.csv": [
                USERS,
                *(
                    f"user,{a},{n},{p},F{p},L{p},,1,Student,,{f'Parent:{r}' if r else ''},{k},,,"
                    for a, p, n, k, r in self.users
                ),
            ],
            "08-Enrollments.csv": [
                ENROLLMENTS,
                *(f"enrollment,{a},{p},{r},{c}" for a, p, r, c in self.enrollments),
            ],
        }


feeds = st.builds(
    Feed,
    st.lists(offerings, max_size=4),
    st.lists(sections, max_size=6),
    st.lists(users, max_size=7),
    st.lists(enrollments, max_size=7),
)
BASE = {
    "03-Semesters.csv": [ORGS, "semester,,M1,M1,,,,,,,,,"],
    "04-Templates.csv": [ORGS, "course template,,TPL,TPL,,,,,,,,,"],
}


@dataclass
class World:
    """Live objects, as dictionaries by their key."""

    people: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    offerings: set[str] = field(default_factory=set)
    enrolled: dict[tuple[str, str], str] = field(default_factory=dict)


def read(tenant: Tenant) -> World:
    people = tenant.query(
        "SELECT p.external_id, p.username, coalesce(p.preferred_given_name, ''),"
        " ARRAY(SELECT q.external_id FROM unnest(p.parent_person_ids) AS l (id) JOIN roster_person AS q ON q.id = l.id"
        "        AND q.deleted_at IS NULL)"
        " FROM roster_person AS p WHERE p.deleted_at IS NULL"
    )
    sections = tenant.query(
        "SELECT s.external_id, o.external_id FROM roster_section AS s JOIN roster_offering AS o ON o.id = s.offering_id"
        " WHERE s.deleted_at IS NULL AND o.deleted_at IS NULL"
    )
    enrolled = tenant.query(
        "SELECT p.external_id, s.external_id, e.role FROM roster_enrollment AS e"
        "  JOIN roster_person AS p ON p.id = e.person_id AND p.deleted_at IS NULL"
        "  JOIN roster_section AS s ON s.id = e.section_id AND s.deleted_at IS NULL WHERE e.deleted_at IS NULL"
        " UNION ALL SELECT p.external_id, o.external_id, e.role FROM roster_membership AS e"
        "  JOIN roster_person AS p ON p.id = e.person_id AND p.deleted_at IS NULL"
        "  JOIN roster_offering AS o ON o.id = e.unit_id AND o.deleted_at IS NULL WHERE e.deleted_at IS NULL"
    )
    return World(
        {key: (name, kay, tuple(parents)) for key, name, kay, parents in people},
        dict(sections),
        {key for (key,) in tenant.query("SELECT external_id FROM roster_offering WHERE deleted_at IS NULL")},
        {(person, unit): role for person, unit, role in enrolled},
    )


def failed_rows(tenant: Tenant, done: Import) -> dict[str, dict[int, list[str]]]:
    """By file: index of the row from 0, its codes."""
    found: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for planned in tenant.plan(done):
        if planned.outcome == "failed":
            file = next(f for f in reversed(done.files) if planned.row > f["base"])
            found[file["name"]][planned.row - file["base"] - 2] = planned.codes
    return found


def expected(before: World, feed: Feed, failed: dict[str, dict[int, list[str]]]) -> World:
    """What the good rows come to."""
    after = World(dict(before.people), dict(before.sections), set(before.offerings), dict(before.enrolled))
    ended_people: set[str] = set()
    ended_units: set[str] = set()
    said: set[str] = set()
    stored = dict(KEPT)
    for at, (action, code) in enumerate(feed.offerings):
        if at not in failed["05-Offerings.csv"]:
            if action == "DELETE":
                if code in before.offerings:
                    ended_units.add(code)
                after.offerings.discard(code)
            else:
                after.offerings.add(code)
    for at, (action, code, offering) in enumerate(feed.sections):
        if at not in failed["06-Sections.csv"]:
            if action == "DELETE":
                if code in before.sections:
                    ended_units.add(code)
                after.sections.pop(code, None)
            else:
                after.sections[code] = offering
    for at, (action, key, name, kay, parent) in enumerate(feed.users):
        if at not in failed["07-Users.csv"]:
            if action == "DELETE":
                if key in before.people:
                    ended_people.add(key)
                after.people.pop(key, None)
            else:
                kept = after.people.get(key) or KEPT.get(key) or ("", "", ())
                after.people[key] = (name, kay or kept[1], (parent,) if parent else ())
                KEPT[key] = after.people[key]
                said.add(key)
    for key in KEPT.keys() - before.people.keys() - after.people.keys():
        # Made and deleted by one package: they were never stored, so there is nothing that could come back.
        if key in stored:
            KEPT[key] = stored[key]
        else:
            del KEPT[key]
    for key, (name, kay, parents) in after.people.items():
        if key not in said:
            after.people[key] = (name, kay, tuple(each for each in parents if each not in ended_people))
    for person, unit in list(after.enrolled):
        if person in ended_people or unit in ended_units:
            del after.enrolled[person, unit]
    for at, (action, person, role, unit) in enumerate(feed.enrollments):
        if at not in failed["08-Enrollments.csv"]:
            if action == "DELETE":
                after.enrolled.pop((person, unit), None)
            else:
                after.enrolled[person, unit] = ROLES[role]
    return after


# Names that a person had before deletion, which come back with them where a cell keeps them.
KEPT: dict[str, tuple[str, str, tuple[str, ...]]] = {}


def check_reasons(before: World, after: World, feed: Feed, failed: dict[str, dict[int, list[str]]]) -> None:
    """Each failed row has a reason that a person could check by hand."""
    made = {key for (action, key, *_) in feed.users if action != "DELETE"}
    for at, codes in failed["07-Users.csv"].items():
        action, key, name, _, parent = feed.users[at]
        for code in codes:
            if code == "username_taken":
                # Whoever has it now, or a rival in this file: rows that need one another may all be without it.
                holders = [k for k, (held, *_) in after.people.items() if held == name and k != key]
                rivals = [
                    k for a, k, wanted, *_ in feed.users if wanted == name and k != key and a != "DELETE"
                ]
                assert holders + rivals, (at, codes)
            elif code == "unknown_user":
                gone = any(a == "DELETE" and k == parent for a, k, *_ in feed.users)
                is_absent_self = action == "DELETE" and key not in before.people
                assert is_absent_self or gone or parent not in before.people, (at, codes)
            else:
                assert code in {
                    "own_parent",
                    "own_relative",
                    "parent_failed",
                    "key_not_freed",
                    "create_on_existing",
                }, code
                if code == "parent_failed":
                    assert parent in made
    for at, codes in failed["06-Sections.csv"].items():
        action, key, offering = feed.sections[at]
        assert action != "DELETE" or "wrong_type" in codes, (at, codes)
        deleted = any(a == "DELETE" and c == offering for a, c in feed.offerings)
        assert deleted or offering not in after.offerings, (at, codes)
    for at, codes in failed["05-Offerings.csv"].items():
        action, code = feed.offerings[at]
        assert action == "DELETE", (at, codes)
        assert "has_children" in codes, (at, codes)
        assert code in after.sections.values(), (at, codes)


@pytest.mark.timeout(400)  # an example is up to four imports
@settings(
    max_examples=examples(4, 30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(nights=st.lists(feeds, min_size=1, max_size=3))
@example(
    # Rivals for one name that are each other's parents, one made, deleted and failed in the end.
    nights=[
        Feed(
            [],
            [],
            [
                ("CREATE", "C", "a", "", "B"),
                ("CREATE", "A", "a", "", "D"),
                ("CREATE", "D", "a", "", ""),
                ("DELETE", "D", "a", "", ""),
                ("CREATE", "A", "a", "", "D"),
                ("CREATE", "D", "a", "", last),
            ],
            [],
        )
        for last in ("C", "")
    ]
)
@example(
    # Made and deleted by one package, a person leaves no name behind.
    nights=[
        Feed([], [], [("CREATE", "C", "a", "Lou", ""), ("DELETE", "C", "a", "", "")], []),
        Feed([], [], [("CREATE", "C", "c", "", "")], []),
    ]
)
@example(
    nights=[
        Feed(
            [("", "O1")],
            [("", "S1", "O1")],
            [("", "A", "a", "", "B"), ("", "B", "a", "", "")],
            [("", "A", "Student", "S1")],
        )
    ]
)
@example(
    nights=[
        Feed([], [], [("", "A", "a", "", ""), ("", "B", "b", "", "")], []),
        Feed([], [], [("", "A", "b", "", ""), ("", "B", "a", "", "")], []),
    ]
)
@example(
    nights=[
        Feed([("", "O1")], [("", "S1", "O1")], [], []),
        Feed([("DELETE", "O1")], [("DELETE", "S1", "O1")], [], []),
    ]
)
@example(
    nights=[
        Feed([("", "O1")], [("", "S1", "O1")], [], []),
        Feed([("DELETE", "O1")], [("", "S1", "O1")], [], []),
    ]
)
def test_a_feed_comes_to_what_its_rows_say(committed: None, nights: list[Feed]) -> None:
    tenant = new_tenant()
    KEPT.clear()
    tenant.load(package(BASE), "d2l.package", "", file_name="base.zip")
    before = read(tenant)
    for feed in nights:
        done = tenant.load(package(feed.files()), "d2l.package", "", file_name="feed.zip")
        assert done.job.status in ("completed", "completed_with_errors"), done.job.problem
        failed = failed_rows(tenant, done)
        after = read(tenant)
        check_reasons(before, after, feed, failed)
        assert after == expected(before, feed, failed), (feed, dict(failed))
        before = after
