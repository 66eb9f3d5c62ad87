"""All formats, found by walking the families' packages: a new file is a new format."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import imports.formats
from imports.formats.base import Format
from imports.formats.columns import ACTIONS
from imports.formats.headers import match, score
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

    Of those, only formats with the fewest unknown and then the most known columns are returned.
    """
    fitting = []
    for fmt in formats().values():
        if not fmt.importable:
            continue
        for tried in [action] if action in ACTIONS else fmt.actions:
            try:
                match(fmt, tried, header)
            except FileRejected:
                continue
            matched, unknown = score(fmt, header)
            fitting.append(((unknown, -matched), fmt))
            break
    if not fitting:
        return []
    best = min(rank for rank, _ in fitting)
    return [fmt for rank, fmt in fitting if rank == best]


def nearest(header: list[str]) -> tuple[type[Format], int] | None:
    """The format that shares most columns with a header that fits none, and how many."""
    ranked = sorted(((score(fmt, header)[0], fmt) for fmt in formats().values()), key=lambda r: -r[0])
    return (ranked[0][1], ranked[0][0]) if ranked and ranked[0][0] else None


def recognise(header: list[str], action: str = "") -> type[Format]:
    """The one format a header belongs to. Raises FileRejected ``unknown_format`` with the candidates."""
    found = candidates(header, action)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"`{fmt.key}`" for fmt in found)
        detail = f"The header fits more than one format: {names}. Say which one it is."
        raise FileRejected("unknown_format", detail, candidates=[fmt.key for fmt in found])
    near = nearest(header)
    hint = ""
    if near:
        fmt, matched = near
        hint = f"The nearest is {fmt.title} (`{fmt.key}`), with {matched} of {len(fmt.columns)} columns."
    raise FileRejected(
        "unknown_format", nearest_format=hint, candidates=[near[0].key] if near else [], header=header[:50]
    )
