"""Delimiters recognised, Excel's separator line, quoting and line ends."""

from __future__ import annotations

import pytest

from tests.tabular.reading import read


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1;2\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("Term ID\nT-1\n", ","),
        ("Term ID\n1;2\n", ","),
        ("name,roles\nAda,Instructor;Scheduler\nBo,Student;TA\n", ","),
        ("name;price\nx;1,5\ny;2,7\n", ";"),
        ("code,parents\nx,a|b|c\n", ","),
        ('"Last, First";"ID"\n"Tan, Mei";"7"\n', ";"),
        ("Name,Start;End,Town\nx,y,z\n", ","),
        ("a,b,c\n1,2\n3\n4,5,6\n", ","),
        ("a;b\n", ";"),
        ('a,"b\n;;;;"\n1,2\n', ","),
        ("\n\na;b\n1;2\n", ";"),
    ],
)
def test_the_delimiter_is_recognised(text: str, delimiter: str) -> None:
    assert read(text.encode()).table.delimiter == delimiter


def test_a_given_delimiter_is_taken_as_it_is() -> None:
    assert read(b"a,b;c\n1,2;3\n", delimiter=";").rows == {2: ["1,2", "3"]}


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "\r"])
def test_a_delimiter_that_cannot_be_one_is_the_callers_mistake(delimiter: str) -> None:
    with pytest.raises(ValueError, match="one character"):
        read(b"a,b\n", delimiter=delimiter)


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "SEP=;\r", "\ufeffsep=;\n"])
def test_excels_separator_line_sets_the_delimiter_and_is_no_row(first: str) -> None:
    found = read((first + "a,b;c\n1;2\n").encode())
    assert found.table.delimiter == ";"
    assert found.table.header == ["a,b", "c"]
    assert found.table.header_row == 1
    assert found.rows == {2: ["1", "2"]}


def test_a_given_delimiter_outdoes_the_separator_line() -> None:
    assert read(b"sep=;\na|b\n1|2\n", delimiter="|").rows == {2: ["1", "2"]}


@pytest.mark.parametrize(
    ("text", "line_ends", "quoted"),
    [
        ("a,b\r\n1,2\r\n", "crlf", False),
        ('a,b\n"1",2\n', "lf", True),
        ("a,b\r1,2\r", "cr", False),
        ("a,b\r", "cr", False),
        ("a,b\n1,2\r\n", "mixed", False),
        ("a,b", "none", False),
        ('a,b\n1,5" pipe\n', "lf", False),
    ],
)
def test_line_ends_and_quoting_are_told(text: str, line_ends: str, quoted: bool) -> None:
    table = read(text.encode()).table
    assert (table.line_ends, table.quoted) == (line_ends, quoted)
