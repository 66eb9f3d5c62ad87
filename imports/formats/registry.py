"""All formats, found by walking the families' packages: a new file is a new format."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import imports.formats
from imports.formats.base import Format
from imports.formats.columns import ACTIONS
from imports.formats.headers import match, normal, score, shared
from imports.formats.legacy import refuse_legacy
from imports.problems import FileRejected


@cache
def formats() -> dict[str, type[Format]]:
    """Every declared format by its key, in the families' order."""
    for module in pkgutil.walk_packages(imports.formats.__path__, "imports.formats."):
        importlib.import_module(module.name)
    found = sorted(_declared(Format), key=lambda fmt: (fmt.family, fmt.order, fmt.key))
    return {fmt.key: fmt for fmt in found}


def _declared(base: type[Format]) -> Iterator[type[Format]]:
    for fmt in base.__subclasses__():
        if fmt.key:
            yield fmt
        yield from _declared(fmt)


def format_for(key: str) -> type[Format]:
    """The format with this key; raises KeyError."""
    return formats()[key]


def candidates(header: list[str], action: str = "") -> list[type[Format]]:
    """Formats whose required columns a header has, best first; several when it is ambiguous.

    Of those, only formats with the fewest unknown or ignored and then the most known columns are returned;
    of formats that are alike in this, those that the header says whole, and of these those that read most of it.
    """
    fitting = []
    for fmt in formats().values():
        if not fmt.importable:
            continue
        ranks = [
            rank
            for tried in fmt.actions
            if (tried == action or action not in ACTIONS) and (rank := _rank(fmt, tried, header)) is not None
        ]
        if ranks:
            fitting.append((min(ranks), fmt))
    if not fitting:
        return []
    best = min(rank for rank, _ in fitting)
    return [fmt for rank, fmt in fitting if rank == best]


def _rank(fmt: type[Format], action: str, header: list[str]) -> tuple[int, int, bool, int] | None:
    """How well a header fits one action, best is lowest; None when it does not."""
    try:
        matched = match(fmt, action, header)
    except FileRejected:
        return None
    known, unknown = score(fmt, header)
    own = fmt.own_id()
    if own in fmt.columns_for(action) and own not in matched.places and known + unknown > len(matched.places):
        # `External ID` alone may say which object is meant; beside other columns it is one of any file.
        return None
    # `Campus ID` makes it a file that creates buildings: one that creates campuses would ignore it.
    ignored = unknown + (matched.own_id_ignored is not None)
    # `Name` and `External ID` may begin many a list, and are all that organizations have.
    # Two versions of one type may know the same columns, and one of them read more of them.
    return ignored, -known, bool(matched.absent), -len(matched.places)


def nearest(header: list[str]) -> tuple[type[Format], int] | None:
    """The format that shares most columns with a header that fits none, and how many."""
    ranked = [(shared(fmt, header)[0], fmt) for fmt in formats().values() if fmt.importable]
    best = max(ranked, key=lambda found: found[0], default=None)
    return (best[1], best[0]) if best and best[0] else None


def recognise(header: list[str], action: str = "") -> type[Format]:
    """The one format a header belongs to.

    Raises FileRejected: ``unknown_format`` with the candidates; ``unknown_action`` when it is the header
    of a format that has other actions; ``legacy_header``.
    """
    refuse_legacy(header, normal)
    found = candidates(header, action)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{fmt.key}`" for fmt in found)
        keys = [fmt.key for fmt in found]
        raise FileRejected("unknown_format", variant="several", names=names, candidates=keys)
    if action in ACTIONS and len(others := candidates(header)) == 1:
        refuse_action(others[0], action)
    near = nearest(header)
    hint = ""
    if near:
        fmt, matched = near
        hint = (
            f"The nearest is {fmt.title} (`{fmt.key}`), with {matched} of {shared(fmt, header)[1]} columns."
        )
    raise FileRejected(
        "unknown_format",
        nearest_format=hint or "Use the header of a sample file.",
        candidates=[near[0].key] if near else [],
        header=header[:50],
    )


def refuse_action(fmt: type[Format], action: str) -> None:
    """Raise FileRejected ``unknown_action`` unless the format has it."""
    if action not in fmt.actions:
        raise FileRejected(
            "unknown_action",
            action=f"“{action}” {fmt.title}" if action in ACTIONS else f"do “{action}” with {fmt.title}",
            expected=" or ".join(f"`{a}`" for a in fmt.actions),
        )
