"""What is installed is pinned, hashed, and named without any host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.local.running import ROOT

FOLDER = ROOT / "requirements"
LOCKS = sorted(FOLDER.glob("*.txt"))
WANTED = sorted(FOLDER.glob("*.in"))
PINNED = re.compile(r"([a-z0-9-]+(\[[a-z0-9,-]+\])?)==(\S+)( ; .+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
BOUND = re.compile(r"[A-Za-z0-9-]+(\[[a-z0-9,]+\])?>=[0-9.]+(,<[0-9.]+)?")


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_line_of_a_lock_is_a_pin_or_a_hash(lock: Path) -> None:
    assert [line for line in lines(lock) if not PINNED.fullmatch(line) and not HASH.fullmatch(line)] == []
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("wanted", WANTED, ids=lambda path: path.name)
def test_everything_wanted_has_a_lower_bound_and_a_lock(wanted: Path) -> None:
    named = [line for line in lines(wanted) if not line.startswith("-r ")]
    assert [line for line in named if not BOUND.fullmatch(line)] == []
    locked = {
        match[1].partition("[")[0]
        for line in lines(wanted.with_suffix(".txt"))
        if (match := PINNED.fullmatch(line))
    }
    assert {re.split(r"[\[>]", line)[0].lower() for line in named} <= locked
