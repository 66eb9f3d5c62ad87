"""Where the time of one import goes: its phases, and its groups of statements.

The pipeline notes the seconds of each group in its workspace; here it is caught with what is in it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg.sql import Composable

from bench.measure import cpu_seconds
from edu_csv.jobs.lease import Lease
from edu_csv.jobs.models import Status
from imports.steps import record, ways
from imports.steps.templated.space import TemplateSpace
from imports.steps.workspace import Session, Workspace

# Reading and staging are one pass, so the report does not tell them apart.
STAGES = {
    Status.READING.value: "stage",
    Status.CHECKING.value: "stage",
    Status.PLANNING.value: "plan",
    Status.APPLYING.value: "apply",
}


@dataclass(slots=True)
class Moment:
    """A point in time, and the CPU seconds that worker and server process had used by then."""

    at: float
    worker_cpu: float
    server_cpu: float

    @classmethod
    def now(cls, backend: int) -> Moment:
        return cls(time.perf_counter(), time.process_time(), cpu_seconds(backend))


@dataclass(slots=True)
class Recording:
    """One import. backend: process id of the server process that works for it."""

    backend: int
    entered: list[tuple[str, float]] = field(default_factory=list)
    workspaces: list[Session] = field(default_factory=list)
    applied: Moment | None = None

    def stages(self, ended: float) -> dict[str, float]:
        """Seconds of stage, plan and apply."""
        seconds = dict.fromkeys(STAGES.values(), 0.0)
        ends = [at for _, at in self.entered[1:]] + [ended]
        for (status, begun), end in zip(self.entered, ends, strict=True):
            seconds[STAGES[status]] += end - begun
        return seconds

    def statements(self) -> dict[str, float]:
        """Seconds of each group of statements, as the pipeline names them."""
        return dict(self.workspaces[-1].timings) if self.workspaces else {}


@contextmanager
def recorded(backend: int) -> Iterator[Recording]:
    """Record the imports that this process runs within the block."""
    recording = Recording(backend)

    class Recorded(Session):
        """Comes before the workspace itself."""

        def __init__(self, *args: Any, **fields: Any) -> None:
            super().__init__(*args, **fields)
            recording.workspaces.append(self)

        def run(self, statement: Composable | str, name: str = "", /, **extra: Any) -> psycopg.Cursor[Any]:
            # Indexes of a plan are built after the import was committed, when no one waits any more.
            if statement == record.INDEX:
                recording.applied = Moment.now(backend)
            return super().run(statement, name, **extra)

    class RecordedWorkspace(Recorded, Workspace):
        pass

    class RecordedTemplateSpace(Recorded, TemplateSpace):
        pass

    enter = Lease.enter

    def recorded_enter(self: Lease, status: str, **more: Any) -> None:
        recording.entered.append((str(status), time.perf_counter()))
        enter(self, status, **more)

    with (
        patch.object(ways, "Workspace", RecordedWorkspace),
        patch.object(ways, "TemplateSpace", RecordedTemplateSpace),
        patch.object(Lease, "enter", recorded_enter),
    ):
        yield recording
