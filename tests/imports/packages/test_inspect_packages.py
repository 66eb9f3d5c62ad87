"""``manage.py inspect_file`` over feeds: what each file is, its version, its rows and their faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.imports.packages.feeds import ENROLLED, ORGS, ORGS_2, USERS, USERS_1, d2l, header_of, package


def run(path: Path, *arguments: str) -> int:
    """The exit code of the command."""
    try:
        call_command("inspect_file", str(path), *arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def inspected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | str, name: str
) -> tuple[int, Any]:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    code = run(path, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_a_package_is_told_file_by_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = d2l({"08.csv": ENROLLED + "\n", "01.csv": ORGS, "02.csv": f"{ORGS_2}\n"})
    code, found = inspected(tmp_path, capsys, data, "feed.zip")
    assert (code, found["kind"], found["format"], found["version"]) == (1, "package", "d2l.package", "3.0")
    assert [(file["name"], file["format"], file["rows"], file["faulty_rows"]) for file in found["files"]] == [
        ("01.csv", "d2l.orgs", 1, 0),
        ("02.csv", None, 0, 0),
        ("08.csv", "d2l.enrollments", 2, 1),
    ]
    assert found["files"][1]["refused"]["code"] == "header_mismatch"
    assert found["files"][2]["problems"][0]["code"] == "empty_row"
    assert (found["rows"], found["faulty_rows"]) == (3, 1)
    assert run(tmp_path / "feed.zip") == 1
    text = capsys.readouterr().out
    assert "version     3.0 (manifest.json)" in text
    assert "01.csv: d2l.orgs 3.0, 1 rows" in text
    assert "row 3       Expected a row with text in it, found a blank one." in text


def test_a_good_package_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspected(tmp_path, capsys, d2l({"1.csv": ORGS}), "feed.zip")[0] == 0
    circlein = package({"Users.csv": header_of("circlein.users") + "\n"})
    code, found = inspected(tmp_path, capsys, circlein, "feed.zip")
    assert (code, found["format"], found["version"]) == (0, "circlein.package", None)


def test_a_package_that_is_refused_as_a_whole_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = inspected(tmp_path, capsys, package({"07-Users.csv": USERS}), "feed.zip")
    assert (code, found["refused"]["code"]) == (2, "manifest_missing")
    assert run(tmp_path / "feed.zip") == 2
    assert "(manifest_missing)" in capsys.readouterr().out


def test_a_zip_of_files_that_make_no_package_is_told_what_packages_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = inspected(tmp_path, capsys, package({"a.csv": "x,y\n", "b.csv": "x,y\n"}), "some.zip")
    assert (code, found["refused"]["detail"]) == (
        2,
        (
            "This zip was not read: none of its files (`a.csv`, `b.csv`) begins with a header of a package. Packages are"
            " CircleIn package (`circlein.package`) and D2L Standard CSV package (`d2l.package`)."
        ),
    )
    assert found["refused"]["candidates"] == ["circlein.package", "d2l.package"]


def test_a_layout_is_read_strictly_and_told_with_its_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = inspected(tmp_path, capsys, f"{ORGS_2}\n\ndepartment,,A,A,,,,,,,,\n", "orgs.csv")
    assert code == 1
    (candidate,) = found["candidates"]
    assert (candidate["key"], candidate["versions"]) == ("d2l.orgs", ["2.0", "2.1"])
    assert (found["faults"], found["blank_rows"], found["rows"]) == ({"empty_row": 1}, 0, 2)
    run(tmp_path / "orgs.csv")
    assert "formats     d2l.orgs (2.0, 2.1)" in capsys.readouterr().out


def test_the_encoding_and_delimiter_that_are_asked_for_are_not_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orgs.csv"
    path.write_text(f"{ORGS_2}\n\n")
    assert run(path, "--delimiter", ",", "--json") == 0
    assert json.loads(capsys.readouterr().out)["blank_rows"] == 1


def test_a_near_miss_is_told_how_it_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = USERS_1.replace("role_name", "Role_Name")
    code, found = inspected(tmp_path, capsys, f"{header}\n", "users.csv")
    assert (code, found["candidates"], found["nearest"]) == (0, [], "d2l.users")
    assert "Column 9 is `Role_Name`" in found["differs"]
    run(tmp_path / "users.csv")
    assert "differs     Column 9 is `Role_Name`" in capsys.readouterr().out


def test_rows_of_a_package_come_out_without_its_passwords(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(package({"1.csv": f"{USERS_1}\nuser,,a,1,A,B,s3cret,1,Learner,a@fjord.example\n"}))
    assert run(path, "--rows") == 0
    assert capsysbinary.readouterr().out.splitlines() == [
        USERS_1.encode(),
        b"user,,a,1,A,B,,1,Learner,a@fjord.example",
    ]
