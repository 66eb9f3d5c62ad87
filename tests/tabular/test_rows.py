"""Rows, their numbers and their faults, of plain delimited text."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import Any

import pytest

from edu_csv.tabular import (
    FAULT_CODES,
    NOTE_CODES,
    REFUSAL_CODES,
    Limits,
    Note,
    RowFault,
    TableRefused,
    open_table,
)
from tests.tabular.reading import read, refusal


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    found = read(b'a,b\r\n1,2\r\n\r\n"x\r\ny",4\r\n,\r\n5,6')
    assert found.table.header == ["a", "b"]
    assert found.table.header_row == 1
    assert found.rows == {2: ["1", "2"], 4: ["x\r\ny", "4"], 6: ["5", "6"]}
    assert found.blanks == [3, 5]


def test_rows_above_the_header_count_when_they_are_blank() -> None:
    found = read(b"\n , \nCode,Name\nA,B\n")
    assert found.table.header_row == 3
    assert found.table.header == ["Code", "Name"]
    assert found.rows == {4: ["A", "B"]}
    assert found.blanks == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", {2: ["1", "2"], 3: ["3", "4"]}),
        ("a,b\r1,2\r3,4\r", {2: ["1", "2"], 3: ["3", "4"]}),
        ("a,b\r\n1,2\n3,4\r5,6", {2: ["1", "2"], 3: ["3", "4"], 4: ["5", "6"]}),
        ("a,b\n1,2", {2: ["1", "2"]}),
        ('"a","b"\n"1","say ""hi"""\n', {2: ["1", 'say "hi"']}),
        ('a,b\n1,5" pipe\n', {2: ["1", '5" pipe']}),
        ('a,b\n"",x\n', {2: ["", "x"]}),
        ("a,b\n 1 ,\t2\n", {2: [" 1 ", "\t2"]}),
        ("a,b\n1\u2028x,\x0b\x0c\x85\n", {2: ["1\u2028x", "\x0b\x0c\x85"]}),
        ("a\n1\n\n2\n", {2: ["1"], 4: ["2"]}),
        ("a,b,c\n1\n", {2: ["1", "", ""]}),
        ("a,b\n1,2,,\n", {2: ["1", "2"]}),
        ("a,b\n1,2, ,\n3,4\n", {2: ["1", "2"], 3: ["3", "4"]}),
        (",b\n1,2\n", {2: ["1", "2"]}),
        ("a,b,,\n1,2,,\n", {2: ["1", "2", "", ""]}),
        ("a,a\n1,2\n", {2: ["1", "2"]}),
    ],
)
def test_text_becomes_rows(text: str, rows: dict[int, list[str]]) -> None:
    found = read(text.encode())
    assert found.rows == rows
    assert found.faults == []


def test_a_row_with_more_cells_than_the_header_is_a_fault_that_counts_them() -> None:
    found = read(b"a,b\n1,2\n1,2,3\n4,5\n")
    assert found.rows == {2: ["1", "2"], 4: ["4", "5"]}
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.cells) == (3, "ragged_row", ["1", "2", "3"])
    assert (fault.found, fault.expected) == (3, 2)
    assert str(fault) == (
        "Row 3: expected 2 cells, as many as the header has, found 3 cells. Put a cell that contains"
        " the delimiter into double quotes, or complete the row."
    )


@pytest.mark.parametrize(("row", "found_cells"), [("1", 1), ("1,2,", 3), ("1,2,3,4", 4)])
def test_where_widths_must_be_exact_every_other_width_is_a_fault(row: str, found_cells: int) -> None:
    found = read(f"a,b\n{row}\n\n3,4\n".encode(), fewer_cells="fault")
    assert found.rows == {4: ["3", "4"]}
    assert found.fault_codes == {2: "ragged_row"}
    assert found.faults[0].found == found_cells
    assert found.blanks == [3]


def test_where_short_rows_are_filled_up_a_longer_one_is_a_fault_though_it_says_nothing_more() -> None:
    found = read(b"a,b\n1\n1,2,\n\n3,4\n", fewer_cells="fill")
    assert found.rows == {2: ["1", ""], 5: ["3", "4"]}
    assert found.fault_codes == {3: "ragged_row"}


def test_text_after_a_closing_quote_costs_its_row() -> None:
    found = read(b'a,b\n1,2\n"Bob" Smith,3\n4,5\n')
    assert found.rows == {2: ["1", "2"], 4: ["4", "5"]}
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.excerpt) == (3, "stray_quote", '"Bob" Smith,3')


def test_a_quote_opened_by_mistake_and_closed_by_the_next_row_costs_one_row() -> None:
    found = read(b'a,b\n1,"2\n"Al",3\n4,5\n')
    assert found.fault_codes == {2: "stray_quote"}
    assert found.rows == {3: ["Al", "3"], 4: ["4", "5"]}


def test_a_quote_that_swallows_the_file_refuses_it_and_says_where_it_opened() -> None:
    refused = refusal(b'a,b\n1,2\n\n3,"4\n' + b"5,6\n" * 100_000)
    assert refused.code == "unclosed_quote"
    assert refused.params["row"] == 4
    assert refused.params["column"] == 1
    assert refused.detail.startswith("Row 4, column 2: a double quote is opened")


def test_rows_before_an_unclosed_quote_are_handed_out_first() -> None:
    chunks = open_table(BytesIO(b'a,b\n1,2\n3,"4\n')).chunks()
    assert next(chunks).rows == [["1", "2"]]
    with pytest.raises(TableRefused):
        next(chunks)


