"""Formats and their sample files through the API (rest-api.md section 2)."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from imports.formats.feed import Layout, Package
from imports.formats.registry import formats
from tests.api.caller import Caller, caller_in

SECTIONS = "echovideo.sections.v1"
FEEDS = [key for key, fmt in formats().items() if issubclass(fmt, Layout)]
PACKAGES = {key: fmt for key, fmt in formats().items() if issubclass(fmt, Package)}
ONE_ACTION = [
    key for key, fmt in formats().items() if "create" in fmt.actions and not issubclass(fmt, Layout | Package)
]


def rows(caller: Caller, key: str, action: str) -> list[list[str]]:
    answer = caller.get(f"/formats/{key}/sample", action=action)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_every_format_is_told_with_its_columns(caller: Caller) -> None:
    body = caller.get("/formats", limit="500").json()
    assert [each["key"] for each in body["results"]] == list(formats())
    assert body["count"] == len(formats())
    section = caller.get(f"/formats/{SECTIONS}").json()
    assert section in body["results"]
    assert (section["family"], section["title"], section["object_type"]) == (
        "echovideo",
        "Sections",
        "section",
    )
    assert section["actions"] == ["create", "update", "delete"]
    own = section["columns"][0]
    assert own["name"] == "Section ID"
    assert own["required_for"] == ["update", "delete"]
    assert (own["type"], own["allowed"], own["max_length"]) == ("reference", None, None)
    assert own["help"]
    name = next(column for column in section["columns"] if column["name"] == "Section Name")
    assert (name["max_length"], name["required_for"]) == (200, ["create", "update"])


def test_a_closed_list_is_told(caller: Caller) -> None:
    columns = caller.get("/formats/echovideo.enrollments.v1").json()["columns"]
    role = next(column for column in columns if column["name"] == "Role")
    assert role["allowed"] == ["Instructor", "Teaching Assistant", "Student"]


def test_an_unknown_format_is_404(caller: Caller) -> None:
    assert caller.get("/formats/nothing.v1").status_code == 404
    assert caller.get("/formats/nothing.v1/sample").status_code == 404


@pytest.mark.parametrize("key", ONE_ACTION)
def test_a_create_sample_has_two_invented_rows(caller: Caller, key: str) -> None:
    header, *invented = rows(caller, key, "create")
    assert header == [column.header for column in formats()[key].columns_for("create")]
    assert len(invented) == 2


def test_update_and_delete_samples_are_the_institutions_own(at_home: Caller) -> None:
    header, first, second = rows(at_home, SECTIONS, "update")
    assert header[0] == "Section ID"
    ids = {found["id"] for found in at_home.results("/sections")}
    assert {first[0], second[0]} == ids
    assert rows(at_home, SECTIONS, "delete") == [["Section ID"], [first[0]], [second[0]]]


def test_an_update_sample_sent_back_changes_nothing(at_home: Caller) -> None:
    answer = at_home.get(f"/formats/{SECTIONS}/sample", action="update")
    again = at_home.import_(answer.content, format=SECTIONS, action="update")
    assert (again["status"], again["counts"]["unchanged"]) == ("completed", 2)


def test_an_empty_institution_gets_the_header_alone(caller: Caller) -> None:
    assert len(rows(caller, SECTIONS, "update")) == 1
    assert rows(caller, SECTIONS, "delete") == [["Section ID"]]


def test_an_action_that_the_format_lacks_is_refused(caller: Caller) -> None:
    answer = caller.get("/formats/echovideo.users.v1/sample", action="delete")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "action")


def test_a_scheduler_sees_all_formats_that_can_be_exported(caller: Caller) -> None:
    scheduler = caller_in(caller.tenant, "scheduler")
    seen = {each["key"] for each in scheduler.get("/formats", limit="500").json()["results"]}
    assert seen == {key for key, fmt in formats().items() if fmt.exportable}
    refused = scheduler.upload("First Name\n", format="echovideo.users.v1", action="create")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert "terms" in refused.json()["detail"]


@pytest.mark.parametrize("key", FEEDS)
def test_a_sample_of_a_feed_has_all_its_columns_and_two_rows(caller: Caller, key: str) -> None:
    fmt = formats()[key]
    header, *invented = rows(caller, key, "create")
    assert header == [column.header for column in fmt.columns]
    assert len(invented) == 2
    told = caller.get(f"/formats/{key}").json()
    assert [column["name"] for column in told["columns"]] == header
    assert any(column["required_for"] for column in told["columns"])
    assert told["layouts"] == []


def sampled(package: type[Package]) -> list[type[Layout]]:
    """Renames are of what is there, and in an empty institution nothing is."""
    return [layout for layout in package.layouts if not layout.renames]


@pytest.mark.parametrize("key", PACKAGES)
def test_a_package_names_its_layouts_and_has_a_sample_of_each(caller: Caller, key: str) -> None:
    package = PACKAGES[key]
    told = caller.get(f"/formats/{key}").json()
    assert (told["columns"], told["layouts"]) == ([], [layout.key for layout in package.layouts])
    answer = caller.get(f"/formats/{key}/sample", action="create")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        csvs = [name for name in archive.namelist() if name.endswith(".csv")]
        for name, layout in zip(csvs, sampled(package), strict=True):
            text = archive.read(name).decode()
            assert text == caller.get(f"/formats/{layout.key}/sample").content.decode()
        if package.manifest:
            assert json.loads(archive.read(package.manifest)) == {"version": package.versions()[-1]}


@pytest.mark.parametrize("key", PACKAGES)
def test_a_sample_package_imports_cleanly_into_an_empty_institution(caller: Caller, key: str) -> None:
    sample = caller.get(f"/formats/{key}/sample").content
    done = caller.import_(sample, file_name="sample.zip", format=key)
    counts = done["counts"]
    assert (done["status"], counts["failed"], counts["warnings"]) == ("completed", 0, 0), done["problem"]
    assert counts["created"] == counts["rows"] == 2 * len(sampled(PACKAGES[key]))
    again = caller.import_(sample, file_name="sample.zip", format=key)
    assert again["counts"]["unchanged"] == counts["rows"]
