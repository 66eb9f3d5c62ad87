"""Rows that hang on one another: as many SQL statements whatever the length of a chain (csv data import 2.3, rules 2, 4 and 5)."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from itertools import groupby

import pytest

from imports.steps.templated.groups import circles, needs
from imports.steps.templated.groups.plan import MOST_ROUNDS
from imports.steps.templated.groups.unions import join_lists
from tests.imports.groups.rows import Said, group, load_rows, outcomes, person, receive_rows, template, told
from tests.imports.harness import Tenant
from tests.imports.test_statements import statements_of

NOWHERE: Said = {"groups": [group("first", "First", "Team", parents=["nowhere"])]}


def by_customid(length: int) -> list[Said]:
    first = {"groups": [group("g0", "G", "Team", parents=["nowhere"])]}
    return [
        first,
        *({"groups": [group(f"g{n}", "G", "Team", parents=[f"g{n - 1}"])]} for n in range(1, length)),
    ]


def by_name(length: int) -> list[Said]:
    def named(n: int) -> dict[str, str]:
        return {"name": f"G{n}", "type": "Team"}

    first = {"groups": [group("", "G0", "Team", parents=["nowhere"])]}
    return [first, *({"groups": [named(n) | {"parents": [named(n - 1)]}]} for n in range(1, length))]


def said_twice(length: int) -> list[Said]:
    """Each group in two rows, both of which need the one before."""
    rows: list[Said] = [{"groups": [group("g0", "G", "Team", parents=["nowhere"])]}] * 2
    for n in range(1, length // 2):
        rows += [{"groups": [group(f"g{n}", "G", "Team", parents=[f"g{n - 1}"])]}] * 2
    return rows


def by_name_of_customids(length: int) -> list[Said]:
    """Each group has a customId, and is referred to by name and type."""
    first = {"groups": [group("g0", "G0", "Team", parents=["nowhere"])]}
    return [
        first,
        *(
            {"groups": [group(f"g{n}", f"G{n}", "Team", parents=[{"name": f"G{n - 1}", "type": "Team"}])]}
            for n in range(1, length)
        ),
    ]


def named_by_the_row_before(length: int) -> list[Said]:
    """Each row is about a group to which the row before gave its name and type."""
    first = {"groups": [group("g0", "G", "Team", parents=["nowhere"])]}
    return [
        first,
        *({"groups": [group(f"g{n - 1}"), group(f"g{n}", "G", "Team")]} for n in range(1, length)),
    ]


def people_by_customid(length: int) -> list[Said]:
    first = {"people": [person("p0", "Ana", groups=["nowhere"])]}
    return [
        first,
        *(
            {"people": [person(f"p{n}", "Ana")], "permissions": [{"person": f"p{n - 1}", "canView": {"everyone": True}}]}
            for n in range(1, length)
        ),
    ]  # fmt: skip


def people_by_persona(length: int) -> list[Said]:
    def mail(n: int) -> str:
        return f"p{n}@example.edu"

    first = {"people": [person("", "Ana", mail(0), groups=["nowhere"])]}
    return [
        first,
        *(
            {
                "people": [person("", "Ana", mail(n))],
                "permissions": [
                    {"person": {"persona": {"mbox": f"mailto:{mail(n - 1)}"}}, "canView": {"everyone": True}}
                ],
            }
            for n in range(1, length)
        ),
    ]


def people_named_by_the_row_before(length: int) -> list[Said]:
    first = {"people": [person("", "Ana", "p0@example.edu", groups=["nowhere"])]}
    return [
        first,
        *(
            {"people": [person("", "", f"p{n - 1}@example.edu"), person("", "Ana", f"p{n}@example.edu")]}
            for n in range(1, length)
        ),
    ]


def meaning_somebody_else(length: int) -> list[Said]:
    """Who names the person of one row is told apart by a persona that only the row before claims for them."""
    rows: list[Said] = [{"people": [person("p0", "", "p0@example.edu")], "groups": NOWHERE["groups"]}]
    for n in range(1, length // 2):
        rows.append({"people": [person(f"p{n}", "", f"p{n}@example.edu"), person(f"p{n - 1}")]})
    # Good rows, by whose names the people are called as long as the persona is theirs.
    rows += [{"people": [person("", "Ana", f"p{n}@example.edu")]} for n in range(length // 2)]
    return rows


def statements(tenant: Tenant, rows: list[Said]) -> tuple[int, dict[int, str], dict[int, list[str]]]:
    """How many an import of these rows takes; outcomes and sentences."""
    received = receive_rows(tenant, template(tenant, name=f"T{random.random()}"), *rows)  # noqa: S311  # nothing secret hangs on it
    number = statements_of(tenant.work, tenant)
    upload = tenant.fresh(received)
    return number, outcomes(tenant, upload), told(tenant, upload)


@pytest.mark.parametrize(
    "chain",
    [
        by_customid, by_name, said_twice, by_name_of_customids, named_by_the_row_before, people_by_customid,
        people_by_persona, people_named_by_the_row_before,
    ],
    ids=lambda chain: chain.__name__,
)  # fmt: skip
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_a_chain_of_200_rows_takes_as_many_statements_as_one_of_20(
    tenant: Tenant, chain: Callable[[int], list[Said]], backwards: bool
) -> None:
    step = -1 if backwards else 1
    statements(tenant, by_customid(3))
    short, of_short, _ = statements(tenant, chain(20)[::step])
    long, of_long, _ = statements(tenant, chain(200)[::step])
    assert set(of_short.values()) == set(of_long.values()) == {"failed"}
    assert len(of_long) == 200
    assert short == long


def test_rows_whose_meaning_changes_by_each_other_take_as_many_statements_too(tenant: Tenant) -> None:
    # What the good rows make stands by then.
    statements(tenant, meaning_somebody_else(200))
    short, of_short, _ = statements(tenant, meaning_somebody_else(10 * MOST_ROUNDS))
    long, of_long, sentences = statements(tenant, meaning_somebody_else(200))
    # Those at the end of the chain, in the first of its two halves.
    assert of_short[5 * MOST_ROUNDS + 1] == of_long[101] == "failed"
    sentence = (
        "This row speaks of the same people or groups as rows that failed, and whom it means depends on them."
        " Mend those rows and send this one again with them."
    )
    assert sentences[101] == [sentence]
    assert short == long


def test_rows_that_share_nothing_with_a_long_chain_are_done(tenant: Tenant) -> None:
    chain = meaning_somebody_else(60)
    others: list[Said] = [
        {"people": [person("q1", "Ben", "q1@example.edu", groups=["g"])]},
        {"groups": [group("g", "G", "Team", people=["q1"])]},
    ]
    upload = load_rows(tenant, template(tenant), *chain, *others)
    assert [outcomes(tenant, upload)[row] for row in (62, 63)] == ["created", "created"]


def test_what_one_more_row_makes_too_is_not_lost(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("a", "A", "Team", parents=["nowhere"])]},
        {"groups": [group("a", "A", "Team")]},
        {"groups": [group("b", "B", "Team", parents=["a"])]},
        {"groups": [group("c", "C", "Team", parents=["d"])]},
        {"groups": [group("d", "D", "Team", parents=["e"])]},
        {"people": [person("p", "Ana", groups=["c"])]},
    )
    assert told(tenant, upload) == {
        2: ['Group "nowhere" is not in this file and does not exist.'],
        5: ['Group "d" is not in this file and does not exist.'],
        6: ['Group "e" is not in this file and does not exist.'],
        7: ['Group "c" is not in this file and does not exist.'],
    }
    assert [outcomes(tenant, upload)[row] for row in (3, 4)] == ["created", "created"]


def test_what_a_lost_row_alone_gave_a_new_group_is_told(tenant: Tenant) -> None:
    upload = load_rows(
        tenant,
        template(tenant),
        {"groups": [group("a", "A", "Team", parents=["nowhere"])]},
        {"groups": [group("b", "B", "Team", parents=["a"])]},
        {"groups": [group("b")]},
    )
    assert told(tenant, upload)[4] == [
        'Group "b" is new and has no name and type. Give the name and type in this row or in another one about it.'
    ]


def test_a_node_is_lost_when_all_that_it_waits_for_are() -> None:
    # 0 and 1 are lost; 2 waits for both, 3 for one of them and one that stands, 4 for 2.
    assert sorted(needs.walk(array("i", [0, 0, 2, 2, 1]), [(0, 2), (0, 3), (1, 2), (2, 4)])) == [2, 4]


def test_lists_mean_who_holds_their_personas_by_then() -> None:
    # Persona 1 is held by 7, 3 by 8. List 2 gets persona 2 by list 1; list 3 has two people; list 4 is somebody new.
    lines = [(1, 1, 7), (1, 2, 0), (2, 2, 0), (3, 2, 0), (3, 3, 8), (4, 4, 0), (4, 5, 0)]
    meant, split = join_lists(lines, 4, 5)
    assert (list(meant[1:3]), meant[4], list(split[1:])) == ([7, 7], -4, [0, 0, 1, 0])


def _plainly(edges: list[tuple[int, int, int, int]]) -> list[int]:
    """``circles.closing`` by walking all that lies above, edge by edge."""
    above: set[tuple[int, int]] = set()

    def lies_below(at: int, ancestor: int, tried: set[tuple[int, int]]) -> bool:
        seen, waiting = {at}, [at]
        while waiting:
            one = waiting.pop()
            new = {parent for child, parent in tried if child == one} - seen
            seen |= new
            waiting.extend(new)
        return ancestor in seen

    failing = []
    for row, of_row in groupby(edges, key=lambda edge: edge[1]):
        tried = set(above)
        for number, _, child, parent in of_row:
            if row and lies_below(parent, child, tried):
                failing.append(number)
                break
            tried.add((child, parent))
        else:
            above = tried
    return failing


def test_rows_that_close_a_circle_are_those_that_a_plain_walk_finds() -> None:
    for seed in range(2_000):
        chance = random.Random(seed)  # noqa: S311  # nothing secret hangs on it
        nodes, row = chance.randint(1, 8), 1
        edges = [(0, 0, a, b) for a in range(nodes) for b in range(a) if chance.random() < 0.2]
        for number in range(1, chance.randint(2, 12)):
            row += chance.random() < 0.6
            edges.append((number, row, chance.randrange(nodes), chance.randrange(nodes)))
        knot = circles.knots(sorted((child, parent) for _, _, child, parent in edges), nodes)
        assert list(circles.closing(edges, knot)) == _plainly(edges), seed
