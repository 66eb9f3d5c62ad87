"""CircleIn files as they come: recognised by their headers, alone or in a zip (circlein-csv.md 1, 7; C-2, C-16)."""

from __future__ import annotations

import pytest

from edu_csv import tenancy
from edu_csv.jobs.runners import work_one
from imports.formats.circlein.package import CircleInPackage
from imports.formats.registry import formats
from tests.imports.circlein import files
from tests.imports.circlein.files import COURSES, ENROLLMENTS, UPDATE_IDS, USERS, lines, package
from tests.imports.harness import Tenant, sample
from tests.imports.test_statements import statements_of

PRINTED = {
    "circlein.courses": files.SAMPLE_COURSES,
    "circlein.users": files.SAMPLE_USERS,
    "circlein.enrollments": files.SAMPLE_ENROLLMENTS,
    "circlein.update-ids": files.SAMPLE_UPDATE_IDS,
}


@pytest.mark.parametrize("key", list(PRINTED))
def test_a_file_is_recognised_by_its_header_whatever_its_name(tenant: Tenant, key: str) -> None:
    done = tenant.load(PRINTED[key], "", "", file_name="nightly export (3).CSV")
    assert done.format_key == key


def test_a_zip_of_them_is_a_package_of_the_family(tenant: Tenant) -> None:
    names = ("3.csv", "2.csv", "1.csv")
    done = tenant.load(
        package(
            dict(
                zip(names, (files.SAMPLE_COURSES, files.SAMPLE_USERS, files.SAMPLE_ENROLLMENTS), strict=True)
            )
        ),
        "",
        "",
        file_name="nightly.zip",
    )
    assert done.format_key == "circlein.package"
    assert [file["name"] for file in done.files] == ["3.csv", "2.csv", "1.csv"]
    assert done.counts["created"] == 2 + 2 + 4
    assert done.counts["failed"] == 0


def test_what_the_wizard_hands_out_imports_cleanly_in_the_familys_order(tenant: Tenant) -> None:
    for fmt in sorted(CircleInPackage.layouts, key=lambda layout: layout.order):
        done = tenant.load(sample(fmt), fmt.key, "")
        assert done.job.status == "completed", [row.sentences for row in tenant.plan(done)]
        assert done.counts["created"] + done.counts["updated"] == 2
    assert {fmt.key for fmt in formats().values() if fmt.family == "circlein"} == {
        *PRINTED,
        "circlein.package",
    }


def feed(first: int, last: int) -> bytes:
    """As many courses, users, enrollments with and without names, and renames, as there are numbers."""
    numbers = range(first, last)
    return package(
        {
            "UpdateIDs.csv": lines(UPDATE_IDS, *(f"c{n - 1_000},d{n - 1_000},Course" for n in numbers)),
            "Courses.csv": lines(
                COURSES,
                *(
                    f"c{n},27A,1,SUB{first}{n % 2},{n},01,Cell,0,0,2027-09-06,2027-12-17,Available"
                    for n in numbers
                ),
                *(
                    f"d{n - 1_000},27A,1,SUB,1,01,Cell,0,0,2027-09-06,2027-12-17,Deleted"
                    for n in numbers
                    if n % 2
                ),
            ),
            "Users.csv": lines(USERS, *(f"u{n},Given,Family,u{n}@example.edu,Active" for n in numbers)),
            "Enrollments.csv": lines(
                ENROLLMENTS,
                *(f"c{n},27A,Student,u{n},,,,Active" for n in numbers),
                *(f"c{n},27A,faculty,v{n},Given,Family,v{n}@example.edu,Active" for n in numbers),
                *(f"c{n},27A,Student,nobody{n},,,,Active" for n in numbers),
                *(f"c{n},27A,admin,u{n},,,,Active" for n in numbers),
            ),
        }
    )


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(tenant: Tenant) -> None:
    old = [f"c{n},27A,1,SUB,1,01,Cell,0,0,2027-09-06,2027-12-17,Available" for n in range(-1_000, 1_000)]
    tenant.load(lines(COURSES, *old), "circlein.courses", "")
    sent = []
    for first, last in ((1_001, 1_005), (1_401, 1_601)):
        received = tenant.receive(feed(first, last), "circlein.package", "", file_name="nightly.zip")
        with tenancy.use_institution(tenant.pk):
            sent.append(statements_of(lambda: work_one(["imports"], only_institution=tenant.pk), tenant))
        done = tenant.fresh(received)
        assert done.job.status == "completed_with_errors"
        assert done.counts["failed"] == last - first
    assert sent[0] == sent[1]


