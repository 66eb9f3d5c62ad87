"""Whatever a file of any type did, its undo gives back the roster that was there: ids, fields, occurrences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from imports.formats.feed import Layout, Package
from imports.formats.registry import formats
from imports.models import Import
from tests.exports.harness import cells, export, lines, written
from tests.exports.stock import files, stocked
from tests.imports.harness import Tenant, csv_text

# Rows of feeds say themselves what they do; what their undo gives back, ``test_undo_feeds`` asks. What is not exported has no
# round trip; of activity ``activity/test_layouts`` asks.
EVERY = {
    key: fmt for key, fmt in formats().items() if fmt.exportable and not issubclass(fmt, Layout | Package)
}
V1, V2 = "echovideo.schedules.v1", "echovideo.schedules.v2"

# What an update writes into each row of an export; a value in braces is looked up in the roster.
UPDATES: dict[str, dict[str, str]] = {
    "echovideo.organizations.v1": {"Name": "{Name} and Letters"},
    "echovideo.departments.v1": {"Organization ID": "", "External ID": ""},
    "echovideo.campuses.v1": {"Time Zone": "America/New_York"},
    "echovideo.buildings.v1": {"Campus ID": "CAM-02", "Name": "{Name} of {Campus Name}"},
    "echovideo.rooms.v1": {"Building ID": "BLD-001", "Name": "{Name} of {Building Name} on {Campus Name}"},
    "echovideo.terms.v1": {"Exclusion Dates": ""},
    "echovideo.courses.v1": {"Course Name": "{Course Code}!", "Department ID": "", "Organization ID": ""},
    "echovideo.users.v1": {"Role": "{Role};Scheduler", "SSO Id": ""},
    "echovideo.sections.v1": {"Instructor ID": "P-0000001", "Description": "for all", "LMS Course IDs": ""},
    "echovideo.enrollments.v1": {"Role": "Teaching Assistant"},
    "edu-csv.room-devices": {"Device ID": "POD {Room ID}", "Device Type": "Pod"},
    V1: {"Name": "{Name}, moved", "Duration Minutes": "45", "Exclusion Dates": "", "Instructor ID": ""},
    V2: {"External ID": "{External ID}-B", "Exclusion Dates": "", "Guest Instructor": "{Name}"},
}


def living(tenant: Tenant) -> dict[str, list[Any]]:
    """All that is not deleted, with every field; and when and where captures take place."""
    held: dict[str, list[Any]] = {}
    for noun, rows in tenant.dump().items():
        objects = [json.loads(text) for (text,) in rows]
        held[noun] = [each for each in objects if each["deleted_at"] is None]
    held["occurrence"] = tenant.query(
        "SELECT schedule_id, room_number, starts_at, ends_at FROM roster_occurrence ORDER BY 1, 3"
    )
    return held


def assert_undone(tenant: Tenant, upload: Import, outcome: str, before: dict[str, list[Any]]) -> None:
    """The import did something to each of its rows, and its undo takes all of that back."""
    name = f"{upload.format_key} {upload.action}"
    assert upload.job.status == "completed", (name, upload.job.problem, upload.counts)
    assert upload.counts[outcome] == upload.counts["rows"] > 0, (name, upload.counts)
    assert living(tenant) != before, name
    undone = tenant.undo(upload)
    assert (undone.job.status, undone.void and undone.void["conflicts"]) == ("voided", []), name
    after = living(tenant)
    assert {noun: after[noun] for noun in after if after[noun] != before[noun]} == {}, name


def test_an_update_of_every_type_is_told() -> None:
    assert set(UPDATES) == {key for key, fmt in EVERY.items() if "update" in fmt.actions}


def test_what_each_type_created_goes_again(tenant: Tenant, tmp_path: Path) -> None:
    for key, data, _ in files(tmp_path):
        before = living(tenant)
        assert_undone(tenant, tenant.load(data, key), "created", before)
        assert tenant.load(data, key).job.status == "completed", key


def test_what_each_type_updated_is_as_it_was(tenant: Tenant, tmp_path: Path) -> None:
    stocked(tenant, tmp_path)
    for key, changes in UPDATES.items():
        header, *_ = cells(written(done := export(tenant, key)))
        rows = [line | {name: text.format(**line) for name, text in changes.items()} for line in lines(done)]
        before = living(tenant)
        upload = tenant.load(csv_text(header, *(list(row.values()) for row in rows)), key, "update")
        assert_undone(tenant, upload, "updated", before)


def test_what_each_type_deleted_is_back(tenant: Tenant, tmp_path: Path) -> None:
    stocked(tenant, tmp_path)
    for key in reversed([key for key, fmt in EVERY.items() if "delete" in fmt.actions]):
        before = living(tenant)
        data = written(export(tenant, key))
        assert_undone(tenant, tenant.load(data, key, "delete"), "deleted", before)
        if key != V2:
            # Version 1 deletes the schedules; what comes next has nothing left that hangs on it.
            assert tenant.load(data, key, "delete").job.status == "completed", key
