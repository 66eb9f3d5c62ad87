"""Which format a file is taken for, by its header, its files and its name; and what is said when it is not clear."""

from __future__ import annotations

import io

import pytest

from imports.formats.registry import candidates, formats, recognise
from imports.problems import FileRejected
from imports.requests import BadRequest
from imports.steps.recognition import Asked, recognise_file
from tests.imports.harness import Tenant
from tests.imports.packages.feeds import (
    ENROLLED,
    ENROLLMENTS,
    ORGS,
    ORGS_1,
    ORGS_2,
    ORGS_3,
    USERS,
    USERS_1,
    USERS_3,
    d2l,
    header_of,
    package,
)

LAYOUTS = [key for key in formats() if key.startswith(("d2l.", "circlein.")) and not key.endswith(".package")]
ROWS = [key for key in formats() if key.startswith("echovideo.")]


def taken_for(data: bytes | str, name: str = "upload.csv", action: str = "") -> str:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return recognise_file(stream, name, Asked(action)).key


def refused(data: bytes | str, name: str = "upload.csv") -> FileRejected:
    with pytest.raises(FileRejected) as caught:
        taken_for(data, name)
    return caught.value


@pytest.mark.parametrize("key", LAYOUTS)
@pytest.mark.parametrize("action", ["", "create", "delete"])
def test_layouts_are_known_by_their_exact_headers_whatever_action_is_said(key: str, action: str) -> None:
    assert taken_for(header_of(key) + "\n", action=action) == key


@pytest.mark.parametrize("header", [ORGS_1, ORGS_2, ORGS_3, USERS_1, USERS_3, ENROLLMENTS])
def test_every_version_of_a_header_is_known(header: str) -> None:
    assert taken_for(f"{header}\n").startswith("d2l.")
    # Columns that we add to results are taken away before any rule.
    assert taken_for(f"{header},_row,_outcome,_object_id,_problems\n").startswith("d2l.")


@pytest.mark.parametrize("key", ROWS)
def test_no_header_of_another_family_is_taken_for_a_layout(key: str) -> None:
    header = [column.header for column in formats()[key].columns]
    found = candidates(header)
    assert found
    assert {fmt.family for fmt in found} == {"echovideo"}


@pytest.mark.parametrize(
    ("header", "key", "differs"),
    [
        (USERS_1.removesuffix(",email"), "d2l.users", "The header ends before"),
        (USERS_1.replace("type", "Type", 1), "d2l.users", "Column 1 is `Type`"),
        (f"{ENROLLMENTS},more", "d2l.enrollments", "`more`"),
        (ORGS_1.replace("type,action", "action,type"), "d2l.orgs", "Column 1 is `action`"),
        (header_of("circlein.users").removesuffix(",Status"), "circlein.users", "lacks `Status`"),
        (ENROLLMENTS.replace(",", " , "), "d2l.enrollments", None),
    ],
)
def test_a_near_miss_names_the_format_and_says_what_differs(
    header: str, key: str, differs: str | None
) -> None:
    if differs is None:
        # Blanks round names are seen past here; strict reading tells of them.
        assert taken_for(f"{header}\n") == key
        return
    problem = refused(f"{header}\n")
    assert problem.code == "unknown_format"
    assert problem.params["candidates"][0] == key
    assert f"`{key}`" in problem.detail
    assert differs in problem.detail
    assert problem.params["found"]


def test_the_name_decides_where_a_header_fits_several() -> None:
    with pytest.raises(FileRejected) as caught:
        recognise(["Name"], "create")
    assert len(caught.value.params["candidates"]) > 1
    assert recognise(["Name"], "create", "2031-campuses_old.csv").key == "echovideo.campuses.v1"
    for name in ("spam.csv", "campuses and departments.csv"):
        with pytest.raises(FileRejected):
            recognise(["Name"], "create", name)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_does_not_hide_what_a_file_is(delimiter: str) -> None:
    assert taken_for(f"{ENROLLMENTS}\nenrollment,,1,Learner,A\n".replace(",", delimiter)) == "d2l.enrollments"


PACKAGES = {
    "d2l": (d2l({"1.csv": ORGS, "2.csv": USERS}), "d2l.package"),
    "d2l of one file": (d2l({"1.csv": ENROLLED}), "d2l.package"),
    "d2l without its manifest": (package({"1.csv": USERS}), "d2l.package"),
    "d2l in a folder": (d2l({"feed/1.csv": USERS}), "d2l.package"),
    "d2l, all headers bad": (d2l({"1.csv": f"{ORGS_1},x\n", "2.csv": f"{USERS_1},x\n"}), "d2l.package"),
    "d2l, all bytes bad": (d2l({"1.csv": b"\xff\xfe\xff"}), "d2l.package"),
    "circlein": (package({"Users.csv": header_of("circlein.users") + "\n"}), "circlein.package"),
    "circlein, all headers bad": (
        package(
            {"a.csv": header_of("circlein.courses") + ",\n", "b.csv": header_of("circlein.users") + ",x\n"}
        ),
        "circlein.package",
    ),
    "one table, zipped": (
        package({"terms.csv": "Name,Start Date,End Date\nA,2031-01-01,2031-02-01\n"}),
        "echovideo.terms.v1",
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_zip_is_told_by_its_files(name: str) -> None:
    data, key = PACKAGES[name]
    assert taken_for(data, "feed.zip") == key


def test_a_zip_of_two_families_fits_both_and_says_so() -> None:
    problem = refused(package({"1.csv": ORGS, "2.csv": header_of("circlein.users") + "\n"}), "feed.zip")
    assert problem.params["candidates"] == ["circlein.package", "d2l.package"]
    assert "fits more than one format, `circlein.package`, `d2l.package`" in problem.detail


def test_a_zip_of_files_that_come_one_by_one_says_so() -> None:
    terms = "Name,Start Date,End Date\nA,2031-01-01,2031-02-01\n"
    problem = refused(package({"1.csv": terms, "2.csv": terms}), "feed.zip")
    assert problem.detail == (
        "This zip was not read: its files are `echovideo.terms.v1`, and these are sent one by one. Packages are CircleIn"
        " package (`circlein.package`) and D2L Standard CSV package (`d2l.package`)."
    )


def test_an_import_without_a_stated_format_is_a_feed_and_asks_for_no_action(tenant: Tenant) -> None:
    upload = tenant.load(d2l({"1.csv": ORGS}), "", "", file_name="nightly.zip")
    assert (upload.format_key, upload.job.status, upload.counts["created"]) == ("d2l.package", "completed", 1)
    alone = tenant.load(ORGS, "", "", file_name="orgs.csv")
    assert (alone.format_key, alone.counts["unchanged"]) == ("d2l.orgs", 1)


def test_text_that_feeds_do_not_have_cannot_be_asked_for(tenant: Tenant) -> None:
    asked = [
        ({"encoding": "windows-1252"}, ""),
        ({"encoding": "windows-1252"}, "d2l.orgs"),
        ({"delimiter": ";"}, "d2l.orgs"),
    ]
    for options, key in asked:
        with pytest.raises(BadRequest) as caught:
            tenant.receive(ORGS, key, "", **options)
        assert caught.value.field in options
        assert "UTF-8 with commas" in caught.value.detail
