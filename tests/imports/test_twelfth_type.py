"""A type of file that nobody has heard of takes one declaration, and nothing else anywhere.

The one made up here is over rooms, with headers of its own. It has a key, and so exists, only as long as
a test runs that asks for it: the registry looks for declared formats with a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from edu_csv import tenancy
from edu_csv.roster.nouns import BUILDING, ROOM
from exports import services as exports
from imports import undo
from imports.formats.base import Rule, Unique
from imports.formats.columns import ExternalId, Ignored, Text
from imports.formats.echovideo.family import EchoVideoFormat
from imports.formats.references import OwnId, Reference
from imports.formats.registry import formats, recognise
from imports.management.commands.document_formats import pages
from tests.api.caller import caller_in
from tests.exports.doors import DOORS, Pages
from tests.exports.harness import cells, content, export, lines
from tests.imports.harness import Tenant, csv_text, sample

KEY = "echovideo.studios.v1"
DOCS = Path(settings.BASE_DIR) / "docs"
HEADER = ["Studio", "House", "Studio Number"]


class Studios(EchoVideoFormat):
    """Rooms, as people of the radio call them."""

    title = "Studios"
    target = ROOM
    order = 13

    studio_id = OwnId("Studio ID", ROOM)
    studio = Text("Studio", field="name", required=True, max_length=20, folded=True, help="As on its door.")
    house = Reference("House", BUILDING, field="building_id", required=True)
    number = ExternalId("Studio Number", aliases=("No.",))
    house_name = Ignored("House Name", "building.name")

    label = ("number", "studio")
    uniques = (Unique(("external_id",), "duplicate_external_id", "Studio Number", "o.name"),)
    rules = (
        Rule(
            "outside_term",
            "Studio",
            "w.name LIKE 'Cellar%%'",
            "w.name",
            "jsonb_build_object('start', 1, 'end', 2)",
        ),
    )
    export_joins = """
        LEFT JOIN roster_building AS building
               ON (building.institution_id, building.id) = (o.institution_id, o.building_id)
    """
    export_order = 'o.name_folded COLLATE "C", o.id'
    sample_rows = (
        {"studio": "Studio North", "house": "BLD-LIG", "number": "ST-1"},
        {"studio": "Studio South", "house": "BLD-LIG", "number": "ST-2"},
    )


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as while_asked_for:
        while_asked_for.setattr(Studios, "key", KEY)
        formats.cache_clear()
        yield
    formats.cache_clear()


@pytest.fixture
def housed(tenant: Tenant) -> Tenant:
    """An institution with the campuses and buildings of the samples, and no room."""
    for noun in ("campuses", "buildings"):
        tenant.load(sample(formats()[f"echovideo.{noun}.v1"]), f"echovideo.{noun}.v1")
    return tenant


def live_rooms(tenant: Tenant) -> list[tuple[str, str]]:
    return tenant.query("SELECT name, external_id FROM roster_room WHERE deleted_at IS NULL ORDER BY name")


@pytest.mark.usefixtures("declared")
def test_its_sample_imports_updates_and_deletes_by_every_door(housed: Tenant) -> None:
    for make in DOORS.values():
        door = make(housed)
        assert door.load(door.sample(KEY, "create"), KEY, "create").counts["created"] == 2
        assert live_rooms(housed) == [("Studio North", "ST-1"), ("Studio South", "ST-2")]
        assert door.load(door.sample(KEY, "update"), KEY, "update").counts["unchanged"] == 2
        exported = door.export(KEY)
        assert cells(exported)[0] == ["Studio ID", "Studio", "House", "Studio Number", "House Name"]
        assert [row[4] for row in cells(exported)[1:]] == ["Lighthouse Building"] * 2
        assert door.load(exported, KEY, "update").counts["unchanged"] == 2
        assert door.load(door.sample(KEY, "delete"), KEY, "delete").counts["deleted"] == 2
        assert live_rooms(housed) == []


@pytest.mark.usefixtures("declared")
def test_it_is_previewed_approved_and_undone(housed: Tenant) -> None:
    housed.load(sample(Studios), KEY)
    before = housed.dump()
    renamed = csv_text(["No.", "UUID", *HEADER[:2]], ["ST-9", "ST-1", "Studio West", "BLD-LIG"])
    upload = housed.load(renamed, KEY, "update", mode="preview")
    assert (upload.job.status, upload.counts["updated"]) == ("awaiting_approval", 1)
    assert housed.dump() == before
    upload = housed.approve(upload)
    assert live_rooms(housed) == [("Studio South", "ST-2"), ("Studio West", "ST-9")]
    with tenancy.use_institution(housed.pk):
        assert undo.preview(upload)["restored"] == 1
    housed.undo(upload)
    assert housed.dump() == before


@pytest.mark.usefixtures("declared")
def test_its_rules_and_keys_speak_its_own_headers(housed: Tenant) -> None:
    upload = housed.load(
        csv_text(
            HEADER,
            ["", "BLD-LIG", ""],
            ["Studio with a name too long", "BLD-LIG", ""],
            ["North", "BLD-404", ""],
            ["Cellar", "BLD-LIG", ""],
            ["Good", "BLD-LIG", "ST-1"],
            ["Late", "BLD-LIG", "ST-1"],
        ),
        KEY,
    )
    told = [(row.row, row.codes, row.columns) for row in housed.plan(upload) if row.codes]
    assert told == [
        (2, ["required_blank"], ["Studio"]),
        (3, ["too_long"], ["Studio"]),
        (4, ["unknown_reference"], ["House"]),
        (5, ["outside_term"], ["Studio"]),
        (7, ["duplicate_external_id"], ["Studio Number"]),
    ]
    assert live_rooms(housed) == [("Good", "ST-1")]


@pytest.mark.usefixtures("declared")
def test_what_it_cannot_express_is_left_out_and_listed(housed: Tenant) -> None:
    housed.load(sample(Studios), KEY)
    housed.query("UPDATE roster_room SET name = 'Cellar 1' WHERE external_id = 'ST-1'")
    housed.query("UPDATE roster_room SET name = repeat('x', 21) WHERE external_id = 'ST-2'")
    done = export(housed, KEY)
    assert (done.rows, done.omitted) == (0, {"too_long/Studio": 1, "outside_term/Studio": 1})
    with tenancy.use_institution(housed.pk):
        assert len(exports.omitted_from(done)) == 2
    assert {row[3] for row in cells(content(done.omitted_key))[1:]} == {"Studio"}


@pytest.mark.usefixtures("declared")
def test_it_is_recognised_listed_explained_and_documented(housed: Tenant) -> None:
    assert recognise(HEADER, "create") is Studios
    caller, browser = caller_in(housed), Pages(housed).client
    shown = caller.get(f"/formats/{KEY}").json()
    assert [column["name"] for column in shown["columns"]][:2] == ["Studio ID", "Studio"]
    assert shown["columns"][-1]["type"] == "export_only"
    assert KEY in {each["key"] for each in caller.results("/formats", limit=100)}
    assert f'value="{KEY}"' in browser.get("/imports/new/").content.decode()
    wizard = browser.get("/imports/new/", {"format": KEY, "action": "create"}).content.decode()
    assert f"/api/v1/formats/{KEY}/sample?action=create" in wizard
    assert "Studio Number" in wizard
    assert f'value="{KEY}"' in browser.get("/exports/new/").content.decode()
    assert f"/help/formats/{KEY}/" in browser.get("/help/formats/").content.decode()
    assert "As on its door." in browser.get(f"/help/formats/{KEY}/").content.decode()
    assert "A column that is absent" in browser.get(f"/help/formats/{KEY}/?action=update").content.decode()
    page = pages(DOCS)[DOCS / "formats" / "echovideo.md"]
    assert f"## Studios\n\n`{KEY}`: create, update and delete." in page
    assert "Studio North,BLD-LIG,ST-1" in page


@pytest.mark.usefixtures("declared")
def test_its_rows_are_shown_with_before_and_after(housed: Tenant) -> None:
    housed.load(sample(Studios), KEY)
    renamed = csv_text(["Studio ID", *HEADER], ["ST-1", "Studio West", "BLD-LIG", "ST-1"])
    upload = housed.load(renamed, KEY, "update", mode="preview")
    [row] = caller_in(housed).results(f"/imports/{upload.pk}/rows")
    assert row["outcome"] == "updated"
    assert row["changes"] == {"Studio": ["Studio North", "Studio West"]}
    assert "Studio West" in Pages(housed).client.get(f"/imports/{upload.pk}/").content.decode()


def test_it_is_gone_without_its_declaration(housed: Tenant) -> None:
    assert KEY not in formats()
    assert caller_in(housed).get(f"/formats/{KEY}").status_code == 404
    assert KEY not in pages(DOCS)[DOCS / "formats" / "echovideo.md"]
    assert lines(export(housed, "echovideo.rooms.v1")) == []
