"""Encodings told apart, and what undecodable bytes cost."""

from __future__ import annotations

import codecs

import pytest

from edu_csv.tabular import Note
from tests.tabular.reading import read, refusal

TEXT = "name,town\nStéphane,Łódź\n林,🎓\n"
ROWS = {2: ["Stéphane", "Łódź"], 3: ["林", "🎓"]}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings_are_recognised_by_their_mark(data: bytes, encoding: str) -> None:
    found = read(data)
    assert found.table.encoding == encoding
    assert found.table.header == ["name", "town"]
    assert found.rows == ROWS
    assert found.table.notes == []


def test_windows_1252_is_read_when_asked_for() -> None:
    found = read("name\nStéphane\n“€uro”\n".encode("windows-1252"), encoding="windows-1252")
    assert found.table.encoding == "windows-1252"
    assert found.rows == {2: ["Stéphane"], 3: ["“€uro”"]}


def test_a_byte_that_windows_1252_lacks_costs_its_row_too() -> None:
    found = read(b"name,x\nSt\xe9,1\nbad \x81,2\n", encoding="windows-1252")
    assert found.rows == {2: ["Sté", "1"]}
    assert found.fault_codes == {3: "bad_bytes"}


def test_a_mark_outdoes_the_encoding_that_was_asked_for() -> None:
    found = read(codecs.BOM_UTF8 + TEXT.encode(), encoding="windows-1252")
    assert found.rows == ROWS
    assert found.table.notes == [Note("encoding_mark_wins", {"asked": "windows-1252", "found": "utf-8-sig"})]


@pytest.mark.parametrize("asked", ["utf-8", "utf-8-sig"])
def test_utf_8_may_be_asked_for_with_or_without_its_mark(asked: str) -> None:
    assert read(TEXT.encode(), encoding=asked).table.notes == []
    assert read(codecs.BOM_UTF8 + TEXT.encode(), encoding=asked).table.notes == []


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_refused_unless_asked_for(codec: str) -> None:
    data = TEXT.encode(codec)
    refused = refusal(data)
    assert (refused.code, refused.params) == ("bad_encoding", {"found": codec})
    assert "CSV UTF-8" in refused.hint
    assert read(data, encoding="utf-16").rows == ROWS


def test_utf_32_is_refused() -> None:
    assert refusal(TEXT.encode("utf-32")).code == "bad_encoding"


def test_an_unknown_encoding_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match=r"expected one of utf-8, .* got 'latin-1'"):
        read(b"a\n", encoding="latin-1")


def test_an_undecodable_byte_costs_its_row_only() -> None:
    lines = [b"name,town"] + [b"Ada,%d" % number for number in range(20_000)]
    lines[7_000] = b"St\xe9phane,Nancy"
    found = read(b"\n".join(lines))
    assert len(found.rows) == 19_999
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.column) == (7_001, "bad_bytes", 0)
    assert fault.excerpt == "St\\xe9phane"
    assert fault.cells == ["St\ufffdphane", "Nancy"]


def test_undecodable_bytes_refuse_the_file_where_that_is_asked() -> None:
    refused = refusal(b"a,b\n1,2\n3,St\xe9\n", bad_bytes="file")
    assert refused.code == "bad_encoding"
    assert refused.params == {"row": 3, "column": 1, "excerpt": "St\\xe9", "encoding": "utf-8"}


def test_undecodable_bytes_in_a_row_with_another_fault_still_refuse_the_file() -> None:
    assert refusal(b'a,b\n"x"y,St\xe9\n', bad_bytes="file").code == "bad_encoding"
    assert refusal(b"a,b\n1,2,\xe9\n", bad_bytes="file").code == "bad_encoding"


def test_a_header_with_undecodable_bytes_refuses_the_file() -> None:
    refused = refusal(b"Pr\xe9nom,b\n1,2\n")
    assert (refused.code, refused.params["row"]) == ("bad_encoding", 1)


def test_a_nul_costs_its_row() -> None:
    found = read(b"a,b\n1,2\n3,x\0y\n5,6\n")
    assert set(found.rows) == {2, 4}
    (fault,) = found.faults
    assert (fault.row, fault.code, fault.column, fault.excerpt) == (3, "nul_byte", 1, "x\\x00y")
    assert fault.cells == ["3", "x\ufffdy"]


def test_a_nul_in_the_header_refuses_the_file() -> None:
    assert refusal(b"code,na\0me,town\n1,2,3\n").code == "no_header"


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_file_cut_inside_its_last_character_loses_its_last_row_only(cut: int) -> None:
    data = codecs.BOM_UTF16_LE + "a,b\n1,2\n3,🎓".encode("utf-16-le")
    found = read(data[:-cut])
    assert found.rows == {2: ["1", "2"]}
    assert found.fault_codes == {3: "bad_bytes"}


def test_characters_cut_by_a_block_are_whole() -> None:
    # Of 3 bytes each, so that blocks of any power of two end inside one.
    rows = 100_000
    found = read(("town\n" + "林林\n" * rows).encode())
    assert found.faults == []
    assert len(found.rows) == rows
    assert set(map(tuple, found.rows.values())) == {("林林",)}


def test_how_sure_the_note_on_windows_1252_is_depends_on_how_many_rows_it_explains() -> None:
    most = ("name\n" + "Zoë\n" * 6 + "Ada\n" * 4).encode("windows-1252")
    some = ("name\n" + "Zoë\n" * 3 + "Ada\n" * 90).encode("windows-1252")
    two = ("name\n" + "Zoë\n" * 2 + "Ada\n" * 90).encode("windows-1252")
    mixed = some + "Zoë\n".encode() * 9
    assert [note.code for note in read(most).table.notes] == ["looks_like_windows_1252"]
    assert [note.code for note in read(some).table.notes] == ["may_be_windows_1252"]
    assert read(some).table.notes[0].params == {
        "rows": 94,
        "beyond_ascii": 3,
        "bad": 3,
        "sample": "Zoë",
    }
    assert read(two).table.notes == []
    assert read(mixed).table.notes == []


def test_a_character_cut_by_the_end_of_the_head_is_no_sign_of_windows_1252() -> None:
    data = ("a\n" + "é" * 600_000).encode()
    assert read(data).table.notes == []


def test_invisible_letters_leave_the_header_with_a_note() -> None:
    found = read("\u200bTerm\u00a0ID , \ufeffName\u00ad,Town\n1,2,\u200b3\n".encode())
    assert found.table.header == ["Term ID", "Name", "Town"]
    assert found.rows == {2: ["1", "2", "\u200b3"]}
    (note,) = found.table.notes
    assert note == Note(
        "header_repaired",
        {
            "cells": [
                {"column": 0, "was": "<U+200B>Term<U+00A0>ID ", "now": "Term ID"},
                {"column": 1, "was": " <U+FEFF>Name<U+00AD>", "now": "Name"},
            ]
        },
    )


def test_a_header_that_is_not_utf_8_is_shown_as_people_know_it() -> None:
    refused = refusal("Prénom,b\n1,2\n".encode("windows-1252"))
    assert "bytes that are not UTF-8: Prénom, if read as Windows-1252" in refused.detail
