"""A schedule that also publishes to sections beyond reach: no door tells which they are, and it stays as it is."""

from __future__ import annotations

from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import Actor, actor_of_account
from edu_csv.access.models import Grant, Institution
from edu_csv.access.roles import Role
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


@pytest.mark.parametrize("key", [V1, V2])
@pytest.mark.parametrize("role", ["org_admin", "scheduler", "analyst"])
def test_an_export_of_a_part_leaves_it_out_and_says_so(world: World, key: str, role: str) -> None:
    done = export(world.tenant, key, actor=world.actor(role, "ORG-IN"))
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
        done = export(world.tenant, key, actor=world.actor(role, None))
        assert "SCH-BOTH" in {line["External ID"] for line in lines(done)}
        assert done.omitted == {}


@pytest.mark.parametrize("key", [V1, V2])
def test_the_export_of_a_part_changes_nothing_when_it_is_imported_again(world: World, key: str) -> None:
    for role in ("org_admin", "scheduler"):
        who = world.actor(role, "ORG-IN")
        file = written(export(world.tenant, key, actor=who))
        again = world.tenant.load(file, key, "update", actor=who, confirm_clear=True)
        assert {name: number for name, number in again.counts.items() if number} == {
            "rows": 1,
            "unchanged": 1,
        }


def told_of(answer: str, world: World) -> list[str]:
    """The names and ids of what lies beyond that an answer holds."""
    beyond = ("S-OUT", "C-OUT", "LAW101", world.ids["S-OUT"], world.ids["C-OUT"])
    return [word for word in beyond if word in answer]


def swap(world: World) -> None:
    """Somebody who reaches everything puts the other section first."""
    update = csv_text(["Schedule ID", *HEADER], ["SCH-BOTH", *SHARED[:5], "S-OUT;S-IN", *SHARED[6:]])
    done = world.tenant.load(update, V1, "update", confirm_clear=True)
    assert done.counts["updated"] == 1, world.tenant.plan(done)


@pytest.mark.parametrize("role", ["org_admin", "scheduler", "analyst"])
def test_the_roster_shows_that_there_is_another_section_and_not_which(world: World, role: str) -> None:
    swap(world)
    caller = world.caller(role, "ORG-IN")
    [shown] = [one for one in caller.results("/schedules") if one["external_id"] == "SCH-BOTH"]
    seen = {"id": world.ids["S-IN"], "external_id": "S-IN"}
    assert shown["sections"] == [{"id": None, "external_id": None}, seen]
    path = f"/schedules/{shown['id']}"
    assert caller.get(path).json()["sections"] == shown["sections"]
    changed, made = caller.results(f"{path}/history")
    assert changed["changes"] == {"sections": [["S-IN", "another section"], ["another section", "S-IN"]]}
    assert made["changes"]["sections"] == [None, ["S-IN", "another section"]]
    for address in ("/schedules", path, f"{path}/history"):
        assert told_of(caller.get(address).content.decode(), world) == []
    whole = world.caller(role, None)
    assert [one["external_id"] for one in whole.get(path).json()["sections"]] == ["S-OUT", "S-IN"]
    assert whole.results(f"{path}/history")[0]["changes"]["sections"][1] == ["S-OUT", "S-IN"]


@pytest.mark.parametrize(
    ("objects", "name", "known"),
    [
        ("schedules", "section", "S-OUT"), ("schedules", "course", "C-OUT"), ("people", "section", "S-OUT"),
        ("people", "course", "C-OUT"), ("sections", "course", "C-OUT"), ("enrollments", "section", "S-OUT"),
    ],
)  # fmt: skip
def test_a_filter_by_what_lies_beyond_finds_as_much_as_one_by_what_is_not_there(
    world: World, objects: str, name: str, known: str
) -> None:
    caller, whole = world.caller("org_admin", "ORG-IN"), world.caller("org_admin", None)
    for id_ in (known, world.ids[known]):
        answers = [caller.get(f"/{objects}", **{name: given}).json() for given in (id_, "NOWHERE")]
        assert answers[0] == answers[1]
        assert answers[0]["results"] == []
        assert whole.results(f"/{objects}", **{name: id_}) != []
    assert caller.results(f"/{objects}", **{name: known.replace("OUT", "IN")}) != []


