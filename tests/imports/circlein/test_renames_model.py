"""50,000 renames at once, against a model that knows nothing of SQL (circlein-csv.md 6)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from imports.models import Import
from tests.imports.circlein.files import COURSES, UPDATE_IDS, USERS, lines
from tests.imports.harness import Tenant
from tests.imports.test_statements import statements_of

PEOPLE, COURSE_NAMES = 30_000, 20_000
SWAPS, CHAINS = 1_000, 1_000

MAKE_PEOPLE = """
    INSERT INTO roster_person (id, institution_id, external_id, sso_id, given_name, family_name, email, email_folded,
                               roles, deleted_at)
    SELECT gen_random_uuid(), %s, 'p' || n, 'p' || n, 'Given', 'Family', 'p' || n || '@example.edu',
           'p' || n || '@example.edu', '{}', CASE WHEN n %% 10 = 0 THEN now() END
      FROM generate_series(1, %s) AS n
"""
# Every third course is taught in two terms.
MAKE_SECTIONS = """
    INSERT INTO roster_section (id, institution_id, external_id, term_id, course_id, offering_id, name, name_folded,
                                secondary_instructor_ids, lms_course_ids, deleted_at)
    SELECT gen_random_uuid(), %s, 'c' || n, t.term_id, t.course_id, t.offering_id, 'c' || n, 'c' || n, '{}', '{}',
           CASE WHEN n %% 7 = 0 THEN now() END
      FROM generate_series(1, %s) AS n
      JOIN (SELECT o.term_ids[1] AS term_id, o.course_ids[1] AS course_id, o.id AS offering_id,
                   row_number() OVER (ORDER BY o.id) AS place
              FROM roster_offering AS o) AS t ON t.place = 1 OR n %% 3 = 0
"""


def pairs(names: list[str], chance: random.Random) -> list[tuple[str, str]]:
    """Old and new identifiers: swaps, chains of three, and new names for all the others."""
    chance.shuffle(names)
    rest = iter(names)
    found: list[tuple[str, str]] = []
    for _ in range(SWAPS // 2):
        one, other = next(rest), next(rest)
        found += [(one, other), (other, one)]
    for _ in range(CHAINS // 2):
        one, two, three = next(rest), next(rest), next(rest)
        found += [(one, two), (two, three), (three, f"new-{three}")]
    found += [(name, f"new-{name}") for name in rest]
    chance.shuffle(found)
    return found


def identifiers(tenant: Tenant, noun: str) -> dict[Any, str]:
    return dict(tenant.query(f"SELECT id, external_id FROM roster_{noun}"))  # noqa: S608  # names of this test


@pytest.fixture
def known(tenant: Tenant) -> Tenant:
    row = "{0},{1},1,BIO,110,{0},Cell Biology,0,0,2027-09-06,2027-12-17,Available"
    tenant.load(lines(COURSES, row.format("x", "27A"), row.format("x", "28S")), "circlein.courses", "")
    tenant.load(lines(USERS, "x,Kwame,Oduya,x@example.edu,Active"), "circlein.users", "")
    tenant.query(MAKE_PEOPLE, tenant.pk, PEOPLE)
    tenant.query(MAKE_SECTIONS, tenant.pk, COURSE_NAMES)
    return tenant


def rename(tenant: Tenant, rows: list[str]) -> tuple[Import, int]:
    """The import, and how many statements it took."""
    received = tenant.receive(lines(UPDATE_IDS, *rows), "circlein.update-ids", "")
    with tenancy.use_institution(tenant.pk):
        sent = statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant)
    return tenant.fresh(received), sent


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_thousand_renames_with_swaps_and_chains_are_right_and_one_transaction(known: Tenant) -> None:
    chance = random.Random(27)  # noqa: S311  # a shuffle, no secret
    people = pairs([f"p{n}" for n in range(1, PEOPLE + 1)], chance)
    courses = pairs([f"c{n}" for n in range(1, COURSE_NAMES + 1)], chance)
    rows = [f"{old},{new},User" for old, new in people] + [f"{old},{new},Course" for old, new in courses]
    chance.shuffle(rows)
    assert len(rows) == 50_000
    before = {noun: identifiers(known, noun) for noun in ("person", "section")}

    done, sent = rename(known, rows)

    assert done.job.status == "completed"
    assert done.counts["updated"] == 50_000
    for noun, renamed in (("person", dict(people)), ("section", dict(courses))):
        assert identifiers(known, noun) == {
            key: renamed.get(name, name) for key, name in before[noun].items()
        }
    assert known.query("SELECT count(*) FROM roster_person WHERE sso_id <> external_id") == [(0,)]
    # Whatever one transaction writes in the journal has the time at which it began.
    assert known.query(
        "SELECT count(*), count(DISTINCT at) FROM roster_change WHERE job_id = %s", done.pk
    ) == [(PEOPLE + COURSE_NAMES + COURSE_NAMES // 3, 1)]
    taken = {new for _, new in people + courses}
    back = [
        f"{new},{old},{kind}"
        for kind, told in (("User", people), ("Course", courses))
        for old, new in [pair for pair in told if pair[0] not in taken][:6_000]
    ]
    fewer, few = rename(known, back)
    assert fewer.counts["updated"] == 12_000
    assert few == sent