def test_a_person_whom_one_file_deletes_and_a_later_one_brings_is_the_same_person(tenant: Tenant) -> None:
    row = "c1,27A,Student,u1,Given,Family,u1@example.edu,Active"
    tenant.load(
        lines(
            COURSES,
            *(f"{c},27A,1,BIO,110,{c},Cell,0,0,2027-09-06,2027-12-17,Available" for c in ("c1", "c2")),
        ),
        "circlein.courses",
        "",
    )
    tenant.load(lines(ENROLLMENTS, row), "circlein.enrollments", "")
    [(person,)] = tenant.query("SELECT id FROM roster_person")
    done = tenant.load(
        package(
            {
                "Users.csv": lines(USERS, "u1,Given,Family,u1@example.edu,Deleted"),
                "Enrollments.csv": lines(ENROLLMENTS, row.replace("c1", "c2").replace("Given", "Gina")),
            }
        ),
        "circlein.package",
        "",
        file_name="nightly.zip",
    )
    assert done.job.status == "completed"
    assert tenant.query("SELECT id, given_name, deleted_at FROM roster_person") == [(person, "Gina", None)]
    assert tenant.query("""
        SELECT s.external_id FROM roster_enrollment AS e JOIN roster_section AS s ON s.id = e.section_id
         WHERE e.deleted_at IS NULL
    """) == [("c2",)]


def test_rows_that_point_to_what_a_failed_row_would_make_fail_and_make_nobody(tenant: Tenant) -> None:
    tenant.load(
        lines(COURSES, "c0,27A,1,BIO,110,01,Cell,0,0,2027-09-06,2027-12-17,Available"), "circlein.courses", ""
    )
    tenant.query("UPDATE roster_term SET external_id = 'T-27A'")
    done = tenant.load(
        package(
            {
                "Courses.csv": lines(COURSES, "c1,27A,1,CHE,110,01,Cell,0,0,2027-09-06,2027-12-17,Available"),
                "Enrollments.csv": lines(ENROLLMENTS, "c1,27A,Student,u1,Given,Family,u1@example.edu,Active"),
            }
        ),
        "circlein.package",
        "",
        file_name="nightly.zip",
    )
    assert [row.codes for row in tenant.plan(done)] == [["duplicate_object"], ["unknown_course"]]
    assert tenant.query("SELECT count(*) FROM roster_person") == [(0,)]
    assert tenant.query("SELECT external_id FROM roster_org_unit") == [("BIO",)]


def test_undo_takes_a_whole_package_back(tenant: Tenant) -> None:
    first = {
        "Courses.csv": files.SAMPLE_COURSES,
        "Users.csv": files.SAMPLE_USERS,
        "Enrollments.csv": files.SAMPLE_ENROLLMENTS,
    }
    tenant.load(package(first), "circlein.package", "", file_name="first.zip")
    before = tenant.dump()
    done = tenant.load(
        package(
            {
                "UpdateIDs.csv": files.SAMPLE_UPDATE_IDS,
                "Courses.csv": files.SAMPLE_COURSES.replace("27A-BIO110-01", "2027FA-BIO-110-01")
                .replace("Cell", "Molecular")
                .replace("17,Available", "17,Deleted", 1),
                "Users.csv": files.SAMPLE_USERS.replace("70021", "U0070021").replace("70044", "new"),
                "Enrollments.csv": lines(
                    ENROLLMENTS,
                    "27A-DAT200-02,27A,Tutor,U0070021,,,,Active",
                    "27A-DAT200-02,27A,faculty,U0070044,Lena,Brandt-Moe,lena@example.edu,Active",
                    "none,none,admin,1015,,,,Deleted",
                ),
            }
        ),
        "circlein.package",
        "",
        file_name="second.zip",
    )
    assert done.counts["created"] + done.counts["updated"] + done.counts["deleted"] >= 7
    undone = tenant.undo(done)
    assert undone.void
    assert undone.void["conflicts_total"] == 0

    # What was made and taken back is there still, deleted.
    others = "SELECT to_jsonb(o) - 'updated_at' FROM roster_{} AS o WHERE o.made_by_job <> %s ORDER BY id"
    assert {noun: tenant.query(others.format(noun), done.pk) for noun in before} == before
