"""Which import template a header says whole, where no format of the families does.

What wins, first to last: a format of which every column of the file is one; a template whose columns are all there; a
format with columns of its own and some that it does not know (csv data import 5: files are sent as they come).
"""

from __future__ import annotations

from collections.abc import Sequence

from imports.formats.feed import Layout
from imports.formats.headers import score
from imports.formats.registry import candidates
from imports.formats.templated import TemplateFormat
from imports.problems import FileRejected

# What parts cells, as people call it.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def template_of(
    header: Sequence[str], delimiter: str, templates: Sequence[type[TemplateFormat]]
) -> type[TemplateFormat] | None:
    """The template for a header; None when none fits, or a format of the families fits whole.

    delimiter: what parts the cells; blank: nothing does, as in a workbook. Raises FileRejected ``unknown_format`` with
    the candidates, where several fit and none uses all that the others do, and where all that fit expect cells to be
    parted otherwise: a format that the header says in part would take the file for something that it is not.
    """
    if not templates or _says_a_format_whole([*header]):
        return None
    there = {name.strip() for name in header}
    # One column is parted by nothing.
    parted = delimiter if len(there) > 1 else ""
    whole = [each for each in templates if _fits(each, there)]
    fitting = [each for each in whole if not parted or each.delimiter == parted]
    if whole and not fitting:
        raise _parted_otherwise(whole, parted)
    widest = [
        each
        for each in fitting
        if all(_used(other, there) < _used(each, there) for other in fitting if other is not each)
    ]
    if len(fitting) > 1 and not widest:
        keys = [each.key for each in fitting]
        raise FileRejected("unknown_format", variant="several", names=_names(fitting), candidates=keys)
    return widest[0] if widest else None


def _parted_otherwise(whole: Sequence[type[TemplateFormat]], parted: str) -> FileRejected:
    expected = dict.fromkeys(SEPARATORS.get(each.delimiter, f"“{each.delimiter}”") for each in whole)
    return FileRejected(
        "unknown_format",
        variant="parted_otherwise",
        names=_names(whole),
        parted=SEPARATORS.get(parted, f"“{parted}”"),
        expected=" or ".join(expected),
        candidates=[each.key for each in whole],
    )


def _names(templates: Sequence[type[TemplateFormat]]) -> str:
    return ", ".join(f"`{each.key}` (“{each.title}”)" for each in templates)


def _says_a_format_whole(header: list[str]) -> bool:
    return any(issubclass(fmt, Layout) or not score(fmt, header)[1] for fmt in candidates(header))


def _fits(template: type[TemplateFormat], there: set[str]) -> bool:
    """Whether all that it uses is there, to the letter (csv data import 1.2); what may be absent may."""
    needed = {column.header for column in template.columns if column.required}
    return bool(needed) and needed <= there


def _used(template: type[TemplateFormat], there: set[str]) -> set[str]:
    return {column.header for column in template.columns} & there
