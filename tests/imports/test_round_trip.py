"""A whole institution goes out in every format and comes in again: nothing changes (echovideo.md 5.2, 6.1).

The institution is the one that ``seed_roster`` writes, so this is also where its files have to import.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from imports.formats.registry import formats
from imports.models import Import
from imports.seeding import RosterPlan, write_roster
from tests.exports.doors import DOORS
from tests.exports.harness import cells, export, written
from tests.imports.harness import Tenant

FULL = {
    "departments": 40, "courses": 3_600, "sections": 3_600, "people": 66_000, "enrollments": 67_000,
    "schedules": 5_000,
}  # fmt: skip
SMALL = {name: max(2, count // 100) for name, count in FULL.items()}
TYPES = (
    "organizations", "departments", "campuses", "buildings", "rooms", "terms", "courses", "users", "sections",
    "enrollments", "schedules",
)  # fmt: skip
EVERY = [fmt.key for fmt in formats().values() if fmt.family == "echovideo" and fmt.exportable]
# Schedules are in both of their formats, whichever they came in.
SCHEDULES = ("echovideo.schedules.v1", "echovideo.schedules.v2")


@dataclass
class Files:
    """The files of an institution, and how many objects of each format's kind they make."""

    written: list[tuple[Path, str, int]]

    @property
    def objects(self) -> dict[str, int]:
        counts = {key: rows for _, key, rows in self.written}
        # Each section enrolls the instructor it names, beside the rows of the enrollments' own file.
        counts["echovideo.enrollments.v1"] += counts["echovideo.sections.v1"]
        both = sum(counts[key] for key in SCHEDULES)
        return counts | dict.fromkeys(SCHEDULES, both)


def seeded(folder: Path, size: dict[str, int]) -> Files:
    plan = RosterPlan.of_size("fjord", **size)
    return Files([(path, fmt.key, rows) for path, fmt, rows in write_roster(plan, folder)])


def assert_all(upload: Import, outcome: str, rows: int) -> None:
    assert upload.job.status == "completed", (upload.format_key, upload.job.problem, upload.counts)
    assert upload.counts[outcome] == upload.counts["rows"] == rows, (upload.format_key, upload.counts)


def test_there_is_an_export_of_every_type_and_both_versions_of_schedules() -> None:
    assert [*(f"echovideo.{name}.v1" for name in TYPES), SCHEDULES[1]] == EVERY


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", DOORS)
def test_a_hundredth_of_the_institution_round_trips_by_every_door(
    tenant: Tenant, tmp_path: Path, name: str
) -> None:
    files, door = seeded(tmp_path, SMALL), DOORS[name](tenant)
    for path, key, rows in files.written:
        upload = door.load(path.read_bytes(), key, "create")
        assert_all(upload, "created", rows)
        assert upload.counts["warnings"] == 0, (key, [row.sentences for row in tenant.plan(upload)][:5])
    before = tenant.dump()
    for key, objects in files.objects.items():
        _, *lines = cells(file := door.export(key))
        assert len(lines) == objects, key
        assert_all(door.load(file, key, "update"), "unchanged", objects)
    assert tenant.dump() == before


@pytest.mark.timeout(400)
def test_its_own_files_a_second_time_change_nothing(tenant: Tenant, tmp_path: Path) -> None:
    files = seeded(tmp_path, SMALL)
    for path, key, rows in files.written:
        assert_all(tenant.load(path.read_bytes(), key), "created", rows)
    before = tenant.dump()
    for path, key, rows in files.written:
        assert_all(tenant.load(path.read_bytes(), key), "unchanged", rows)
    assert tenant.dump() == before


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_the_whole_institution_round_trips(tenant: Tenant, tmp_path: Path) -> None:
    files = seeded(tmp_path, FULL)
    for path, key, rows in files.written:
        assert_all(tenant.load(path.read_bytes(), key), "created", rows)
    for key, objects in files.objects.items():
        done = export(tenant, key)
        assert (done.rows, done.omitted) == (objects, {}), key
        assert_all(tenant.load(written(done), key, "update"), "unchanged", objects)
