"""Files that say the same again and again: their plan takes as long as any other of their size."""

from __future__ import annotations

import time

import pytest

from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, ORGS, USERS
from tests.imports.harness import Tenant

MANY = 20_000
# Seconds, on a slow machine. Pairs of equal rows took minutes.
SOON = 20
LONG = "D" * 50


def load(tenant: Tenant, kind: str, header: str, rows: list[str]) -> tuple[dict[str, int], float]:
    """Counts of the import, and how long it took in seconds."""
    began = time.monotonic()
    done = tenant.load("\n".join([header, *rows]) + "\n", f"d2l.{kind}", "", file_name=f"{kind}.csv")
    assert done.job.status in ("completed", "completed_with_errors"), done.job.problem
    return done.counts, time.monotonic() - began


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [
        ("orgs", ORGS, "department,CREATE,DEP-CHE,Chemistry,,,,,,,,,"),
        ("users", USERS, "user,CREATE,l.brandt,S-70044,Lena,Brandt,,true,Student,,,,,,"),
        ("enrollments", ENROLLMENTS, "enrollment,CREATE,S-70021,Student,DEP-BIO"),
    ],
)
def test_one_row_many_times_is_planned_soon(tenant: Tenant, kind: str, header: str, row: str) -> None:
    load(tenant, "orgs", ORGS, D2L_ORGS["02-Departments.csv"][1:])
    load(
        tenant,
        "users",
        USERS,
        [*D2L_ORGS["07-Users.csv"][1:2], "user,UPDATE,k.o,S-70021,K,O,,1,Student,,,,,,"],
    )
    counts, took = load(tenant, kind, header, [row] * MANY)
    # Each but the first creates what is there, and each but the last is read past.
    assert (counts["created"], counts["warnings"]) == (1, 2 * (MANY - 1))
    assert took < SOON


def test_codes_alike_when_cut_are_told_with_the_first_that_differs(tenant: Tenant) -> None:
    rows = [f"department,UPDATE,{LONG}{number % 3},Chemistry,,,,,,,,," for number in range(MANY)]
    began = time.monotonic()
    done = tenant.load("\n".join([ORGS, *rows]) + "\n", "d2l.orgs", "", file_name="orgs.csv")
    assert time.monotonic() - began < SOON
    plan = {row.row: row for row in tenant.plan(done)}
    told = {
        number: [p.params["other_row"] for p in row.problems if p.code == "code_collision"]
        for number, row in plan.items()
    }
    # Row 5 says what row 2 says, so the first that differs from it is the one between.
    assert [told[number] for number in (2, 3, 4, 5, 6, 20_001)] == [[], [2], [2], [3], [2], [2]]


def test_a_type_that_an_earlier_row_contradicts_names_that_row(tenant: Tenant) -> None:
    rows = ["department,UPDATE,X-1,X,,,,,,,,,", "organization,UPDATE,X-1,X,,,,,,,,,"] * (MANY // 2)
    began = time.monotonic()
    done = tenant.load("\n".join([ORGS, *rows]) + "\n", "d2l.orgs", "", file_name="orgs.csv")
    assert time.monotonic() - began < SOON
    told = {
        row.row: [p.params["other_row"] for p in row.problems if p.code == "wrong_type"]
        for row in tenant.plan(done)
    }
    assert [told[number] for number in (2, 3, 4, 5)] == [[], [2], [3], [2]]
