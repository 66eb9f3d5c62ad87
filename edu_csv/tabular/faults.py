"""How the faults of rows are put, and which of them refuse the file."""

from __future__ import annotations

from edu_csv.tabular.encodings import SURROGATE, readable_bytes
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import EXCERPT_CHARS, RowFault

CUT_CHARS = 1_000
"""What is kept of a cell past its limit."""


def stray_quote(row: int, cells: list[str], line: str) -> RowFault:
    """A quoted cell goes on after its closing quote; ``line`` is what was read last."""
    return RowFault(row, "stray_quote", cells, excerpt=excerpt(line.strip("\r\n")))


def bare_quote(row: int, cells: list[str], column: int | None, text: str) -> RowFault:
    """A cell without quotes round it has one inside."""
    return RowFault(row, "bare_quote", cells, column, excerpt=excerpt(text.strip("\r\n")))


def line_break(row: int, cells: list[str], column: int) -> RowFault:
    """A cell goes over several lines, where that is not allowed."""
    return RowFault(row, "line_break", cells, column, excerpt=_visible(excerpt(cells[column])))


def empty_row(row: int, cells: list[str]) -> RowFault:
    """A row without any text, where that is not allowed."""
    return RowFault(row, "empty_row", cells)


def ragged_row(row: int, cells: list[str], found: int, expected: int) -> RowFault:
    """The row has another number of cells than the header."""
    return RowFault(row, "ragged_row", cells, found=found, expected=expected)


def overlong_cell(row: int, cells: list[str], column: int, limits: Limits) -> RowFault:
    """A cell is past its limit."""
    text = cells[column]
    return RowFault(row, "cell_too_long", cells, column, len(text), limits.cell_chars, excerpt(text))


def overlong_row(row: int, cells: list[str], limits: Limits) -> RowFault:
    """The row is past its limit; when a cell alone already is, that is its fault."""
    for column, cell in enumerate(cells):
        if len(cell) > limits.cell_chars:
            return overlong_cell(row, cells, column, limits)
    text = excerpt(cells[0] if cells else "")
    return RowFault(row, "row_too_long", cells, expected=limits.record_chars, excerpt=text)


def unreadable_cell(row: int, cells: list[str]) -> RowFault | None:
    """The fault of a row with undecodable bytes or, if there are none, a NUL; None without either."""
    for column, cell in enumerate(cells):
        if place := SURROGATE.search(cell):
            return RowFault(row, "bad_bytes", cells, column, excerpt=excerpt(cell, place.start()))
    for column, cell in enumerate(cells):
        if "\0" in cell:
            shown = excerpt(cell, cell.index("\0")).replace("\0", "\\x00")
            return RowFault(row, "nul_byte", cells, column, excerpt=shown)
    return None


def presentable(fault: RowFault, limits: Limits) -> RowFault:
    """The fault with cells that can be stored and written anywhere (see ``RowFault``)."""
    cells = fault.cells[: limits.columns]
    for column, cell in enumerate(cells):
        if len(cell) > limits.cell_chars:
            cells[column] = cell[:CUT_CHARS] + "…"
    together = "".join(cells)
    if "\0" in together or SURROGATE.search(together):
        cells = [SURROGATE.sub("\ufffd", cell).replace("\0", "\ufffd") for cell in cells]
    return RowFault(
        fault.row,
        fault.code,
        cells,
        fault.column,
        fault.found,
        fault.expected,
        fault.excerpt.replace("\0", "\\x00"),
    )


def unclosed_quote(row: int, column: int, cell: str) -> TableRefused:
    """The refusal of a file whose rows disappear in a cell that begins with a quote."""
    begins = excerpt(cell).replace("\0", "\\x00")
    return TableRefused(
        "unclosed_quote",
        f"Row {row}, column {column + 1}: a double quote is opened and not closed again, so that what follows"
        f" disappears in this cell. It begins: `{begins.strip()}`.",
        "Close the quote, or write it twice if it belongs to the text.",
        {"row": row, "column": column, "excerpt": begins},
    )


def lone_return(row: int, line: str) -> TableRefused:
    """The refusal of a file with carriage returns outside of quotes that no line feed follows."""
    shown = _visible(excerpt(line.strip("\n")))
    return TableRefused(
        "lone_return",
        f"Row {row}: a carriage return stands alone, so that nobody can tell where the row ends (`{shown}`).",
        "End each line with a line feed, or with a carriage return and a line feed.",
        {"row": row, "excerpt": shown},
    )


def undecodable(fault: RowFault, encoding: str) -> TableRefused:
    """The refusal of a file for one row's bytes, where a format asks for that."""
    column = (fault.column or 0) + 1
    return TableRefused(
        "bad_encoding",
        f"Row {fault.row}, column {column}: these bytes are not text in {encoding}: {fault.excerpt}.",
        fault.hint,
        {"row": fault.row, "column": fault.column, "excerpt": fault.excerpt, "encoding": encoding},
    )


def excerpt(text: str, place: int = 0) -> str:
    """Up to 80 characters of a cell around ``place``, undecodable bytes written out."""
    begin = max(0, place - EXCERPT_CHARS // 4)
    shown = readable_bytes(text[begin : begin + EXCERPT_CHARS + 1])
    if len(shown) > EXCERPT_CHARS:
        shown = shown[: EXCERPT_CHARS - 1] + "…"
    return shown if begin == 0 else "…" + shown[1:]


def _visible(text: str) -> str:
    """Line breaks written out."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
