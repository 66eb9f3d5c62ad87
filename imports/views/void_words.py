"""What undoing does to statements, in words: how many are voided, and what stays (csv data import 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html

from edu_csv.pages.contexts.parts import Note, Sentence
from edu_csv.pages.words import counted, number

# From so many on a page says what voiding often does to reports.
DISCOURAGED_FROM = 10_000
STAYS = "Nothing is erased: a voided statement stays in the store and is not given out any more."


def voided(found: Mapping[str, Any]) -> int:
    """Statements that an undo voids, or has voided; 0 of imports that store none."""
    return int((found.get("statements") or {}).get("voided", 0))


def before(found: Mapping[str, Any], roster: Sentence, *, changes_roster: bool) -> Sentence:
    """What undoing would do. roster: the sentence of the roster's part, said second where there is such a part."""
    count = voided(found)
    if not count:
        return roster
    lead = format_html("Undoing voids <b>{}</b> {}.", number(count), _statements(count))
    if not changes_roster:
        return {"lead": lead, "rest": STAYS}
    return {"lead": format_html("{} {}", lead, roster["lead"]), "rest": f"{STAYS} {roster['rest']}".strip()}


def done(found: Mapping[str, Any]) -> Sentence:
    """Of an import that is undone, and had stored statements alone."""
    count = voided(found)
    return {"lead": format_html("<b>{}</b>", f"Undone: {counted(count, 'statement')} voided."), "rest": STAYS}


def notes(found: Mapping[str, Any]) -> list[Note]:
    """What stays as it is, and what many voids do."""
    told = found.get("statements") or {}
    stays = [
        "statements that other imports had stored already",
        *(
            [f"{counted(told['standing'], 'statement')} of it that void others, which nobody can void"]
            if told.get("standing")
            else []
        ),
        "the uploaded file and the record of this import",
    ]
    found_notes: list[Note] = []
    if told:
        found_notes.append(
            {
                "kind": "plain",
                "icon": "info",
                "title": "What stays",
                "text": _stays(stays),
                "actions": [],
            }
        )
    if voided(found) > DISCOURAGED_FROM:
        found_notes.append(
            {
                "kind": "turn",
                "icon": "warn",
                "title": f"{counted(voided(found), 'statement')} at once",
                "text": "Voiding very many statements again and again disturbs reports that count them. Where a file only lacks"
                " rows, send these alone: what is stored already is stored once.",
                "actions": [],
            }
        )
    return found_notes


def _stays(stays: list[str]) -> str:
    first, *others = stays
    said = "; ".join([first[0].upper() + first[1:], *others])
    return (
        f"{said}. Ids of voided statements cannot be used again: before a corrected file is sent, let the template make ids"
        " with another revision."
    )


def _statements(count: int) -> str:
    return "statement" if count == 1 else "statements"
