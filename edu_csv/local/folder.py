"""The data folder: everything one machine keeps, and the locks that say who uses it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from edu_csv.local.refusal import StartRefused

# Less than this and the database would stop in the middle of its first import.
LEAST_FREE_BYTES = 200 << 20
MOST_LOG_BYTES = 10 << 20


def prepare(data_dir: Path) -> None:
    """Make the folder; raise StartRefused when it cannot be written or its disk is nearly full."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "logs").mkdir(exist_ok=True)
        probe = data_dir / f".writable-{os.getpid()}"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except FileExistsError as error:
        raise StartRefused(f"{error.filename} is a file, and a folder is needed there.") from error
    except OSError as error:
        raise StartRefused.because(error, f"preparing the data folder {data_dir}") from error
    refuse_full_disk(data_dir)


def refuse_full_disk(data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE_BYTES:
        raise StartRefused(
            f"The disk of {data_dir} is full: {free >> 20} MiB are free and "
            f"{LEAST_FREE_BYTES >> 20} MiB are needed. Free some space and start again."
        )


def hand_over(path: Path, data_dir: Path) -> None:
    """Give what root made in somebody's data folder to them, or their next start could not use it."""
    if os.geteuid() == 0:
        whose = data_dir.stat()
        os.chown(path, whose.st_uid, whose.st_gid)


def open_log(log: Path) -> BinaryIO:
    """A log to append to; beyond 10 MiB the former one is kept beside it as ``.1``."""
    if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    file = log.open("ab")
    hand_over(log, log.parent)
    return file


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it is empty"


@contextmanager
def sole_use(data_dir: Path) -> Iterator[None]:
    """Hold the folder for one ``up``; raise StartRefused when another holds it.

    A lock of the kernel's, so that no crash leaves one behind; the number in the file is for the sentence.
    """
    with (data_dir / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StartRefused(
                f"edu-csv already runs on {data_dir} (process {holder}). "
                "Stop it first, or choose another folder with --data-dir."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_in_use(data_dir: Path) -> bool:
    """Whether an ``up`` holds the folder."""
    with (data_dir / "up.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def one_at_a_time(data_dir: Path) -> Iterator[None]:
    """Wait for the others who look whether the database runs, then keep them waiting."""
    with (data_dir / "database.starting").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Who uses the database of this folder just now: the last to leave may stop it."""

    def __init__(self, data_dir: Path) -> None:
        self._file = (data_dir / "database.users").open("a")

    def join(self) -> None:
        """Wait while somebody stops the database, then count as a user of it."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    @contextmanager
    def leaving(self) -> Iterator[bool]:
        """Leave; True when nobody else is left, and whoever comes waits until the block ends."""
        try:
            # The kernel drops the shared lock first: of two who leave at once, one is the last.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            last = False
        else:
            last = True
        try:
            yield last
        finally:
            self._file.close()
