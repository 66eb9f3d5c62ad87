"""The way of a feed: planned, approved, applied, undone, as all imports are; and in as many statements, however long it is."""

from __future__ import annotations

import pytest

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from imports.models import Import
from tests.imports.feed.packing import D2L_ORGS, ENROLLMENTS, ORGS, USERS, package
from tests.imports.harness import Tenant
from tests.imports.test_statements import statements_of

PACKAGE = "d2l.package"
SECTION = "SEC-BIO110-27A-1"
NEXT_NIGHT = {
    "02-Departments.csv": [ORGS, "department,UPDATE,DEP-BIO,Life Sciences,,,,,,,,,"],
    "06-Sections.csv": [
        ORGS,
        "course section,DELETE,SEC-BIO110-27A-1,,,,,,,,,,",
        "course section,UPDATE,SEC-BIO110-27A-3,Cell Biology Group 3,,,,,,,OFF-BIO110-27A,,",
    ],
    "07-Users.csv": [
        USERS,
        "user,DELETE,d.achebe,T-0107,,,,,,,,,,,",
        "user,UPDATE,l.brandt,S-70044,Lena,Brandt-Moe,,true,Student,,,,,,",
    ],
    "08-Enrollments.csv": [ENROLLMENTS, "enrollment,UPDATE,S-70044,Student,SEC-BIO110-27A-3"],
}


@pytest.fixture
def fed(tenant: Tenant) -> Tenant:
    done = load(tenant, D2L_ORGS)
    assert done.job.status == "completed"
    return tenant


def load(tenant: Tenant, files: dict[str, list[str]], **options: object) -> Import:
    return tenant.load(package(files), PACKAGE, "", file_name="feed.zip", **options)


def alive(tenant: Tenant) -> dict[str, list[object]]:
    """The roster without what was deleted: what an import made is deleted by its undo."""
    return {
        noun: [each for each in objects if '"deleted_at": null' in str(each)]
        for noun, objects in tenant.dump().items()
    }


def test_a_preview_changes_nothing_and_its_approval_does_what_it_said(fed: Tenant) -> None:
    before = fed.dump()
    upload = load(fed, NEXT_NIGHT, mode="preview")
    assert upload.job.status == "awaiting_approval"
    assert fed.dump() == before
    said = upload.counts, upload.effects
    done = fed.approve(upload)
    assert done.job.status == "completed"
    assert (done.counts, done.effects) == said
    assert done.counts["deleted"] == 2
    # Of the section and of the person: two enrollments, one in the department, and whose parent he was.
    assert done.effects == {
        "enrollment": {"deleted": 2},
        "membership": {"deleted": 1},
        "person": {"updated": 1},
    }


def test_undoing_a_night_gives_back_the_roster_of_the_day_before(fed: Tenant) -> None:
    before = alive(fed)
    upload = load(fed, NEXT_NIGHT)
    assert alive(fed) != before
    undone = fed.undo(upload)
    assert undone.job.status == "voided"
    assert undone.void is not None
    assert undone.void["conflicts_total"] == 0
    assert alive(fed) == before


def test_an_approved_plan_that_comes_out_otherwise_asks_again(fed: Tenant) -> None:
    upload = load(fed, NEXT_NIGHT, mode="preview")
    load(fed, {"07-Users.csv": [USERS, "user,DELETE,,S-70044,,,,,,,,,,,"]})
    again = fed.approve(upload)
    assert again.job.status == "awaiting_approval"
    assert again.plan_changed
    # The person comes back, where a field was to change.
    changed = [row.cells[3] for row in fed.plan(again) if row.plan_changed and row.cells]
    assert "S-70044" in changed


def test_any_bad_row_stops_all_files_when_asked_to(fed: Tenant) -> None:
    before = fed.dump()
    bad = {**NEXT_NIGHT, "08-Enrollments.csv": [ENROLLMENTS, "enrollment,UPDATE,NOBODY,Student,DEP-BIO"]}
    upload = load(fed, bad, on_error="abort")
    assert upload.job.status == "failed"
    assert upload.counts["failed"] == 1
    assert upload.counts["held"] == upload.counts["rows"] - 1
    assert fed.dump() == before


def test_each_file_tells_its_own_counts(fed: Tenant) -> None:
    upload = load(fed, NEXT_NIGHT)
    told = [(file["name"], file["counts"]["rows"], file["counts"]["deleted"]) for file in upload.files]
    assert told == [
        ("02-Departments.csv", 1, 0),
        ("06-Sections.csv", 2, 1),
        ("07-Users.csv", 2, 1),
        ("08-Enrollments.csv", 1, 0),
    ]
    for name, total in upload.counts.items():
        if name != "warnings":
            assert sum(file["counts"][name] for file in upload.files) == total


def test_the_same_file_in_another_order_of_rows_comes_to_the_same(tenant: Tenant) -> None:
    turned = {name: [lines[0], *reversed(lines[1:])] for name, lines in D2L_ORGS.items()}
    done = load(tenant, turned)
    assert done.job.status == "completed", [row.sentences for row in tenant.plan(done)]


