"""Schedules as exported by id and by name: their columns, their order, what is left out, and nothing to import again."""

from __future__ import annotations

import pytest

from exports.services import Output
from imports.formats.registry import formats
from tests.exports.harness import cells, export, lines, written
from tests.imports.harness import Tenant, csv_text, sample

V1, V2 = "echovideo.schedules.v1", "echovideo.schedules.v2"
HEADER = [
    "Name", "Start Date", "Start Time", "Duration Minutes", "End Date", "Days Of Week", "Exclusion Dates", "Room ID",
    "Section IDs", "Instructor ID", "Stream Live", "Input 1", "Capture Quality", "External ID",
]  # fmt: skip
USUAL = {
    "Start Date": "2031-09-20", "Start Time": "09:00", "Duration Minutes": "60", "Room ID": "RM-LIG-A1",
    "Input 1": "Display", "Capture Quality": "High",
}  # fmt: skip
# echovideo.md 2.12: exactly these, in this order.
COLUMNS_OF_V2 = [
    "Schedule ID",
    "External ID",
    "Name",
    "Start Date",
    "Start Time",
    "End Time",
    "End Date",
    "Days Of Week",
    "Exclusion Dates",
    "Campus Name",
    "Building Name",
    "Room Name",
    "Term Name",
    "Course Code",
    "Section Name",
    "Instructor Email",
    "Guest Instructor",
    "Stream Live",
    "Caption",
    "Auto Publish",
    "Input 1",
    "Input 2",
    "Capture Quality",
    "Stream Quality",
]
EXPORT_ONLY = [
    "Campus Name", "Building Name", "Room Name", "Term Name", "Course Code", "Section Name", "Instructor Email",
]  # fmt: skip


@pytest.fixture
def booked(tenant: Tenant) -> Tenant:
    """The samples, and schedules of all sorts beside their own."""
    for key, fmt in formats().items():
        if fmt.family == "echovideo" and fmt.target.name != "schedule":
            assert tenant.load(sample(fmt), key).job.status == "completed"
    rows: list[dict[str, str]] = [
        {"Name": "Evening", "Start Time": "23:30", "External ID": "SCH-LATE"},
        {"Name": "Nameless", "Start Time": "11:00"},
        {
            "Name": "=Series", "Start Date": "2031-08-19", "End Date": "2031-12-16", "Days Of Week": "TU;TH",
            "Exclusion Dates": "2031-10-07;2031-11-11", "Section IDs": "S-OCE210-31A-02;S-OCE210-31A-01",
            "Instructor ID": "P-1001", "Stream Live": "TRUE", "External ID": "SCH-SERIES", "Start Time": "15:00",
        },
        {"Name": "Talk", "Room ID": "RM-LIG-204", "Section IDs": "S-OCE210-31A-01", "External ID": "SCH-TALK"},
        {"Name": "Morning", "Start Time": "07:00", "Instructor ID": "P-1002", "External ID": "SCH-EARLY"},
    ]  # fmt: skip
    upload = csv_text(HEADER, *([{**USUAL, **row}.get(name, "") for name in HEADER] for row in rows))
    assert tenant.load(upload, V1).counts["created"] == len(rows)
    return tenant


def names(tenant: Tenant, key: str, **filters: list[str]) -> list[str]:
    return [line["Name"] for line in lines(export(tenant, key, filters))]


def test_version_2_has_the_columns_of_its_import_and_no_more(booked: Tenant) -> None:
    assert cells(written(export(booked, V2)))[0] == COLUMNS_OF_V2


def test_version_1_has_what_people_read_behind_what_an_import_reads(booked: Tenant) -> None:
    header = cells(written(export(booked, V1)))[0]
    assert header[0] == "Schedule ID"
    assert header[-7:] == EXPORT_ONLY
    line = next(line for line in lines(export(booked, V1)) if line["External ID"] == "SCH-SERIES")
    assert [line[name] for name in EXPORT_ONLY] == [
        "Harbour Campus", "Lighthouse Building", "Auditorium 1", "Autumn 2031;Autumn 2031", "OCE210;OCE210", "02;01",
        "ingrid.solberg@fjord.example",
    ]  # fmt: skip


