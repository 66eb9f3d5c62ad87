from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.running import Running


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine may enter, as a home under /srv would be."""
    folder = Path(tempfile.mkdtemp(prefix="edu-csv-local-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def running(open_folder: Path) -> Iterator[Running]:
    """One ``up`` for the tests of a module that leave it running."""
    started = Running(open_folder / "shared")
    yield started
    started.stop()
