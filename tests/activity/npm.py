"""Packages of npm as counterparts: installed into a folder of the test, never kept here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

NEEDED = "needs Node 20 or newer with npm on PATH and a registry to install from (Debian: apt install npm)"


def program(name: str) -> str:
    """The path of ``node`` or ``npm``; fails, and never skips, where it is not installed."""
    found = shutil.which(name)
    assert found, f"{name} is not on PATH: this test {NEEDED}."
    return found


def install(folder: Path, *packages: str) -> Path:
    """Install these packages ("name@version") into the folder, without running scripts of theirs."""
    done = subprocess.run(
        [program("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), *packages],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, (
        f"npm could not install {', '.join(packages)}; this test {NEEDED}.\n{done.stderr}"
    )
    return folder
