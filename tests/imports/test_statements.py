"""The number of SQL statements does not depend on the number of rows.

Counted on the wire by libpq's own trace, so that COPY and plain cursors are seen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO

import psycopg
import pytest
from django.db import connection
from psycopg import pq

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from imports import undo
from imports.formats.registry import formats
from imports.models import Import
from tests.imports.harness import Tenant, csv_text


def statements_of(work: Callable[[], object], tenant: Tenant) -> int:
    """How many statements the worker's connection sends while it works."""
    connection.ensure_connection()
    raw: psycopg.Connection[object] = connection.connection
    with tempfile.TemporaryFile("w+") as trace:
        _trace(raw.pgconn, trace)
        try:
            work()
        finally:
            raw.pgconn.untrace()
        trace.seek(0)
        sent = [line.split("\t") for line in trace]
    # Every statement is one Query, or one Parse before it is bound and executed.
    count = sum(part[0] == "F" and part[2] in ("Query", "Parse") for part in sent if len(part) > 2)
    assert count > 10, "the trace saw nothing"
    return count


def _trace(pgconn: pq.abc.PGconn, to: IO[str]) -> None:
    pgconn.trace(to.fileno())
    pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS | pq.Trace.REGRESS_MODE)


def users(count: int, *, bad_every: int = 0) -> str:
    rows = [
        [f"Given {n}", f"Family {n}", "nobody" if bad_every and n % bad_every == 0 else f"p{n}@fjord.example",
         "Student", "", f"N-{n}"]
        for n in range(1, count + 1)
    ]  # fmt: skip
    return csv_text(["First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"], *rows)


def enrollments(*people: int, role: str = "Student", section: str = "S-OCE210-31A-01") -> str:
    return csv_text(["User ID", "Section ID", "Role"], *([f"N-{n}", section, role] for n in people))


ENROLLMENTS = "echovideo.enrollments.v1"
ONE, THOUSAND = range(1, 2), range(2, 1_002)


@pytest.fixture
def peopled(loaded: Tenant) -> Tenant:
    loaded.load(users(2_000), "echovideo.users.v1")
    return loaded


def counted(tenant: Tenant, upload: str, key: str, action: str) -> int:
    received = tenant.receive(upload, key, action)
    with tenancy.use_institution(tenant.pk):
        sent = statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant)
    done = tenant.fresh(received)
    assert done.job.status.startswith("completed"), done.job.problem
    return sent


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_one_row_and_a_thousand_take_the_same_statements(peopled: Tenant, action: str) -> None:
    if action != "create":
        peopled.load(enrollments(*ONE, *THOUSAND), ENROLLMENTS)
    role = "Student" if action == "create" else "Teaching Assistant"
    one = counted(peopled, enrollments(*ONE, role=role), ENROLLMENTS, action)
    thousand = counted(peopled, enrollments(*THOUSAND, role=role), ENROLLMENTS, action)
    assert one == thousand


def test_bad_rows_cost_no_statements_either(tenant: Tenant) -> None:
    more = users(1_500, bad_every=5).replace("N-", "M-").replace("@fjord", "@other")
    few = counted(tenant, users(10, bad_every=5), "echovideo.users.v1", "create")
    many = counted(tenant, more, "echovideo.users.v1", "create")
    assert few == many


def test_undo_takes_the_same_statements_for_one_and_a_thousand(peopled: Tenant) -> None:
    one = peopled.load(enrollments(*ONE), ENROLLMENTS)
    thousand = peopled.load(enrollments(*THOUSAND), ENROLLMENTS)

    def previewed(upload: Import) -> int:
        with tenancy.use_institution(peopled.pk):
            return statements_of(lambda: undo.preview(upload), peopled)

    assert previewed(one) == previewed(thousand)


# By format: its own id, and the columns and cells beside name and External ID.
HOUSES: dict[str, tuple[str, dict[str, str]]] = {
    "organizations": ("Organization ID", {}),
    "departments": ("Department ID", {"Organization ID": "ORG"}),
    "campuses": ("Campus ID", {"Time Zone": "Europe/Oslo"}),
    "buildings": ("Building ID", {"Campus ID": "CAM"}),
    "rooms": ("Room ID", {"Building ID": "BLD"}),
}


@pytest.mark.parametrize("noun", HOUSES)
def test_org_units_and_places_take_the_same_statements_for_one_and_a_thousand(
    noun: str, tenant: Tenant
) -> None:
    for text, key in (
        ("Name,External ID\nA,ORG\n", "organizations"),
        ("Name,External ID\nA,CAM\n", "campuses"),
        ("Name,Campus ID,External ID\nA,CAM,BLD\n", "buildings"),
    ):
        tenant.load(text, f"echovideo.{key}.v1")
    own, more = HOUSES[noun]

    def rows(numbers: range, action: str) -> str:
        header = [own, "Name", *more, "External ID"]
        lines = [[f"X-{n}", f"{action} {n}", *more.values(), f"X-{n}"] for n in numbers]
        return csv_text(header[action == "create" :], *(line[action == "create" :] for line in lines))

    key = f"echovideo.{noun}.v1"
    for action in formats()[key].actions:
        one, thousand = (counted(tenant, rows(each, action), key, action) for each in (ONE, THOUSAND))
        assert one == thousand, action
