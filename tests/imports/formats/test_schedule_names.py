"""Names of schedules, version 2, that a folder of cells cannot show: alike, of other spelling, given back."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest

from edu_csv import storage, tenancy
from imports.formats.registry import formats
from imports.models import Import
from imports.steps import report
from tests.imports.harness import Tenant, csv_text, sample

V2 = "echovideo.schedules.v2"
HEADER = [
    "External ID", "Name", "Start Date", "Start Time", "End Time", "Campus Name", "Building Name", "Room Name",
    "Term Name", "Course Code", "Section Name", "Instructor Email", "Input 1", "Capture Quality",
]  # fmt: skip
USUAL: dict[str, str] = {
    "Name": "Talk", "Start Date": "2031-09-20", "Start Time": "20:00", "End Time": "20:59", "Campus Name": "Harbour Campus",
    "Building Name": "Lighthouse Building", "Room Name": "Auditorium 1", "Input 1": "Display",
    "Capture Quality": "High",
}  # fmt: skip


@pytest.fixture
def peopled(tenant: Tenant) -> Tenant:
    """What the samples make, up to schedules."""
    for key, fmt in formats().items():
        if fmt.family == "echovideo" and fmt.target.name != "schedule":
            assert tenant.load(sample(fmt), key).job.status == "completed"
    return tenant


def load(tenant: Tenant, *rows: dict[str, str], **options: Any) -> Import:
    cells = []
    for place, row in enumerate(rows):
        day = (date(2031, 9, 20) + timedelta(days=place)).isoformat()
        given = {**USUAL, "External ID": f"SCH-{place}", "Start Date": day, **row}
        cells.append([given.get(name, "") for name in HEADER])
    return tenant.load(csv_text(HEADER, *cells), V2, **options)


def said(tenant: Tenant, upload: Import) -> list[list[str]]:
    return [row.sentences for row in tenant.plan(upload)]


def ids(tenant: Tenant, noun: str, name: str) -> list[str]:
    found = tenant.query(
        f"SELECT id::text FROM roster_{noun} WHERE name = %s ORDER BY id",  # noqa: S608  # of this test
        name,
    )
    return [each for (each,) in found]


def test_a_name_of_two_rooms_names_both(peopled: Tenant) -> None:
    # EchoVideo refuses a second of one name; other doors may leave one.
    peopled.query(
        "UPDATE roster_room SET name = 'Auditorium 1' WHERE institution_id = %s AND name LIKE 'Seminar%%'",
        peopled.pk,
    )
    one, other = ids(peopled, "room", "Auditorium 1")
    assert said(peopled, load(peopled, {})) == [
        [
            (
                f"`Auditorium 1` can mean more than one room: Auditorium 1 `{one}`, Auditorium 1 `{other}`. Rename one"
                " of them, or use a format that names them by id."
            )
        ]
    ]


def test_an_address_of_two_people_names_both(peopled: Tenant) -> None:
    peopled.query(
        "UPDATE roster_person SET email = 'x@fjord.example', email_folded = 'x@fjord.example', roles = '{instructor}'"
    )
    found = peopled.query(
        "SELECT concat_ws(' ', given_name, family_name), id::text FROM roster_person ORDER BY id"
    )
    both = ", ".join(f"{name} `{id_}`" for name, id_ in found[:5])
    assert said(peopled, load(peopled, {"Instructor Email": "x@fjord.example"})) == [
        [
            (
                f"`x@fjord.example` is the address of more than one user: {both}. Give each its own, or use a format"
                " that names them by id."
            )
        ]
    ]


def test_buildings_of_one_name_are_told_apart_by_their_rooms(peopled: Tenant) -> None:
    peopled.query(
        "UPDATE roster_building SET name = 'Lighthouse Building', name_folded = 'lighthouse building'"
    )
    assert len(ids(peopled, "building", "Lighthouse Building")) > 1
    assert load(peopled, {}).counts["created"] == 1


def test_an_accent_is_the_same_however_it_was_typed(peopled: Tenant) -> None:
    peopled.query("UPDATE roster_campus SET name = 'A\u030asgard' WHERE name = 'Harbour Campus'")
    upload = load(peopled, {"Campus Name": "\u00c5sgard"})
    assert upload.counts["created"] == 1
    # The cell comes back as it was sent.
    [row] = peopled.plan(upload)
    assert row.cells is not None
    assert row.cells[HEADER.index("Campus Name")] == "\u00c5sgard"


def test_a_deleted_room_is_not_there(peopled: Tenant) -> None:
    peopled.query("UPDATE roster_room SET deleted_at = now() WHERE name = 'Auditorium 1'")
    [[told]] = said(peopled, load(peopled, {}))
    assert told.startswith("There is no room `Auditorium 1` in `Harbour Campus`, `Lighthouse Building`.")


def test_a_room_of_a_deleted_building_is_told_of_the_building(peopled: Tenant) -> None:
    peopled.query("UPDATE roster_building SET deleted_at = now() WHERE name = 'Lighthouse Building'")
    [[told]] = said(peopled, load(peopled, {}))
    assert told.startswith("There is no building `Lighthouse Building` in `Harbour Campus`.")


def test_separators_of_our_own_mean_nothing(peopled: Tenant) -> None:
    upload = load(peopled, {"Campus Name": "Harbour Campus\x1fx"}, {"Room Name": "Audi\x1ftorium"})
    assert [row.codes for row in peopled.plan(upload)] == [["bad_value"], ["bad_value"]]
    assert [row.columns for row in peopled.plan(upload)] == [["Campus Name"], ["Room Name"]]


def test_names_freed_of_their_apostrophe_are_found(peopled: Tenant) -> None:
    peopled.query("UPDATE roster_room SET name = '=Hall' WHERE name = 'Auditorium 1'")
    peopled.query("UPDATE roster_section SET name = '-01' WHERE name = '01'")
    row = {"Room Name": "'=Hall", "Term Name": "Autumn 2031", "Course Code": "OCE210", "Section Name": "'-01"}
    assert load(peopled, row).counts["created"] == 1


def test_every_cell_comes_back_as_it_was_sent(peopled: Tenant) -> None:
    two = {
        "Term Name": "Autumn 2031;Autumn 2031", "Course Code": "OCE210;OCE210", "Section Name": "02;01",
        "Instructor Email": "Tomas.Reyes@Fjord.example",
    }  # fmt: skip
    bad = {**two, "Campus Name": "Harbour", "Section Name": "02;99"}
    upload = load(peopled, two, bad, {**two, "Start Time": "25:00", "Course Code": "OCE210"})
    good, unknown, broken = peopled.plan(upload)
    for row, sent in ((good, two), (unknown, bad)):
        assert row.cells is not None
        held = dict(zip(HEADER, row.cells, strict=True))
        assert held == {**USUAL, "External ID": held["External ID"], **sent, "Start Date": held["Start Date"]}  # fmt: skip
    assert good.outcome == "created"
    assert (good.cells or [])[HEADER.index("End Time")] == "20:59"
    assert dict(zip(unknown.columns, unknown.codes, strict=True)) == {
        "Campus Name": "unknown_reference", "Section Name": "unknown_reference"
    }  # fmt: skip
    assert dict(zip(broken.columns, broken.codes, strict=True)) == {
        "Start Time": "bad_time", "Course Code": "list_lengths"
    }  # fmt: skip
    assert (broken.cells or [])[HEADER.index("Course Code")] == "OCE210"


def test_failed_rows_can_be_sent_again(peopled: Tenant) -> None:
    upload = load(peopled, {}, {"Campus Name": " Harbor Campus "}, {"Term Name": "Autumn 2031"})
    with tenancy.use_institution(peopled.pk):
        key = report.results_file(upload, only_failed=True)
        assert key is not None
        with storage.open_file(key.key) as file:
            text = file.read().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Campus Name"] for row in rows] == [" Harbor Campus ", "Harbour Campus"]
    mended = text.replace(" Harbor Campus ", "Harbour Campus").replace("Autumn 2031", "")
    assert peopled.load(mended, V2).counts["created"] == 2


def test_an_update_changes_the_fields_that_its_columns_fill(peopled: Tenant) -> None:
    upload = load(peopled, {})
    assert upload.counts["created"] == 1
    [(schedule,)] = peopled.query("SELECT id::text FROM roster_schedule")
    row = {**USUAL, "External ID": "SCH-0", "Start Time": "20:00", "End Time": "20:45", "Room Name": "Seminar 204",
           "Term Name": "Autumn 2031", "Course Code": "OCE210", "Section Name": "01", "Schedule ID": schedule}  # fmt: skip
    header = ["Schedule ID", *HEADER]
    done = peopled.load(
        csv_text(header, [row.get(name, "") for name in header]), V2, "update", confirm_clear=True
    )
    assert done.counts["updated"] == 1
    [(after,)] = peopled.query(
        "SELECT after FROM imports_plan_change WHERE import_id = %s AND NOT is_effect", done.pk
    )
    assert set(json.loads(after)) == {"duration_minutes", "room_id", "section_ids", "auto_publish"}


def test_many_rows_may_name_the_same_room(peopled: Tenant) -> None:
    rows = [{"Start Date": f"2031-{1 + place // 28:02d}-{1 + place % 28:02d}"} for place in range(300)]
    upload = load(peopled, *({**row, "Start Time": "08:00", "End Time": "09:00"} for row in rows))
    assert upload.counts["created"] == 300


def test_what_is_near_is_looked_for_on_behalf_of_the_first_few_names(peopled: Tenant) -> None:
    upload = load(peopled, *({"Campus Name": f"Harbour Campus {place}"} for place in range(40)))
    near = [row.sentences[0].count("The nearest is `Harbour Campus`") for row in peopled.plan(upload)]
    assert sum(near) == 10
