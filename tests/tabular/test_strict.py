"""Reading to the letter: what D2L and CircleIn files may not have, found with its row (d2l 5.1, D-5; circlein 2)."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from edu_csv.tabular import Limits, TableRefused, encodings, open_archive, open_member, open_table
from tests.tabular.reading import Read, read, refusal, zipped
from tests.tabular.workbooks import inline, one_sheet

MARK = b"\xef\xbb\xbf"


def strictly(text: str | bytes, **options: Any) -> Read:
    return read(text.encode() if isinstance(text, str) else text, strict=True, **options)


def refused(text: str | bytes, **options: Any) -> TableRefused:
    return refusal(text.encode() if isinstance(text, str) else text, strict=True, **options)


def test_the_header_stands_as_it_is_but_for_the_byte_order_mark() -> None:
    assert strictly(MARK + b"a, b,C \n1,2,3\n").table.header == ["a", " b", "C "]
    assert strictly("a,\u200bb,,a\n").table.header == ["a", "\u200bb", "", "a"]


def test_a_second_byte_order_mark_is_part_of_the_header() -> None:
    assert strictly(MARK + MARK + b"a,b\n").table.header == ["\ufeffa", "b"]


def test_the_header_is_row_1_and_no_other() -> None:
    assert refused("\na,b\n1,2\n").code == "no_header"
    assert refused(",\na,b\n1,2\n").params == {"row": 1}


def test_a_line_that_names_the_separator_is_the_header() -> None:
    assert strictly("sep=;\na,b\n").table.header == ["sep=;"]


@pytest.mark.parametrize("other", [";", "\t", "|"])
def test_only_commas_part_cells(other: str) -> None:
    assert strictly(f"a{other}b\n1{other}2\n").rows == {2: [f"1{other}2"]}


def test_cells_are_not_trimmed() -> None:
    assert strictly("a,b\n 1 , \n").rows == {2: [" 1 ", " "]}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_both_line_ends_and_a_missing_last_one_are_read(ending: str) -> None:
    assert strictly(ending.join(["a,b", "1,2", "3,4"])).rows == {2: ["1", "2"], 3: ["3", "4"]}
    found = strictly(ending.join(["a,b", "1,2", ""]))
    assert (found.rows, found.faults) == ({2: ["1", "2"]}, [])


def test_every_fault_has_its_row() -> None:
    rows = [
        "1,2,3",  # 2
        "",  # 3
        ",,",  # 4
        ' ,"",',  # 5: a blank is a value
        'x,y"y,z',  # 6
        '"a\nb",2,3',  # 7: one row on two lines
        '1,"2"x,3',  # 8
        "7,8",  # 9
        "7,8,9,10",  # 10
        '"say ""hi""",\'quoted\',“typed”',  # 11
        "a\0b,2,3",  # 12
        "",  # 13
    ]
    found = strictly("a,b,c\r\n" + "\r\n".join(rows) + "\r\n")
    assert found.fault_codes == {
        3: "empty_row",
        4: "empty_row",
        6: "bare_quote",
        7: "line_break",
        8: "stray_quote",
        9: "ragged_row",
        10: "ragged_row",
        12: "nul_byte",
        13: "empty_row",
    }
    assert found.rows == {
        2: ["1", "2", "3"],
        5: [" ", "", ""],
        11: ['say "hi"', "'quoted'", "“typed”"],
    }
    assert found.blanks == []


def test_faults_say_where_and_what() -> None:
    faults = {fault.code: fault for fault in strictly('a,b\n1,5" pipe\n"x\ny",2\n\n').faults}
    assert (faults["bare_quote"].column, faults["bare_quote"].cells) == (1, ["1", '5" pipe'])
    assert '5" pipe' in faults["bare_quote"].message
    assert (faults["line_break"].column, faults["line_break"].excerpt) == (0, "x\\ny")
    assert faults["empty_row"].message.startswith("Expected a row with text in it, found a blank one.")


@pytest.mark.parametrize("cell", ['a"b', 'ab"', 'a""b', '"a"b', '"a" ', ' "a"', '""a', '"a""b"c'])
def test_quotes_that_do_not_stand_round_a_whole_cell_cost_their_row(cell: str) -> None:
    found = strictly(f"a,b\n1,2\n{cell},2\n3,4\n2,{cell}\n5,6\n")
    assert set(found.fault_codes) == {3, 5}
    assert set(found.fault_codes.values()) <= {"bare_quote", "stray_quote"}
    assert sorted(found.rows) == [2, 4, 6]


