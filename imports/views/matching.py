"""The file beside the format: what each header fills and why, and what the person may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.http import urlencode

from edu_csv.access.actors import Actor
from edu_csv.pages.contexts.imports import ColumnMatch, Seen
from edu_csv.pages.contexts.parts import Option
from edu_csv.pages.words import counted, listed, number
from imports.formats.base import Format
from imports.formats.columns import CREATE, DELETE, UPDATE
from imports.formats.references import OwnId
from imports.formats.registry import formats
from imports.views import names
from imports.views.looking import (
    LOOKED_AT_ROWS,
    Choices,
    Fit,
    Look,
    actions_that_fit,
    fit,
    nearest,
    recognised,
)
from imports.views.stakes import existing, values_at_stake

CHARACTER_SETS = {"utf-8": "UTF-8", "windows-1252": "Windows-1252"}
DELIMITERS = {",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Vertical bars"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the first rows are taken for. ids_there: how many of ``ids`` the roster knows; None: not asked.

    at_stake: by header of an absent optional column, how many values an update would empty.
    foreign: the format it is taken for, where that is one this person does not import.
    """

    look: Look
    fmt: type[Format] | None
    fit: Fit | None
    action: str
    ids: int
    ids_there: int | None
    at_stake: dict[str, int]
    allowed: Sequence[type[Format]]
    foreign: type[Format] | None = None


def read_as(look: Look, choices: Choices, allowed: Sequence[type[Format]], actor: Actor) -> Reading:
    """Recognise format and action, unless the person has said them; two statements at most."""
    by_key = {fmt.key: fmt for fmt in allowed}
    fmt = by_key.get(choices.format_key) or recognised(look.header, allowed)
    if fmt is None or look.refused:
        others = [each for each in formats().values() if each.importable and each not in allowed]
        foreign = None if fmt or look.refused else recognised(look.header, others)
        return Reading(look, fmt, None, choices.action, 0, None, {}, allowed, foreign)
    own_id, texts = _own_ids(fmt, look)
    there = existing(actor, own_id, texts) if own_id and texts else None
    action = choices.action if choices.action in fmt.actions else _likely(fmt, look, len(texts), there)
    fitting = fit(fmt, action, look.header)
    at_stake: dict[str, int] = {}
    if fitting.match and action == UPDATE and fmt.blank_on_update == "clear" and own_id:
        at_stake = values_at_stake(actor, own_id, texts, fitting.match.absent)
    return Reading(look, fmt, fitting, action, len(texts), there, at_stake, allowed)


def _own_ids(fmt: type[Format], look: Look) -> tuple[OwnId | None, list[str]]:
    """The column that says which object a row is about, and its different values in the file."""
    own_id = fmt.own_id()
    if own_id is None:
        return None, []
    for action in (UPDATE, DELETE):
        found = fit(fmt, action, look.header).match if action in fmt.actions else None
        if found and own_id in found.places:
            return own_id, look.texts(found.places[own_id])
    return own_id, []


def _likely(fmt: type[Format], look: Look, ids: int, there: int | None) -> str:
    """What the rows probably do: update when most ids exist, else the first action that the header fits."""
    fitting = actions_that_fit(fmt, look.header)
    if there is not None and UPDATE in fitting and there * 2 >= ids:
        return UPDATE
    return fitting[0] if fitting else fmt.actions[0]


def seen_facts(reading: Reading, page_url: str, query: Sequence[tuple[str, str]]) -> list[Seen]:
    """Format, action, text and header, each with its evidence and what else it may be."""
    look = reading.look
    return [
        _format_fact(reading, page_url, query),
        _action_fact(reading, page_url, query),
        {
            "name": "encoding",
            "label": "Text",
            "value": "Excel workbook"
            if look.kind == "xlsx"
            else names.text_of(look.encoding, look.delimiter),
            "evidence": _text_evidence(look),
            "options": [] if look.kind == "xlsx" else _text_options(look, page_url, query),
        },
        {
            "name": "header",
            "label": "Header",
            "value": f"Row {look.header_row}",
            "evidence": f"{counted(look.header_row - 1, 'blank row')} above it"
            if look.header_row > 1
            else "the first row of the file",
            "options": [],
        },
    ]


def _format_fact(reading: Reading, page_url: str, query: Sequence[tuple[str, str]]) -> Seen:
    look, fmt = reading.look, reading.fmt
    ranked = nearest(look.header, reading.allowed)
    if reading.foreign is not None:
        value, evidence = names.format_name(reading.foreign), "your role does not import it"
    elif fmt is None:
        near = (
            f"the nearest is {names.format_name(ranked[0][0])}, with {ranked[0][1]} of its columns"
            if ranked
            else "no column is known"
        )
        value, evidence = "Not recognised", f"choose it; {near}"
    else:
        named = [name for name in look.header if name and not name.startswith("_")]
        matched = reading.fit.matched if reading.fit else 0
        value = names.format_name(fmt)
        evidence = f"{matched} of {counted(len(named), 'column')} {'matches' if matched == 1 else 'match'}"
        others = [pair for pair in ranked if pair[0] is not fmt]
        if others:
            other, shared = others[0]
            evidence += f"; next nearest: {names.format_name(other)}, with {number(shared)}"
    options = [
        _option(
            names.format_name(each), each.key, page_url, query, "format", is_on=each is fmt, drops=("action",)
        )
        for each in reading.allowed
    ]
    return {"name": "format", "label": "Format", "value": value, "evidence": evidence, "options": options}


