"""Rows that want the same, decided in one pass over numbers, as the definition would have it."""

from __future__ import annotations

from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from imports.steps.contests import Contests, Needs
from tests.chance import examples
from tests.imports.rivals import good_rows

KEY, PLACE = 0, 1_000
ROWS = range(2, 12)
wants = st.builds(
    lambda kind, first, long: (kind, first, first if kind == KEY else first + long),
    st.sampled_from([KEY, PLACE]),
    st.integers(1, 12),
    st.integers(0, 3),
)
files = st.dictionaries(st.sampled_from(ROWS), st.lists(wants, max_size=3, unique=True), max_size=10)
needings = st.dictionaries(
    st.sampled_from(ROWS), st.sets(st.sampled_from(ROWS), min_size=1, max_size=2), max_size=6
)


def decided(
    file: dict[int, list[tuple[int, int, int]]], needs: dict[int, set[int]]
) -> tuple[set[int], set[int]]:
    """(rows that are told, rows that are good)."""
    needed = Needs()
    for row in sorted(needs):
        needed.add(row, sorted(needs[row]))
    contests = Contests({KEY: 16, PLACE: 16}, needed)
    contests.decide((row, sorted(file[row])) for row in sorted(file) if file[row])
    told = set(contests.beaten[::3])
    lost = set(told)
    while more := {row for row, on in needs.items() if row not in lost and on & lost}:
        lost |= more
    return told, (set(file) | set(needs)) - lost


def meeting(file: dict[int, list[tuple[int, int, int]]]) -> set[tuple[int, int]]:
    return {
        (one, other)
        for one in file
        for other in file
        if any(
            mine[0] == theirs[0] and mine[1] <= theirs[2] and theirs[1] <= mine[2]
            for place, mine in enumerate(file[one])
            for at, theirs in enumerate(file[other])
            if one != other or place != at
        )
    }


def tidied(file: dict[int, list[tuple[int, int, int]]], needs: dict[int, set[int]]) -> dict[int, set[int]]:
    return {row: on - {row} for row, on in needs.items() if on - {row}}


@settings(max_examples=examples(400, 1_500), deadline=None)
@given(file=files, needs=needings)
@example(file={2: [(PLACE, 1, 2)], 3: [(PLACE, 2, 3)], 4: [(PLACE, 3, 4)]}, needs={})
@example(file={2: [(PLACE, 1, 1)], 3: [(PLACE, 1, 1)], 4: []}, needs={2: {4}, 4: {3}})
def test_the_same_rows_are_good_as_by_the_definition(
    file: dict[int, list[tuple[int, int, int]]], needs: dict[int, set[int]]
) -> None:
    needs = tidied(file, needs)
    everybody = set(file) | set(needs) | {on for row in needs.values() for on in row}
    _, good = decided(file, needs)
    expected = good_rows(everybody, meeting(file), needs)
    assert good == expected & (set(file) | set(needs))


@settings(max_examples=examples(200, 500), deadline=None)
@given(file=files, needs=needings)
def test_nobody_who_is_good_meets_another_or_lacks_what_it_needs(
    file: dict[int, list[tuple[int, int, int]]], needs: dict[int, set[int]]
) -> None:
    needs = tidied(file, needs)
    told, good = decided(file, needs)
    met = meeting(file)
    assert not any((one, other) in met for one, other in combinations(sorted(good), 2))
    lost = (set(file) | set(needs)) - good
    # Whoever is told meets one who has it, by itself or by what it needs; the others need one who is lost.
    for row in lost - told:
        assert needs[row] & lost
