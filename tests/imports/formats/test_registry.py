"""Which format a header belongs to, and what is said when it belongs to none."""

from __future__ import annotations

import pytest

from imports.formats.base import Format
from imports.formats.registry import candidates, format_for, formats, layouts, recognise, row_formats
from imports.problems import FileRejected
from imports.requests import BadRequest
from tests.imports.harness import Tenant

# Feeds have exact headers, whatever their rows do: tests/imports/packages/test_recognition.py.
ROWS = {fmt.key: fmt for fmt in row_formats()}
EVERY = [(key, action) for key, fmt in ROWS.items() for action in fmt.actions]


def refusal(header: list[str], action: str = "") -> FileRejected:
    with pytest.raises(FileRejected) as refused:
        recognise(header, action)
    return refused.value


def header_of(fmt: type[Format], action: str) -> list[str]:
    return [column.header for column in fmt.columns_for(action)]


@pytest.mark.parametrize(("key", "action"), EVERY)
def test_each_format_is_recognised_by_its_own_header(key: str, action: str) -> None:
    fmt = format_for(key)
    assert recognise(header_of(fmt, action), action) is fmt
    assert recognise([name.upper().replace(" ", "_") for name in header_of(fmt, action)], action) is fmt


@pytest.mark.parametrize("key", [fmt.key for fmt in [*ROWS.values(), *layouts()] if fmt.exportable])
def test_each_format_is_recognised_by_the_header_of_its_export(key: str) -> None:
    header = [column.header for column in format_for(key).columns]
    for action in format_for(key).actions:
        assert recognise(header, action) is format_for(key)
        assert recognise(["_row", *header, "_outcome"], action) is format_for(key)


def test_formats_come_in_the_order_in_which_they_are_imported() -> None:
    found = [key for key, fmt in formats().items() if fmt.family == "echovideo"]
    nouns = [
        "organizations", "departments", "campuses", "buildings", "rooms", "terms", "courses", "users",
        "sections", "enrollments",
    ]  # fmt: skip
    assert [key for key in found if "schedules" not in key] == [f"echovideo.{noun}.v1" for noun in nouns]


def test_unknown_columns_do_not_hide_a_format() -> None:
    assert recognise(["Name", "Start Date", "End Date", "Notes", "Colour"]).key == "echovideo.terms.v1"


def test_a_header_of_several_formats_names_them_all() -> None:
    refused = refusal(["ID"], "delete")
    assert refused.code == "unknown_format"
    assert set(refused.params["candidates"]) == {fmt.key for fmt in candidates(["ID"], "delete")}
    assert len(refused.params["candidates"]) > 2
    names = ", ".join(f"`{key}`" for key in refused.params["candidates"])
    assert refused.detail == (
        f"This file was not read: its header fits more than one format, {names}. Say which one it is."
    )


def test_a_header_that_has_what_several_formats_need_and_more_is_said_to_fit_none() -> None:
    refused = refusal(["id", "name", "colour"])
    assert refused.code == "unknown_format"
    assert len(refused.params["candidates"]) > 1
    names = ", ".join(f"`{key}`" for key in refused.params["candidates"])
    assert refused.detail == (
        f"This file was not read: its header matches no format. It has columns of {names}, and none of them has"
        " `colour`. Rename or take out what is too much, or say which format it is."
    )


def test_a_header_of_no_format_names_the_nearest() -> None:
    refused = refusal(["First Name", "Last Name", "Shoe Size"])
    assert refused.code == "unknown_format"
    assert refused.params["candidates"] == ["echovideo.users.v1"]
    assert refused.detail == (
        "This file was not read: its header matches no format."
        " The nearest is Users (`echovideo.users.v1`), with 2 of 7 columns."
    )


def test_a_header_that_is_like_none_is_pointed_to_the_samples() -> None:
    refused = refusal(["shoe", "size"])
    assert refused.params["candidates"] == []
    assert refused.detail == (
        "This file was not read: its header matches no format. Use the header of a sample file."
    )


