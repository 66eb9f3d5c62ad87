"""How far one row may go (csv data import 1.3), so that no template holds up a worker or fills its memory."""

from __future__ import annotations

import time

from edu_csv.templating.faults import RowFault

BODY_CHARS = 256 * 1024
OUTPUT_CHARS = 1024 * 1024
OBJECTS = 1_000
NESTING = 32
"""Blocks in blocks, calls in calls, parts in parts; variables that use variables count as calls."""
TURNS = 10_000
SECONDS = 0.25
VARIABLES = 100
FAULTS = 100
"""Faults of one text that are told; a template with more is not read to its end."""
CELL_SHOWN = 60
"""Characters of a value that a message shows."""

_TICKS_BETWEEN_LOOKS = 64
# What is written into variables is written again into the text, so more passes here than comes out.
_WRITTEN_CHARS = 4 * OUTPUT_CHARS


class Watch:
    """Counts what one row does. Time is the thread's own, so a busy machine fails no row."""

    __slots__ = ("_next", "_spent", "_started", "_ticks")

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._ticks = 0
        self._next = 1
        self._spent = 0
        self._started = 0.0

    def tick(self) -> None:
        """One turn of a loop, or one use of a part. Raises RowFault when the row's time is over."""
        self.work(1)

    def work(self, weight: int) -> None:
        """So much was done, a tick being a turn or some 1,000 characters that a function was given."""
        self._ticks += weight
        if self._ticks >= self._next:
            now = time.thread_time()
            if self._next == 1:
                # Rows without loops and parts never ask the clock.
                self._started = now
            elif now - self._started > SECONDS:
                raise RowFault(
                    f"This row takes longer than {SECONDS * 1000:.0f} ms; the template does too much."
                )
            self._next = self._ticks + _TICKS_BETWEEN_LOOKS

    def spend(self, length: int) -> None:
        """So many characters were written. Raises RowFault beyond the row's output."""
        self._spent += length
        if self._spent > _WRITTEN_CHARS:
            raise too_long()


def too_long() -> RowFault:
    return RowFault(f"The template gives more than {OUTPUT_CHARS:,} characters for this row.")


LONG = 1_024
"""Texts from here on are counted as they are printed: a template has some 40,000 places at most that print one."""


def shown(text: str) -> str:
    """A value as messages quote it."""
    return text if len(text) <= CELL_SHOWN else text[: CELL_SHOWN - 1] + "…"
