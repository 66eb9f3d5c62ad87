"""A schedule that also publishes to sections beyond reach: no door tells which they are, and it stays as it is."""

from __future__ import annotations

from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_account
from tests.access.worlds import World, make_world
from tests.exports.harness import content, export, lines, written
from tests.imports.harness import csv_text

V1, V2 = "echovideo.schedules.v1", "echovideo.schedules.v2"
SECTIONS = "echovideo.sections.v1"
HEADER = [
    "Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Section IDs", "Input 1", "Capture Quality",
    "External ID",
]  # fmt: skip
SHARED = ["Both 01", "2031-08-21", "09:00", "60", "RM-1", "S-IN;S-OUT", "Display", "High", "SCH-BOTH"]


@pytest.fixture
def world(committed: None) -> World:
    """ORG-IN reaches SCH-IN, and one of two sections of SCH-BOTH."""
    made = make_world(beyond=True)
    done = made.tenant.load(csv_text(HEADER, SHARED), V1)
    assert done.counts["created"] == 1, made.tenant.plan(done)
    [(id_,)] = made.tenant.query("SELECT id::text FROM roster_schedule WHERE external_id = 'SCH-BOTH'")
    made.ids["SCH-BOTH"] = id_
    return made


def actor(world: World, role: str, unit: str | None) -> Actor:
    with tenancy.use_institution(world.tenant.pk):
        account = access.create_account(
            institution=world.tenant.pk,
            email=f"{role}.{unit}@fjord.example".lower(),
            role=role,
            org_unit=UUID(world.ids[unit]) if unit else None,
        )
        return actor_of_account(account, world.tenant.pk)


@pytest.mark.parametrize("key", [V1, V2])
@pytest.mark.parametrize("role", ["org_admin", "scheduler", "analyst"])
def test_an_export_of_a_part_leaves_it_out_and_says_so(world: World, key: str, role: str) -> None:
    done = export(world.tenant, key, actor=actor(world, role, "ORG-IN"))
    assert [line["External ID"] for line in lines(done)] == ["SCH-IN"]
    header = "Section IDs" if key == V1 else "Section Name"
    assert done.omitted == {f"beyond_reach/{header}": 1}
    told = content(done.omitted_key).decode("utf-8-sig")
    assert f"It also belongs to sections beyond your reach, which {header} would have to name." in told
    assert "SCH-BOTH" in told
    everything = written(done).decode("utf-8-sig") + told
    assert not [
        word for word in ("LAW101", "S-OUT", world.ids["S-OUT"], world.ids["C-OUT"]) if word in everything
    ]


@pytest.mark.parametrize("key", [V1, V2])
def test_whoever_reaches_all_its_sections_exports_it(world: World, key: str) -> None:
    for role in ("admin", "scheduler", "analyst"):
        done = export(world.tenant, key, actor=actor(world, role, None))
        assert "SCH-BOTH" in {line["External ID"] for line in lines(done)}
        assert done.omitted == {}


@pytest.mark.parametrize("key", [V1, V2])
def test_the_export_of_a_part_changes_nothing_when_it_is_imported_again(world: World, key: str) -> None:
    for role in ("org_admin", "scheduler"):
        who = actor(world, role, "ORG-IN")
        file = written(export(world.tenant, key, actor=who))
        again = world.tenant.load(file, key, "update", actor=who, confirm_clear=True)
        assert {name: number for name, number in again.counts.items() if number} == {
            "rows": 1,
            "unchanged": 1,
        }
