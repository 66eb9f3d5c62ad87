"""Who of some rivals is good, decided slowly and by the definition: what tests hold the plan against.

A rival meets others (``meets``: pairs of rows) and needs others. By the order of the file: a row is lost when it
meets an earlier good row or needs a lost one; it is good when all earlier rows it meets are lost and what it
needs is good, or good with it. Rows of which neither follows wait for their own failing: of them the first
that can be good with all it needs is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def good_rows(
    rows: Collection[int], meets: Collection[tuple[int, int]], needs: Mapping[int, Collection[int]]
) -> set[int]:
    """rows: whose fate is open. meets: (a, b) and (b, a) are one; (a, a): a row that meets itself."""
    against: dict[int, set[int]] = {row: set() for row in rows}
    for one, other in meets:
        if one in against and other in against:
            against[one].add(other)
            against[other].add(one)
    lost = {row for row in rows if row in against[row]}
    lost |= {row for row in rows if any(on not in against for on in needs.get(row, ()))}
    good: set[int] = set()
    while True:
        _follow(against, needs, good, lost)
        waiting = [row for row in sorted(rows) if row not in good and row not in lost]
        if not waiting:
            return good
        row = waiting[0]
        group = _with_needed(row, needs, good)
        free = not group & lost and not any(against[each] & (good | group) for each in group)
        (good if free else lost).update(group if free else {row})
        if free:
            continue


def _follow(
    against: Mapping[int, set[int]], needs: Mapping[int, Collection[int]], good: set[int], lost: set[int]
) -> None:
    """Add what follows from what is known until nothing more does."""
    before = -1
    while before != len(good) + len(lost):
        before = len(good) + len(lost)
        for row in against:
            if row not in good and (against[row] & good or any(on in lost for on in needs.get(row, ()))):
                lost.add(row)
        ready = {
            row
            for row in against
            if row not in lost and all(other in lost for other in against[row] if other < row)
        }
        while True:
            kept = {row for row in ready if all(on in ready or on in good for on in needs.get(row, ()))}
            if kept == ready:
                break
            ready = kept
        good |= ready


def _with_needed(row: int, needs: Mapping[int, Collection[int]], good: set[int]) -> set[int]:
    group, left = {row}, [row]
    while left:
        for on in needs.get(left.pop(), ()):
            if on not in group and on not in good:
                group.add(on)
                left.append(on)
    return group
