"""Relationships of a user: parents, guardians and auditors, by their org-defined ids (d2l 7.2, D-19).

``Kind:id`` joined by pipes from version 2.0 on, a JSON array under 1.1. Which of the two is right is asked of
the row, since a cell does not know its file's version.
"""

from __future__ import annotations

import json
from typing import Any, Final

from imports.formats.columns import CellFault
from imports.formats.d2l.columns import PIPE, RELATIONSHIPS, D2LColumn
from imports.formats.wire import ENCODERS

PARENT, GUARDIAN, AUDITOR = "Parent", "Guardian", "Auditor"
PIPED, AS_JSON = "pipe", "json"
# By form: the kinds that it may name.
KINDS: Final = {PIPED: (PARENT, AUDITOR, GUARDIAN), AS_JSON: (PARENT, GUARDIAN)}

# The ids of one cell by kind, each once, in order.
Related = dict[str, list[str]]


class Relationships(D2LColumn):
    """Stages the form of the cell, and a list of ids for each kind."""

    type_name = "list"
    is_list = True
    code = "bad_relationships"
    expected = "Parent:ID and Auditor:ID joined by pipes, like Parent:P-3301|Auditor:T-0412"

    @property
    def max_length(self) -> int | None:
        return RELATIONSHIPS

    @property
    def staged(self) -> tuple[tuple[str, str], ...]:
        return (
            (f"v_{self.name}", "text"),
            ("v_parents", "text[]"),
            ("v_guardians", "text[]"),
            ("v_auditors", "text[]"),
        )

    def parse(self, text: str) -> tuple[str, Related]:
        """The form of a cell, and the ids that it names."""
        if len(text) > RELATIONSHIPS:
            raise CellFault("too_long", length=len(text), limit=RELATIONSHIPS)
        if text.lstrip()[:1] in ("[", "{"):
            return AS_JSON, _from_json(text)
        return PIPED, _from_pipes(text)

    def wire(self, text: str) -> bytes:
        if not text:
            return super().wire(text)
        form, related = self.parse(text)
        lists = [ENCODERS["text[]"](related.get(kind, ())) for kind in (PARENT, GUARDIAN, AUDITOR)]
        return b"".join((ENCODERS["text"](form), *lists))


def _from_pipes(text: str) -> Related:
    found: Related = {}
    for part in text.split(PIPE):
        kind, colon, person = part.partition(":")
        if not colon or not person or person != person.strip():
            raise CellFault("bad_relationships", item=part)
        _add(found, PIPED, kind, person, part)
    return found


def _from_json(text: str) -> Related:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise CellFault("bad_relationships", variant="json") from None
    if not isinstance(listed, list):
        raise CellFault("bad_relationships", variant="json")
    found: Related = {}
    for each in listed:
        kind, person = (each.get("Type"), each.get("Id")) if isinstance(each, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(person, str) or not person:
            raise CellFault("bad_relationships", variant="json")
        _add(found, AS_JSON, kind, person, kind)
    return found


def _add(found: Related, form: str, kind: str, person: str, said: str) -> None:
    if kind not in KINDS[form]:
        words: dict[str, Any] = {"kinds": ", ".join(f"`{each}`" for each in KINDS[form]), "item": said}
        raise CellFault("bad_relationships", variant="kind", **words)
    ids = found.setdefault(kind, [])
    if person not in ids:
        ids.append(person)
