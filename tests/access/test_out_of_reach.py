"""A row that touches what its sender cannot reach fails like one that points to nothing, word for word.

Every file is sent to two institutions by somebody who reaches ORG-IN: in one of them there is more beyond
it. What they are told is compared whole: rows, sentences, suggestions, counts, effects, failed.csv.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from edu_csv import tenancy
from edu_csv.access import policy
from edu_csv.access.models import Account
from edu_csv.access.roles import Role
from edu_csv.roster.nouns import WRITE_ORDER
from imports.formats.feed import Layout, Package
from imports.formats.registry import formats
from tests.access.worlds import World, make_twins
from tests.api.caller import Caller
from tests.exports.harness import cells, content, export, written
from tests.imports.harness import csv_text
from tests.imports.views.conftest import client_of

SCHEDULED = [
    "Name",
    "Start Date",
    "Start Time",
    "Duration Minutes",
    "Room ID",
    "Section IDs",
    "Input 1",
    "Capture Quality",
]
AT = ["2031-09-01", "09:00", "60"]
LAST = ["Display", "High"]
NAMED = [
    "External ID", "Name", "Start Date", "Start Time", "End Time", "Campus Name", "Building Name", "Room Name",
    "Term Name", "Course Code", "Section Name", "Input 1", "Capture Quality",
]  # fmt: skip
ON = ["Tides", "2031-09-01", "09:00", "10:00", "Harbour", "Lighthouse"]

# Format -> action -> header, rows. `<X>` is the system id that X has in the larger institution, `[X]` the one it has
# in the institution that is asked.
FILES: dict[str, dict[str, list[list[str]]]] = {
    "organizations": {
        "update": [
            ["Organization ID", "Name", "External ID"],
            ["ORG-IN", "Marine", "ORG-IN"], ["ORG-OUT", "Law", ""], ["<ORG-OUT>", "Law", ""], ["ORG-OUX", "Law", ""],
        ],
        "delete": [["Organization ID"], ["ORG-OUT"], ["<ORG-OUT>"], ["ORG-OUX"], ["ORG-IN"], ["DEP-OUT"], ["<DEP-OUT>"]],
        "create": [["Name", "External ID"], ["Arts", "ORG-NEW"]],
    },
    "departments": {
        "create": [
            ["Name", "Organization ID", "External ID"],
            ["Ice", "ORG-IN", "DEP-NEW"], ["Tort", "ORG-OUT", ""], ["Tort", "<ORG-OUT>", ""], ["Tort", "ORG-OUX", ""],
            ["Alone", "", ""], ["Criminal Law", "ORG-IN", ""], ["Visitors", "ORG-IN", ""], ["Below", "<DEP-OUT>", ""],
        ],
        "update": [
            ["Department ID", "Name", "Organization ID", "External ID"],
            ["DEP-IN", "Ice", "ORG-IN", "DEP-IN"], ["DEP-OUT", "Ice", "ORG-IN", ""], ["<DEP-OUT>", "Ice", "ORG-IN", ""],
            ["DEP-OUX", "Ice", "ORG-IN", ""], ["DEP-IN", "Ice", "ORG-OUT", "DEP-IN"], ["DEP-OUT-2", "Ice", "", ""],
            ["DEP-IN", "Ice", "", "DEP-IN"],
        ],
        "delete": [["Department ID"], ["DEP-IN-2"], ["DEP-OUT"], ["<DEP-OUT>"], ["DEP-OUX"], ["DEP-IN"]],
    },
    "courses": {
        "create": [
            ["Course Code", "Course Name", "Organization ID", "Department ID", "External ID"],
            ["OCE300", "Ice", "ORG-IN", "DEP-IN", "C-NEW"], ["X1", "Ice", "", "DEP-OUT", ""], ["X2", "Ice", "", "<DEP-OUT>", ""],
            ["X3", "Ice", "ORG-OUT", "", ""], ["X4", "Ice", "ORG-IN", "DEP-OUT", ""], ["X5", "Ice", "", "DEP-OUX", ""],
            ["X6", "Ice", "", "", ""], ["X7", "Ice", "<S-OUT>", "", ""], ["X8", "Ice", "", "<S-IN>", ""],
        ],
        "update": [
            ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"],
            ["C-IN", "OCE210", "Ice", "ORG-IN", "DEP-IN", "C-IN"], ["C-OUT", "X1", "Ice", "ORG-IN", "", ""],
            ["<C-OUT>", "X1", "Ice", "ORG-IN", "", ""], ["C-OUX", "X1", "Ice", "ORG-IN", "", ""],
            ["42", "X1", "Ice", "ORG-IN", "", ""], ["C-IN-2", "X1", "Ice", "", "DEP-OUT", ""],
            ["C-IN-3", "X1", "Ice", "", "", ""], ["<S-OUT>", "X1", "Ice", "ORG-IN", "", ""],
        ],
        "delete": [["Course ID"], ["C-IN-3"], ["C-OUT"], ["<C-OUT>"], ["C-OUX"], ["C-IN"], ["42"], ["00042"]],
    },
    "sections": {
        "create": [
            ["Course ID", "Term ID", "Section Name", "External ID"],
            ["C-IN", "T-1", "09", "S-NEW"], ["C-OUT", "T-1", "01", ""], ["<C-OUT>", "T-1", "01", ""],
            ["C-OUX", "T-1", "01", ""], ["42", "T-1", "01", ""], ["C-IN", "T-1", "01", ""], ["LAW101", "T-1", "01", ""],
        ],
        "update": [
            ["Section ID", "Course ID", "Term ID", "Section Name", "External ID"],
            ["S-IN-2", "C-IN-2", "T-1", "07", "S-IN-2"], ["S-OUT", "C-IN", "T-1", "07", ""], ["<S-OUT>", "C-IN", "T-1", "07", ""],
            ["S-OUX", "C-IN", "T-1", "07", ""], ["S-IN-2", "C-OUT", "T-1", "07", ""],
        ],
        "delete": [["Section ID"], ["S-IN-2"], ["S-OUT"], ["<S-OUT>"], ["S-OUX"], ["<C-OUT>"]],
    },
    "enrollments": {
        "create": [
            ["User ID", "Section ID", "Role"],
            ["P-3", "S-IN", "Student"], ["P-3", "S-OUT", "Student"], ["P-2", "<S-OUT>", "Student"],
            ["P-2", "S-OUX", "Student"], ["P-2", "S-IN", "Instructor"],
        ],
        "update": [
            ["User ID", "Section ID", "Role"],
            ["P-2", "S-IN", "Teaching Assistant"], ["P-3", "S-OUT", "Instructor"], ["P-2", "<S-OUT>", "Instructor"],
            ["P-2", "S-OUX", "Instructor"], ["P-3", "S-IN", "Instructor"],
        ],
        "delete": [
            ["User ID", "Section ID"],
            ["P-2", "S-IN"], ["P-3", "S-OUT"], ["P-3", "<S-OUT>"], ["P-3", "S-OUX"], ["P-3", "S-IN"],
        ],
    },
    "schedules": {
        "create": [
            [*SCHEDULED, "External ID"],
            ["New", *AT, "RM-4", "S-IN", *LAST, "SCH-NEW"], ["Two", *AT, "RM-5", "S-OUT", *LAST, ""],
            ["Two", *AT, "RM-5", "<S-OUT>", *LAST, ""], ["Two", *AT, "RM-5", "S-IN;S-OUT", *LAST, ""],
            ["Two", *AT, "RM-5", "S-OUX;S-IN", *LAST, ""], ["Two", *AT, "RM-5", "", *LAST, ""],
            ["Two", *AT, "<S-OUT>", "S-IN", *LAST, ""],
        ],
        "update": [
            ["Schedule ID", *SCHEDULED, "External ID"],
            ["SCH-IN", "Tides", *AT, "RM-1", "S-IN", *LAST, "SCH-IN"], ["SCH-OUT", "New", *AT, "RM-4", "S-IN", *LAST, ""],
            ["<SCH-OUT>", "New", *AT, "RM-4", "S-IN", *LAST, ""], ["SCH-OUX", "New", *AT, "RM-4", "S-IN", *LAST, ""],
            ["SCH-NONE", "New", *AT, "RM-4", "S-IN", *LAST, ""], ["<SCH-NONE>", "New", *AT, "RM-4", "S-IN", *LAST, ""],
        ],
        "delete": [["Schedule ID"], ["SCH-IN"], ["SCH-OUT"], ["<SCH-OUT>"], ["SCH-OUX"], ["SCH-NONE"], ["<SCH-NONE>"]],
    },
    "echovideo.schedules.v2": {
        "create": [
            NAMED,
            ["SCH-NEW", *ON, "A4", "Autumn 2031", "OCE210", "01", *LAST], ["N-1", *ON, "A5", "Autumn 2031", "LAW101", "01", *LAST],
            ["N-2", *ON, "A5", "Autumn 2031", "LAW999", "01", *LAST], ["N-3", *ON, "A5", "Autumn 2031", "GEN001", "01", *LAST],
            ["N-4", *ON, "A5", "Autumn 2031", "OCE210", "02", *LAST],
            ["N-5", *ON, "A5", "Autumn 2031;Autumn 2031", "OCE210;LAW101", "01;01", *LAST],
            ["N-6", *ON, "A5", "", "", "", *LAST], ["N-7", *ON, "A5", "Autumn 2031", "law101", "01", *LAST],
        ],
        "update": [
            ["Schedule ID", *NAMED],
            ["[SCH-IN]", "SCH-IN", *ON, "A1", "Autumn 2031", "OCE210", "01", *LAST],
            ["<SCH-OUT>", "N-1", *ON, "A4", "Autumn 2031", "OCE210", "01", *LAST],
            ["<SCH-NONE>", "N-2", *ON, "A4", "Autumn 2031", "OCE210", "01", *LAST],
            ["SCH-OUT", "N-3", *ON, "A4", "Autumn 2031", "OCE210", "01", *LAST],
            ["01a20228-0d25-7fae-889f-750b00000003", "N-4", *ON, "A4", "Autumn 2031", "OCE210", "01", *LAST],
        ],
        "delete": [
            ["Schedule ID", "External ID"],
            ["", "SCH-IN"], ["", "SCH-OUT"], ["<SCH-OUT>", ""], ["<SCH-OUT>", "SCH-OUT"], ["[SCH-IN]", "SCH-OUT"],
            ["", "SCH-NONE"], ["", "SCH-OUX"],
        ],
    },
    # Of the institution, and so in everybody's reach; what keeps them from being deleted need not be.
    "terms": {"delete": [["Term ID"], ["T-2"], ["T-1"]]},
    "rooms": {"delete": [["Room ID"], ["RM-5"], ["RM-1"]]},
}  # fmt: skip
CELLS = [(name, action) for name, actions in FILES.items() for action in actions]
HIERARCHY = {"org_unit", "organization", "department", "course", "section", "enrollment", "schedule"}


def files_of(rows: list[list[str]], worlds: tuple[World, World]) -> list[str]:
    """The file for each of the two: the same, save for own system ids of what both have."""
    header, *body = rows
    return [
        csv_text(header, *([_cell(cell, worlds[0], world) for cell in row] for row in body))
        for world in worlds
    ]


def _cell(cell: str, larger: World, own: World) -> str:
    if cell[:1] in ("<", "["):
        return (larger if cell[0] == "<" else own).ids[cell[1:-1]]
    return cell


def test_no_type_of_the_hierarchy_and_no_action_is_left_out() -> None:
    # Feeds are for those who reach the whole institution (test_matrix).
    asked = {
        (fmt.key, action)
        for fmt in formats().values()
        if fmt.importable and fmt.target.name in HIERARCHY and not issubclass(fmt, Layout | Package)
        for action in fmt.actions
    }
    assert asked <= {(key_of(name), action) for name, action in CELLS}


def key_of(name: str) -> str:
    return name if "." in name else f"echovideo.{name}.v1"


def senders() -> list[tuple[str, str, str]]:
    """(role, format, action): schedulers too, where they import at all."""
    cells = [("org_admin", *cell) for cell in CELLS]
    theirs = policy.IMPORTS[Role.SCHEDULER]
    return cells + [
        ("scheduler", *cell) for cell in CELLS if formats()[key_of(cell[0])].target.name in theirs
    ]


@pytest.mark.parametrize(("role", "name", "action"), senders())
def test_who_reaches_a_part_is_told_the_same_whether_or_not_there_is_more(
    committed: None, worlds: tuple[World, World], role: str, name: str, action: str
) -> None:
    key = key_of(name)
    files = zip(worlds, files_of(FILES[name][action], worlds), strict=True)
    told = [
        world.tell(world.caller(role, "ORG-IN"), text, key, action, mode="preview") for world, text in files
    ]
    assert told[0] == told[1]
    # Not because nothing is let through, nor because all is. Organizations are made and deleted by whoever
    # reaches all.
    assert told[0]["counts"]["failed"] > 0
    assert told[0]["counts"]["failed"] < told[0]["counts"]["rows"] or (
        name == "organizations" and action != "update"
    )


def test_who_reaches_all_is_told_the_difference(committed: None, worlds: tuple[World, World]) -> None:
    text, _ = files_of(FILES["sections"]["update"], worlds)
    key = key_of("sections")
    told = [world.tell(world.caller("admin", None), text, key, "update", mode="preview") for world in worlds]
    assert told[0] != told[1]


@pytest.fixture(scope="module")
def twins(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Both with a standing schedule on a section within reach and one beyond, which is not the same. Only read."""
    with django_db_blocker.unblock():
        yield make_twins()


