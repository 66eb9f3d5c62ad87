"""What a row of a template makes, in words: statements as sentences, people and groups by their names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from edu_csv.activity.telling import told
from edu_csv.pages.contexts.imports import MadeThing
from edu_csv.pages.words import counted, listed
from imports.models import Outcome
from imports.plans import PlannedRow

# Sections of a template, and what one of their objects is called.
SECTIONS = {
    "statements": "statement", "people": "person", "groups": "group", "permissions": "viewing_permission",
}  # fmt: skip
# Of one row so many things are shown; the API has all.
THINGS_SHOWN = 50
MOST_CHARACTERS = 20_000


def says(row: PlannedRow) -> str:
    """The sentence of a row: "Ana Ruiz watched …", "3 statements, the first: …", "1 person and 2 groups." """
    statements = row.made.get("statements", [])
    others = [
        counted(len(row.made[name]), SECTIONS[name])
        for name in row.made
        if name != "statements" and row.made[name]
    ]
    first = told(statements[0]) if statements else ""
    if row.outcome == Outcome.UNCHANGED and (statements or others):
        return f"Nothing new: {_sentence(statements, others, first)}"
    return _sentence(statements, others, first) or "The template makes nothing of this row."


def _sentence(statements: list[Any], others: list[str], first: str) -> str:
    if not statements:
        return f"{listed(others)}." if others else ""
    if len(statements) == 1 and not others:
        return first
    counts = listed([counted(len(statements), "statement"), *others])
    return f"{counts}, the first: {first}" if len(statements) > 1 else f"{counts}: {first}"


def things(row: PlannedRow, said: str = "") -> list[MadeThing]:
    """Each thing that a row makes, statements first. said: the sentence of the row, which is not said twice."""
    made = things_of(row.made)
    if len(made) == 1 and made[0]["says"] in said:
        made[0]["says"] = ""
    return made


def things_of(sections: Mapping[str, Sequence[Any]]) -> list[MadeThing]:
    """The same of what was made by section."""
    made = [
        (name, each, f"{place} of {len(sections[name])}" if len(sections[name]) > 1 else "")
        for name in SECTIONS
        for place, each in enumerate(sections.get(name, []), 1)
    ]
    return [
        {
            "says": _thing(name, each),
            "id": str(each["id"]).lower() if name == "statements" else "",
            "label": _label(SECTIONS[name].replace("_", " "), place),
            "json": _json(each),
        }
        for name, each, place in made[:THINGS_SHOWN]
    ]


def _label(what: str, place: str) -> str:
    """ "The statement as JSON", "Statement 2 of 3 as JSON": what opens it is called so."""
    return f"{what.capitalize()} {place} as JSON" if place else f"The {what} as JSON"


def _thing(section: str, made: Mapping[str, Any]) -> str:
    if section == "statements":
        return told(made)
    if section == "permissions":
        return "Viewing permission."
    name = str(made.get("name") or made.get("customId") or "").strip()
    word = SECTIONS[section].capitalize()
    return f"{word} {name}." if name else f"{word}."


def _json(made: Mapping[str, Any]) -> str:
    text = json.dumps(made, ensure_ascii=False, indent=2)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}\n…"
