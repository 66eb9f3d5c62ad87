"""Pages go on by position; filters, times and who sent it decide what is on them (xapi.md 5.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from edu_csv import tenancy
from edu_csv.activity import queries
from edu_csv.activity.queries import Asked, Found
from edu_csv.activity.xapi import term
from tests.activity.store.statements import (
    EXPERIENCED,
    Statement,
    agent,
    agent_term,
    found,
    named,
    put,
    refers,
    statement,
    voids,
)
from tests.imports.harness import Tenant

VIDEO = "https://lecture.example.edu/media/v-17"
COURSE = "https://lecture.example.edu/course/c-1"
REGISTRATION = "43131dec-dd37-4bda-be97-b625440b5def"


def page(tenant: Tenant, asked: Asked) -> list[Found]:
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        return queries.page(cursor, tenant.pk, asked)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_show_each_statement_once_though_many_are_stored_at_the_same_moment(
    tenant: Tenant, ascending: bool, size: int
) -> None:
    put(tenant.pk, *([statement(f"a{number}")] for number in range(7)))
    put(tenant.pk, *([statement(f"b{number}")] for number in range(4)))
    put(tenant.pk, [voids("v", "a3")])
    in_order = [named(name) for name in ("a0", "a1", "a2", "a4", "a5", "a6", "b0", "b1", "b2", "b3", "v")]
    seen: list[str] = []
    after = None
    while some := page(tenant, Asked(limit=size, ascending=ascending, after=after)):
        assert len(some) <= size
        seen += [str(each.id) for each in some]
        after = (some[-1].stored, some[-1].seq)
    assert seen == (in_order if ascending else in_order[::-1])


def test_what_comes_while_pages_are_read_does_not_move_them(tenant: Tenant) -> None:
    put(tenant.pk, *([statement(f"a{number}")] for number in range(4)))
    first = page(tenant, Asked(limit=2))
    put(tenant.pk, [statement("new")])
    rest = page(tenant, Asked(limit=10, after=(first[-1].stored, first[-1].seq)))
    assert [str(each.id) for each in [*first, *rest]] == [named(f"a{number}") for number in (3, 2, 1, 0)]


def test_since_is_later_than_and_until_is_up_to_and_with(tenant: Tenant) -> None:
    moments = [written.stored for name in "abc" if (written := put(tenant.pk, [statement(name)]).written)]
    assert moments == sorted(set(moments))
    assert found(tenant.pk, since=moments[0]) == [named("c"), named("b")]
    assert found(tenant.pk, until=moments[1]) == [named("b"), named("a")]
    assert found(tenant.pk, since=moments[0], until=moments[1]) == [named("b")]
    assert found(tenant.pk, since=moments[2] + timedelta(milliseconds=1)) == []


def full() -> Statement:
    """About a video, in a course, by Ana with Ben as instructor."""
    return statement(
        "full",
        actor=agent("ana"),
        context={
            "registration": REGISTRATION,
            "instructor": agent("ben"),
            "contextActivities": {"grouping": [{"id": COURSE}]},
        },
    )


@pytest.mark.parametrize(
    ("terms", "is_there"),
    [
        ([agent_term("ana")], True),
        ([agent_term("ben")], False),
        ([term("related_agent", "account:https://lecture.example.edu ben")], True),
        ([term("related_agent", "account:https://edu-csv.example.edu key-1")], True),
        ([term("agent", "account:https://edu-csv.example.edu key-1")], False),
        ([term("verb", EXPERIENCED)], True),
        ([term("activity", VIDEO)], True),
        ([term("activity", COURSE)], False),
        ([term("related_activity", COURSE)], True),
        ([term("registration", REGISTRATION.upper())], True),
        ([term("activity", VIDEO), agent_term("ana"), term("registration", REGISTRATION)], True),
        ([term("activity", VIDEO), agent_term("ben")], False),
    ],
)
def test_a_statement_is_on_the_page_when_it_has_all_that_is_asked(
    tenant: Tenant, terms: list[int], is_there: bool
) -> None:
    put(tenant.pk, [full()])
    assert found(tenant.pk, *terms) == ([named("full")] if is_there else [])


def test_a_credential_that_reads_its_own_sees_what_it_sent_and_not_what_refers_to_it(tenant: Tenant) -> None:
    put(tenant.pk, [statement("mine")], client=7)
    put(tenant.pk, [refers("theirs", "mine")], client=8)
    put(tenant.pk, [statement("imported")])
    assert found(tenant.pk, client=7) == [named("mine")]
    assert found(tenant.pk, term("verb", EXPERIENCED), client=8) == [named("theirs")]
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        assert queries.one(cursor, tenant.pk, named("mine"), client=7) is not None
        assert queries.one(cursor, tenant.pk, named("mine"), client=8) is None


def test_a_page_holds_501_at_most(tenant: Tenant) -> None:
    put(tenant.pk, *([statement()] for _ in range(520)))
    assert len(page(tenant, Asked(limit=10_000))) == queries.MOST == 501


def test_what_is_found_says_where_it_came_from(tenant: Tenant) -> None:
    outcome = put(tenant.pk, [statement("a", timestamp=None)], client=7)
    [only] = page(tenant, Asked())
    assert outcome.written is not None
    assert (only.stored, only.client, only.job, only.row) == (outcome.written.stored, 7, None, None)
    assert (only.timestamp, only.has_timestamp) == (only.stored, False)
    assert only.stored.microsecond % 1000 == 0
