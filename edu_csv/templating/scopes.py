"""Where a name stands: what its context is known to be, which parts and names there are around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from edu_csv.templating.functions import FUNCTIONS
from edu_csv.templating.nodes import Inline

CORE_BLOCKS = ("if", "unless", "each", "with", "assign")
RESERVED = ("columns", "row", "import", "org")
FACTS = {("row", "number"), ("import", "fileName"), ("import", "created"), ("org", "id")}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Kind(Enum):
    """What the context is known to be before any row is seen."""

    ROOT = "root"
    COLUMNS = "columns"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KnownPart:
    """An inline part, and the parts that can be used inside it."""

    inline: Inline
    parts: Mapping[str, KnownPart]


@dataclass(frozen=True, slots=True)
class Scope:
    kind: Kind = Kind.ROOT
    up: Scope | None = None
    params: frozenset[str] = frozenset()
    # How many loops stand around this place.
    loops: int = 0
    depth: int = 0
    parts: Mapping[str, KnownPart] = field(default_factory=dict)

    def deeper(self) -> Scope:
        return replace(self, depth=self.depth + 1)


def taken(name: str, variables: Sequence[str]) -> str:
    """Why a variable cannot have this name; "" when it can."""
    if not NAME.fullmatch(name):
        return f'"{name}" is no name for a variable: letters, digits and _, a letter or _ first.'
    if name in RESERVED or name in ("this", "else", "true", "false", "null", "undefined", "as"):
        return f'"{name}" has a meaning of its own; a variable needs another name.'
    if name in FUNCTIONS or name in CORE_BLOCKS:
        return f'"{name}" is a function; a variable needs another name.'
    if name in variables:
        return f'There are two variables called "{name}".'
    return ""
