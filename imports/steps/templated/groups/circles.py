"""Circles: which rows would close one, among edges as numbers, in arrays: four bytes a place. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from operator import itemgetter


def knots(edges: Iterable[tuple[int, int]], nodes: int) -> array[int]:
    """By node, from 0: the number of the knot in which it lies; nodes that lie above each other share one.

    edges: (child, parent), in order of the child. Tarjan's strongly connected components, without recursion.
    """
    starts, parents = array("i", bytes(4 * (nodes + 1))), array("i")
    for child, parent in edges:
        starts[child + 1] += 1
        parents.append(parent)
    starts = array("i", accumulate(starts))
    # 0: not seen yet; order of discovery and the earliest that can be reached.
    seen, low = array("i", bytes(4 * nodes)), array("i", bytes(4 * nodes))
    knot, following = array("i", [-1]) * nodes, starts[:nodes]
    waiting, path = array("i"), array("i")
    counted = found = 0
    for root in range(nodes):
        if seen[root]:
            continue
        path.append(root)
        while path:
            at = path[-1]
            if not seen[at]:
                counted += 1
                seen[at] = low[at] = counted
                waiting.append(at)
            if following[at] < starts[at + 1]:
                parent = parents[following[at]]
                if not seen[parent]:
                    path.append(parent)
                    continue
                following[at] += 1
                if knot[parent] < 0:
                    low[at] = min(low[at], low[parent])
                continue
            path.pop()
            if low[at] == seen[at]:
                while True:
                    member = waiting.pop()
                    knot[member] = found
                    if member == at:
                        break
                found += 1
    return knot


class Above:
    """Edges that stand, in lists that are linked through arrays, so that the last ones can be taken back."""

    def __init__(self, nodes: int) -> None:
        # Upwards and downwards: by node its last edge, by edge where it leads and the one before it. Edge 0 is none.
        self._last = tuple(array("i", bytes(4 * nodes)) for _ in range(2))
        self._to, self._before = (tuple(array("i", [0]) for _ in range(2)) for _ in range(2))
        self._met = tuple(array("i", bytes(4 * nodes)) for _ in range(2))
        self._asked = 0

    def add(self, child: int, parent: int) -> None:
        for way, (start, end) in enumerate(((child, parent), (parent, child))):
            self._to[way].append(end)
            self._before[way].append(self._last[way][start])
            self._last[way][start] = len(self._to[way]) - 1

    def take_back(self, edges: int) -> None:
        """Forget the last ones."""
        for _ in range(edges):
            parent, child = self._to[0].pop(), self._to[1].pop()
            self._last[0][child] = self._before[0].pop()
            self._last[1][parent] = self._before[1].pop()

    def lies_below(self, at: int, ancestor: int) -> bool:
        """Whether ``ancestor`` is ``at`` itself, or lies above it.

        Looked for from both ends in turn: it ends when the smaller side is exhausted.
        """
        if at == ancestor:
            return True
        self._asked += 1
        waiting = (array("i", [at]), array("i", [ancestor]))
        self._met[0][at] = self._met[1][ancestor] = self._asked
        while waiting[0] and waiting[1]:
            for way in (0, 1):
                edge = self._last[way][waiting[way].pop()]
                while edge:
                    end = self._to[way][edge]
                    if self._met[1 - way][end] == self._asked:
                        return True
                    if self._met[way][end] != self._asked:
                        self._met[way][end] = self._asked
                        waiting[way].append(end)
                    edge = self._before[way][edge]
        return False


def closing(edges: Iterable[tuple[int, int, int, int]], knot: array[int]) -> Iterator[int]:
    """The edges that would close a circle, one of each row that fails.

    edges: (number, row, child, parent) in the order of the file, those of the roster before them with the row 0.
    """
    above = Above(len(knot))
    for row, of_row in groupby(edges, key=itemgetter(1)):
        added = 0
        for number, _, child, parent in of_row:
            if knot[child] != knot[parent]:
                continue
            if row and above.lies_below(parent, child):
                # All of a row or nothing of it.
                above.take_back(added)
                yield number
                break
            above.add(child, parent)
            added += 1