READERS = ["org_admin", "scheduler", "analyst"]
# What stands beyond in one of the two, and no part of any word within reach.
BEYOND = re.compile("OUT|FAR|LAW|Law|Far|Distance|Evening|Theft")
MOMENTS = {"created_at", "updated_at", "at"}


def timeless(found: Any) -> Any:
    """Without the times that no two institutions share."""
    if isinstance(found, dict):
        return {name: timeless(value) for name, value in found.items() if name not in MOMENTS}
    return [timeless(each) for each in found] if isinstance(found, list) else found


def tables(data: bytes) -> list[list[str]]:
    """The cells of an export: of a package those of all its files, each below its name without the time in it."""
    if not data.startswith(b"PK"):
        return cells(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        named = [(re.sub(r"\d{14}", "", name), archive.read(name)) for name in archive.namelist()]
    return [line for name, text in named for line in ([name], *cells(text))]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("key", [fmt.key for fmt in formats().values() if fmt.exportable])
def test_an_export_of_a_part_is_the_same_whatever_lies_beyond(
    committed: None, twins: tuple[World, World], key: str, role: str
) -> None:
    told = []
    for world in twins:
        done = export(world.tenant, key, actor=world.actor(role, "ORG-IN"))
        omitted = cells(content(done.omitted_key)) if done.omitted_key else []
        # Files have the time in their names.
        named = [[re.sub(r"\d{14}|\d{8}-\d{4}", "", cell) for cell in line] for line in omitted]
        told.append([world.anonymous(tables(written(done))), done.omitted, world.anonymous(named)])
    assert told[0] == told[1]
    assert not BEYOND.search(json.dumps(told))


def told_by_the_roster(world: World, caller: Caller) -> dict[str, Any]:
    """All lists, and the histories of all that they show."""
    told: dict[str, Any] = {}
    for noun in WRITE_ORDER:
        path = "/" + noun.many.replace(" ", "-").replace("users", "people")
        answer = caller.get(path, limit=200)
        if answer.status_code == 404:
            continue
        body = answer.json()
        # In the order of their making, which differs with what else was made.
        listed = sorted((timeless(one) for one in body["results"]), key=lambda one: one["id"])
        told[path] = [body["count"], listed]
        if noun.has_external_id:
            told[path].append([caller.results(f"{path}/{one['id']}/history") for one in listed])
    found = world.anonymous(timeless(told))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("role", READERS)
def test_the_roster_of_a_part_is_the_same_whatever_lies_beyond(
    committed: None, twins: tuple[World, World], role: str
) -> None:
    told = [told_by_the_roster(world, world.caller(role, "ORG-IN")) for world in twins]
    assert told[0] == told[1]
    assert {"/schedules", "/sections", "/people", "/terms"} <= told[0].keys()
    assert not BEYOND.search(json.dumps(told))


def browser(world: World, role: str) -> Client:
    who = world.actor(role, "ORG-IN")
    with tenancy.use_institution(world.tenant.pk):
        return client_of(Account.objects.get(pk=who.account or 0))


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_what_changes_along_names_nothing_beyond(committed: None, twins: tuple[World, World]) -> None:
    text = csv_text(["Section ID"], ["S-IN-2"])
    told = []
    for world in twins:
        caller = world.caller("org_admin", "ORG-IN")
        told.append(world.tell(caller, text, key_of("sections"), "delete", mode="preview"))
        [latest] = caller.results("/imports", limit=1)
        client = browser(world, "org_admin")
        for page in ("", "rows/", "rows/2/"):
            html = seen(client, f"/imports/{latest['id']}/{page}")
            # The list says of a deletion what ends with it; its row, all.
            assert page != "rows/2/" or "another section" in html, re.findall("[^>]*along[^<]*", html)
            assert not re.search("S-OUT|S-FAR|LAW101|FAR900", html)
            assert not [id_ for name, id_ in world.ids.items() if BEYOND.search(name) and id_ in html]
    assert told[0] == told[1]
    [row] = told[0]["rows"]
    changes = [each["changes"] for each in row["effects"] if each["external_id"] == "SCH-BOTH"]
    assert changes == [{"Section IDs": ["S-IN-2;another section", "another section"]}]


def test_conflicts_of_an_undo_name_nothing_beyond(committed: None) -> None:
    told = []
    for world, beyond in zip(make_twins(), ("S-OUT", "S-FAR"), strict=True):
        caller = world.caller("org_admin", "ORG-IN")
        done = caller.import_(
            csv_text(["Section ID"], ["S-IN-2"]),
            format=key_of("sections"),
            action="delete",
            confirm_clear="true",
        )
        assert done["counts"]["deleted"] == 1
        header = ["Schedule ID", *SCHEDULED, "External ID"]
        row = [
            "SCH-BOTH",
            "Both 01",
            "2031-08-21",
            "09:00",
            "60",
            "RM-1",
            f"{beyond};S-IN",
            *LAST,
            "SCH-BOTH",
        ]
        later = world.tenant.load(csv_text(header, row), key_of("schedules"), "update", confirm_clear=True)
        assert later.counts["updated"] == 1
        page = seen(browser(world, "org_admin"), f"/imports/{done['id']}/undo/")
        assert "another section" in page
        assert not re.search("S-OUT|S-FAR|LAW101|FAR900", page)
        path = f"/imports/{done['id']}"
        answers = [caller.post(f"{path}/void", {"preview": True}).json()["conflicts"]]
        assert caller.post(f"{path}/void", {}).status_code == 202
        world.tenant.work()
        answers += [caller.get(path).json()["void"]["conflicts"], caller.results(f"{path}/conflicts")]
        told.append(world.anonymous(answers))
        [conflict] = [one for one in told[-1][0] if one["field"] == "section_ids"]
        assert (conflict["ours"], conflict["now"]) == ([None], [None, "S-IN"])
    assert told[0] == told[1]
