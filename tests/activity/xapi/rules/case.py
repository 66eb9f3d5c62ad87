"""One statement, the rule it is about, and the faults it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """faults: (rule, path) of each fault that is expected, in any order; none of a good one."""

    rule: str
    name: str
    statement: Any
    faults: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


def good(rule: str, name: str, statement: Any) -> Case:
    return Case(rule, name, statement)


def bad(rule: str, name: str, statement: Any, path: str, *also: tuple[str, str], told: str = "") -> Case:
    """A statement that breaks this rule at this path, and perhaps others on top of it.

    told: the rule that the fault names, where the broken one only says of which type a property is.
    """
    return Case(rule, name, statement, ((told or rule, path), *also))
