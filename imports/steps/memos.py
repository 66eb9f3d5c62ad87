"""Memos: what the cells of a file turned out to be, so that none is read twice. One memory for all columns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from sys import getsizeof

# What the memos of one file keep in memory, together: a column of ids needs it all, one of roles nothing.
MEMOS_BYTES = 64 << 20
# Longer cells are not kept: they rarely repeat.
MEMO_LONGEST = 300
# A dict entry and its share of the room that a dict keeps free, beside the two objects.
ENTRY_BYTES = 100


class Room:
    """The memory that the memos of one file share."""

    def __init__(self, most_bytes: int) -> None:
        self.left = most_bytes
        self._memos: list[Memo] = []

    def share(self, memo: Memo) -> None:
        self._memos.append(memo)

    def clear(self) -> None:
        """Have the largest memo forget the older half of its cells."""
        max(self._memos, key=len).forget_half()


class Memo(dict[str, bytes | None]):
    """The wire form of each distinct cell of a column; None for a cell that cannot be read."""

    def __init__(self, encode: Callable[[str], bytes | None], room: Room) -> None:
        super().__init__()
        self._encode = encode
        self._room = room
        room.share(self)

    def __missing__(self, cell: str) -> bytes | None:
        wire = self._encode(cell)
        if len(cell) > MEMO_LONGEST:
            return wire
        self[cell] = wire
        self._room.left -= _weight(cell, wire)
        while self._room.left < 0:
            self._room.clear()
        return wire

    def forget_half(self) -> None:
        # Half and not all: where there is no room for a file's texts, most of them are still known.
        for cell in list(islice(self, (len(self) + 1) // 2)):
            self._room.left += _weight(cell, self.pop(cell))


def _weight(cell: str, wire: bytes | None) -> int:
    # In bytes and not in characters: which letters a cell has is the sender's choice of our memory.
    return ENTRY_BYTES + getsizeof(cell) + getsizeof(wire)
