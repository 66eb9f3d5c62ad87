"""Preview, approval, a roster that moves in between, and undo."""

from __future__ import annotations

import pytest

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import actor_of_account
from edu_csv.access.models import Grant
from edu_csv.access.roles import Role
from imports.services import WrongState
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"
COURSES = "echovideo.courses.v1"
HEADER = ["Term ID", "Name", "Start Date", "End Date", "Exclusion Dates", "External ID"]


def term(name: str, end: str = "2031-12-19", external_id: str = "T-2031A") -> list[str]:
    return ["T-2031A", name, "2031-08-18", end, "", external_id]


def test_a_preview_changes_nothing_until_it_is_approved(loaded: Tenant) -> None:
    before = loaded.dump()
    upload = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    assert upload.job.status == "awaiting_approval"
    assert upload.counts["updated"] == 1
    assert loaded.dump() == before
    upload = loaded.approve(upload)
    assert upload.job.status == "completed"
    assert loaded.query("SELECT name FROM roster_term WHERE external_id = 'T-2031A'") == [("Fall 2031",)]


def test_a_waiting_preview_holds_nothing_up(loaded: Tenant) -> None:
    waiting = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    other = loaded.load("Course Code,Course Name\nLAW101,Law\n", COURSES)
    assert other.job.status == "completed"
    assert loaded.fresh(waiting).job.status == "awaiting_approval"


