"""Unions: definitions without customId that share personas are one person, told in the order of the file. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby


def join_lists(
    shared: Iterable[tuple[int, str, str | None]],
) -> tuple[list[int], list[str], list[bool]]:
    """shared: (list, persona, its holder or None), by list in file order; a persona may have several holders.

    Returns lists, whom each means, and whether its personas belong to two people by then.
    """
    holder: dict[str, str] = {}
    lists: list[int] = []
    pids: list[str] = []
    split: list[bool] = []
    for number, lines in groupby(shared, key=lambda line: line[0]):
        keys, held = [], set()
        for _, key, pid in lines:
            keys.append(key)
            # Who held it before any list was told: for all lists the same.
            held |= {pid} if pid else set()
            if key in holder:
                held.add(holder[key])
        is_split = len(held) > 1
        pid = held.pop() if len(held) == 1 else f"k:{min(keys)}"
        if not is_split:
            for key in keys:
                holder.setdefault(key, pid)
        lists.append(number)
        pids.append(pid)
        split.append(is_split)
    return lists, pids, split
