"""``seed_roster``: valid, repeatable, of exactly the size asked for."""

from __future__ import annotations

import csv
import json
import tracemalloc
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from imports.formats.columns import CREATE
from imports.seeding import NotPossible, RosterPlan, timetable, write_roster
from tests.imports.harness import Tenant, new_tenant

SIZES = [
    {"people": 60, "sections": 7, "enrollments": 150},
    {"people": 40, "sections": 3, "enrollments": 3 * 39},  # everybody sits everywhere
    {"people": 5, "sections": 9, "enrollments": 0},
    {"people": 300, "sections": 1, "enrollments": 20},
    {"people": 12, "sections": 0, "enrollments": 0},
]


NAMES = [
    "01-organizations", "02-departments", "03-campuses", "04-buildings", "05-rooms", "06-terms", "07-courses",
    "08-users", "09-sections", "10-enrollments", "11-schedules", "12-schedules_v2",
]  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(plan: RosterPlan, folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each file, by the last part of its name."""
    return {path.stem[3:]: read(path) for path, _, _ in write_roster(plan, folder)}


@pytest.mark.parametrize("size", SIZES)
def test_files_have_the_rows_asked_for_and_each_pair_once(size: dict[str, int], tmp_path: Path) -> None:
    written = write_roster(RosterPlan.of_size("fjord", **size), tmp_path)
    assert [len(read(path)) for path, _, _ in written] == [rows for _, _, rows in written]
    rows = {path.stem[3:]: read(path) for path, _, _ in written}
    assert [len(rows[name]) for name in ("users", "sections", "enrollments")] == list(size.values())
    pairs = {(row["User ID"], row["Section ID"]) for row in rows["enrollments"]}
    assert len(pairs) == size["enrollments"]


@pytest.mark.parametrize("size", SIZES)
def test_people_hold_the_roles_that_their_sections_name(size: dict[str, int], tmp_path: Path) -> None:
    rows = rows_of(RosterPlan.of_size("fjord", **size), tmp_path)
    held = {row["External ID"]: set(row["Role"].split(";")) for row in rows["users"]}
    teaching = {(row["External ID"], row["Instructor ID"]) for row in rows["sections"]}
    assert all("Instructor" in held[person] for _, person in teaching)
    for row in rows["enrollments"]:
        assert row["Role"] in held[row["User ID"]], row
        # A section's own instructor is enrolled by the sections file already.
        assert (row["Section ID"], row["User ID"]) not in teaching


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def files(folder: str, seed: int) -> dict[str, bytes]:
        plan = RosterPlan.of_size("fjord", people=200, sections=10, enrollments=900, seed=seed)
        return {path.name: path.read_bytes() for path, _, _ in write_roster(plan, tmp_path / folder)}

    first, again, other = files("a", 1), files("b", 1), files("c", 2)
    assert first == again
    assert list(first) == [f"{name}.csv" for name in NAMES]
    assert first["10-enrollments.csv"] != other["10-enrollments.csv"]
    assert first["08-users.csv"] != other["08-users.csv"]


def test_names_come_in_several_scripts_with_accents_apostrophes_and_commas(tmp_path: Path) -> None:
    people = rows_of(RosterPlan.of_size("fjord", people=2_000, sections=1, enrollments=0), tmp_path)["users"]
    names = "".join(row["First Name"] + row["Last Name"] for row in people)
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


def test_no_two_schedules_are_in_one_room_at_once_and_none_leaves_its_term() -> None:
    plan = RosterPlan.of_size("fjord", people=900, sections=300, enrollments=0, terms=4, schedules=700)
    held: dict[tuple[int, date], list[tuple[int, int]]] = {}
    for number in range(plan.schedules):
        slot = timetable.slot(plan, number)
        assert slot.room < timetable.rooms(plan)
        for section in slot.sections:
            _, first, last = timetable.season(plan.term_of(section))
            assert first <= slot.start <= (slot.end or slot.start) <= last
        for day in days_of(slot):
            held.setdefault((slot.room, day), []).append((slot.start_minute, slot.end_minute))
    for times in held.values():
        times.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(times))
    assert any(before[1] == after[0] for times in held.values() for before, after in pairwise(times))


def days_of(slot: timetable.Slot) -> list[date]:
    span = range(((slot.end or slot.start) - slot.start).days + 1)
    days = [slot.start + timedelta(days=number) for number in span]
    held = [day for day in days if not slot.days or timetable.WEEKDAYS[day.weekday()] in slot.days]
    assert slot.end is None or (held[0], held[-1]) == (slot.start, slot.end), (
        "a series begins and ends on its days"
    )
    assert set(slot.exclusions) <= set(held)
    return held


def test_schedules_of_both_versions_name_rooms_sections_and_people_that_are_there(tmp_path: Path) -> None:
    rows = rows_of(RosterPlan.of_size("fjord", people=900, sections=120, enrollments=0, terms=2), tmp_path)
    rooms, sections, people = (
        {row["External ID"]: row for row in rows[name]} for name in ("rooms", "sections", "users")
    )
    buildings = {row["External ID"]: row for row in rows["buildings"]}
    campuses = {row["External ID"]: row["Name"] for row in rows["campuses"]}
    for row in rows["schedules"]:
        assert row["Room ID"] in rooms
        assert set(row["Section IDs"].split(";")) - {""} <= set(sections)
        assert row["Instructor ID"] == "" or "Instructor" in people[row["Instructor ID"]]["Role"]
    places = set()
    for room in rooms.values():
        building = buildings[room["Building ID"]]
        places.add((campuses[building["Campus ID"]], building["Name"], room["Name"]))
    assert len(places) == len(rooms) > len({name for _, _, name in places}), (
        "only with its parents a name is one"
    )
    terms = {row["External ID"]: row["Name"] for row in rows["terms"]}
    codes = {row["External ID"]: row["Course Code"] for row in rows["courses"]}
    taught = {
        (terms[row["Term ID"]], codes[row["Course ID"]], row["Section Name"]) for row in sections.values()
    }
    addresses = {row["Email"]: row["Role"] for row in people.values()}
    for row in rows["schedules_v2"]:
        assert (row["Campus Name"], row["Building Name"], row["Room Name"]) in places
        lists = [row[header].split(";") for header in ("Term Name", "Course Code", "Section Name")]
        assert set(zip(*lists, strict=True)) - {("", "", "")} <= taught
        assert row["Instructor Email"] == "" or addresses[row["Instructor Email"]] == "Instructor"


def test_courses_name_departments_of_the_organization_they_name(tmp_path: Path) -> None:
    plan = RosterPlan.of_size("fjord", people=9, sections=300, enrollments=0, courses=300, departments=40)
    rows = rows_of(plan, tmp_path)
    parents = {row["External ID"]: row["Organization ID"] for row in rows["departments"]}
    assert (len(rows["organizations"]), len(parents)) == (5, 40)
    assert {row["Department ID"] for row in rows["courses"]} == {*parents, ""}
    for row in rows["courses"]:
        assert row["Organization ID"] in ("", parents.get(row["Department ID"], ""))


def test_the_header_of_each_file_is_that_of_its_sample(tmp_path: Path) -> None:
    for path, fmt, _ in write_roster(
        RosterPlan.of_size("fjord", people=9, sections=5, enrollments=0), tmp_path
    ):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        wanted = [column.header for column in fmt.columns_for(CREATE)]
        if fmt.key == "echovideo.enrollments.v1":
            wanted = wanted[: len(header)]
        assert header == wanted, fmt.key


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
    assert [Path(each["file"]).stem for each in said] == NAMES
    keys = [f"echovideo.{name[3:]}.v1" for name in NAMES[:-1]] + ["echovideo.schedules.v2"]
    assert [each["format"] for each in said] == keys
    assert {each["file"][-18:]: each["rows"] for each in said}["10-enrollments.csv"] == 50
    # Seven schedules for five sections, half of them in each version.
    assert [each["rows"] for each in said[-2:]] == [3, 2]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enrollments": 1_000_000}, "at most"),
        ({"people": 0, "enrollments": 0}, "needs an instructor"),
        ({"people": -1}, "--people: expected 0 or more, got -1"),
        ({"courses": 0}, "needs a course and a term"),
        ({"institution": "a b"}, "expected a slug"),
        ({"schedules": -1}, "--schedules: expected 0 or more, got -1"),
        ({"sections": 0, "enrollments": 0, "schedules": 3}, "they capture sections"),
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