def test_schedules_come_in_the_order_in_which_they_begin(booked: Tenant) -> None:
    assert names(booked, V1) == ["=Series", "Morning", "Talk", "Nameless", "Evening"]


def test_of_a_term_are_schedules_with_any_section_in_it(booked: Tenant) -> None:
    # 5.2: those without a section only when no filter is set.
    assert names(booked, V1, term=["T-2031A"]) == ["=Series", "Talk"]
    assert names(booked, V2, term=["T-2032S"]) == []
    assert names(booked, V1, course=["C-OCE210"]) == ["=Series", "Talk"]
    assert names(booked, V1, section=["S-OCE210-31A-02"]) == ["=Series"]
    assert names(booked, V2, room=["RM-LIG-204"]) == ["Talk"]


def test_version_2_says_when_a_capture_ends(booked: Tenant) -> None:
    line = next(line for line in lines(export(booked, V2)) if line["Name"] == "=Series")
    assert [line[name] for name in ("Start Time", "End Time", "Term Name", "Course Code", "Section Name")] == [
        "15:00", "16:00", "Autumn 2031;Autumn 2031", "OCE210;OCE210", "02;01",
    ]  # fmt: skip


def test_version_2_leaves_out_what_it_cannot_say_and_counts_it(booked: Tenant) -> None:
    assert export(booked, V2).omitted == {"required_blank/External ID": 1, "crosses_midnight/End Time": 1}
    booked.query("UPDATE roster_person SET email = NULL, email_folded = NULL WHERE external_id = 'P-1002'")
    booked.query("UPDATE roster_room SET name = 'Auditorium 1' WHERE external_id = 'RM-LIG-204'")
    booked.query("UPDATE roster_section SET name = '01' WHERE external_id = 'S-OCE210-31A-02'")
    done = export(booked, V2)
    assert done.rows == 0
    # Each is counted once, for the first of its reasons.
    assert done.omitted == {
        "required_blank/External ID": 1, "crosses_midnight/End Time": 1, "ambiguous_name/Room Name": 3,
    }  # fmt: skip
    booked.query("UPDATE roster_room SET name = 'Seminar' WHERE external_id = 'RM-LIG-204'")
    assert export(booked, V2).omitted == {
        "required_blank/External ID": 1, "crosses_midnight/End Time": 1, "ambiguous_name/Section Name": 2,
        "no_email/Instructor Email": 1,
    }  # fmt: skip


def test_a_name_with_a_semicolon_is_no_value_of_a_list(booked: Tenant) -> None:
    booked.query("UPDATE roster_term SET name = 'Autumn; 2031' WHERE external_id = 'T-2031A'")
    assert export(booked, V2).omitted["list_separator/Term Name"] == 2
    assert export(booked, V1).omitted == {}


@pytest.mark.parametrize("key", [V1, V2])
@pytest.mark.parametrize("output", [Output(), Output(spreadsheet_safe=True, delimiter=";")])
def test_what_is_exported_is_no_change(booked: Tenant, key: str, output: Output) -> None:
    done = export(booked, key, output=output)
    upload = booked.load(written(done), key, "update", delimiter=output.delimiter, mode="preview")
    assert upload.counts["unchanged"] == upload.counts["rows"] == done.rows
    assert done.rows
    assert done.rows >= 3
    assert upload.review["clears"] == {}


def test_what_version_2_exports_creates_the_same_elsewhere(booked: Tenant) -> None:
    # 2.12: the ids are taken out, and the captures that are there already made room for.
    header, *rows = cells(written(export(booked, V2)))
    booked.query("UPDATE roster_schedule SET deleted_at = now()")
    booked.query("DELETE FROM roster_occurrence")
    again = booked.load(csv_text(header[1:], *(row[1:] for row in rows)), V2)
    assert again.counts["created"] == len(rows)
    assert [row[1:] for row in cells(written(export(booked, V2)))[1:]] == [row[1:] for row in rows]