def test_a_schedule_is_not_found_by_the_term_of_a_section_beyond(world: World) -> None:
    world.tenant.load(
        csv_text(
            ["Course ID", "Term ID", "Section Name", "External ID"], ["C-OUT", "T-2", "07", "S-OUT-SPRING"]
        ),
        SECTIONS,
    )
    header = ["Schedule ID", *HEADER]
    text = csv_text(header, ["SCH-BOTH", *SHARED[:5], "S-IN;S-OUT-SPRING", *SHARED[6:]])
    assert world.tenant.load(text, V1, "update", confirm_clear=True).counts["updated"] == 1
    assert world.caller("org_admin", "ORG-IN").results("/schedules", term="T-2") == []
    [found] = world.caller("org_admin", None).results("/schedules", term="T-2")
    assert found["external_id"] == "SCH-BOTH"


AUTO = [*HEADER[:6], "Auto Publish", *HEADER[6:]]


def capture(sections: str, publish: str, *, at: str = "11:00", id_: str = "") -> list[str]:
    return ["Both 01", "2031-08-21", at, "60", "RM-1", sections, publish, "Display", "High", id_]


@pytest.fixture
def mixed(world: World) -> Actor:
    """A scheduler of ORG-IN who administers DEP-OUT."""
    with tenancy.use_institution(world.tenant.pk):
        account = access.create_account(
            institution=world.tenant.pk,
            email="mixed@fjord.example",
            role="scheduler",
            org_unit=UUID(world.ids["ORG-IN"]),
        )
        Grant.objects.create(
            institution_id=world.tenant.pk,
            account=account,
            role=Role.DEPARTMENT_ADMIN,
            org_unit_id=UUID(world.ids["DEP-OUT"]),
        )
        return actor_of_account(account, world.tenant.pk)


def codes(world: World, who: Actor, text: str, action: str) -> list[list[tuple[str, str | None]]]:
    done = world.tenant.load(text, V1, action, mode="preview", actor=who, confirm_clear=True)
    return [list(zip(row.codes, row.columns, strict=True)) for row in world.tenant.plan(done)]


def test_who_schedules_here_and_administers_there_leaves_unpublished_only_there(
    world: World, mixed: Actor
) -> None:
    refused = [("not_permitted", "Auto Publish")]
    rows = [
        capture("S-OUT", "FALSE"), capture("S-IN", "FALSE", at="13:00"), capture("S-IN;S-OUT", "FALSE", at="15:00"),
        capture("S-IN", "TRUE", at="17:00"), capture("", "", at="19:00"),
    ]  # fmt: skip
    nameless = [("not_permitted", "Section IDs")]
    assert codes(world, mixed, csv_text(AUTO, *rows), "create") == [[], refused, refused, [], nameless]
    # Nor by moving what is published here to there, or nowhere.
    header = ["Schedule ID", *AUTO]
    moved = [
        ["SCH-BOTH", *capture("S-OUT", "FALSE", at="09:00", id_="SCH-BOTH")],
        ["SCH-OUT", *capture("S-OUT", "FALSE", at="21:00", id_="SCH-OUT")],
        ["SCH-IN", *capture("", "", at="23:00", id_="SCH-IN")],
    ]
    assert codes(world, mixed, csv_text(header, *moved), "update") == [refused, [], nameless]


def test_with_the_switch_on_they_leave_out_the_sections_of_there_alone(world: World, mixed: Actor) -> None:
    with tenancy.use_institution(world.tenant.pk):
        Institution.objects.filter(pk=world.tenant.pk).update(shows_unpublished_captures=True)
    header = ["Schedule ID", *AUTO]
    rows = [
        ["SCH-NONE", *capture("", "", at="11:00", id_="SCH-NONE")],
        ["SCH-OUT", *capture("", "", at="13:00", id_="SCH-OUT")],
        ["SCH-IN", *capture("", "", at="15:00", id_="SCH-IN")],
        ["SCH-BOTH", *capture("", "", at="09:00", id_="SCH-BOTH")],
    ]
    nameless = [("not_permitted", "Section IDs")]
    assert codes(world, mixed, csv_text(header, *rows), "update") == [[], [], nameless, nameless]
