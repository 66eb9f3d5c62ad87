"""What an update does with blank and with missing (echovideo.md 4.1), for every type and column.

Schedules have columns that depend on one another; their cases say it for them.
"""

from __future__ import annotations

import pytest

from imports.formats.base import Format
from imports.formats.columns import UPDATE
from imports.formats.registry import formats
from tests.imports.formats.rows import Row, first_sample, told, update, update_rows
from tests.imports.harness import ECHOVIDEO, Tenant

ALL = [formats()[key] for key in ECHOVIDEO if "schedules" not in key]
of_every_type = pytest.mark.parametrize("fmt", ALL, ids=[fmt.key for fmt in ALL])


def optional(fmt: type[Format]) -> list[str]:
    return [column.header for column in fmt.columns_for(UPDATE) if UPDATE not in column.required]


def without(row: Row, *headers: str) -> Row:
    return {header: cell for header, cell in row.items() if header not in headers}


def in_any_order(rows: list[Row]) -> list[str]:
    """An export is in the order of names, which an update may change."""
    return sorted(map(str, rows))


@of_every_type
def test_a_blank_optional_cell_empties_the_field_of_its_object(fmt: type[Format], mine: Tenant) -> None:
    rows = update_rows(mine, fmt)
    for header in optional(fmt):
        row = next(row for row in rows if row[header])
        assert told(mine, update(mine, fmt, {**row, header: ""})) == ("updated", []), header
        wanted = [{**each, header: ""} if each == row else each for each in rows]
        assert in_any_order(update_rows(mine, fmt)) == in_any_order(wanted)
        assert told(mine, update(mine, fmt, row)) == ("updated", [])


@of_every_type
def test_a_missing_optional_column_empties_the_field_of_all_and_says_so_before(
    fmt: type[Format], mine: Tenant
) -> None:
    for header in optional(fmt):
        rows = update_rows(mine, fmt)
        losing = sum(bool(row[header]) for row in rows)
        assert losing
        upload = update(mine, fmt, *(without(row, header) for row in rows))
        assert upload.job.status == "awaiting_approval"
        assert upload.review["reasons"] == ["clears_columns"]
        assert upload.review["clears"] == {header: losing}
        assert upload.counts["updated"] == losing
        assert update_rows(mine, fmt) == rows
        assert mine.approve(upload).job.status == "completed"
        assert not any(row[header] for row in update_rows(mine, fmt))


@of_every_type
def test_a_blank_required_cell_rejects_its_row(fmt: type[Format], shared: Tenant) -> None:
    rows = update_rows(shared, fmt)
    for column in fmt.required_for(UPDATE):
        upload = update(shared, fmt, {**rows[0], column.header: ""}, rows[1])
        assert told(shared, upload) == ("failed", ["required_blank"])
        assert shared.row(upload, 2).columns == [column.header]
        assert shared.row(upload, 3).outcome == "unchanged"


@of_every_type
def test_a_missing_required_column_refuses_the_file(fmt: type[Format], shared: Tenant) -> None:
    rows = update_rows(shared, fmt)
    for column in fmt.required_for(UPDATE):
        upload = update(shared, fmt, *(without(row, column.header) for row in rows))
        assert upload.job.status == "failed"
        assert upload.job.problem is not None
        assert upload.job.problem["code"] == "missing_column"
        assert upload.job.problem["columns"] == f"`{column.header}`"
        assert upload.counts["rows"] == 0


def test_all_optional_columns_may_be_missing_at_once(shared: Tenant) -> None:
    for fmt in ALL:
        names, rows = optional(fmt), update_rows(shared, fmt)
        upload = update(shared, fmt, *(without(row, *names) for row in rows), mode="preview")
        assert upload.review["clears"] == {name: sum(bool(row[name]) for row in rows) for name in names}


def test_a_campus_without_a_time_zone_goes_by_the_institutions(mine: Tenant) -> None:
    # 2.3: nothing is copied, so a campus follows when the institution's zone is corrected.
    campuses = formats()["echovideo.campuses.v1"]
    row = first_sample(mine, campuses)
    assert row["Time Zone"] == "Europe/Oslo"
    update(mine, campuses, {**row, "Time Zone": ""})
    assert mine.query("SELECT time_zone FROM roster_campus WHERE external_id = 'CAM-HAR'") == [(None,)]
