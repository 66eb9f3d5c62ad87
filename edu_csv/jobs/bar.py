"""A progress bar on standard error: one line that is written over; on no terminal, a line per phase."""

from __future__ import annotations

from typing import TextIO

WIDTH = 30


class Bar:
    """Where a job stands. Call it with (phase, rows done, rows in all or None); ``close`` it at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._last = ""

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if not self._is_terminal:
            if phase != self._last:
                self._out.write(f"{phase}\n")
                self._last = phase
            return
        line = self.line(phase, done, total)
        # Blanks over what is left of a longer line before.
        self._out.write("\r" + line.ljust(len(self._last)))
        self._out.flush()
        self._last = line

    @staticmethod
    def line(phase: str, done: int, total: int | None) -> str:
        """``checking     [#########                     ]  30 %  300,000 of 1,000,000 rows``"""
        words = phase.replace("_", " ").ljust(12)
        if not total:
            return f"{words} {done:,} rows" if done else words
        share = min(1.0, done / total)
        filled = "#" * int(share * WIDTH)
        return f"{words} [{filled:<{WIDTH}}] {share:>4.0%}  {done:,} of {total:,} rows"

    def close(self) -> None:
        if self._is_terminal and self._last:
            self._out.write("\n")
