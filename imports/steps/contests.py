"""Contests: of the rows of one file that want the same, the first good one has it.

What is wanted has numbers, so that a key and a time in a room are decided alike, in one pass and over the
clashing rows alone: a key is one number, an occurrence the numbers of all that begins in its room before it
ends. Two rows want the same when their numbers meet.

A row takes all that it wants or nothing: who comes after a row that fails may still have it. A row may
also need others of the file, those that give up the place it wants; it lives and dies with them. So what
follows from the order of the file is decided first, top to bottom; rows that wait for one another and stand in
nobody's way are good together (two schedules that change rooms). What then is left waits in a circle for
its own failing; there the first row that can have all it needs at once has it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

# (number of the kind of thing wanted, its first number, its last)
Want = tuple[int, int, int]
# Rows that wait for one another form chains; whoever builds longer ones gets a right answer, not the best.
ROUNDS = 30
# The same for circles: so many rows are looked at for what they need, the others fail.
STEPS = 1_000_000
# So many rows are named to one that lost against several.
NAMED = 3

FINE, WAITING, GOOD, FAILED = range(4)


@dataclass
class Needs:
    """Which rows of the file a row needs, as three columns of numbers: eight bytes for each."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    begins: array[int] = field(default_factory=lambda: array("i", [0]))
    on: array[int] = field(default_factory=lambda: array("i"))

    def add(self, row: int, on: Sequence[int]) -> None:
        """In ascending order of the row."""
        self.rows.append(row)
        self.on.extend(on)
        self.begins.append(len(self.on))

    def of(self, row: int) -> Sequence[int]:
        place = bisect_left(self.rows, row)
        if place == len(self.rows) or self.rows[place] != row:
            return ()
        return self.on[self.begins[place] : self.begins[place + 1]]

    @property
    def last(self) -> int:
        return max(self.rows[-1], max(self.on)) if self.rows else 0


class Taken:
    """By kind, who has which number; four bytes each."""

    def __init__(self, sizes: Mapping[int, int]) -> None:
        self.rows = {kind: array("i", bytes(4 * (size + 1))) for kind, size in sizes.items()}

    def by_others(self, row: int, wants: Iterable[Want]) -> list[tuple[int, int]]:
        """(kind, row that has it) of each want that another row has in part; the first such row."""
        found = []
        for kind, first, last in wants:
            for by in self.rows[kind][first : last + 1]:
                if by and by != row:
                    found.append((kind, by))
                    break
        return found

    def give(self, row: int, wants: Iterable[Want]) -> None:
        for kind, first, last in wants:
            self.rows[kind][first : last + 1] = array("i", [row]) * (last - first + 1)


