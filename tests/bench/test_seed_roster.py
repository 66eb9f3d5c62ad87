"""``seed_roster``: valid, repeatable, of exactly the size asked for."""

from __future__ import annotations

import csv
import json
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from imports.seeding import NotPossible, RosterPlan, write_roster
from tests.imports.harness import Tenant, new_tenant

SIZES = [
    {"people": 60, "sections": 7, "enrollments": 150},
    {"people": 40, "sections": 3, "enrollments": 3 * 39},  # everybody sits everywhere
    {"people": 5, "sections": 9, "enrollments": 0},
    {"people": 300, "sections": 1, "enrollments": 20},
    {"people": 12, "sections": 0, "enrollments": 0},
]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("size", SIZES)
def test_files_have_the_rows_asked_for_and_each_pair_once(size: dict[str, int], tmp_path: Path) -> None:
    written = write_roster(RosterPlan.of_size("fjord", **size), tmp_path)
    assert [len(read(path)) for path, _, _ in written] == [rows for _, _, rows in written]
    rows = {path.stem: read(path) for path, _, _ in written}
    assert [len(rows[name]) for name in ("users", "sections", "enrollments")] == list(size.values())
    pairs = {(row["User ID"], row["Section ID"]) for row in rows["enrollments"]}
    assert len(pairs) == size["enrollments"]


@pytest.mark.parametrize("size", SIZES)
def test_people_hold_the_roles_that_their_sections_name(size: dict[str, int], tmp_path: Path) -> None:
    write_roster(RosterPlan.of_size("fjord", **size), tmp_path)
    held = {row["External ID"]: set(row["Role"].split(";")) for row in read(tmp_path / "users.csv")}
    teaching = {(row["External ID"], row["Instructor ID"]) for row in read(tmp_path / "sections.csv")}
    assert all("Instructor" in held[person] for _, person in teaching)
    for row in read(tmp_path / "enrollments.csv"):
        assert row["Role"] in held[row["User ID"]], row
        # A section's own instructor is enrolled by the sections file already.
        assert (row["Section ID"], row["User ID"]) not in teaching


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def files(folder: str, seed: int) -> dict[str, bytes]:
        plan = RosterPlan.of_size("fjord", people=200, sections=10, enrollments=900, seed=seed)
        return {path.name: path.read_bytes() for path, _, _ in write_roster(plan, tmp_path / folder)}

    first, again, other = files("a", 1), files("b", 1), files("c", 2)
    assert first == again
    assert first["enrollments.csv"] != other["enrollments.csv"]
    assert first["users.csv"] != other["users.csv"]


def test_names_come_in_several_scripts_with_accents_apostrophes_and_commas(tmp_path: Path) -> None:
    write_roster(RosterPlan.of_size("fjord", people=2_000, sections=1, enrollments=0), tmp_path)
    names = "".join(row["First Name"] + row["Last Name"] for row in read(tmp_path / "users.csv"))
    for sample in ("O'", "’", ", Jr.", "ø", "Ł", "欧", "Щ", "ح", "כ", "श", "𠮷"):
        assert sample in names, sample


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("size", SIZES[:3])
def test_the_files_import_without_a_fault_and_a_second_time_without_a_change(
    size: dict[str, int], tmp_path: Path
) -> None:
    tenant: Tenant = new_tenant()
    written = write_roster(RosterPlan.of_size("fjord", **size), tmp_path)
    for path, fmt, rows in written:
        if not rows:
            continue
        upload = tenant.load(path.read_bytes(), fmt.key)
        assert upload.job.status == "completed", (path.name, upload.job.problem)
        assert upload.counts["created"] == rows, (path.name, upload.counts)
        assert upload.counts["warnings"] == 0
    for path, fmt, rows in written:
        if rows:
            assert tenant.load(path.read_bytes(), fmt.key).counts["unchanged"] == rows


def test_memory_does_not_grow_with_the_roster(tmp_path: Path) -> None:
    def peak(times: int) -> int:
        plan = RosterPlan.of_size(
            "fjord", people=2_000 * times, sections=100 * times, enrollments=4_000 * times
        )
        tracemalloc.start()
        try:
            write_roster(plan, tmp_path / str(times))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    assert peak(10) < 1.2 * peak(1) + 50_000


def test_the_command_says_what_it_wrote_in_the_order_to_import_it(tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "seed_roster", institution="fjord", people=30, sections=4, enrollments=50, output=tmp_path, stdout=out
    )
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    nouns = ["terms", "courses", "users", "sections", "enrollments"]
    assert [Path(each["file"]).stem for each in said] == nouns
    assert [each["format"] for each in said] == [f"echovideo.{noun}.v1" for noun in nouns]
    assert said[-1]["rows"] == 50


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enrollments": 1_000_000}, "at most"),
        ({"people": 0, "enrollments": 0}, "needs an instructor"),
        ({"people": -1}, "--people: expected 0 or more, got -1"),
        ({"courses": 0}, "needs a course and a term"),
        ({"institution": "a b"}, "expected a slug"),
    ],
)
def test_sizes_that_contradict_each_other_are_refused_with_a_sentence(
    changed: dict[str, int | str], said: str, tmp_path: Path
) -> None:
    size = {"institution": "fjord", "people": 20, "sections": 3, "enrollments": 10, **changed}
    with pytest.raises(CommandError, match=said):
        call_command("seed_roster", output=tmp_path, **size)
    assert not list(tmp_path.iterdir())


def test_more_pairs_than_there_are_cannot_be_planned() -> None:
    most = RosterPlan.of_size("fjord", people=10, sections=2, enrollments=18)
    assert sum(len(people) for _, people, _ in most.enrolled()) == 18
    with pytest.raises(NotPossible, match="make at most 18 pairs; got 19"):
        RosterPlan.of_size("fjord", people=10, sections=2, enrollments=19)