def test_a_format_without_the_action_is_named_with_the_actions_it_has() -> None:
    refused = refusal(header_of(format_for("echovideo.users.v1"), "update"), "delete")
    assert refused.code == "unknown_action"
    assert refused.detail == "This format cannot “delete” Users. Use `create` or `update`."


def test_no_format_without_the_action_takes_a_foreign_header() -> None:
    assert refusal(["Foo", "Bar"], "delete").code == "unknown_format"


def test_the_column_of_a_parent_tells_what_a_file_creates() -> None:
    # `Campus ID` is the own id of a campus too, where a file that creates campuses would ignore it.
    assert recognise(["Campus ID", "Name", "External ID"], "create").key == "echovideo.buildings.v1"
    assert recognise(["Campus ID", "Name", "External ID"], "update").key == "echovideo.campuses.v1"
    assert recognise(["Building ID", "Name"], "create").key == "echovideo.rooms.v1"
    assert recognise(["Organization ID", "Name", "External ID"], "create").key == "echovideo.departments.v1"


def test_a_name_alone_may_be_of_many_things() -> None:
    refused = refusal(["Name"], "create")
    nouns = ("organizations", "departments", "campuses")
    assert refused.params["candidates"] == [f"echovideo.{noun}.v1" for noun in nouns]


@pytest.mark.parametrize(
    ("header", "instead"),
    [
        (
            ["Role", "Last name", "First name", "Email Address", "Course Code", "Section Code", "Term"],
            (
                "This is the header of the former import “bulk users”, which is not read any more. Use “create” of Users"
                " for the people, and “create” of Enrollments for their sections."
            ),
        ),
        (
            ["Section Code", "Course Code", "email_address", "First Name", "Last Name", "Role"],
            (
                "This is the header of the former import “bulk users”, which is not read any more. Use “create” of Users"
                " for the people, and “create” of Enrollments for their sections."
            ),
        ),
        (
            ["campus", "BUILDING", "Room", "Start Date", "Recording Start Time", "Duration"],
            (
                "This is the header of the former import “scheduled captures”, which is not read any more. Use “create”"
                " of Schedules."
            ),
        ),
    ],
)
def test_former_imports_are_recognised_and_refused(header: list[str], instead: str) -> None:
    refused = refusal(header, "create")
    assert refused.code == "legacy_header"
    assert refused.detail == instead


def test_users_are_not_deleted_by_file(tenant: Tenant) -> None:
    # echovideo.md 1.1 and 2.8: there is no such action, and the request says which there are.
    with pytest.raises(BadRequest) as refused:
        tenant.receive("User ID\nP-1001\n", "echovideo.users.v1", "delete")
    assert (refused.value.field, refused.value.code) == ("action", "unknown_action")
    assert refused.value.detail == "Users can be: create, update; got `delete`."


@pytest.mark.parametrize(
    ("header", "action", "key"),
    [
        # echovideo.md 2.12: version 2 deletes by either key; the id alone means version 1, as it always did.
        (["Schedule ID"], "delete", "echovideo.schedules.v1"),
        (["External ID"], "delete", "echovideo.schedules.v2"),
        (["Schedule ID", "External ID"], "delete", "echovideo.schedules.v2"),
        (["Schedule ID", "Name", "Duration Minutes", "External ID"], "delete", "echovideo.schedules.v1"),
        (["Schedule ID", "Name", "End Time", "External ID"], "delete", "echovideo.schedules.v2"),
    ],
)
def test_the_versions_of_schedules_are_told_apart(header: list[str], action: str, key: str) -> None:
    assert recognise(header, action).key == key


def test_external_ids_among_other_columns_are_of_no_format_that_deletes() -> None:
    assert refusal(["External ID", "Shoe Size"], "delete").code == "unknown_format"


@pytest.mark.parametrize("action", ["create", "update", "delete"])
@pytest.mark.parametrize("key", list(ROWS))
def test_no_header_of_one_format_is_taken_for_another(key: str, action: str) -> None:
    fmt = format_for(key)
    if action not in fmt.actions:
        return
    header = header_of(fmt, action)
    assert candidates(header, action) == [fmt]
    assert fmt in candidates(list(reversed(header)), action)
