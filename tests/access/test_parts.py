"""Reach put to work: what a file that mixes rows applies, what keys, clashes and deletes tell, and schedules."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.models import Institution
from edu_csv.access.policy import Reach
from edu_csv.access.roles import Role
from exports import services as exports
from exports.models import Export
from imports.formats.registry import format_for
from tests.access.worlds import SYSTEM_ID, World, make_world
from tests.api.caller import Caller
from tests.exports.harness import lines, work
from tests.imports.harness import csv_text
from tests.imports.views.conftest import client_of

SECTIONS, SCHEDULES, COURSES = "echovideo.sections.v1", "echovideo.schedules.v1", "echovideo.courses.v1"
CREATE = [
    "Name", "Start Date", "Start Time", "Duration Minutes", "Room ID", "Section IDs", "Auto Publish", "Input 1",
    "Capture Quality", "External ID",
]  # fmt: skip
UPDATE = ["Schedule ID", *CREATE]


def schedule(
    name: str, sections: str, *, room: str = "RM-4", at: str = "09:00", publish: str = "", id_: str = ""
) -> list[str]:
    return [name, "2031-08-20", at, "60", room, sections, publish, "Display", "High", id_]


@pytest.fixture
def world(committed: None) -> World:
    return make_world(beyond=True)


def sentences(
    world: World, caller: Caller, text: str, key: str, action: str, *, mode: str = "preview"
) -> list[str]:
    """What each row is told, in order; blank for a row that goes through."""
    told = world.tell(caller, text, key, action, mode=mode)
    return [
        " ".join(each["message"] for each in row["problems"] if each["severity"] == "error")
        for row in told["rows"]
    ]


def switch(world: World, **fields: bool) -> None:
    with tenancy.use_institution(world.tenant.pk):
        Institution.objects.filter(pk=world.tenant.pk).update(**fields)


def roster(world: World) -> dict[str, dict[str, Any]]:
    """Sections by External ID."""
    found = world.tenant.query(
        "SELECT external_id, to_jsonb(o)::text FROM roster_section AS o ORDER BY external_id"
    )
    return dict(found)


def test_a_file_that_mixes_rows_applies_the_ones_within_reach_and_touches_nothing_beyond(
    world: World,
) -> None:
    before = roster(world)
    below = world.caller("department_admin", "DEP-IN")
    text = csv_text(
        ["Section ID", "Course ID", "Term ID", "Section Name", "External ID"],
        ["S-IN-2", "C-IN-2", "T-1", "Evening", "S-IN-2"], ["S-OUT", "C-OUT", "T-1", "Evening", "S-OUT"],
    )  # fmt: skip
    good, bad = sentences(world, below, text, SECTIONS, "update", mode="apply")
    assert good == ""
    assert "There is no section `S-OUT`. Correct the id, or create it first." in bad
    after = roster(world)
    assert {name for name in before if before[name] != after[name]} == {"S-IN-2"}


def test_a_key_that_is_taken_beyond_is_told_without_whose_it_is(larger: World) -> None:
    below = larger.caller("department_admin", "DEP-IN")
    header = ["Course Code", "Course Name", "Department ID", "External ID"]
    told = sentences(
        larger, below,
        csv_text(header, ["LAW101", "Theft", "DEP-IN", ""], ["X1", "Theft", "DEP-IN", "C-OUT"], ["X2", "x", "DEP-IN", larger.ids["C-OUT"]]),
        COURSES, "create",
    )  # fmt: skip
    assert told == [
        "`LAW101` already belongs to another course. Use another value.",
        "External ID `C-OUT` already belongs to another course. Use another id.",
        # Its system id, which was sent.
        "External ID `C-OUT` is the system id of another course. Use another id.",
    ]


def test_what_is_still_in_use_beyond_is_not_deleted_and_nobody_is_told_by_what(world: World) -> None:
    below = world.caller("department_admin", "DEP-IN")
    world.tenant.load(csv_text(["Course ID", "Term ID", "Section Name"], ["C-OUT", "T-2", "01"]), SECTIONS)
    assert sentences(
        world, below, csv_text(["Term ID"], ["T-2"], ["T-1"]), "echovideo.terms.v1", "delete"
    ) == [
        "`T-2` is still in use beyond what you reach. An administrator of the institution can delete it.",
        "`T-1` still has 2 sections. Delete those first, then send this row again.",
    ]
    assert sentences(world, below, csv_text(["Room ID"], ["RM-2"]), "echovideo.rooms.v1", "delete") == [
        "`RM-2` is still in use beyond what you reach. An administrator of the institution can delete it."
    ]


def test_a_unit_goes_only_where_its_administrator_reaches(larger: World) -> None:
    below = larger.caller("department_admin", "DEP-IN")
    header = ["Department ID", "Name", "Organization ID", "External ID"]
    key = "echovideo.departments.v1"
    assert sentences(larger, below, csv_text(header[1:], ["New", "ORG-IN", ""]), key, "create") == [
        "Organization ID is `ORG-IN`, beyond what you reach of the institution. Write the id of one that you reach."
    ]
    assert sentences(
        larger, below, csv_text(header, ["DEP-IN", "Renamed", "ORG-IN", "DEP-IN"]), key, "update"
    ) == [""]
    [told] = sentences(larger, below, csv_text(header, ["DEP-IN", "Renamed", "", "DEP-IN"]), key, "update")
    assert told.startswith("Organization ID is blank, and you reach only a part of the institution.")


def test_a_clash_with_a_schedule_beyond_does_not_name_it(larger: World) -> None:
    below = larger.caller("org_admin", "ORG-IN")
    text = csv_text(
        CREATE,
        schedule("New", "S-IN", room="RM-2", at="09:30"),
        schedule("New", "S-IN", room="RM-1", at="09:30"),
    )
    beyond, within = sentences(larger, below, text, SCHEDULES, "create")
    assert "RM-2" in beyond or "A2" in beyond
    assert "Theft" not in beyond
    assert "SCH-OUT" not in beyond
    assert "Tides 01" in within
    # Schedulers of the whole institution see no schedule without a section.
    text = csv_text(CREATE, schedule("New", "S-IN", room="RM-3"), schedule("New", "S-IN", room="RM-2"))
    unpublished, published = sentences(larger, larger.caller("scheduler", None), text, SCHEDULES, "create")
    assert "Open Day" not in unpublished
    assert "Theft 01" in published


def test_a_term_that_would_make_schedules_beyond_clash_does_not_name_them(world: World) -> None:
    header = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]
    term = ["T-1", "Autumn 2031", "2031-08-18", "2031-12-19"]
    key = "echovideo.terms.v1"
    assert (
        world.tenant.load(csv_text(header, [*term, "2031-10-08", "T-1"]), key, "update").counts["updated"]
        == 1
    )
    series = [*CREATE, "End Date", "Days Of Week"]
    done = world.tenant.load(
        csv_text(
            series,
            ["Theft weekly", "2031-10-01", *schedule("", "S-OUT", room="RM-5")[2:], "2031-10-29", "WE"],
            ["Fair", "2031-10-08", *schedule("", "", room="RM-5")[2:], "", ""],
        ),
        SCHEDULES,
    )
    assert done.counts["created"] == 2, world.tenant.plan(done)
    freed = csv_text(header, [*term, "", "T-1"])
    [told] = sentences(world, world.caller("department_admin", "DEP-IN"), freed, key, "update")
    assert "A5" in told
    assert "2031-10-08" in told
    assert "Theft" not in told
    assert "Fair" not in told
    [told] = sentences(world, world.caller("admin", None), freed, key, "update")
    assert "Theft weekly" in told or "Fair" in told


@pytest.fixture
def shared(world: World) -> World:
    """With a schedule that publishes to a section within reach and to one beyond."""
    done = world.tenant.load(
        csv_text(CREATE, schedule("Both", "S-IN;S-OUT", at="12:00", id_="SCH-BOTH")), SCHEDULES
    )
    assert done.counts["created"] == 1
    return world


def exported(world: World, caller: Caller) -> list[str]:
    """External ids of the schedules that an export holds, in alphabetical order."""
    asked = caller.post("/exports", {"format": SCHEDULES})
    assert asked.status_code == 202
    work(world.tenant)
    with tenancy.use_institution(world.tenant.pk):
        done = Export.objects.select_related("job").get(pk=asked.json()["id"])
        return sorted(row["External ID"] for row in lines(done))


def listed(caller: Caller) -> list[str]:
    return sorted(each["external_id"] for each in caller.results("/schedules", limit=200))


WITHIN = ["SCH-BOTH", "SCH-IN"]
PUBLISHED = ["SCH-BOTH", "SCH-IN", "SCH-OUT"]
ALL = ["SCH-BOTH", "SCH-IN", "SCH-NONE", "SCH-OUT"]


# Who -> the schedules they read, without and with the switch that shows unpublished captures.
READ: dict[tuple[str, str | None], tuple[list[str], list[str]]] = {
    ("admin", None): (ALL, ALL),
    ("admin", "ORG-IN"): (WITHIN, [*WITHIN, "SCH-NONE"]),
    ("org_admin", None): (ALL, ALL),
    ("org_admin", "ORG-IN"): (WITHIN, [*WITHIN, "SCH-NONE"]),
    ("department_admin", "DEP-IN"): (WITHIN, [*WITHIN, "SCH-NONE"]),
    ("department_admin", "DEP-OUT"): (["SCH-BOTH", "SCH-OUT"], ["SCH-BOTH", "SCH-NONE", "SCH-OUT"]),
    ("scheduler", None): (PUBLISHED, PUBLISHED),
    ("scheduler", "ORG-IN"): (WITHIN, WITHIN),
    ("analyst", None): (ALL, ALL),
    ("analyst", "ORG-IN"): (WITHIN, WITHIN),
    ("integration", None): (ALL, ALL),
    ("integration", "ORG-IN"): (WITHIN, WITHIN),
}


def test_schedules_lie_where_any_of_their_sections_lies_and_without_one_where_the_switch_says(
    shared: World,
) -> None:
    assert {role for role, _ in READ} == set(Role)
    callers = {who: shared.caller(*who) for who in READ}
    without = {who: off for who, (off, _) in READ.items()}
    assert {who: listed(caller) for who, caller in callers.items()} == without
    assert {who: exported(shared, caller) for who, caller in callers.items()} == writable(without)
    switch(shared, shows_unpublished_captures=True)
    with_it = {who: on for who, (_, on) in READ.items()}
    assert {who: listed(caller) for who, caller in callers.items()} == with_it
    assert {who: exported(shared, caller) for who, caller in callers.items()} == writable(with_it)


def writable(read: dict[tuple[str, str | None], list[str]]) -> dict[tuple[str, str | None], list[str]]:
    """What a file may name: less what is beyond reach too."""
    return {
        (role, unit): [name for name in names if unit is None or name != "SCH-BOTH"]
        for (role, unit), names in read.items()
    }


def test_a_schedule_is_written_by_whoever_reaches_all_of_its_sections(shared: World) -> None:
    text = csv_text(UPDATE, ["SCH-BOTH", *schedule("Renamed", "S-IN", at="12:00", id_="SCH-BOTH")])
    deletes = csv_text(["Schedule ID"], ["SCH-BOTH"])
    by_name = csv_text(["Schedule ID", "External ID"], ["", "SCH-BOTH"])
    beyond = (
        "The schedule `SCH-BOTH` also belongs to sections beyond your reach. Somebody who reaches them all"
        " can change it."
    )
    for role, unit in (("org_admin", "ORG-IN"), ("scheduler", "DEP-OUT")):
        caller = shared.caller(role, unit)
        [told] = sentences(shared, caller, text, SCHEDULES, "update")
        assert told.startswith(beyond)
        assert sentences(shared, caller, deletes, SCHEDULES, "delete") == [beyond]
        assert sentences(shared, caller, by_name, "echovideo.schedules.v2", "delete") == [beyond]
    # Whoever may not read it either.
    [told] = sentences(shared, shared.caller("org_admin", "DEP-IN-2"), text, SCHEDULES, "update")
    assert told.startswith("There is no schedule `SCH-BOTH`. Correct the id, or create it first.")
    assert sentences(shared, shared.caller("scheduler", None), text, SCHEDULES, "update") == [""]


def test_schedules_without_a_section_are_written_by_whoever_sees_them(world: World) -> None:
    update = csv_text(UPDATE, ["SCH-NONE", *schedule("Renamed", "", room="RM-3", id_="SCH-NONE")])
    create = csv_text(CREATE, schedule("New", "", room="RM-5"))
    for role, unit in (("org_admin", "ORG-IN"), ("scheduler", None), ("scheduler", "ORG-IN")):
        caller = world.caller(role, unit)
        [told] = sentences(world, caller, update, SCHEDULES, "update")
        assert told.startswith("There is no schedule `SCH-NONE`.") or "Section IDs is blank" in told
        [told] = sentences(world, caller, create, SCHEDULES, "create")
        assert told.startswith("Section IDs is blank")
    switch(world, shows_unpublished_captures=True)
    below = world.caller("org_admin", "ORG-IN")
    assert sentences(world, below, update, SCHEDULES, "update") == [""]
    assert sentences(world, below, create, SCHEDULES, "create") == [""]
    [told] = sentences(world, world.caller("scheduler", None), create, SCHEDULES, "create")
    assert told.startswith("Section IDs is blank")


def test_schedulers_make_only_what_is_published(larger: World) -> None:
    text = csv_text(
        CREATE,
        schedule("No", "S-IN", publish="FALSE"), schedule("Yes", "S-IN", at="11:00", publish="TRUE"),
        schedule("Blank", "S-IN", at="13:00"),
    )  # fmt: skip
    for role, unit in (("scheduler", "ORG-IN"), ("scheduler", None)):
        told = larger.tell(larger.caller(role, unit), text, SCHEDULES, "create", mode="preview")
        assert [[each["code"] for each in row["problems"]] for row in told["rows"]] == [
            ["not_permitted"],
            [],
            [],
        ]
    told = larger.tell(larger.caller("org_admin", "ORG-IN"), text, SCHEDULES, "create", mode="preview")
    assert told["counts"]["failed"] == 0


def test_samples_to_update_show_nothing_beyond(larger: World) -> None:
    with tenancy.use_institution(larger.tenant.pk):
        fmt = format_for(SCHEDULES)
        reach = Reach(units=(), unpublished=False)
        assert exports.sample_rows(fmt, "delete", larger.tenant.pk, reach=reach) == []


def browser(world: World, role: str, unit: str | None) -> Client:
    at = UUID(world.ids[unit]) if unit else None
    email = f"{uuid4()}@fjord.example"
    return client_of(access.create_account(institution=world.tenant.pk, email=email, role=role, org_unit=at))


@pytest.mark.parametrize(
    ("role", "unit", "shown"),
    [
        ("admin", None, {"Tides 01", "Theft 01", "Open Day"}),
        ("scheduler", None, {"Tides 01", "Theft 01"}),
        ("scheduler", "ORG-IN", {"Tides 01"}),
        ("department_admin", "DEP-OUT", {"Theft 01"}),
        ("analyst", "ORG-IN", {"Tides 01"}),
    ],
)
def test_the_roster_browser_shows_schedules_within_reach(
    larger: World, role: str, unit: str | None, shown: set[str]
) -> None:
    html = browser(larger, role, unit).get("/roster/schedules/").content.decode()
    assert {name for name in ("Tides 01", "Theft 01", "Open Day") if name in html} == shown


@pytest.mark.parametrize("action", ["update", "delete"])
def test_the_wizard_counts_ids_and_values_no_further_than_its_person_reaches(
    committed: None, worlds: tuple[World, World], action: str
) -> None:
    text = csv_text(["Section ID", "Course ID", "Term ID", "Section Name"], *(
        [id_, "C-IN", "T-1", "09"] for id_ in ("S-IN", "S-OUT", "S-OUT-2")
    ))  # fmt: skip
    told = []
    for world in worlds:
        client = browser(world, "org_admin", "ORG-IN")
        file = io.BytesIO(text.encode())
        file.name = "sections.csv"
        step = client.post("/imports/new/", {"file": file})["Location"]
        page = client.get(step, {"format": SECTIONS, "action": action}).context
        told.append(SYSTEM_ID.sub("", str([page["seen"], page["absent"], page["columns"]])))
    assert told[0] == told[1]
    assert "S-OUT" in told[0]


def test_an_import_is_undone_only_by_whoever_still_reaches_what_it_did(world: World) -> None:
    below = world.caller("org_admin", "ORG-IN")
    courses = csv_text(
        ["Course Code", "Course Name", "Department ID", "External ID"],
        ["ICE1", "Ice", "DEP-IN", "C-ICE"], ["ICE2", "Snow", "DEP-IN", "C-SNOW"],
    )  # fmt: skip
    departments = csv_text(["Department ID"], ["DEP-IN-2"])
    made = below.import_(courses, format=COURSES, action="create")
    gone = below.import_(departments, format="echovideo.departments.v1", action="delete")
    assert below.post(f"/imports/{gone['id']}/void", {"preview": True}).status_code == 200
    assert below.post(f"/imports/{made['id']}/void", {"preview": True}).status_code == 200
    header = ["Course ID", "Course Code", "Course Name", "Department ID", "External ID"]
    moved = world.tenant.load(
        csv_text(header, ["C-ICE", "ICE1", "Ice", "DEP-OUT", "C-ICE"]), COURSES, "update", confirm_clear=True
    )
    assert moved.counts["updated"] == 1
    for body in ({"preview": True}, {}):
        refused = below.post(f"/imports/{made['id']}/void", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
        assert "do not reach any more" in refused.json()["detail"]
    whole = world.caller("admin", None)
    assert whole.post(f"/imports/{made['id']}/void", {}).status_code == 202
