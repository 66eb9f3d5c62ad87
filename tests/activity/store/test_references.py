"""Statements that refer to others are found by what these are found by, over any number of steps (xapi.md 5.2)."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import connection

from edu_csv import tenancy
from edu_csv.activity.xapi import term
from tests.activity.store.statements import (
    VOIDED,
    agent,
    agent_term,
    found,
    named,
    put,
    refers,
    statement,
    voids,
)  # fmt: skip
from tests.imports.harness import Tenant

ANA = agent_term("ana")


def chain() -> dict[str, dict[str, object]]:
    """d refers to c, c to b, b to a; a is by Ana, b by Ben."""
    return {
        "a": statement("a", actor=agent("ana")),
        "b": refers("b", "a", actor=agent("ben")),
        "c": refers("c", "b"),
        "d": refers("d", "c"),
    }


@pytest.mark.parametrize("order", list(permutations("abcd")), ids="".join)
def test_a_chain_is_found_whatever_comes_first(tenant: Tenant, order: tuple[str, ...]) -> None:
    statements = chain()
    for name in order:
        put(tenant.pk, [statements[name]])
    assert set(found(tenant.pk, ANA)) == {named(name) for name in "abcd"}
    assert set(found(tenant.pk, agent_term("ben"))) == {named(name) for name in "bcd"}
    assert _waiting(tenant) == []


@pytest.mark.parametrize("order", ["abcd", "dcba", "bdac"])
def test_a_chain_is_found_that_comes_in_one_file(tenant: Tenant, order: str) -> None:
    put(tenant.pk, *([each] for name, each in sorted(chain().items(), key=lambda pair: order.index(pair[0]))))
    assert set(found(tenant.pk, ANA)) == {named(name) for name in "abcd"}
    assert _waiting(tenant) == []


@pytest.mark.parametrize("half", ["ab", "cd", "ac", "bd", "ad", "bc"])
def test_a_chain_is_found_that_comes_in_two_files(tenant: Tenant, half: str) -> None:
    statements = chain()
    put(tenant.pk, *([statements[name]] for name in half))
    put(tenant.pk, *([statements[name]] for name in "dcba" if name not in half))
    assert set(found(tenant.pk, ANA)) == {named(name) for name in "abcd"}


def test_a_long_chain_is_followed_to_its_end(tenant: Tenant) -> None:
    length = 300
    rows = [[refers(f"s{number}", f"s{number + 1}")] for number in range(length)]
    put(tenant.pk, *rows[:150])
    put(tenant.pk, *rows[150:])
    put(tenant.pk, [statement(f"s{length}", actor=agent("ana"))])
    assert len(found(tenant.pk, ANA)) == length + 1


def test_circles_end(tenant: Tenant) -> None:
    put(tenant.pk, [refers("a", "b", actor=agent("ana"))], [refers("b", "c")], [refers("me", "me")])
    put(tenant.pk, [refers("c", "a", actor=agent("ben"))])
    assert set(found(tenant.pk, ANA)) == {named(name) for name in "abc"}
    assert set(found(tenant.pk, agent_term("ben"))) == {named(name) for name in "abc"}
    assert _waiting(tenant) == []


def test_two_filters_must_hold_for_one_statement_of_the_chain(tenant: Tenant) -> None:
    put(
        tenant.pk,
        [statement("a", actor=agent("ana"))],
        [refers("b", "a", actor=agent("ben"))],
        [refers("c", "b")],
    )
    experienced = term("verb", "http://adlnet.gov/expapi/verbs/experienced")
    assert set(found(tenant.pk, ANA, experienced)) == {named(name) for name in "abc"}
    # c has its terms from both, and neither of them is by both.
    assert found(tenant.pk, ANA, agent_term("ben")) == []


def test_a_voiding_statement_is_found_by_what_it_voids_and_that_is_not(tenant: Tenant) -> None:
    put(tenant.pk, [statement("a", actor=agent("ana"))])
    put(tenant.pk, [voids("v", "a", actor=agent("admin"))])
    assert found(tenant.pk, ANA) == [named("v")]
    assert found(tenant.pk, ANA, term("verb", VOIDED)) == []
    assert found(tenant.pk, agent_term("admin"), term("verb", VOIDED)) == [named("v")]


def test_terms_that_are_inherited_have_a_limit(tenant: Tenant) -> None:
    team = {"objectType": "Group", "member": [agent(f"m{number}") for number in range(3_000)]}
    put(tenant.pk, [statement("a", actor=team)], [refers("b", "a")])
    with tenancy.use_institution(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SELECT own_terms, cardinality(terms) FROM activity_statement ORDER BY seq")
        (own, all_), (_, inherited) = cursor.fetchall()
    assert own == all_ > 6_000
    assert inherited == 4_096


def _waiting(tenant: Tenant) -> list[tuple[object, ...]]:
    return tenant.query("SELECT referrer, target FROM activity_awaited")


def test_thousands_that_wait_are_settled_at_once(tenant: Tenant) -> None:
    # Half of them wait for one, half in one chain, all of them before it comes.
    count = 2_000
    put(tenant.pk, *([refers(f"w{number}", "t")] for number in range(count)))
    put(tenant.pk, *([refers(f"c{number}", f"c{number + 1}")] for number in reversed(range(count))))
    put(tenant.pk, [refers(f"c{count}", "t")], [statement("t", actor=agent("ana"))])
    assert _waiting(tenant) == []
    [(found_by,)] = tenant.query(
        "SELECT count(*) FROM activity_statement WHERE terms @> (SELECT terms FROM activity_statement WHERE id = %s)",
        named("t"),
    )
    assert found_by == 2 * count + 2