def _action_fact(reading: Reading, page_url: str, query: Sequence[tuple[str, str]]) -> Seen:
    fmt = reading.fmt
    if fmt is None:
        return {
            "name": "action",
            "label": "Action",
            "value": "–",
            "evidence": "follows from the format",
            "options": [],
        }
    if reading.ids_there is not None:
        sample = "" if reading.look.is_whole else f" in the first {number(LOOKED_AT_ROWS)} rows"
        evidence = f"{number(reading.ids_there)} of {counted(reading.ids, 'id')} exist already{sample}"
    elif reading.action == CREATE:
        evidence = "the rows name no object that exists"
    else:
        evidence = "by the columns of the file"
    options = [
        _option(action.capitalize(), action, page_url, query, "action", is_on=action == reading.action)
        for action in fmt.actions
    ]
    return {
        "name": "action",
        "label": "Action",
        "value": reading.action.capitalize(),
        "evidence": evidence,
        "options": options,
    }


def _text_evidence(look: Look) -> str:
    if look.kind == "xlsx":
        others = [note for note in look.notes if note.code == "other_sheets"]
        return others[0].message if others else "the first sheet with text"
    # A word with an accent proves the encoding: read otherwise it would not look like this.
    for row in look.rows:
        for cell in row:
            if not cell.isascii():
                return f"“{cell.strip()[:30]}” reads right"
    return "no letter beyond ASCII in the first rows"


def _text_options(look: Look, page_url: str, query: Sequence[tuple[str, str]]) -> list[Option]:
    encodings = [
        _option(label, value, page_url, query, "encoding", is_on=look.encoding.startswith(value))
        for value, label in CHARACTER_SETS.items()
    ]
    delimiters = [
        _option(label, value, page_url, query, "delimiter", is_on=look.delimiter == value)
        for value, label in DELIMITERS.items()
    ]
    return [*encodings, *delimiters]


def _option(
    label: str,
    value: str,
    page_url: str,
    query: Sequence[tuple[str, str]],
    name: str,
    *,
    is_on: bool,
    drops: Sequence[str] = (),
) -> Option:
    others = [pair for pair in query if pair[0] not in (name, *drops)]
    return {
        "label": label,
        "value": value,
        "href": f"{page_url}?{urlencode([*others, (name, value)])}",
        "is_on": is_on,
    }


def column_matches(reading: Reading) -> list[ColumnMatch]:
    """One line per header of the file: what is matched first, what is left out last."""
    look, fitting = reading.look, reading.fit
    match = fitting.match if fitting else None
    filled = {place: column for column, place in match.places.items()} if match else {}
    lines: list[ColumnMatch] = []
    for place, header in enumerate(look.header):
        column = filled.get(place)
        is_ours = header.startswith("_")
        lines.append(
            {
                "name": f"column-{place}",
                "header": header or f"column {place + 1}, without a name",
                "values": look.samples(place),
                "fills": column.header if column else "",
                "because": _because(reading, header, column.header if column else "", is_ours=is_ours),
                "state": "matched" if column else "left_out",
                "options": [],
            }
        )
    # The sort is stable: the file's order stays within both parts.
    return sorted(lines, key=lambda line: line["state"] != "matched")


def _because(reading: Reading, header: str, fills: str, *, is_ours: bool) -> str:
    if fills == header:
        return "same name"
    if fills:
        match = reading.fit.match if reading.fit else None
        return "known alias" if match and header in match.via_alias else "same name, other spelling"
    if is_ours:
        return "added by us to a result, read past"
    fmt = reading.fmt
    if fmt is None:
        return "no format yet"
    known = {column.header for column in fmt.columns}
    if header in known:
        return (
            f"takes no part in {reading.action}"
            if reading.fit and reading.fit.match
            else "the file does not fit yet"
        )
    return "this format has no such field"


def columns_sentence(columns: Sequence[ColumnMatch]) -> str:
    """ "6 are matched, 1 is left out." """
    parts = []
    for state, one, many in (
        ("matched", "is matched", "are matched"),
        ("left_out", "is left out", "are left out"),
    ):
        count = sum(column["state"] == state for column in columns)
        if count:
            parts.append(f"{number(count)} {one if count == 1 else many}")
    return f"{listed(parts)}." if parts else ""
