"""A small institution with objects of every type, from the files that ``seed_roster`` writes."""

from __future__ import annotations

from pathlib import Path

from imports.seeding import RosterPlan, write_roster
from tests.exports.harness import cells
from tests.imports.harness import Tenant, csv_text

SIZE = {
    "people": 30, "sections": 8, "courses": 6, "enrollments": 40, "terms": 3, "departments": 11, "schedules": 24,
}  # fmt: skip


def files(folder: Path) -> list[tuple[str, bytes, int]]:
    """(format, file to create, rows), in the order to import them."""
    written = write_roster(RosterPlan.of_size("fjord", **SIZE), folder)
    return [(fmt.key, path.read_bytes(), rows) for path, fmt, rows in written]


def stocked(tenant: Tenant, folder: Path, *, backwards: bool = False) -> Tenant:
    """The institution with all of it; backwards: the rows of each file came last to first."""
    for key, data, rows in files(folder):
        header, *body = cells(data)
        upload = tenant.load(csv_text(header, *(reversed(body) if backwards else body)), key)
        assert upload.counts["created"] == rows, (key, upload.job.problem, upload.counts)
    return tenant
