"""What processes cost, as the kernel counts it: CPU seconds and memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SECONDS_BETWEEN_SAMPLES = 0.02


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, to 10 ms. Raises ProcessLookupError when it is gone."""
    # The program's name, in brackets, may itself hold blanks and brackets.
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def peak_bytes(pid: int) -> int:
    """The most memory that a process has held at once, shared pages included."""
    return _status(pid, "VmHWM")


def private_bytes(pid: int) -> int:
    """Memory that is a process's own: without shared buffers, without the program's file."""
    return _status(pid, "RssAnon")


class PrivatePeak:
    """The most private memory of some processes while the block runs: ``bytes_of[pid]``.

    The kernel keeps no peak of it, so it is looked at every 20 ms.
    """

    def __init__(self, pids: Iterable[int]) -> None:
        self.bytes_of = dict.fromkeys(pids, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PrivatePeak:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for pid in self.bytes_of:
                try:
                    self.bytes_of[pid] = max(self.bytes_of[pid], private_bytes(pid))
                except ProcessLookupError:
                    continue
            if self._ended.wait(SECONDS_BETWEEN_SAMPLES):
                return


def _status(pid: int, name: str) -> int:
    for line in _read(pid, "status").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(f"process {pid} has ended: its {name} is not known any more")


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except FileNotFoundError as error:
        raise ProcessLookupError(f"there is no process {pid}") from error