def test_a_long_cell_costs_its_row() -> None:
    limits = Limits(cell_chars=1_000)
    found = read(b"a,b\n1,2\nx," + b"y" * 1_001 + b"\n3," + b"z" * 1_000 + b"\n", limits=limits)
    assert set(found.rows) == {2, 4}
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.column) == (3, "cell_too_long", 1)
    assert (fault.found, fault.expected) == (1_001, 1_000)
    assert fault.cells[1] == "y" * 1_000 + "…"
    assert len(fault.excerpt) == 80


def test_a_long_cell_with_line_breaks_is_taken_for_an_unclosed_quote_even_if_one_closes_it() -> None:
    text = b'a,b\n1,2\n3,"' + b"word\n" * 300 + b'"\n'
    assert read(text).rows[3][0] == "3"
    refused = refusal(text, limits=Limits(cell_chars=1_000))
    assert (refused.code, refused.params["row"]) == ("unclosed_quote", 3)


def test_a_row_of_many_cells_may_be_too_long_as_a_whole() -> None:
    limits = Limits(cell_chars=1_000, record_chars=2_000)
    wide = b",".join([b"x" * 900] * 3)
    found = read(b"a,b,c\n1,2,3\n" + wide + b"\n4,5,6\n", limits=limits)
    assert found.fault_codes == {3: "row_too_long"}
    assert set(found.rows) == {2, 4}


def test_a_header_with_a_cell_past_the_limit_is_none() -> None:
    refused = refusal(b"a," + b"x" * 101 + b"\n1,2\n", limits=Limits(cell_chars=100))
    assert (refused.code, refused.params["column"]) == ("no_header", 1)


def test_rows_are_counted_against_the_limit_with_blank_ones() -> None:
    limits = Limits(rows=3)
    assert len(read(b"a\n1\n\n3\n", limits=limits).rows) == 2
    refused = refusal(b"a\n1\n\n3\n4\n", limits=limits)
    assert (refused.code, refused.params) == ("too_many_rows", {"limit": 3})


def test_chunks_have_at_most_their_size_and_leave_nothing_out() -> None:
    lines = [b"a,b"]
    for number in range(2, 1_000):
        lines.append({0: b"1,2,3", 1: b""}.get(number % 7, b"%d,x" % number))
    found = read(b"\n".join(lines) + b"\n", size=64)
    assert found.chunk_sizes == [64] * 15 + [38]
    assert set(found.fault_codes) == {n for n in range(2, 1_000) if n % 7 == 0}
    assert found.blanks == [n for n in range(2, 1_000) if n % 7 == 1]
    assert all(found.rows[n] == [str(n), "x"] for n in range(2, 1_000) if n % 7 > 1)


def test_numbers_of_a_chunk_without_gaps_are_a_range() -> None:
    (chunk,) = open_table(BytesIO(b"a\n" + b"1\n" * 500)).chunks()
    assert chunk.numbers == range(2, 502)


def test_a_chunk_size_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        read(b"a\n1\n", size=0)


def test_wide_rows_come_in_smaller_chunks() -> None:
    row = b",".join([b"x" * 999] * 100) + b"\n"
    found = read(b",".join(b"c%d" % n for n in range(100)) + b"\n" + row * 100)
    assert len(found.rows) == 100
    assert max(found.chunk_sizes) < 40


@pytest.mark.parametrize("code", sorted(FAULT_CODES))
def test_every_fault_says_what_was_expected_and_how_to_mend_it(code: str) -> None:
    fault = RowFault(7, code, ["x"], column=2, found=1, expected=4, excerpt="pla\\xe9ce")
    assert str(fault).startswith("Row 7, column 3: expected ")
    assert "{" not in str(fault)
    assert fault.message.startswith(f"Expected {fault.expectation}, found ")
    assert fault.hint.endswith(".")


NOTES: dict[str, dict[str, Any]] = {
    "encoding_mark_wins": {"asked": "windows-1252", "found": "utf-16"},
    "header_repaired": {"cells": [{"column": 0, "was": "<U+200B>a", "now": "a"}]},
    "looks_like_windows_1252": {"rows": 9, "beyond_ascii": 5, "bad": 5, "sample": "Zoë"},
    "may_be_windows_1252": {"rows": 90, "beyond_ascii": 5, "bad": 5, "sample": "Zoë"},
    "other_sheets": {"read": "Terms", "others": ["Old", "Notes"]},
}


@pytest.mark.parametrize("code", sorted(NOTE_CODES))
def test_every_note_is_a_sentence(code: str) -> None:
    message = Note(code, NOTES[code]).message
    assert message.endswith(".")
    assert not set("{}[]") & set(message)


def test_a_refusal_survives_pickling() -> None:
    refused = refusal(b"%PDF-1.7 \n")
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert (again.code, again.detail, again.hint, again.params) == (
        refused.code,
        refused.detail,
        refused.hint,
        refused.params,
    )
    assert again.code in REFUSAL_CODES
    assert str(again) == f"{again.detail} {again.hint}"


def test_a_file_that_begins_with_a_thousand_blank_rows_is_refused_at_once() -> None:
    refused = refusal(b"\n" * 5_000 + b"Code,Name\nA,B\n")
    assert refused.code == "no_header"
    assert "1,000" in refused.detail


def test_blank_rows_without_end_are_refused_and_say_where_they_begin() -> None:
    limits = Limits(blank_rows=10_000)
    few = read(b"a,b\n" + b"1,2\n" * 3_000 + b"\n" * 9_000 + b"3,4\n" + b",\n" * 9_000, limits=limits)
    assert len(few.rows) == 3_001
    refused = refusal(b"a,b\n1,2\n" + b"\n" * 20_000 + b"3,4\n", limits=limits)
    assert refused.code == "too_many_blank_rows"
    assert refused.params["limit"] == 10_000
    assert refused.params["row"] <= 2_003