@dataclass
class Contests:
    """Decides who of the clashing rows is beaten. sizes: by kind, the highest number that is wanted.

    holders: what an object has already is its own, whatever becomes of its row.
    """

    sizes: Mapping[int, int]
    needs: Needs = field(default_factory=Needs)
    # (row, kind, row that has it), one after the other.
    beaten: array[int] = field(default_factory=lambda: array("i"))

    def __post_init__(self) -> None:
        self.taken = Taken(self.sizes)
        # One byte for each row of the file, and only where rows need others.
        self.states = bytearray(self.needs.last + 1) if self.needs.rows else bytearray()
        self.waiting: list[tuple[int, Sequence[Want]]] = []
        self.needed_by: dict[int, array[int]] = {}
        for row in self.needs.rows:
            for on in self.needs.of(row):
                self.needed_by.setdefault(on, array("i")).append(row)

    def hold(self, kind: int, number: int, row: int) -> None:
        self.taken.rows[kind][number] = row

    def decide(self, rows: Iterable[tuple[int, Sequence[Want]]]) -> None:
        """rows: ascending, each with all it wants, sorted."""
        in_the_way = Taken(self.sizes) if self.needs.rows else None
        for row in self.needs.rows:
            self.states[row] = WAITING
        for row, wants in self._with_those_who_need(rows):
            if self._state(row) == FAILED or self._loses(row, wants):
                continue
            if in_the_way is not None and (self._state(row) == WAITING or in_the_way.by_others(row, wants)):
                self._set(row, WAITING)
                in_the_way.give(row, wants)
                self.waiting.append((row, wants))
            else:
                self._wins(row, wants)
        for _ in range(ROUNDS):
            if not self.waiting:
                return
            if not self._round():
                self._untie(most=1)
        self._untie()

    def _with_those_who_need(
        self, rows: Iterable[tuple[int, Sequence[Want]]]
    ) -> Iterator[tuple[int, Sequence[Want]]]:
        """The rows, and between them those that only need others."""
        needing, place = self.needs.rows, 0
        for row, wants in rows:
            while place < len(needing) and needing[place] < row:
                yield needing[place], ()
                place += 1
            if place < len(needing) and needing[place] == row:
                place += 1
            yield row, wants
        for row in needing[place:]:
            yield row, ()

    def _state(self, row: int) -> int:
        return self.states[row] if row < len(self.states) else FINE

    def _set(self, row: int, state: int) -> None:
        if row >= len(self.states) and self.needs.rows:
            self.states.extend(bytes(row + 1 - len(self.states)))
        if self.needs.rows:
            self.states[row] = state

    def _loses(self, row: int, wants: Sequence[Want]) -> bool:
        lost = _within_itself(row, wants) or self.taken.by_others(row, wants)
        if lost:
            self._tell(row, lost)
        return bool(lost)

    def _tell(self, row: int, lost: Sequence[tuple[int, int]]) -> None:
        for kind, by in list(dict.fromkeys(lost))[:NAMED]:
            self.beaten.extend((row, kind, by))
        self._fail(row)

    def _fail(self, row: int) -> None:
        """It fails, and so does who needs it."""
        failing = [row]
        while failing:
            row = failing.pop()
            if self._state(row) != FAILED:
                self._set(row, FAILED)
                failing.extend(self.needed_by.get(row, ()))

    def _wins(self, row: int, wants: Sequence[Want]) -> None:
        self.taken.give(row, wants)
        self._set(row, GOOD)

    def _round(self) -> bool:
        """Decide what follows from what is decided; returns whether anything did."""
        in_the_way = Taken(self.sizes)
        left: list[tuple[int, Sequence[Want]]] = []
        ready: dict[int, Sequence[Want]] = {}
        for row, wants in self.waiting:
            if self._state(row) == FAILED or self._loses(row, wants):
                continue
            needed = [self._state(on) for on in self.needs.of(row)]
            if in_the_way.by_others(row, wants):
                left.append((row, wants))
            elif WAITING not in needed:
                self._wins(row, wants)
                continue
            else:
                ready[row] = wants
                left.append((row, wants))
            in_the_way.give(row, wants)
        moved = len(left) < len(self.waiting)
        self.waiting = left
        if good := self._good_together(ready):
            for row in good:
                self._wins(row, ready[row])
            self.waiting = [each for each in left if each[0] not in good]
            moved = True
        return moved

    def _good_together(self, ready: Mapping[int, Sequence[Want]]) -> set[int]:
        """Of rows in nobody's way, the most that need nobody else who waits."""
        good = set(ready)
        lost = [row for row in ready if self._lacks(row, good)]
        while lost:
            row = lost.pop()
            if row in good:
                good.remove(row)
                lost.extend(self.needed_by.get(row, ()))
        return good

    def _lacks(self, row: int, good: Collection[int]) -> bool:
        """Whether it needs one that is not good, nor good together with it."""
        states = ((on, self._state(on)) for on in self.needs.of(row))
        return any(state == FAILED or (state == WAITING and on not in good) for on, state in states)

    def _untie(self, *, most: int | None = None) -> None:
        """Of rows that wait for their own failing: the first takes all it needs with it, or fails.

        most: so many of them, since what follows from one may decide about the next.
        """
        waits = dict(self.waiting)
        steps = 0
        for row in islice(waits, most):
            if self._state(row) != WAITING:
                continue
            if steps > STEPS and (needed := self.needs.of(row)):
                self._tell(row, [(max(self.sizes), needed[0])])
                continue
            members = self._all_it_needs(row)
            steps += len(members)
            if lost := self._give_all(members, waits):
                self._tell(row, lost)
            else:
                for each in members:
                    self._set(each, GOOD)
        self.waiting = [each for each in self.waiting if self._state(each[0]) == WAITING]

    def _all_it_needs(self, row: int) -> list[int]:
        """The row, and who waits of those that it needs, and that they need."""
        members, place = {row: None}, [row]
        while place:
            for on in self.needs.of(place.pop()):
                if on not in members and self._state(on) == WAITING:
                    members[on] = None
                    place.append(on)
        return list(members)

    def _give_all(self, members: Sequence[int], waits: Mapping[int, Sequence[Want]]) -> list[tuple[int, int]]:
        """Give each what it wants, or nothing to any; returns who has what is in the way."""
        before: list[tuple[Want, array[int]]] = []
        for each in members:
            wants = waits.get(each, ())
            lost = _within_itself(each, wants) or self.taken.by_others(each, wants)
            if lost:
                for (kind, first, last), rows in reversed(before):
                    self.taken.rows[kind][first : last + 1] = rows
                # The row at the head may itself be what one that it needs meets with.
                return [(kind, each if by == members[0] else by) for kind, by in lost]
            before += [((k, f, t), self.taken.rows[k][f : t + 1]) for k, f, t in wants]
            self.taken.give(each, wants)
        return []


def _within_itself(row: int, wants: Sequence[Want]) -> list[tuple[int, int]]:
    """What a row wants twice: it re-plans several schedules, and two of them would meet."""
    lost = []
    kind_before, until = -1, 0
    for kind, first, last in wants:
        if kind == kind_before and first <= until:
            lost.append((kind, row))
        until = max(until, last) if kind == kind_before else last
        kind_before = kind
    return lost
