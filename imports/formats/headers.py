"""Matching a file's header with a format's columns (echovideo.md 4.6)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from imports.formats.base import Format
from imports.formats.columns import CREATE, Column, Ignored
from imports.formats.legacy import refuse_legacy
from imports.formats.references import OwnId
from imports.formats.text import fold
from imports.problems import FileRejected

# Which results.csv and failed.csv have, and no other file.
RESULT_COLUMN = "_problems"

_BETWEEN_WORDS = re.compile(r"[\s_\-/]+")


def normal(header: str) -> str:
    """``SSO Id``, ``sso_id`` and ``SSO-ID`` are one name."""
    return _BETWEEN_WORDS.sub("", fold(header.strip("\ufeff\u200b ")))


@dataclass(slots=True)
class Match:
    """Which cell of a row fills which column, for one action.

    places: index in the file by column, for the columns that take part. ignored: headers of the file
    that fill nothing. added: indexes of columns whose names begin with "_", taken away before any rule.
    absent: optional columns of the action that the file lacks. via_alias: {header in file: canonical}.
    is_result: the file is one of ours, with what became of its rows. own_id_at: index of the ids of a file that
    creates, where the format refuses them.
    """

    places: dict[Column, int]
    ignored: list[str] = field(default_factory=list)
    absent: list[Column] = field(default_factory=list)
    via_alias: dict[str, str] = field(default_factory=dict)
    own_id_ignored: str | None = None
    is_result: bool = False
    own_id_at: int | None = None

    def present(self, fmt: type[Format], action: str) -> list[Column]:
        """The columns that a file has cells for, in the format's order: its own or those read with them."""
        return [
            column
            for column in fmt.columns_for(action)
            if column in self.places or any(each in self.places for each in fmt.beside(column, action))
        ]


def match(fmt: type[Format], action: str, header: list[str]) -> Match:
    """Fit a header to a format. Raises FileRejected: legacy_header, duplicate_header, missing_column."""
    refuse_legacy(header, normal)
    names = [None if name.startswith("_") else normal(name) for name in header]
    taken: dict[int, Column] = {}
    found: dict[Column, list[int]] = {}
    via_alias: dict[str, str] = {}
    read = [column for column in fmt.columns if not isinstance(column, Ignored)]
    past = [column for column in fmt.columns if isinstance(column, Ignored)]

    def take(column: Column, wanted: str) -> None:
        for place, name in enumerate(names):
            if name == wanted and place not in taken:
                found.setdefault(column, []).append(place)
                taken[place] = column

    for column in read:
        take(column, normal(column.header))
    # An alias counts only where no canonical header claims it. Columns that an import reads past
    # claim theirs too, save from a column that has no other: "Email" is the user of an enrollment
    # unless "User ID" is there.
    claimed = {normal(column.header) for column in past}
    for column in read:
        had_own = column in found
        for alias in column.aliases:
            if had_own and normal(alias) in claimed:
                continue
            before = len(found.get(column, ()))
            take(column, normal(alias))
            for place in found.get(column, ())[before:]:
                via_alias[header[place]] = column.header
    for column in past:
        take(column, normal(column.header))
    _refuse_doubles(found, header, fmt)

    wanted = fmt.columns_for(action)
    missing = [f"`{c.header}`" for c in wanted if action in c.required and c not in found]
    missing += _lone(fmt, action, found)
    if missing:
        raise FileRejected(
            "missing_column",
            columns=", ".join(dict.fromkeys(missing)),
            action=f"“{action}” of {fmt.title}",
            found=[name for name in header if name],
        )
    own = fmt.own_id()
    return Match(
        places={column: found[column][0] for column in wanted if column in found},
        ignored=[name for place, name in enumerate(header) if place not in taken and names[place]],
        absent=[column for column in wanted if column not in found and not isinstance(column, Ignored)],
        via_alias=via_alias,
        own_id_ignored=own.header if own and own in found and action not in own.actions else None,
        is_result=RESULT_COLUMN in header,
        own_id_at=found[own][0] if own in found and action == CREATE and fmt.refuses_own_id else None,
    )


def _lone(fmt: type[Format], action: str, found: Collection[Column]) -> list[str]:
    """What a header lacks beside columns that mean something together only."""
    lacking = []
    for column in fmt.columns_for(action):
        group = [*fmt.beside(column, action), column]
        there = [each for each in group if each in found]
        if isinstance(column, OwnId):
            # Either of its keys will do.
            lacking += [] if there or len(group) == 1 else [" or ".join(f"`{c.header}`" for c in group[::-1])]
        elif there:
            lacking += [f"`{each.header}`" for each in group if each not in there]
    return lacking


def _refuse_doubles(found: dict[Column, list[int]], header: list[str], fmt: type[Format]) -> None:
    for column, places in found.items():
        # Export-only columns fill nothing, so a repeat of one harms nothing.
        if len(places) > 1 and not isinstance(column, Ignored):
            raise FileRejected(
                "duplicate_header",
                columns=" and ".join(f"`{header[place]}`" for place in places),
                field=column.header,
                places=[place + 1 for place in places],
            )


def score(fmt: type[Format], header: list[str]) -> tuple[int, int]:
    """How well a header fits a format: (columns that match, columns of the file that do not)."""
    names = [normal(name) for name in header if name and not name.startswith("_")]
    known = {normal(name) for column in fmt.columns for name in (column.header, *column.aliases)}
    matched = sum(name in known for name in names)
    return matched, len(names) - matched


def shared(fmt: type[Format], header: list[str]) -> tuple[int, int]:
    """Of the columns that an import of this format reads: (how many a header has, how many there are)."""
    names = {normal(name) for name in header if name and not name.startswith("_")}
    read = [column for column in fmt.columns if not isinstance(column, Ignored)]
    found = sum(any(normal(name) in names for name in (c.header, *c.aliases)) for c in read)
    return found, len(read)
