"""All formats, found by walking the families' packages: a new file is a new format."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import imports.formats
from imports.formats.base import Format
from imports.formats.columns import ACTIONS
from imports.formats.feed import Layout, Package
from imports.formats.fitting import fits, near_layout
from imports.formats.headers import match, normal, score, shared
from imports.formats.legacy import refuse_legacy
from imports.formats.templated import is_template, template_format
from imports.formats.text import fold
from imports.problems import FileRejected

# So many columns are named that no format has.
TOLD = 5
# Families that stand on what the others make.
LAST = ("activity",)


@cache
def formats() -> dict[str, type[Format]]:
    """Every declared format by its key, in the families' order."""
    for module in pkgutil.walk_packages(imports.formats.__path__, "imports.formats."):
        importlib.import_module(module.name)
    found = sorted(_declared(Format), key=lambda fmt: (fmt.family in LAST, fmt.family, fmt.order, fmt.key))
    return {fmt.key: fmt for fmt in found}


def _declared(base: type[Format]) -> Iterator[type[Format]]:
    for fmt in base.__subclasses__():
        if is_template(fmt):
            # One for each template: made when asked for, and of an institution.
            continue
        if fmt.key:
            yield fmt
        yield from _declared(fmt)


def format_for(key: str) -> type[Format]:
    """The format with this key, be it of a template; raises KeyError."""
    return find(key) or formats()[key]


def find(key: str) -> type[Format] | None:
    """The format with this key, be it of a template; None when there is none."""
    return formats().get(key) or template_format(key)


def row_formats() -> list[type[Format]]:
    """Importable formats whose headers are matched by their names, in any order: all but feeds."""
    return [fmt for fmt in formats().values() if fmt.importable and not issubclass(fmt, Layout | Package)]


def layouts() -> list[type[Layout]]:
    """Importable layouts of feeds, whose headers are exact."""
    return [fmt for fmt in formats().values() if fmt.importable and issubclass(fmt, Layout)]


def packages() -> list[type[Package]]:
    return [fmt for fmt in formats().values() if fmt.importable and issubclass(fmt, Package)]


def candidates(header: list[str], action: str = "") -> list[type[Format]]:
    """Formats whose header this is, best first; several when it is ambiguous.

    Layouts of feeds have exact headers, so one that fits is the one. Of all others those whose required columns a header
    has; of these only formats with the fewest unknown or ignored and then the most known columns are returned; of formats
    that are alike in this, those that the header says whole, and of these those that read most of it. None is, when the
    header is nearly that of a layout: ``First Name`` and ``Email`` among columns of D2L's make no other format.
    """
    exact: list[type[Format]] = [layout for layout in layouts() if fits(layout, header)]
    if exact:
        return exact
    found = _by_names(header, action)
    near = near_layout(layouts(), header)
    if near and found and near[1] > max(score(fmt, header)[0] for fmt in found):
        return []
    return found


def _by_names(header: list[str], action: str) -> list[type[Format]]:
    fitting = []
    for fmt in row_formats():
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
    ranked: list[tuple[type[Format], int]] = [(fmt, shared(fmt, header)[0]) for fmt in row_formats()]
    if near := near_layout(layouts(), header):
        ranked.append(near)
    best = max(ranked, key=lambda found: found[1], default=None)
    return best if best and best[1] else None


def recognise(header: list[str], action: str = "", name: str = "") -> type[Format]:
    """The one format a header belongs to. name: the file's; it decides where the header fits several.

    Raises FileRejected: ``unknown_format`` with the candidates; ``unknown_action`` when it is the header
    of a format that has other actions; ``legacy_header``.
    """
    refuse_legacy(header, normal)
    found = candidates(header, action)
    if len(found) > 1 and name:
        found = _named(found, name) or found
    if len(found) == 1:
        return found[0]
    if found:
        raise _none_of(found, header) or several(found)
    if action in ACTIONS and len(others := candidates(header)) == 1:
        refuse_action(others[0], action)
    raise FileRejected("unknown_format", **_nearest_words(header))


def several(found: Sequence[type[Format]]) -> FileRejected:
    """The refusal of what fits more than one format."""
    names = ", ".join(f"`{fmt.key}`" for fmt in found)
    return FileRejected(
        "unknown_format", variant="several", names=names, candidates=[fmt.key for fmt in found]
    )


def _none_of(found: Sequence[type[Format]], header: list[str]) -> FileRejected | None:
    """The refusal of a header that has what each of several formats needs, and columns that none of them has."""
    strange = [
        name
        for name in header
        if name and not name.startswith("_") and not any(score(fmt, [name])[0] for fmt in found)
    ]
    if not strange:
        return None
    more = " and others" if len(strange) > TOLD else ""
    return FileRejected(
        "unknown_format",
        variant="none",
        names=", ".join(f"`{fmt.key}`" for fmt in found),
        strange=", ".join(f"`{name}`" for name in strange[:TOLD]) + more,
        candidates=[fmt.key for fmt in found],
        header=header[:50],
    )


def _named(found: Sequence[type[Format]], name: str) -> list[type[Format]]:
    """Those of them that a file's name speaks of, were it of one only."""
    words = "".join(letter if letter.isalnum() else " " for letter in fold(name)).split()
    speaks = [
        fmt for fmt in found if {fold(fmt.target.name), fold(fmt.target.many), fold(fmt.title)} & {*words}
    ]
    return speaks if len(speaks) == 1 else []


def _nearest_words(header: list[str]) -> dict[str, Any]:
    """What the format nearest to a header is, and how the header differs from its."""
    near = nearest(header)
    if near is None:
        # Nothing of it is told: what is no header may be a row, and have a secret.
        return {"nearest_format": "Use the header of a sample file.", "candidates": []}
    fmt, matched = near
    also = [each.key for each in _by_names(header, "")]
    if not issubclass(fmt, Layout):
        hint = (
            f"The nearest is {fmt.title} (`{fmt.key}`), with {matched} of {shared(fmt, header)[1]} columns."
        )
        return {"nearest_format": hint, "candidates": [fmt.key], "header": header[:50]}
    try:
        fmt.fit(header)
    except FileRejected as differs:
        said: dict[str, Any] = {
            name: differs.params[name] for name in ("expected", "found") if name in differs.params
        }
        hint = f"The nearest is {fmt.title} (`{fmt.key}`). {differs.detail}"
        return {"nearest_format": hint, "candidates": [fmt.key, *also], "header": header[:50], **said}
    raise AssertionError(fmt.key)  # a header that fits is recognised


def refuse_action(fmt: type[Format], action: str) -> None:
    """Raise FileRejected ``unknown_action`` unless the format has it."""
    if action not in fmt.actions:
        raise FileRejected(
            "unknown_action",
            action=f"“{action}” {fmt.title}" if action in ACTIONS else f"do “{action}” with {fmt.title}",
            expected=" or ".join(f"`{a}`" for a in fmt.actions),
        )
