"""Ready templates: one for each report of activity, the default group template, and Statement Void.

Each is three files of this folder: the text (``.hbs``), an example (``.csv``), and what is said of it with its variables
(``.toml``). csv data import 2.5 and 5; statements by xapi.md 8.2. Adding one is adding its files.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The variable that ids begin with; an institution has an address of its own for it.
BASE = "base"


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready template. report: the report whose columns its example has; blank: a layout of its own."""

    key: str
    name: str
    text: str
    body: str
    variables: tuple[tuple[str, str], ...]
    example: bytes
    report: str = ""
    order: int = 0

    @property
    def example_name(self) -> str:
        return f"{self.key.replace('_', '-')}.csv"

    @property
    def columns(self) -> list[str]:
        """The header of its example."""
        return next(csv.reader([self.example.decode().splitlines()[0]]))

    def variables_for(self, base: str) -> tuple[tuple[str, str], ...]:
        """The variables, with the address that the institution's ids begin with."""
        return tuple((name, base if name == BASE and base else said) for name, said in self.variables)


@cache
def entries() -> dict[str, Ready]:
    """All ready templates by their keys, in order."""
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    return {each.key: each for each in sorted(found, key=lambda each: each.order)}


def _read(path: Path) -> Ready:
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    return Ready(
        key=path.stem,
        name=said["name"],
        text=said["text"],
        body=path.with_suffix(".hbs").read_text(encoding="utf-8"),
        variables=tuple((name, expression) for name, expression in said["variables"]),
        example=path.with_suffix(".csv").read_bytes(),
        report=said.get("report", ""),
        order=said["order"],
    )
