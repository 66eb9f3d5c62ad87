"""Every layout of activity by its samples: made, sent again, corrected, taken back."""

from __future__ import annotations

import csv
import io

import pytest

from edu_csv import tenancy
from edu_csv.roster.nouns import ACTIVITY_ORDER
from imports import undo
from imports.formats.columns import Boolean, Choice, Integer, Text
from imports.formats.registry import formats, recognise
from imports.models import Import
from tests.imports.activity.acts import held, number, served
from tests.imports.harness import ACTIVITY, Tenant, csv_text, sample

by_key = pytest.mark.parametrize("key", ACTIVITY)
OBJECTS = [key for key in ACTIVITY if "update" in formats()[key].actions]


def test_there_is_a_file_for_each_kind_of_activity_and_nothing_is_exported() -> None:
    assert {formats()[key].target.code for key in ACTIVITY} == {noun.code for noun in ACTIVITY_ORDER}
    assert not any(formats()[key].exportable for key in ACTIVITY)
    assert [*formats()][-len(ACTIVITY) :] == ACTIVITY


@by_key
def test_events_come_and_go_and_objects_may_change(key: str) -> None:
    fmt = formats()[key]
    is_event = fmt.target.time is not None
    assert fmt.actions == (("create", "delete") if is_event else ("create", "update", "delete"))


@by_key
def test_a_header_tells_its_format(key: str) -> None:
    fmt = formats()[key]
    for action in fmt.actions:
        whole = [column.header for column in fmt.columns_for(action)]
        needed = [column.header for column in fmt.required_for(action)]
        for header in (whole, whole[::-1], needed):
            assert recognise(header) is fmt
            assert recognise([name.lower().replace(" ", "_") for name in header], action) is fmt


def test_the_samples_of_all_layouts_import_in_order_and_again_change_nothing(active: Tenant) -> None:
    before = held(active)
    assert [len(rows) for rows in before.values()] == [2] * len(ACTIVITY_ORDER)
    for key in ACTIVITY:
        upload = active.load(sample(formats()[key]), key)
        assert upload.job.status == "completed", (key, active.plan(upload))
        assert upload.counts["unchanged"] == upload.counts["warnings"] == 2, key
        assert [row.codes for row in active.plan(upload)] == [["already_exists"]] * 2
    assert held(active) == before


def test_update_samples_change_nothing_and_delete_samples_take_all_back_in_reverse_order(
    active: Tenant,
) -> None:
    before = held(active)
    for key in OBJECTS:
        upload = active.load(served(active, key, "update"), key, "update")
        assert upload.counts["unchanged"] == upload.counts["rows"] == 2, (key, active.plan(upload))
    assert held(active) == before
    for key in reversed(ACTIVITY):
        upload = active.load(served(active, key, "delete"), key, "delete")
        assert upload.counts["deleted"] == upload.counts["rows"] == 2, (key, active.plan(upload))
    assert not any(held(active).values())


@pytest.mark.parametrize("key", OBJECTS)
def test_one_changed_cell_is_one_change_and_undo_puts_it_back(active: Tenant, key: str) -> None:
    before = held(active)
    [header, first, second] = csv.reader(io.StringIO(served(active, key, "update")))
    fmt = formats()[key]
    at = next(
        (n for n, name in enumerate(header) if _can_change(fmt.column(name))),
        header.index("Unpublished At") if "Unpublished At" in header else header.index("External ID"),
    )
    first[at] = _other(fmt.column(header[at]), first[at])
    upload = active.load(csv_text(header, first, second), key, "update")
    assert (upload.counts["updated"], upload.counts["unchanged"]) == (1, 1), active.plan(upload)
    assert held(active) != before
    active.undo(upload)
    assert held(active) == before


def _can_change(column: object) -> bool:
    return (
        isinstance(column, Text | Integer | Boolean | Choice) and getattr(column, "name", "") != "external_id"
    )


def _other(column: object, cell: str) -> str:
    if isinstance(column, Boolean):
        return "FALSE" if cell == "TRUE" else "TRUE"
    if isinstance(column, Integer):
        return str(int(cell or 0) + 7)
    return f"{cell}x" if isinstance(column, Text) else "2026-12-31T00:00:00Z"


def test_undo_takes_back_what_each_import_made_last_first(tenant: Tenant) -> None:
    tenant.load_samples()
    uploads = [tenant.load(sample(formats()[key]), key) for key in ACTIVITY]
    assert {upload.counts["created"] for upload in uploads} == {2}
    for upload in reversed(uploads):
        with tenancy.use_institution(tenant.pk):
            preview = undo.preview(upload)
        assert (preview["removed"], preview["conflicts_total"]) == (2, 0), upload.format_key
        done = tenant.undo(upload)
        assert done.job.status == "voided"
        assert number(tenant, formats()[upload.format_key].target.name) == 0
    # And the same files make all of it anew.
    assert {tenant.load(sample(formats()[key]), key).counts["created"] for key in ACTIVITY} == {2}


def test_what_others_hang_on_is_neither_undone_nor_deleted(active: Tenant) -> None:
    with tenancy.use_institution(active.pk):
        made = Import.objects.select_related("job").get(format_key="activity.views")
        preview = undo.preview(made)
    assert (preview["removed"], [each["reason"] for each in preview["conflicts"]]) == (1, ["has_dependants"])
    upload = active.load("View ID\nV-90001\nV-90002\n", "activity.views", "delete")
    assert [(row.outcome, row.sentences) for row in active.plan(upload)] == [
        ("failed", ["`V-90001` still has 2 view events. Delete those first, then send this row again."]),
        ("deleted", []),
    ]


def test_deleted_events_come_back_by_undo_unless_they_were_told_anew(active: Tenant) -> None:
    before = held(active)
    text = served(active, "activity.downloads", "delete")
    gone = active.load(text, "activity.downloads", "delete")
    assert number(active, "download") == 0
    active.undo(gone)
    assert held(active) == before
    gone = active.load(text, "activity.downloads", "delete")
    active.load(sample(formats()["activity.downloads"]).rsplit("\n", 2)[0], "activity.downloads")
    assert number(active, "download") == 1
    with tenancy.use_institution(active.pk):
        preview = undo.preview(gone)
    assert (preview["restored"], preview["conflicts_total"]) == (1, 1)
    assert [each["reason"] for each in preview["conflicts"]] == ["key_taken"]
