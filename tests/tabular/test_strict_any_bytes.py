"""Strict reading against a reader of a few lines that goes letter by letter, over whatever one may send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edu_csv.tabular import FAULT_CODES, REFUSAL_CODES, Limits, TableRefused, encodings
from tests.tabular.reading import read

LIMITS = Limits(columns=20, cell_chars=60, record_chars=150, rows=40)
QUOTES = {"bare_quote": "quote", "stray_quote": "quote"}

Record = list[str] | str


class Refused(Exception):
    pass


def records(text: str) -> Iterator[Record]:
    """The records of a text without lone returns: cells, or the code of a fault."""
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    at = 0
    while at < len(lines):
        record, taken = one_record("".join(lines[at:]))
        if record == "quote":
            taken = 1
        yield record
        at += taken


def one_record(text: str) -> tuple[Record, int]:
    """The first record, and how many lines it takes."""
    cells, cell, state, lines = [], "", "start", 1
    is_bare = has_break = False
    place = 0
    while place < len(text):
        letter = text[place]
        at_end = text.startswith(("\n", "\r\n"), place)
        if state == "quoted":
            if letter == '"':
                state = "closed"
            else:
                cell += letter
                has_break |= letter in "\r\n"
                lines += letter == "\n"
        elif letter == "," or at_end:
            cells.append(cell)
            cell, state = "", "start"
            if at_end:
                break
        elif state == "start" and letter == '"':
            state = "quoted"
        elif state == "closed" and letter == '"':
            cell, state = cell + '"', "quoted"
        elif state == "closed":
            return "quote", lines
        else:
            is_bare |= letter == '"'
            cell, state = cell + letter, "bare"
        place += 1
    else:
        if state == "quoted":
            raise Refused
        cells.append(cell)
    if is_bare:
        return "quote", lines
    return "line_break" if has_break else cells, lines


def expected(text: str, width: int) -> dict[int, Record]:
    """What becomes of each row below the header, by number."""
    found: dict[int, Record] = {}
    for row, record in enumerate(records(text), 2):
        if isinstance(record, list) and not any(record):
            record = "empty_row"
        elif isinstance(record, list) and len(record) != width:
            record = "ragged_row"
        found[row] = record
    return found


@pytest.mark.parametrize("piece", [3, encodings.PIECE_BYTES])
@given(
    st.lists(st.sampled_from(["a", " ", ",", '"', '""', "\n", "\r\n", '","', "é"]), max_size=60).map("".join)
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_and_faults_are_those_of_a_reader_that_goes_letter_by_letter(
    piece: int, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(encodings, "PIECE_BYTES", piece)
    try:
        wanted = expected(text, 2)
    except Refused:
        with pytest.raises(TableRefused) as refused:
            read(b"h,i\n" + text.encode(), strict=True)
        assert refused.value.code == "unclosed_quote"
        return
    found = read(b"h,i\n" + text.encode(), strict=True, size=3)
    rows: dict[int, Record] = {
        **found.rows,
        **{row: QUOTES.get(code, code) for row, code in found.fault_codes.items()},
    }
    assert rows == wanted


@given(st.binary(max_size=400))
def test_random_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    read_or_refused(data)


@given(st.text(alphabet=st.sampled_from('a1,;"\r\n\0é\ufeff '), max_size=300))
def test_random_tables_are_read_or_refused_with_a_sentence(text: str) -> None:
    read_or_refused(text.encode())


def read_or_refused(data: bytes) -> None:
    try:
        found = read(data, strict=True, limits=LIMITS, size=3)
    except TableRefused as refused:
        check_words(refused)
    else:
        # No row is lost, none comes twice, none is passed over.
        numbers = sorted([*found.rows, *(fault.row for fault in found.faults)])
        assert numbers == list(range(2, 2 + len(numbers)))
        assert found.blanks == []
        assert {fault.code for fault in found.faults} <= FAULT_CODES
        for cells in found.rows.values():
            assert len(cells) == len(found.table.header)
            assert not any("\n" in cell or "\r" in cell for cell in cells)


def check_words(refused: TableRefused) -> None:
    assert refused.code in REFUSAL_CODES
    assert refused.code == "unclosed_quote" or refused.detail.endswith(".")
    assert refused.hint.endswith(".")
