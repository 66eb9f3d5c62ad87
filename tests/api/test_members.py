"""What D2L tells of the roster, through the API: new fields, memberships, attributes, filters, history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.roster.models import OrgUnitType
from tests.api.caller import Caller, caller_in
from tests.imports.casework import CASES
from tests.imports.feed.packing import ENROLLMENTS, ORGS, package
from tests.imports.harness import Tenant

SAMPLES = CASES / "d2l-packages" / "the_samples_as_printed" / "files"


@pytest.fixture
def fed(tenant: Tenant) -> Caller:
    """With the samples of D2L's own pages."""
    with tenancy.use_institution(tenant.pk):
        for name in ("campus", "faculty"):
            OrgUnitType.objects.create(institution_id=tenant.pk, name=name)
    files = {path.name: path.read_text("utf-8").splitlines() for path in sorted(SAMPLES.glob("*.csv"))}
    tenant.load(package(files), "", "", file_name="samples.zip")
    return caller_in(tenant)


def one(caller: Caller, noun: str, external_id: str) -> dict[str, Any]:
    [found] = caller.results(f"/{noun}", external_id=external_id)
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["external_id"] for each in found]


def test_a_person_has_names_relationships_and_a_role_of_the_institution(fed: Caller) -> None:
    kwame, parent = one(fed, "people", "S-70021"), one(fed, "people", "P-3301")
    assert (kwame["given_name"], kwame["preferred_given_name"], kwame["pronouns"]) == (
        "Kwame",
        "Kay",
        "he/him",
    )
    assert kwame["parents"] == [{"id": parent["id"], "external_id": "P-3301"}]
    assert ids(kwame["auditors"]) == ["T-0412"]
    assert kwame["guardians"] == []
    assert (kwame["is_active"], kwame["org_role"], kwame["roles"]) == (True, "student", ["student"])
    assert kwame["is_marked_administrator"] is False
    assert one(fed, "people", "T-0412")["sort_family_name"] == "Avest"


def test_units_have_all_their_parents(fed: Caller) -> None:
    course = one(fed, "courses", "TPL-DAT200")
    assert course["department"]["external_id"] == "DEP-BIO"
    assert ids(course["parents"]) == ["DEP-DATA", "FAC-SCI"]
    offering = one(fed, "offerings", "OFF-DAT200-27A")
    assert ids(offering["terms"]) == ["TRM-27A", "TRM-28S"]
    assert (offering["start_at"], offering["end_at"]) == ("2027-09-06T08:00:00", "2028-01-31T17:30:00")
    assert (offering["is_active"], offering["discover"]) == (False, False)
    assert ids(one(fed, "terms", "TRM-28S")["parents"]) == ["CAMP-N"]
    assert ids(one(fed, "org-units", "DEP-DATA")["parents"]) == ["FAC-SCI", "FAC-ART"]
    assert one(fed, "courses", "TPL-DAT200")["code_original"] is None


def test_a_membership_says_who_where_and_as_what(fed: Caller) -> None:
    [found] = fed.results("/memberships")
    unit, person = one(fed, "departments", "DEP-BIO"), one(fed, "people", "T-0412")
    assert found["unit"] == {"object_type": "org_unit", "id": unit["id"], "external_id": "DEP-BIO"}
    assert found["person"] == {"id": person["id"], "external_id": "T-0412"}
    assert found["role"] == "instructor"
    assert not {"external_id", "unit_type", "unit_id"} & found.keys()
    assert fed.get(f"/memberships/{found['id']}").json() == found
    assert fed.get(f"/memberships/{found['id']}/history").json()["results"][0]["operation"] == "created"


def test_attributes_of_a_person_name_units_of_any_kind(fed: Caller) -> None:
    [found] = fed.results("/person-attributes", person="T-0412")
    assert found["manager"]["external_id"] == "T-0107"
    assert (found["departments"], found["hired_date"], found["team"]) == (
        ["Biology"],
        "2019-02-11",
        "Cell Lab",
    )
    [unit] = found["affiliated_units"]
    assert (unit["object_type"], unit["external_id"]) == ("org_unit", "DEP-BIO")


