"""Rows written, and read back as they were."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edu_csv.tabular import DELIMITERS, protect_cell, unprotect_cell, write_rows
from tests.tabular.reading import read


@pytest.mark.parametrize(
    ("text", "always", "safe"),
    [
        ("", "", ""),
        ("Ada", "Ada", "Ada"),
        ("=1+1", "=1+1", "'=1+1"),
        ("+47 22", "+47 22", "'+47 22"),
        ("-5", "-5", "'-5"),
        ("@x", "@x", "'@x"),
        ("\tx", "\tx", "'\tx"),
        ("\rx", "\rx", "'\rx"),
        ("'=1", "''=1", "''=1"),
        ("''-5", "'''-5", "'''-5"),
        ("'tis", "'tis", "'tis"),
        ("'", "'", "'"),
        (" =1", " =1", " =1"),
    ],
)
def test_cells_that_could_run_as_formulas_get_an_apostrophe(text: str, always: str, safe: str) -> None:
    assert protect_cell(text, spreadsheet_safe=False) == always
    assert protect_cell(text, spreadsheet_safe=True) == safe


@pytest.mark.parametrize(
    ("text", "taken"), [("'=1", "=1"), ("''=1", "'=1"), ("=1", "=1"), ("'x", "'x"), ("'", "'")]
)
def test_exactly_one_apostrophe_is_taken_away(text: str, taken: str) -> None:
    assert unprotect_cell(text) == taken


texts = st.text() | st.text(alphabet="'=+-@\t\rx", max_size=6)


@given(texts, st.booleans())
def test_a_protected_cell_comes_back_as_it_was(text: str, safe: bool) -> None:
    assert unprotect_cell(protect_cell(text, spreadsheet_safe=safe)) == text


def _written(rows: list[list[str]], **options: object) -> bytes:
    file = io.BytesIO()
    assert write_rows(file, rows, **options) == len(rows)  # type: ignore[arg-type] # passed on
    assert not file.closed
    return file.getvalue()


def test_rows_end_with_crlf_and_are_quoted_where_needed() -> None:
    rows = [["a", "b"], ['say "hi"', "1,2"], ["two\nlines", ""], ["cr\rin", "é"]]
    assert _written(rows) == (
        b'a,b\r\n"say ""hi""","1,2"\r\n"two\nlines",\r\n"cr\rin",' + "é".encode() + b"\r\n"
    )


def test_a_blank_single_cell_is_not_written_as_a_blank_line() -> None:
    assert _written([["a"], [""]]) == b'a\r\n""\r\n'


def test_a_mark_for_excel_is_written_when_asked() -> None:
    assert _written([["a"]], byte_order_mark=True) == b"\xef\xbb\xbfa\r\n"


def test_other_delimiters_are_written() -> None:
    assert _written([["a", "b"], ["1,2", "3;4"]], delimiter=";") == b'a;b\r\n1,2;"3;4"\r\n'


def test_rows_come_from_any_iterable() -> None:
    file = io.BytesIO()
    assert write_rows(file, (("a", str(number)) for number in range(3))) == 3


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.text(
    alphabet="a,;\t|\"'=\r\n ", max_size=8
)


@given(
    st.integers(min_value=1, max_value=5).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=15)
    ),
    st.sampled_from(DELIMITERS),
    st.booleans(),
)
@example([["\ufeff"]], ",", False)
@example([["sep=;"]], ",", True)
def test_what_is_written_is_read_back(rows: list[list[str]], delimiter: str, mark: bool) -> None:
    width = len(rows[0]) if rows else 2
    header = [f"column {number}" for number in range(width)]
    data = _written([header, *rows], delimiter=delimiter, byte_order_mark=mark)
    found = read(data, size=4, delimiter=delimiter)
    assert found.table.header == header
    assert found.faults == []
    expected = {number: row for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)}
    assert found.rows == expected
    assert found.blanks == [number for number in range(2, len(rows) + 2) if number not in expected]
