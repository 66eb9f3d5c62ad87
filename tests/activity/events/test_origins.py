"""An undo gives back to the statements what a file had taken from them, and nothing that somebody else holds."""

from __future__ import annotations

import pytest

from imports.models import Import
from tests.activity.projection.house import dump, furnish, projected, rows, said, watched
from tests.imports.harness import Tenant, csv_text

MEDIA, EVENTS = "activity.media", "activity.view-events"
AS_PROJECTED = ("Lecture 4: Queues", 1)


@pytest.fixture
def house(tenant: Tenant) -> Tenant:
    """A video, a view and its event, from one statement."""
    furnish(tenant)
    said(tenant, watched("a"))
    assert rows(tenant, "video", "name, origin") == [AS_PROJECTED]
    return tenant


def renamed(tenant: Tenant, name: str) -> Import:
    header = ["Media ID", "Media Name", "Created At", "External ID"]
    text = csv_text(header, ["v-17", name, "2025-09-01T00:00:00Z", "v-17"])
    done = tenant.approve(tenant.load(text, MEDIA, "update"))
    assert done.counts["updated"] == 1
    return done


def test_a_change_that_is_undone_leaves_the_row_as_if_it_had_never_been(house: Tenant) -> None:
    before = dump(house)
    upload = renamed(house, "Queues, proper")
    assert rows(house, "video", "name, origin") == [("Queues, proper", 0)]
    assert house.undo(upload).job.status == "voided"
    assert dump(house) == before
    projected(house, rebuild=True)
    assert dump(house) == before


def test_of_two_files_the_last_that_is_undone_gives_it_back(house: Tenant) -> None:
    first, second = renamed(house, "Queues, proper"), renamed(house, "Queues, at last")
    house.undo(second)
    assert rows(house, "video", "name, origin") == [("Queues, proper", 0)]
    house.undo(first)
    assert rows(house, "video", "name, origin") == [AS_PROJECTED]


def test_an_event_that_a_file_deleted_is_projected_again_when_that_is_undone(house: Tenant) -> None:
    before = dump(house)
    [(view, at)] = house.query("SELECT view_id::text, occurred_at FROM activity_view_event")
    held = house.load(csv_text(["View ID", "Watched At"], [view, at.isoformat()]), EVENTS, "delete")
    upload = house.approve(held) if held.job.status == "awaiting_approval" else held
    assert house.query("SELECT origin, deleted_at IS NULL FROM activity_view_event") == [(0, False)]
    house.undo(upload)
    assert dump(house) == before


def test_what_a_file_made_is_never_the_statements(house: Tenant) -> None:
    header = ["Media Name", "Created At", "External ID"]
    made = house.load(csv_text(header, ["Ours", "2025-09-01T00:00:00Z", "v-18"]), MEDIA)
    assert made.counts["created"] == 1
    said(house, watched("b", 600, tail="v-18"))
    header = ["Media ID", "Media Name", "Created At", "External ID"]
    text = csv_text(header, ["v-18", "Ours, renamed", "2025-09-01T00:00:00Z", "v-18"])
    house.undo(house.approve(house.load(text, MEDIA, "update")))
    assert house.query("SELECT name, origin FROM activity_video WHERE external_id = 'v-18'") == [("Ours", 0)]
