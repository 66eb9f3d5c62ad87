"""``seed_roster --format d2l`` and ``circlein``: whole, consistent, repeatable, of exactly the size asked for."""

from __future__ import annotations

import csv
import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from imports.seeding import NotPossible, RosterPlan, write_circlein, write_d2l

SIZE = {"people": 400, "sections": 60, "enrollments": 900, "departments": 12, "terms": 3}
# What neither codes nor names may hold (d2l 5.3).
ILLEGAL = set(":%&#*?<>|\\\"'")


def plan(**changed: int) -> RosterPlan:
    return RosterPlan.of_size("fjord", **{**SIZE, **changed})


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_d2l_package_has_its_nine_files_and_its_manifest_and_the_same_bytes_again(tmp_path: Path) -> None:
    first = write_d2l(plan(), tmp_path / "a")
    again = write_d2l(plan(), tmp_path / "b")
    other = write_d2l(plan(seed=2), tmp_path / "c")
    assert [file.path.read_bytes() for file in first] == [file.path.read_bytes() for file in again]
    assert first[6].path.read_bytes() != other[6].path.read_bytes()
    with zipfile.ZipFile(first[-1].path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*(file.path.name for file in first[:-1]), "manifest.json"]
        assert json.loads(archive.read("manifest.json")) == {"version": "3.0"}
        assert archive.read("07-Users.csv") == first[6].path.read_bytes()
    assert [len(read(file.path)) for file in first[:-1]] == [file.rows for file in first[:-1]]
    assert (first[6].rows, first[5].rows, first[4].rows, first[7].rows) == (400, 60, 30, 900)


def test_every_code_of_a_d2l_package_names_something_in_it_and_no_name_is_illegal(tmp_path: Path) -> None:
    files = {file.path.stem[3:]: read(file.path) for file in write_d2l(plan(), tmp_path)[:-1]}
    orgs = [row for name in list(files)[:6] for row in files[name]]
    kind = {row["code"]: row["type"] for row in orgs}
    assert len(kind) == len(orgs)
    assert not any(ILLEGAL & set(row["code"] + row["name"]) for row in orgs)
    assert all(len(row["code"]) <= 50 and len(row["name"]) <= 128 for row in orgs)
    for header, type_ in (
        ("department_code", "department"),
        ("template_code", "course template"),
        ("semester_code", "semester"),
        ("offering_code", "course offering"),
        ("custom_code", "organization"),
    ):
        named = {code for row in orgs for code in row[header].split("|") if code}
        assert {kind[code] for code in named} == {type_}, header
    people = {row["org_defined_id"]: row["username"] for row in files["Users"]}
    assert len(set(people.values())) == len(people)
    pairs = {(row["child_code"], row["parent_code"]) for row in files["Enrollments"]}
    assert len(pairs) == 900
    assert {person for person, _ in pairs} <= set(people)
    assert {unit for _, unit in pairs} <= set(kind)
    related = {each.partition(":")[2] for row in files["Users"] for each in row["relationships"].split("|")}
    assert related - {""} <= set(people)
    assert {row["Manager"] for row in files["Attributes"]} - {""} <= set(people.values())
    assert {row["Affiliated Org Units"] for row in files["Attributes"]} - {""} <= set(kind)


def test_offerings_have_several_semesters_and_templates_now_and_then(tmp_path: Path) -> None:
    offerings = read(write_d2l(plan(), tmp_path)[4].path)
    assert any("|" in row["semester_code"] for row in offerings)
    assert any("|" in row["template_code"] for row in offerings)
    assert any(row["custom_code"] for row in offerings)


def test_circlein_files_fit_together(tmp_path: Path) -> None:
    courses, users, enrollments, package, _ = write_circlein(plan(), tmp_path)
    places = {
        (row["Unique Course/Section Identifier"], row["Term"]): row["Session"] for row in read(courses.path)
    }
    people = {row["Unique User Identifier"]: row["Email"].casefold() for row in read(users.path)}
    rows = read(enrollments.path)
    assert (len(places), len(people), len(rows)) == (60, 400, 900)
    assert len(set(people.values())) == 400
    assert {(row["Unique Course/Section Identifier"], row["Term"]) for row in rows} <= set(places)
    assert {row["Unique User Identifier"] for row in rows} <= set(people)
    with zipfile.ZipFile(package.path) as archive:
        # Renames speak of what is there before all else.
        assert archive.namelist() == ["Courses.csv", "Users.csv", "Enrollments.csv"]


@pytest.mark.parametrize("renames", [0, 7, 400, 460])
def test_renames_hold_swaps_and_chains_of_three_and_never_collide(renames: int, tmp_path: Path) -> None:
    rows = read(write_circlein(plan(), tmp_path, renames=renames)[-1].path)
    assert len(rows) == renames
    for kind in ("Course", "User"):
        moves = {row["old_id"]: row["new_id"] for row in rows if row["obj_type"] == kind}
        assert len(set(moves.values())) == len(moves) == sum(row["obj_type"] == kind for row in rows)
        swaps = [old for old, new in moves.items() if moves.get(new) == old]
        chains = [old for old, new in moves.items() if old not in swaps and moves.get(new) in moves]
        assert len(swaps) == 2 * (len(moves) // 50)
        assert len(chains) == len(moves) // 50


def test_more_renames_than_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="expected 0 to 460"):
        write_circlein(plan(), tmp_path, renames=461)


@pytest.mark.parametrize(("family", "last"), [("d2l", "D2LStdCSV.zip"), ("circlein", "UpdateIDs.csv")])
def test_the_command_says_what_it_wrote(family: str, last: str, tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "seed_roster", institution="fjord", format=family, people=30, sections=4, enrollments=50, output=tmp_path,
        stdout=out,
    )  # fmt: skip
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert Path(said[-1]["file"]).name == last
    assert all(Path(each["file"]).stat().st_size for each in said)
    assert {each["format"].split(".")[0] for each in said} == {family}


def test_the_command_refuses_a_format_that_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command(
            "seed_roster", "--institution=fjord", "--format=canvas", "--people=1", "--sections=1",
            "--enrollments=0", f"--output={tmp_path}",
        )  # fmt: skip
