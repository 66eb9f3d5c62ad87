"""Records do not depend on where the text happened to be cut."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from edu_csv.tabular import Limits, TableRefused
from edu_csv.tabular.encodings import Piece
from edu_csv.tabular.records import RecordReader

Outcome = tuple[list[tuple[int, list[str], str | None]], str | None]
_LIMITS = Limits(cell_chars=60, record_chars=120)


def _pieces(text: str, cuts: list[int]) -> Iterator[Piece]:
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    for begin, end in pairwise(edges):
        yield Piece(text[begin:end], False)


def _outcome(text: str, cuts: list[int], limits: Limits) -> Outcome:
    """Each record's row, cells and fault; then what refused the text, if anything did."""
    records: list[tuple[int, list[str], str | None]] = []
    try:
        for batch in RecordReader(_pieces(text, cuts), ",", limits):
            for index, cells in enumerate(batch.records):
                fault = batch.broken.get(index)
                records.append((batch.first + index, cells, fault.code if fault else None))
    except TableRefused as refused:
        return records, f"{refused.code} {refused.params['row']}"
    return records, None


wild_text = st.text(alphabet='ab,"\r\n', max_size=200)
cuts = st.lists(st.integers(min_value=0, max_value=200), max_size=20)


@given(wild_text, cuts)
@example('"a\n"b\n', [2])
@example('a\r\n"b\r\n"', [2, 5])
@example('x\n"a\n\n\nb', [3, 5])
def test_cutting_the_text_anywhere_changes_nothing(text: str, cuts: list[int]) -> None:
    assert _outcome(text, cuts, Limits()) == _outcome(text, [], Limits())


@given(wild_text, cuts)
def test_rows_are_numbered_without_a_gap_whatever_the_text(text: str, cuts: list[int]) -> None:
    records, _ = _outcome(text, cuts, _LIMITS)
    assert [row for row, _, _ in records] == list(range(1, len(records) + 1))


cells = st.text(alphabet=st.characters(codec="utf-8"), max_size=12) | st.text(alphabet='a,"\r\n ', max_size=6)


@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=12), cuts)
def test_what_python_writes_is_read_back(rows: list[list[str]], cuts: list[int]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    records, refused = _outcome(file.getvalue(), cuts, Limits())
    assert refused is None
    assert [cells for _, cells, _ in records] == rows


def test_an_overlong_line_is_skipped_to_its_end_wherever_it_is_cut() -> None:
    for ending in ("\n", "\r\n", "\r"):
        text = ending.join(["a,b", "x" * 100 + "," + "y" * 400, "1,2", ""])
        for cut in range(100, len(text)):
            records, refused = _outcome(text, [*range(100, cut, 7), cut], _LIMITS)
            assert refused is None
            assert [row for row, _, _ in records] == [1, 2, 3]
            assert records[2] == (3, ["1", "2"], None)


def test_an_overlong_quoted_line_is_skipped_if_its_quotes_are_in_pairs() -> None:
    cut_anywhere = list(range(0, 700, 5))
    closed = 'a,b\n"' + "x," * 300 + '",y\n1,2\n'
    assert _outcome(closed, cut_anywhere, _LIMITS)[0][-1] == (3, ["1", "2"], None)
    opened = 'a,b\n"' + "x," * 300 + ",y\n1,2\n"
    assert _outcome(opened, cut_anywhere, _LIMITS)[1] == "unclosed_quote 2"


def test_a_record_that_comes_in_hundreds_of_pieces_is_put_together() -> None:
    cell = "line\n" * 10_000
    text = f'a,b\n"{cell}",2\n3,4\n'
    cuts = list(range(0, len(text), 64))
    records, refused = _outcome(text, cuts, Limits())
    assert refused is None
    assert records == [(1, ["a", "b"], None), (2, [cell, "2"], None), (3, ["3", "4"], None)]
