"""The command that shows what the reader sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

HEADER = "Name;Start Date;End Date;External ID\r\n"


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    """Two good rows, a blank one, one that is ragged, one in another encoding."""
    path = tmp_path / "terms.csv"
    rows = (
        HEADER + '"Autumn";2031-08-18;2031-12-19;T-1\r\n\r\n1;2;3;4;5\r\nZoë;2032-01-12;2032-05-28;\r\n'
    ).encode()
    path.write_bytes(rows + b"St\xe9;1;2;3\r\n")
    return path


def _run(*arguments: object) -> int:
    """The exit code of the command."""
    try:
        call_command("inspect_file", *map(str, arguments))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def _json(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code = _run(*arguments, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_it_tells_what_the_reader_sees(terms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = _json(capsys, terms)
    assert code == 1
    assert {name: found[name] for name in ("kind", "encoding", "delimiter", "quoting", "line_ends")} == {
        "kind": "csv",
        "encoding": "utf-8",
        "delimiter": ";",
        "quoting": "double",
        "line_ends": "crlf",
    }
    assert (found["header_row"], found["header"][0]) == (1, "Name")
    assert (found["rows"], found["blank_rows"], found["faulty_rows"]) == (4, 1, 2)
    assert found["faults"] == {"ragged_row": 1, "bad_bytes": 1}
    assert [(one["row"], one["column"], one["code"]) for one in found["problems"]] == [
        (4, None, "ragged_row"),
        (6, "Name", "bad_bytes"),
    ]
    assert found["refused"] is None


def test_it_names_the_formats_that_the_header_fits(terms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = _json(capsys, terms)
    assert [(one["key"], one["actions"]) for one in found["candidates"]] == [
        ("echovideo.terms.v1", ["create"])
    ]


def test_it_names_the_nearest_format_when_none_fits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "strange.csv"
    path.write_text("Start Date,End Date,Colour\n1,2,3\n")
    code, found = _json(capsys, path)
    assert (code, found["candidates"], found["nearest"]) == (0, [], "echovideo.terms.v1")
    _run(path)
    assert "none fits; the nearest is echovideo.terms.v1" in capsys.readouterr().out


def test_the_rows_come_out_as_clean_utf_8(terms: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _run(terms, "--rows") == 1
    captured = capsysbinary.readouterr()
    assert captured.out.decode() == (
        "Name,Start Date,End Date,External ID\r\n"
        "Autumn,2031-08-18,2031-12-19,T-1\r\n"
        "Zoë,2032-01-12,2032-05-28,\r\n"
    )
    assert b"row 4       Expected 4 cells" in captured.err
    assert b"row 6       Name: Expected text in the file's encoding" in captured.err


def test_what_was_chosen_is_heeded(terms: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = _json(capsys, terms, "--encoding", "windows-1252", "--delimiter", "tab")
    assert (found["encoding"], found["delimiter"]) == ("windows-1252", "\t")
    assert found["header"] == [HEADER.strip()]


def test_a_good_file_ends_with_0_and_its_peculiarities_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("Na\u200bme\tName\t\t \n1\t2\t3\t4\n")
    assert _run(path) == 0
    out = capsys.readouterr().out
    assert "delimiter   tab" in out
    assert "“Name” occurs more than once." in out
    assert "2 columns without a name." in out
    assert "“Na<U+200B>me” is now “Name”" in out
    assert "rows        1, of which 0 cannot be read; 0 blank ones besides" in out


def test_a_refused_file_ends_with_2_and_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes(b"%PDF-1.7\n")
    code, found = _json(capsys, path)
    assert (code, found["refused"]["code"]) == (2, "not_a_table")
    assert _run(path) == 2
    assert "refused     The file is a PDF document" in capsys.readouterr().out


def test_a_file_refused_further_down_shows_what_was_read_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes(HEADER.encode() + b'1;2;3;4\r\n5;"6;7;8\r\n')
    code, found = _json(capsys, path)
    assert (code, found["rows"], found["refused"]["code"]) == (2, 1, "unclosed_quote")
    assert _run(path) == 2
    assert "refused     Row 3, column 2: a double quote is opened" in capsys.readouterr().out


def test_only_the_first_hundred_problems_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("a,b\n" + "1,2,3\n" * 150)
    code, found = _json(capsys, path)
    assert (code, found["faulty_rows"], len(found["problems"])) == (1, 150, 100)
    _run(path)
    assert "… and 50 more rows" in capsys.readouterr().out


def test_whoever_reads_the_rows_may_stop_early(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("a,b\n" + "1,2\n" * 200_000)
    command = [sys.executable, "manage.py", "inspect_file", str(path), "--rows"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"a,b\r\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [["nowhere.csv"], ["{terms}", "--delimiter", "ab"]])
def test_a_call_that_makes_no_sense_is_told_in_a_sentence(arguments: list[str], terms: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("inspect_file", *(one.format(terms=terms) for one in arguments))
    assert caught.value.returncode == 2
