"""Headers of D2L files, letter for letter, in all versions (d2l 3.3)."""

from __future__ import annotations

import pytest

from imports.formats.d2l.attributes import Attributes
from imports.formats.d2l.enrollments import Enrollments
from imports.formats.d2l.family import VERSIONS, D2LLayout
from imports.formats.d2l.orgs import Orgs
from imports.formats.d2l.users import Users
from imports.problems import FileRejected

ORGS_1 = "type,action,code,name,start_date,end_date,is_active,department_code,template_code,semester_code,offering_code"
ORGS_2, ORGS_3 = f"{ORGS_1},custom_code", f"{ORGS_1},custom_code,discover"
USERS_1 = "type,action,username,org_defined_id,first_name,last_name,password,is_active,role_name,email"
USERS_11 = f"{USERS_1},relationships"
USERS_2 = f"{USERS_11},pref_first_name,pref_last_name"
USERS_21 = f"{USERS_2},sort_last_name"
USERS_3 = f"{USERS_21},pronouns"
ENROLLMENTS = "type,action,child_code,role_name,parent_code"
ATTRIBUTES = (
    "LMS Username,Company Employee Id,Company Name,Department,Division,Employee Role,Hired Date,Location,Manager,"
    "Region,Role Category,Team,Affiliated Org Units"
)

HEADERS = [
    (Orgs, ORGS_1, ["1.0", "1.1"]),
    (Orgs, ORGS_2, ["2.0", "2.1"]),
    (Orgs, ORGS_3, ["3.0"]),
    (Users, USERS_1, ["1.0"]),
    (Users, USERS_11, ["1.1"]),
    (Users, USERS_2, ["2.0"]),
    (Users, USERS_21, ["2.1"]),
    (Users, USERS_3, ["3.0"]),
    (Enrollments, ENROLLMENTS, list(VERSIONS)),
    (Attributes, ATTRIBUTES, list(VERSIONS)),
    # The two misprints that are taken so (D-4).
    (Users, f"{USERS_1}, relationships", ["1.1"]),
    (Attributes, ATTRIBUTES.replace("Affiliated", " Affiliated"), list(VERSIONS)),
    # A column that is not required may be left out of attributes (9).
    (Attributes, "LMS Username,Hired Date,Team", list(VERSIONS)),
]


@pytest.mark.parametrize(("layout", "header", "versions"), HEADERS)
def test_a_header_tells_its_versions(layout: type[D2LLayout], header: str, versions: list[str]) -> None:
    names = header.split(",")
    assert layout.versions_of(names) == versions
    places = layout.fit(names)
    assert sorted(places.values()) == list(range(len(names)))
    assert all(names[place].strip() == column.header for column, place in places.items())


@pytest.mark.parametrize(("layout", "header", "versions"), HEADERS)
def test_a_header_fits_one_layout_only(layout: type[D2LLayout], header: str, versions: list[str]) -> None:
    for other in {Orgs, Users, Enrollments, Attributes} - {layout}:
        assert other.versions_of(header.split(",")) == []


def refusal(layout: type[D2LLayout], header: str, version: str | None = None) -> FileRejected:
    with pytest.raises(FileRejected) as refused:
        layout.fit(header.split(","), version)
    assert refused.value.code == "header_mismatch"
    assert refused.value.params["found"] == header.split(",")
    return refused.value


def test_another_case_is_told_with_place_expected_and_found() -> None:
    told = refusal(Enrollments, "type,action,Child_Code,role_name,parent_code")
    assert told.detail == (
        "Column 3 is `Child_Code`, and D2L enrollments 3.0 have `child_code` there, letter for letter. Expected"
        " `type,action,child_code,role_name,parent_code`, found `type,action,Child_Code,role_name,parent_code`."
    )


def test_another_order_is_told() -> None:
    told = refusal(Orgs, ORGS_2.replace("code,name", "name,code"))
    assert told.params["place"] == 3
    assert told.params["version"] == "2.1"
    assert told.params["expected"] == ORGS_2.split(",")


def test_a_lacking_column_is_told() -> None:
    assert refusal(Enrollments, ENROLLMENTS.removesuffix(",parent_code")).detail == (
        "The header ends before `parent_code`, which D2L enrollments 3.0 have. Expected"
        " `type,action,child_code,role_name,parent_code`, found `type,action,child_code,role_name`."
    )


def test_a_column_more_is_told() -> None:
    assert refusal(Enrollments, f"{ENROLLMENTS},notes").detail == (
        "The header goes on with `notes`, and D2L enrollments 3.0 have no such column there. Expected"
        " `type,action,child_code,role_name,parent_code`, found `type,action,child_code,role_name,parent_code,notes`."
    )


def test_a_space_elsewhere_is_no_misprint_that_is_known() -> None:
    refusal(Users, USERS_2.replace("relationships", " relationships"))
    refusal(Enrollments, ENROLLMENTS.replace("role_name", " role_name"))


def test_a_header_of_another_version_than_the_manifest_says_is_told() -> None:
    told = refusal(Users, USERS_2, "3.0")
    assert told.detail == (
        "The manifest says version 3.0, and this is the header of D2L users 2.0. Correct the manifest, or write"
        f" `{USERS_3}`; found `{USERS_2}`."
    )
    assert told.params["expected"] == USERS_3.split(",")
    refusal(Orgs, ORGS_3, "2.1")
    assert len(Orgs.fit(ORGS_2.split(","), "2.0")) == 12


@pytest.mark.parametrize(
    "header",
    [
        "Company Employee Id,LMS Username",
        "LMS Username,Team,Region",
        "LMS Username,Team,Shoe Size",
        "LMS Username,Team,Team",
        "LMS Username,Company Employee ID",
    ],
)
def test_attributes_in_another_order_or_unknown_are_refused(header: str) -> None:
    refusal(Attributes, header)


def test_columns_of_results_are_taken_away_before() -> None:
    names = ["_row", *ENROLLMENTS.split(","), "_problems"]
    places = Enrollments.fit(names)
    assert [names[place] for place in places.values()] == ENROLLMENTS.split(",")
