"""Roster objects through the API: lists, filters, one, history (rest-api.md section 7)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from edu_csv import tenancy
from edu_csv.roster.models import Course, OrgUnit
from tests.api.caller import Caller, caller_in
from tests.imports.harness import csv_text

TERMS, SECTIONS, USERS = "echovideo.terms.v1", "echovideo.sections.v1", "echovideo.users.v1"


def one(caller: Caller, noun: str, external_id: str) -> dict[str, Any]:
    [found] = caller.results(f"/{noun}", external_id=external_id)
    return found


def test_an_object_has_its_fields_its_references_and_where_it_came_from(at_home: Caller) -> None:
    section = one(at_home, "sections", "S-OCE210-31A-01")
    course, term = one(at_home, "courses", "C-OCE210"), one(at_home, "terms", "T-2031A")
    person = one(at_home, "people", "P-1001")
    assert section["course"] == {"id": course["id"], "external_id": "C-OCE210"}
    assert section["term"] == {"id": term["id"], "external_id": "T-2031A"}
    assert section["instructor"] == {"id": person["id"], "external_id": "P-1001"}
    assert section["secondary_instructors"] == []
    assert (section["name"], section["description"]) == ("01", "Morning group")
    assert section["lms_course_ids"] == ["lms-88412", "lms-88413"]
    assert section["created_at"].endswith("Z")
    assert section["updated_at"].endswith("Z")
    made_by = at_home.results("/imports", format=SECTIONS)[0]["id"]
    assert (section["last_import"], section["last_import_row"]) == (made_by, 2)
    assert not [name for name in section if name.endswith(("_folded", "_ids")) and name != "lms_course_ids"]
    assert at_home.get(f"/sections/{section['id']}").json() == section


def test_dates_and_lists_are_given_as_json(at_home: Caller) -> None:
    term = one(at_home, "terms", "T-2031A")
    assert (term["start_date"], term["end_date"]) == ("2031-08-18", "2031-12-19")
    assert term["exclusion_dates"] == ["2031-10-06", "2031-10-07"]
    assert one(at_home, "people", "P-1002")["roles"] == ["student"]


# (list, filters, how many it finds in the five samples)
FILTERED: list[tuple[str, dict[str, str], int]] = [
    ("sections", {"term": "T-2031A"}, 2),
    ("sections", {"term": "T-2032S"}, 0),
    ("sections", {"course": "C-OCE210"}, 2),
    ("sections", {"person": "P-1002"}, 1),
    ("sections", {"course": "C-OCE210", "person": "P-1002"}, 1),
    ("sections", {"term": "nothing"}, 0),
    ("people", {"section": "S-OCE210-31A-01"}, 2),
    ("people", {"term": "T-2031A"}, 2),
    ("people", {"course": "C-OCE210"}, 2),
    ("enrollments", {"section": "S-OCE210-31A-02"}, 1),
    ("enrollments", {"person": "P-1001"}, 2),
    ("enrollments", {"term": "T-2031A"}, 3),
    ("offerings", {"term": "T-2031A"}, 1),
    ("offerings", {"course": "C-OCE210"}, 1),
    ("courses", {"term": "T-2031A"}, 1),
    ("people", {"q": "SOLB"}, 1),
    ("people", {"q": "mei tan"}, 1),
    ("people", {"q": "100%"}, 0),
    ("courses", {"q": "gen0"}, 1),
    ("enrollments", {"q": "ingrid"}, 2),
    ("terms", {"q": "spring"}, 1),
    ("people", {"updated_after": "2000-01-01T00:00:00Z"}, 2),
    ("people", {"updated_after": "2999-01-01"}, 0),
]


def test_lists_are_filtered_by_id_text_and_time(at_home: Caller) -> None:
    for path, query, found in FILTERED:
        body = at_home.get(f"/{path}", **query).json()
        assert len(body["results"]) == found, (path, query)
        assert body["count"] == (None if "q" in query else found), (path, query)


def test_a_filter_takes_system_ids_and_several_values(at_home: Caller) -> None:
    terms = [one(at_home, "terms", key)["id"] for key in ("T-2031A", "T-2032S")]
    assert len(at_home.results("/sections", term=terms[0])) == 2
    assert len(at_home.results("/sections", term=terms)) == 2
    assert at_home.results("/sections", term=terms[1]) == []


def test_a_filter_that_means_nothing_is_refused(at_home: Caller) -> None:
    answer = at_home.get("/terms", course="C-OCE210")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_filter")
    assert at_home.get("/people", updated_after="yesterday").json()["errors"][0]["field"] == "updated_after"


@pytest.mark.parametrize("noun", ["people", "enrollments", "terms"])
def test_pages_go_through_all_objects_once_and_back(at_home: Caller, noun: str) -> None:
    whole = [found["id"] for found in at_home.results(f"/{noun}")]
    page = at_home.get(f"/{noun}", limit="1").json()
    seen = [page]
    while page["next"]:
        page = at_home.get(page["next"]).json()
        seen.append(page)
    assert [found["id"] for each in seen for found in each["results"]] == whole
    back = at_home.get(seen[-1]["previous"]).json()
    assert back["results"] == seen[-2]["results"]


def test_a_deleted_object_is_gone_but_keeps_its_history(at_home: Caller) -> None:
    section = one(at_home, "sections", "S-OCE210-31A-02")
    at_home.import_(csv_text(["Section ID"], ["S-OCE210-31A-02"]), format=SECTIONS, action="delete")
    assert at_home.get(f"/sections/{section['id']}").status_code == 404
    events = at_home.results(f"/sections/{section['id']}/history")
    assert [event["operation"] for event in events] == ["deleted", "created"]


def test_history_tells_who_changed_what_from_what(at_home: Caller) -> None:
    section = one(at_home, "sections", "S-OCE210-31A-02")
    text = csv_text(
        ["Section ID", "Course ID", "Term ID", "Section Name", "Instructor ID"],
        ["S-OCE210-31A-02", "C-OCE210", "T-2032S", "02b", "P-1001"],
    )
    update = at_home.import_(text, format=SECTIONS, action="update", keep_absent="true")
    changed, made = at_home.results(f"/sections/{section['id']}/history")
    assert (changed["operation"], changed["kind"], changed["by"]) == ("updated", "import", "SIS nightly")
    assert (changed["import"], changed["row"]) == (update["id"], 2)
    assert changed["changes"]["term"] == ["T-2031A", "T-2032S"]
    assert changed["changes"]["name"] == ["02", "02b"]
    assert changed["changes"]["instructor"] == [None, "P-1001"]
    assert made["operation"] == "created"
    assert made["changes"]["term"] == [None, "T-2031A"]
    assert made["changes"]["name"] == [None, "02"]
    assert "instructor" not in made["changes"]
    assert made["row"] == 3


def test_an_undone_change_stands_in_the_history_beside_its_undo(at_home: Caller) -> None:
    person = one(at_home, "people", "P-1002")
    header = ["User ID", "First Name", "Last Name", "Email", "Role"]
    text = csv_text(header, ["P-1002", "May", "Tan", "mei.tan@fjord.example", "Student"])
    update = at_home.import_(text, format=USERS, action="update", keep_absent="true")
    assert at_home.get(f"/people/{person['id']}").json()["last_import"] == update["id"]
    at_home.post(f"/imports/{update['id']}/void")
    at_home.tenant.work()
    events = at_home.results(f"/people/{person['id']}/history")
    undo, undone = events[0], events[1]
    assert (undo["kind"], undo["changes"]["given_name"], undo["import"]) == ("undo", ["May", "Mei"], None)
    assert (undone["kind"], undone["is_undone"], undo["is_undone"]) == ("import", True, False)
    # It is again as the import before had left it.
    assert at_home.get(f"/people/{person['id']}").json()["last_import"] != update["id"]


def test_history_comes_in_pages(at_home: Caller) -> None:
    term = one(at_home, "terms", "T-2032S")
    header = ["Term ID", "Name", "Start Date", "End Date"]
    for name in ("A", "B", "C"):
        text = csv_text(header, ["T-2032S", name, "2032-01-12", "2032-05-28"])
        at_home.import_(text, format=TERMS, action="update", keep_absent="true")
    path = f"/terms/{term['id']}/history"
    whole = at_home.results(path)
    assert [event["changes"]["name"][1] for event in whole] == ["C", "B", "A", "Spring 2032"]
    for limit in ("1", "2", "3", "4"):
        page = at_home.get(path, limit=limit).json()
        seen = [page]
        while page["next"]:
            page = at_home.get(page["next"]).json()
            seen.append(page)
        assert [event for each in seen for event in each["results"]] == whole, limit
        for earlier, later in pairwise(seen):
            assert at_home.get(later["previous"]).json()["results"] == earlier["results"], limit


def reach_below(caller: Caller) -> tuple[UUID, UUID]:
    """Two departments, each with one of the sample courses; (the one with OCE210, the other)."""
    with tenancy.use_institution(caller.tenant.pk):
        units = [
            OrgUnit.objects.create(
                institution_id=caller.tenant.pk,
                type="department",
                name=name,
                name_folded=name.lower(),
                external_id=name,
            ).pk
            for name in ("Ocean", "General")
        ]
        for unit, code in zip(units, ("OCE210", "GEN001"), strict=True):
            Course.objects.filter(code=code).update(department_id=unit)
    return units[0], units[1]


def test_whoever_is_granted_a_department_reads_what_is_in_it(at_home: Caller) -> None:
    ocean, general = reach_below(at_home)
    of_ocean = caller_in(at_home.tenant, "department_admin", ocean)
    of_general = caller_in(at_home.tenant, "department_admin", general)
    assert [c["code"] for c in of_ocean.results("/courses")] == ["OCE210"]
    assert len(of_ocean.results("/sections")) == 2
    assert len(of_ocean.results("/enrollments")) == 3
    assert [c["code"] for c in of_general.results("/courses")] == ["GEN001"]
    assert of_general.results("/sections") == []
    assert of_general.results("/enrollments") == []
    assert [u["external_id"] for u in of_general.results("/org-units")] == ["General"]
    # Terms and people belong to the institution.
    assert len(of_general.results("/people")) == len(of_general.results("/terms")) == 2
    section = one(at_home, "sections", "S-OCE210-31A-01")["id"]
    assert of_general.get(f"/sections/{section}").status_code == 404
    assert of_general.get(f"/sections/{section}/history").status_code == 404
    assert of_ocean.get(f"/sections/{section}").status_code == 200


def test_org_units_are_listed_by_type_and_below_their_parents(at_home: Caller) -> None:
    with tenancy.use_institution(at_home.tenant.pk):
        top = OrgUnit.objects.create(
            institution_id=at_home.tenant.pk,
            type="organization",
            name="Science",
            name_folded="science",
            external_id="O-1",
        )
        OrgUnit.objects.create(
            institution_id=at_home.tenant.pk, type="department", name="Ocean", name_folded="ocean", external_id="D-1",
            parent_ids=[top.pk],
        )  # fmt: skip
    assert [u["external_id"] for u in at_home.results("/organizations")] == ["O-1"]
    [department] = at_home.results("/departments", parent="O-1")
    assert department["parents"] == [{"id": str(top.pk), "external_id": "O-1"}]
    assert len(at_home.results("/org-units")) == 2
    assert at_home.get(f"/departments/{top.pk}").status_code == 404
