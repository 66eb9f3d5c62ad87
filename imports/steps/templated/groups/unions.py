"""Unions: definitions without customId that share personas are one person, told in the order of the file. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter


def join_lists(
    shared: Iterable[tuple[int, int, int]], lists: int, personas: int
) -> tuple[array[int], bytearray]:
    """Whom each list means, and whether its personas belong to two people by then.

    shared: (list, persona, its holder or 0), numbers from 1, by list in file order, personas by key; a persona may have
    several holders. Returned by number of a list: a holder, or somebody new, as the negative number of their first persona.
    """
    holder = array("i", bytes(4 * (personas + 1)))
    meant, split = array("i", bytes(4 * (lists + 1))), bytearray(lists + 1)
    for number, lines in groupby(shared, key=itemgetter(0)):
        keys: list[int] = []
        held: set[int] = set()
        for _, key, pid in lines:
            keys.append(key)
            # Who held it before any list was told: for all lists the same.
            if pid:
                held.add(pid)
            if holder[key]:
                held.add(holder[key])
        split[number] = len(held) > 1
        meant[number] = held.pop() if len(held) == 1 else -min(keys)
        if not split[number]:
            for key in keys:
                holder[key] = holder[key] or meant[number]
    return meant, split