# (list, filters, how many it finds)
FILTERED: list[tuple[str, dict[str, str], int]] = [
    ("memberships", {"person": "T-0412"}, 1),
    ("memberships", {"person": "S-70021"}, 0),
    ("memberships", {"org_unit": "DEP-BIO"}, 1),
    ("memberships", {"term": "TRM-27A"}, 0),
    ("memberships", {"q": "avest"}, 1),
    ("person-attributes", {"q": "achebe"}, 1),
    ("people", {"offering": "OFF-BIO110-27A"}, 2),
    ("people", {"offering": "OFF-DAT200-27A"}, 0),
    ("enrollments", {"offering": "OFF-BIO110-27A"}, 2),
    ("people", {"q": "kay"}, 1),
    ("courses", {"department": "DEP-DATA"}, 1),
    ("courses", {"department": "DEP-BIO"}, 2),
    ("courses", {"parent": "FAC-SCI"}, 1),
    ("offerings", {"parent": "FAC-SCI"}, 1),
    ("offerings", {"term": "TRM-28S"}, 1),
    ("terms", {"parent": "CAMP-N"}, 1),
    ("org-units", {"parent": "FAC-SCI"}, 2),
]


def test_lists_are_filtered_by_what_feeds_say(fed: Caller) -> None:
    for path, query, found in FILTERED:
        body = fed.get(f"/{path}", **query).json()
        assert len(body["results"]) == found, (path, query, body["results"])


def test_memberships_are_paged_once_each(fed: Caller) -> None:
    lines = [
        f"enrollment,,{who},Student,{unit}"
        for who in ("S-70021", "S-70044")
        for unit in ("TRM-27A", "FAC-SCI", "TPL-BIO110", "OFF-BIO110-27A")
    ]
    fed.tenant.load(package({"08-Enrollments.csv": [ENROLLMENTS, *lines]}), "", "", file_name="more.zip")
    whole = [found["id"] for found in fed.results("/memberships")]
    assert len(set(whole)) == 9
    page, seen = fed.get("/memberships", limit="4").json(), []
    while True:
        seen += [found["id"] for found in page["results"]]
        if not page["next"]:
            break
        page = fed.get(page["next"]).json()
    assert seen == whole
    kinds = {found["unit"]["object_type"] for found in fed.results("/memberships")}
    assert kinds == {"org_unit", "term", "course", "offering"}


def test_a_history_names_objects_as_files_do(fed: Caller) -> None:
    line = "course template,,TPL-DAT200,Statistics,,,,DEP-DATA|DEP-BIO,,,,,"
    fed.tenant.load(package({"04-T.csv": [ORGS, line]}), "", "", file_name="later.zip")
    course = one(fed, "courses", "TPL-DAT200")
    [latest, *_] = fed.get(f"/courses/{course['id']}/history").json()["results"]
    assert latest["changes"]["parents"] == [["DEP-DATA", "FAC-SCI"], ["DEP-BIO"]]
    assert latest["changes"]["department"] == ["DEP-BIO", "DEP-DATA"]


def test_who_reaches_one_faculty_is_told_of_what_lies_in_it(fed: Caller) -> None:
    lines = [
        "enrollment,,S-70021,Student,FAC-ART",
        "enrollment,,S-70021,Student,TPL-DAT200",
        "enrollment,,S-70021,Student,TPL-BIO110",
    ]
    fed.tenant.load(package({"08-E.csv": [ENROLLMENTS, *lines]}), "", "", file_name="more.zip")
    arts = caller_in(fed.tenant, "org_admin", UUID(one(fed, "org-units", "FAC-ART")["id"]))
    # Statistics belongs to Data Studies too, which the arts share with the sciences.
    assert ids(arts.results("/courses")) == ["TPL-DAT200"]
    assert sorted(found["unit"]["external_id"] for found in arts.results("/memberships")) == [
        "FAC-ART",
        "TPL-DAT200",
    ]
    course = one(arts, "courses", "TPL-DAT200")
    assert course["department"] == {"id": None, "external_id": None}
    # The faculty of sciences lies beside; what lies above may be named.
    assert ids(course["parents"]) == ["DEP-DATA", None]
    assert ids(one(arts, "org-units", "FAC-ART")["parents"]) == ["CAMP-N"]
    hidden = [found for found in fed.results("/memberships") if found["unit"]["external_id"] == "TPL-BIO110"]
    assert arts.get(f"/memberships/{hidden[0]['id']}").status_code == 404
