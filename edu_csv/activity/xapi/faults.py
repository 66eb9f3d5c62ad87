"""What is wrong with a statement: one fault, where it stands, and its sentence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = "tuple[Path, str | int] | None"
"""Where a value stands: (where what holds it stands, its name or index); the statement itself is None.

Nested pairs and no text, since a path is made for every value and read only for those at fault.
"""
Faults: TypeAlias = "list[Fault]"

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*(?:\[[0-9]+\])*")
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one value.

    rule: the number of xapi.md section 2, "X-21"; path: "actor.mbox", "" for the statement itself;
    text: what is expected, as the end of a sentence that begins with the path: 'must be "mailto:" and an
    e-mail address'; value: what stands there, None when nothing does.
    """

    rule: str
    path: str
    text: str
    value: Any = None

    def sentence(self, prefix: str = "") -> str:
        """The fault as a row message or an answer says it (csv data import 3.1).

        prefix: what the path begins with, "statements[0]." in a row of several statements.
        """
        if self.path == "id":
            # The one row message that the published page quotes.
            return (
                "Statement must include an ID, and the ID must be a UUID."
                f" The current value of the field is: {shown(self.value)}."
            )
        place = prefix + self.path if self.path else prefix.removesuffix(".") or "statement"
        return f"{place}: {self.text}. The current value is: {shown(self.value)}."


def shown(value: Any) -> str:
    """A value in a sentence: a text as it is, anything else as JSON; cut after 200 characters."""
    if isinstance(value, str) and value and value.isprintable():
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + "…"


def written(path: Path) -> str:
    """``(((None, "result"), "extensions"), "http://a.b")`` as ``result.extensions["http://a.b"]``."""
    parts: list[str] = []
    while path is not None:
        path, name = path
        if isinstance(name, int):
            parts.append(f"[{name}]")
        elif _PLAIN.fullmatch(name):
            parts.append(f".{name}")
        else:
            parts.append(f"[{json.dumps(name, ensure_ascii=False)}]")
    return "".join(reversed(parts)).removeprefix(".")


def add(faults: Faults, rule: str, path: Path, text: str, value: Any = None) -> None:
    """Note a fault of the value at this path."""
    faults.append(Fault(rule, written(path), text, value))