def test_a_plan_that_comes_out_the_same_is_applied_though_the_roster_moved(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    loaded.load("Course Code,Course Name\nLAW101,Law\n", COURSES)
    assert loaded.approve(upload).job.status == "completed"


def test_a_plan_that_comes_out_otherwise_asks_again(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    moved = loaded.load(csv_text(HEADER, term("Autumn term 2031")), TERMS, "update")
    assert moved.job.status == "completed"
    upload = loaded.approve(upload)
    assert upload.job.status == "awaiting_approval"
    assert upload.plan_changed
    assert [row.plan_changed for row in loaded.plan(upload)] == [True]
    assert loaded.query("SELECT name FROM roster_term WHERE external_id = 'T-2031A'") == [
        ("Autumn term 2031",)
    ]
    upload = loaded.approve(upload)
    assert upload.job.status == "completed"
    assert loaded.query("SELECT name FROM roster_term WHERE external_id = 'T-2031A'") == [("Fall 2031",)]


def test_rows_that_are_unchanged_by_now_do_not_ask_again(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update")
    upload = loaded.approve(upload)
    assert upload.job.status == "completed"
    assert upload.counts["unchanged"] == 1


def test_changes_can_be_accepted_beforehand(loaded: Tenant) -> None:
    upload = loaded.load(csv_text(HEADER, term("Fall 2031")), TERMS, "update", mode="preview")
    loaded.load(csv_text(HEADER, term("Autumn term 2031")), TERMS, "update")
    assert loaded.approve(upload, accept_changes=True).job.status == "completed"


def test_an_update_that_lacks_optional_columns_waits_and_says_how_many_lose_what(loaded: Tenant) -> None:
    upload = loaded.load(
        csv_text(HEADER[:4], ["T-2031A", "Autumn 2031", "2031-08-18", "2031-12-19"]), TERMS, "update"
    )
    assert upload.job.status == "awaiting_approval"
    assert upload.review == {
        "reasons": ["clears_columns"],
        "clears": {"Exclusion Dates": 1, "External ID": 1},
    }
    upload = loaded.approve(upload)
    assert upload.job.status == "completed"
    assert loaded.query(
        "SELECT exclusion_dates, external_id FROM roster_term WHERE name = 'Autumn 2031'"
    ) == [([], None)]


def test_absent_columns_can_be_kept_as_stored(loaded: Tenant) -> None:
    upload = loaded.load(
        csv_text(HEADER[:4], ["T-2031A", "Fall 2031", "2031-08-18", "2031-12-19"]),
        TERMS,
        "update",
        keep_absent=True,
    )
    assert upload.job.status == "completed"
    [(days, external_id)] = loaded.query(
        "SELECT exclusion_dates, external_id FROM roster_term WHERE name = 'Fall 2031'"
    )
    assert len(days) == 2
    assert external_id == "T-2031A"


def test_all_or_nothing_applies_nothing_when_a_row_is_bad(loaded: Tenant) -> None:
    before = loaded.dump()
    upload = loaded.load("Course Code,Course Name\nLAW101,Law\nLAW102,\n", COURSES, on_error="abort")
    assert upload.job.status == "failed"
    assert upload.job.problem is not None
    assert upload.job.problem["code"] == "aborted"
    assert upload.counts | {"rows": 2, "failed": 1, "held": 1, "created": 0} == upload.counts
    assert loaded.dump() == before


def test_only_what_waits_can_be_approved(loaded: Tenant) -> None:
    upload = loaded.load("Course Code,Course Name\nLAW101,Law\n", COURSES)
    with pytest.raises(WrongState, match="completed"):
        loaded.approve(upload)


def test_two_imports_within_a_second_the_second_needing_the_first(tenant: Tenant) -> None:
    first = tenant.receive("Course Code,Course Name,External ID\nLAW101,Law,C-LAW\n", COURSES)
    second = tenant.receive(
        "Course ID,Course Code,Course Name,Organization ID,Department ID,External ID\nC-LAW,LAW101,Laws,,,C-LAW\n",
        COURSES,
        "update",
    )
    tenant.work()
    assert tenant.fresh(first).counts["created"] == 1
    assert tenant.fresh(second).counts["updated"] == 1


def test_an_approved_create_that_would_by_now_mean_somebody_else_asks_again(loaded: Tenant) -> None:
    users = ["User ID", "First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"]
    upload = loaded.load(
        "User ID,Section ID,Role\nP-1002,S-OCE210-31A-02,Student\n",
        "echovideo.enrollments.v1",
        mode="preview",
    )
    swap = loaded.load(
        csv_text(
            users,
            [
                "P-1001",
                "Ingrid",
                "Solberg",
                "ingrid.solberg@fjord.example",
                "Instructor",
                "isolberg",
                "P-1002",
            ],
            ["P-1002", "Mei", "Tan", "mei.tan@fjord.example", "Student", "", "P-1001"],
        ),
        "echovideo.users.v1",
        "update",
    )
    assert swap.counts["updated"] == 2
    upload = loaded.approve(upload)
    assert (upload.job.status, upload.plan_changed) == ("awaiting_approval", True)


def test_a_good_row_counts_when_the_row_before_it_about_the_same_object_failed(loaded: Tenant) -> None:
    header = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]
    upload = loaded.load(
        csv_text(
            header,
            ["C-OCE210", "GEN001", "Taken code", "", "", "C-OCE210"],
            ["C-OCE210", "OCE211", "Free code", "", "", "C-OCE210"],
        ),
        COURSES,
        "update",
    )
    assert [row.outcome for row in loaded.plan(upload)] == ["failed", "updated"]


def test_a_plan_that_reaches_further_by_now_asks_again(loaded: Tenant) -> None:
    loaded.load(csv_text(["Name", "External ID"], ["Law", "D-LAW"]), "echovideo.departments.v1")
    loaded.load(
        csv_text(["Course Code", "Course Name", "Department ID", "External ID"], ["LAW101", "Law", "D-LAW", "C-LAW"]),
        COURSES,
    )  # fmt: skip
    [(unit,)] = loaded.query("SELECT id FROM roster_org_unit WHERE external_id = 'D-LAW'")
    with tenancy.use_institution(loaded.pk):
        account = access.create_account(
            institution=loaded.pk, email="law@fjord.example", role=Role.DEPARTMENT_ADMIN, org_unit=unit
        )
        actor = actor_of_account(account, loaded.pk)
    header = ["Course ID", "Course Code", "Course Name", "Organization ID", "Department ID", "External ID"]
    renamed = csv_text(
        header,
        ["C-LAW", "LAW101", "Law I", "", "D-LAW", "C-LAW"],
        ["C-OCE210", "OCE210", "Mine", "", "", "C-OCE210"],
    )
    upload = loaded.load(renamed, COURSES, "update", mode="preview", actor=actor)
    assert (upload.counts["updated"], upload.counts["failed"]) == (1, 1)
    with tenancy.use_institution(loaded.pk):
        Grant.objects.filter(account=account).update(org_unit_id=None, role=Role.ADMIN)
    upload = loaded.approve(upload)
    assert (upload.job.status, upload.plan_changed) == ("awaiting_approval", True)
    assert [(row.outcome, row.plan_changed) for row in loaded.plan(upload)] == [
        ("updated", False),
        ("updated", True),
    ]