@pytest.mark.parametrize("cell", ['""', '"a"', '"a,b"', '"a""b"', '""""', '"a"""', '"""a"', '","'])
def test_quotes_round_a_whole_cell_are_right(cell: str) -> None:
    found = strictly(f"{cell},2\n{cell},2\n2,{cell}\n")
    assert found.faults == []
    assert len(found.rows) == 2


@pytest.mark.parametrize(
    ("text", "row"),
    [("a,b\r1,2\r", 1), ("a,b\n1,2\n3\r4,5\n6,7\n", 3), ("a,b\n1,2\r", 2), ("a,b\n1,2\r\r\n", 2)],
)
def test_a_carriage_return_that_stands_alone_refuses_the_file(text: str, row: int) -> None:
    problem = refused(text)
    assert (problem.code, problem.params["row"]) == ("lone_return", row)
    assert problem.detail.endswith(".")


def test_a_file_of_carriage_returns_alone_is_refused_for_them_however_long_it_is() -> None:
    assert refused("a,b\r" + "1,2\r" * 2_000_000).code == "lone_return"


def test_a_carriage_return_in_quotes_costs_its_row() -> None:
    assert strictly('a,b\n1,"2\r3"\n4,5\n').fault_codes == {2: "line_break"}


def test_a_quote_that_is_not_closed_refuses_the_file() -> None:
    problem = refused('a,b\n1,2\n3,"4\n5,6\n')
    assert (problem.code, problem.params["row"], problem.params["column"]) == ("unclosed_quote", 3, 1)


def test_bad_bytes_refuse_the_file_with_their_row() -> None:
    problem = refused(b"a,b\n1,2\n3,caf\xe9\n")
    assert (problem.code, problem.params["row"], problem.params["column"]) == ("bad_encoding", 3, 1)
    assert refused(b"a,caf\xe9\n1,2\n").code == "bad_encoding"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused_even_when_they_say_so(encoding: str) -> None:
    assert refused("a,b\n1,2\n".encode(encoding)).code == "bad_encoding"


def test_spreadsheets_are_refused() -> None:
    assert refused(one_sheet(inline(1, "a", "b"))).code == "not_a_table"


def test_nothing_else_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="strictly"):
        open_table(io.BytesIO(b"a,b\n"), strict=True, encoding="windows-1252")
    with pytest.raises(ValueError, match="strictly"):
        open_table(io.BytesIO(b"a,b\n"), strict=True, delimiter=";")


def test_gzip_is_unpacked() -> None:
    assert strictly(gzip.compress(b"a,b\n1,2\n")).rows == {2: ["1", "2"]}


def test_blank_rows_without_end_refuse_the_file() -> None:
    problem = refused("a,b\n1,2\n" + "\n" * 50, limits=Limits(blank_rows=20), size=5)
    assert (problem.code, problem.params["row"]) == ("too_many_blank_rows", 7)


def test_a_row_too_long_is_one_fault_and_the_next_row_is_read() -> None:
    limits = Limits(cell_chars=50, record_chars=120)
    found = strictly("a,b\n" + "x" * 2_000_000 + ",2\n3,4\n", limits=limits)
    assert (found.fault_codes, found.rows) == ({2: "cell_too_long"}, {3: ["3", "4"]})


def test_members_of_a_zip_are_read_strictly_too_and_none_is_unpacked_again() -> None:
    data = zipped({"1.csv": b"a,b\n1,2\n\n", "2.csv": gzip.compress(b"a,b\n"), "3.csv": zipped({"x": b"a"})})
    archive = open_archive(io.BytesIO(data))
    assert archive is not None
    with open_member(archive, "1.csv") as table:
        (chunk,) = table.chunks()
        assert (chunk.rows, [fault.code for fault in chunk.faults]) == ([["1", "2"]], ["empty_row"])
    for name in ("2.csv", "3.csv"):
        with pytest.raises(TableRefused) as problem:
            open_member(archive, name)
        assert problem.value.code == "nested_zip"


def test_a_spreadsheet_is_no_archive() -> None:
    assert open_archive(io.BytesIO(one_sheet(inline(1, "a")))) is None
    assert open_archive(io.BytesIO(b"a,b\n")) is None


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_faults_do_not_depend_on_where_pieces_end(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a,b\r\n1,2\r\n"x\r\ny",2\r\n3,a"b\r\n\r\n"4"5,6\r\n"7,","8"""\r\n9\r\n'
    whole = strictly(text)
    monkeypatch.setattr(encodings, "PIECE_BYTES", piece)
    found = strictly(text, size=1)
    assert (found.rows, found.fault_codes) == (whole.rows, whole.fault_codes)
    assert whole.fault_codes == {
        3: "line_break",
        4: "bare_quote",
        5: "empty_row",
        6: "stray_quote",
        8: "ragged_row",
    }
