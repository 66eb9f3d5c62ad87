"""Rows behind what is in the roster: which row of which file a job's row number means.

The roster keeps a job and a number. What runs jobs of many files numbers their rows through, and says here
what a number stands for; any other number is the row itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID


class Origin(NamedTuple):
    """row: as a spreadsheet numbers it; file: its name, where an upload has several."""

    row: int | None
    file: str | None = None


# For some jobs, how each of those with several files reads its numbers.
Reader = Callable[[Collection[UUID]], Mapping[UUID, Callable[[int], Origin]]]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Called once, when the apps are ready."""
    if reader not in _readers:
        _readers.append(reader)


@dataclass(frozen=True, slots=True)
class Origins:
    """What the numbers of some jobs mean."""

    by_job: Mapping[UUID, Callable[[int], Origin]] = field(default_factory=dict)

    def of(self, job: UUID | None, number: int | None) -> Origin:
        if job is None or number is None or job not in self.by_job:
            return Origin(number)
        return self.by_job[job](number)


def look_up(jobs: Collection[UUID | None]) -> Origins:
    """One statement for each kind of job that has files, whatever the number of jobs."""
    asked = {job for job in jobs if job is not None}
    found: dict[UUID, Callable[[int], Origin]] = {}
    if asked:
        for reader in _readers:
            found |= reader(asked)
    return Origins(found)