def people(numbers: range) -> list[str]:
    return [USERS, *(f"user,,user{n},N-{n},Given{n},Family{n},,1,Student,,,,,," for n in numbers)]


def enrolled(numbers: range, role: str = "Student") -> list[str]:
    return [ENROLLMENTS, *(f"enrollment,,N-{n},{role},{SECTION}" for n in numbers)]


def counted(tenant: Tenant, files: dict[str, list[str]]) -> int:
    received = tenant.receive(package(files), PACKAGE, "", file_name="feed.zip")
    with tenancy.use_institution(tenant.pk):
        sent = statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant)
    done = tenant.fresh(received)
    assert done.job.status.startswith("completed"), done.job.problem
    assert done.counts["created"] + done.counts["updated"] == done.counts["rows"]
    return sent


def test_a_feed_of_two_rows_and_of_a_thousand_take_the_same_statements(fed: Tenant) -> None:
    one, thousand = range(1), range(1, 900)
    few = counted(fed, {"07-Users.csv": people(one), "08-Enrollments.csv": enrolled(one)})
    many = counted(fed, {"07-Users.csv": people(thousand), "08-Enrollments.csv": enrolled(thousand)})
    assert few == many
    few = counted(fed, {"08-Enrollments.csv": enrolled(one, "Teacher")})
    many = counted(fed, {"08-Enrollments.csv": enrolled(thousand, "Teacher")})
    assert few == many


def test_rows_that_fail_one_after_the_other_spoil_no_others(fed: Tenant) -> None:
    """Each with another name that is taken, so that each is found out only when the one below it is gone."""
    taken = [f"user,,user{n},N-{n},Given,Family,,1,Student,,,,,," for n in range(20)]
    load(fed, {"07-Users.csv": [USERS, *taken]})
    bad = [f"user,,user{n},N-NEW,Given,Family,,1,Student,,,,,," for n in range(20)]
    good = [f"user,,fresh{n},F-{n},Given,Family,,1,Student,,,,,," for n in range(3)]
    upload = load(fed, {"07-Users.csv": [USERS, *bad, *good]})
    assert (upload.counts["created"], upload.counts["failed"]) == (3, 20)
    assert {code for row in fed.plan(upload) for code in row.codes} == {"username_taken"}


def test_a_row_before_those_that_fail_counts(fed: Tenant) -> None:
    rows = [
        "user,,own.name,N-NEW,Given,Family,,1,Student,,,,,,",
        *("user,,k.oduya,N-NEW,Given,Family,,1,Student,,,,,," for _ in range(3)),
    ]
    upload = load(fed, {"07-Users.csv": [USERS, *rows]})
    assert (upload.counts["created"], upload.counts["failed"]) == (1, 3)
    assert fed.query("SELECT username FROM roster_person WHERE external_id = 'N-NEW'") == [("own.name",)]


def chain(length: int, action: str = "") -> list[str]:
    """Units one below the other."""
    above = (f"U-{n - 1}" if n else "" for n in range(length))
    return [ORGS, *(f"organization,{action},U-{n},Unit {n},,,,,,,,{up}," for n, up in enumerate(above))]


def test_what_keeps_the_lowest_unit_keeps_all_above_it_in_as_many_statements(fed: Tenant) -> None:
    sent = []
    for length in (5, 30):
        load(fed, {"01-Other.csv": chain(length)})
        leaf = f"course template,,TPL-LEAF,Leaf,,,,,,,,U-{length - 1},"
        load(fed, {"04-Templates.csv": [ORGS, leaf]})
        received = fed.receive(
            package({"01-Other.csv": chain(length, "DELETE")}), PACKAGE, "", file_name="feed.zip"
        )
        with tenancy.use_institution(fed.pk):
            sent.append(statements_of(lambda: work_one(["imports"], only_institution=fed.pk), fed))
        done = fed.fresh(received)
        assert done.counts["failed"] == length
        assert {code for row in fed.plan(done) for code in row.codes} == {"has_children"}
    assert sent[0] == sent[1]


def test_a_chain_of_too_many_units_is_refused_where_it_becomes_so(fed: Tenant) -> None:
    upload = load(fed, {"01-Other.csv": chain(400)})
    codes = [row.codes for row in fed.plan(upload) if row.outcome == "failed"]
    assert upload.counts["created"] == 101
    assert {code for told in codes for code in told} == {"too_many_levels"}
    [first] = [row.sentences for row in fed.plan(upload) if row.outcome == "failed"][:1]
    assert first == ["`U-101` would have more than 100 levels of org units above it. Correct custom_code."]


def test_units_below_a_circle_fail_with_it(fed: Tenant) -> None:
    rows = [
        "organization,,U-A,A,,,,,,,,U-B,",
        "organization,,U-B,B,,,,,,,,U-A,",
        "organization,,U-C,C,,,,,,,,U-A,",
        "organization,,U-D,D,,,,,,,,,",
    ]
    upload = load(fed, {"01-Other.csv": [ORGS, *rows]})
    told = {(row.cells or ["", "", ""])[2]: row.codes for row in fed.plan(upload)}
    assert told == {"U-A": ["parent_cycle"], "U-B": ["parent_cycle"], "U-C": ["parent_failed"], "U-D": []}
