"""A process that the supervisor keeps alive: started, watched, started again after a pause, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edu_csv.local import folder
from edu_csv.local.identity import Identity

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# Whoever ran this long was well: the next crash counts as the first.
STEADY_SECONDS = 60.0


@dataclass(slots=True)
class Pause:
    """How long to wait before the next start: twice as long after each crash in a row."""

    crashes: int = 0
    until: float = 0.0

    def after_crash(self, ran_seconds: float) -> float:
        """Count a crash; return the pause in seconds."""
        self.crashes = 1 if ran_seconds >= STEADY_SECONDS else self.crashes + 1
        seconds = min(FIRST_PAUSE_SECONDS * 2.0 ** (self.crashes - 1), LONGEST_PAUSE_SECONDS)
        self.until = time.monotonic() + seconds
        return seconds

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


@dataclass(slots=True)
class Child:
    """One of the processes beside the database.

    when_parent_dies: the signal by which it ends at once, for when the supervisor was killed.
    stops_on: signals that ask it to end, each with the seconds it is given; then it is killed.
    """

    name: str
    command: list[str]
    log: Path
    when_parent_dies: str = "SIGTERM"
    stops_on: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 5.0),)
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: Pause = field(default_factory=Pause)

    def start(self, environment: Mapping[str, str], cwd: Path) -> None:
        with folder.open_log(self.log) as output:
            self.process = Identity().launch(
                self.command,
                when_parent_dies=self.when_parent_dies,
                output=output.fileno(),
                cwd=cwd,
                environment=environment,
                keep_open=self.keep_open,
            )
        self.started = time.monotonic()

    def crashed(self) -> int | None:
        """The exit code once it has ended without being asked, else None; collects what it left running."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self._kill_group()
        self.process = None
        return code

    def ask_to_end(self, request: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(request)

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def end_now(self) -> None:
        """Kill it and whatever it started; returns when it is gone."""
        self._kill_group()
        if self.process is not None:
            self.process.wait()
            self.process = None

    def _kill_group(self) -> None:
        if self.process is not None:
            try:
                # A group outlives its leader as long as it has members: a killed worker's slots.
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
