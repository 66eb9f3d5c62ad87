"""Schedules take the same number of SQL statements whatever the rows, by id and by name, good and bad."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imports.formats.registry import formats
from tests.imports.harness import Tenant, csv_text, sample
from tests.imports.test_statements import counted

V1, V2 = "echovideo.schedules.v1", "echovideo.schedules.v2"
ONE, MANY = range(1), range(1, 301)
USUAL = {
    "Start Time": "07:00", "End Time": "07:30", "Duration Minutes": "30", "Room ID": "RM-LIG-A1",
    "Campus Name": "Harbour Campus", "Building Name": "Lighthouse Building", "Room Name": "Auditorium 1",
    "Section IDs": "S-OCE210-31A-01;S-OCE210-31A-02", "Term Name": "Autumn 2031;Autumn 2031",
    "Course Code": "OCE210;OCE210", "Section Name": "01;02", "Instructor ID": "P-1001",
    "Instructor Email": "ingrid.solberg@fjord.example", "Input 1": "Display", "Capture Quality": "High",
}  # fmt: skip


@pytest.fixture
def housed(tenant: Tenant) -> Tenant:
    for key, fmt in formats().items():
        if fmt.family == "echovideo" and fmt.target.name != "schedule":
            assert tenant.load(sample(fmt), key).job.status == "completed"
    return tenant


def rows(tenant: Tenant, numbers: range, key: str, action: str, **changed: str) -> str:
    """A capture a day."""
    header = [column.header for column in formats()[key].columns_for(action)]
    known = dict(tenant.query("SELECT external_id, id::text FROM roster_schedule WHERE deleted_at IS NULL"))
    lines = []
    for number in numbers:
        day = (date(2031, 1, 1) + timedelta(days=number)).isoformat()
        own = f"SCH-{number}"
        row = {**USUAL, "Schedule ID": known.get(own, ""), "Name": f"{action} {number}", "Start Date": day,
               "External ID": own, **changed}  # fmt: skip
        lines.append([row.get(name, "") for name in header])
    return csv_text(header, *lines)


@pytest.mark.parametrize("key", [V1, V2])
def test_one_row_and_many_take_the_same_statements(housed: Tenant, key: str) -> None:
    for action in formats()[key].actions:
        one, many = (counted(housed, rows(housed, each, key, action), key, action) for each in (ONE, MANY))
        assert one == many, action


def test_names_that_are_not_there_cost_no_statements_either(housed: Tenant) -> None:
    lost = {"Room Name": "Kitchen", "Section Name": "01;77"}
    few, many = (
        counted(housed, rows(housed, each, V2, "create", **lost), V2, "create") for each in (ONE, MANY)
    )
    assert few == many
