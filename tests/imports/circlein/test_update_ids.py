"""Update IDs: all rows against the roster before the file, and all of them or none (circlein-csv.md 6)."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest

from imports.models import Import
from tests.imports.circlein.files import COURSES, ENROLLMENTS, UPDATE_IDS, USERS, lines, package
from tests.imports.harness import Tenant, csv_text


def course(identifier: str, term: str = "27A", status: str = "Available") -> str:
    return f"{identifier},{term},1,BIO,110,{identifier},Cell Biology,0,0,2027-09-06,2027-12-17,{status}"


def user(identifier: str, status: str = "Active") -> str:
    return f"{identifier},Kwame,Oduya,{identifier}@example.edu,{status}"


@pytest.fixture
def known(tenant: Tenant) -> Tenant:
    """Courses a, b, c and users a, b, c; every user is in every course."""
    for text, key in (
        (lines(COURSES, *map(course, "abc")), "courses"),
        (lines(USERS, *map(user, "abc")), "users"),
        (
            lines(ENROLLMENTS, *(f"{c},27A,Student,{u},,,,Active" for c in "abc" for u in "abc")),
            "enrollments",
        ),
    ):
        assert tenant.load(text, f"circlein.{key}", "").job.status == "completed"
    return tenant


def rename(tenant: Tenant, *rows: str) -> Import:
    return tenant.load(lines(UPDATE_IDS, *rows), "circlein.update-ids", "")


def outcomes(tenant: Tenant, done: Import) -> list[tuple[str, list[str]]]:
    return [(row.outcome, sorted(row.codes)) for row in tenant.plan(done)]


def identifiers(tenant: Tenant, noun: str) -> dict[Any, str]:
    """By id, deleted ones too."""
    return dict(tenant.query(f"SELECT id, external_id FROM roster_{noun}"))  # noqa: S608  # names of this test


def become(before: dict[Any, str], **renamed: str) -> dict[Any, str]:
    return {key: renamed.get(name, name) for key, name in before.items()}


def test_a_new_identifier_changes_nothing_else(known: Tenant) -> None:
    before = known.dump()
    done = rename(known, "a,x,Course", "b,y,User")
    assert outcomes(known, done) == [("updated", []), ("updated", [])]
    after = known.dump()

    for noun in ("enrollment", "offering", "course", "term", "org_unit"):
        assert after[noun] == before[noun]
    assert after["section"] == [
        (json.dumps(row | {"external_id": "x"} if row["external_id"] == "a" else row),)
        for row in map(json.loads, chain.from_iterable(before["section"]))
    ]
    assert after["person"] == [
        (json.dumps(row | {"external_id": "y", "sso_id": "y"} if row["external_id"] == "b" else row),)
        for row in map(json.loads, chain.from_iterable(before["person"]))
    ]


def test_later_files_carry_the_new_identifiers(known: Tenant) -> None:
    rename(known, "a,x,Course", "a,u,User")
    done = known.load(
        lines(ENROLLMENTS, "x,27A,Tutor,u,,,,Active", "a,27A,Tutor,u,,,,Active", "x,27A,Tutor,a,,,,Active"),
        "circlein.enrollments", "",
    )  # fmt: skip
    assert outcomes(known, done) == [
        ("updated", []),
        ("failed", ["unknown_course"]),
        ("failed", ["unknown_user"]),
    ]


def test_all_courses_of_the_identifier_are_renamed_in_every_term(known: Tenant) -> None:
    known.load(lines(COURSES, course("a", "28S"), course("a", "28F")), "circlein.courses", "")
    before = identifiers(known, "section")
    done = rename(known, "a,x,Course")
    assert outcomes(known, done) == [("updated", [])]
    assert done.effects == {"section": {"updated": 2}}
    assert identifiers(known, "section") == become(before, a="x")


def test_a_chain_moves_each_one_step(known: Tenant) -> None:
    before = identifiers(known, "person")
    done = rename(known, "c,d,User", "a,b,User", "b,c,User")
    assert outcomes(known, done) == [("updated", [])] * 3
    assert identifiers(known, "person") == become(before, a="b", b="c", c="d")


def test_a_chain_whose_middle_is_not_there_fails(known: Tenant) -> None:
    before = known.dump()
    done = rename(known, "a,m,User", "m,n,User")
    assert outcomes(known, done) == [("held", ["held_file"]), ("failed", ["unknown_id"])]
    assert known.dump() == before


def test_two_may_swap_and_three_may_turn(known: Tenant) -> None:
    people, sections = identifiers(known, "person"), identifiers(known, "section")
    done = rename(known, "a,b,User", "b,a,User", "a,b,Course", "b,c,Course", "c,a,Course")
    assert outcomes(known, done) == [("updated", [])] * 5
    assert identifiers(known, "person") == become(people, a="b", b="a")
    assert identifiers(known, "section") == become(sections, a="b", b="c", c="a")


def test_courses_and_users_are_kinds_of_their_own(known: Tenant) -> None:
    done = rename(known, "a,x,User", "b,x,Course")
    assert outcomes(known, done) == [("updated", [])] * 2


def test_every_row_of_a_collision_is_told(known: Tenant) -> None:
    done = rename(known, "a,x,User", "a,y,User", "b,z,Course", "c,z,Course", "b,c,User", "c,k,Course")
    assert outcomes(known, done) == [
        ("failed", ["duplicate_old_id"]),
        ("failed", ["duplicate_old_id"]),
        ("failed", ["duplicate_new_id"]),
        ("failed", ["duplicate_new_id", "duplicate_old_id"]),
        ("failed", ["id_taken"]),
        ("failed", ["duplicate_old_id"]),
    ]
    told = [row.sentences[0] for row in known.plan(done)]
    assert told[0] == (
        "Row 3 renames the user `a` too, and an identifier changes once at a time. Keep one of the two rows."
    )
    assert told[2] == (
        "Row 5 gives the identifier `z` too, and only one course can have it. Correct one of the two rows."
    )
    assert told[4] == (
        "`c` already belongs to another user, which this file does not rename. Use another identifier; two of them are never"
        " made one."
    )


def test_one_bad_row_and_no_row_is_applied(known: Tenant) -> None:
    before = known.dump()
    done = rename(known, "a,x,User", "b,,User", "c,y,Student", "a,z,Course", "a,v")
    assert outcomes(known, done) == [
        ("held", ["held_file"]),
        ("failed", ["required_blank"]),
        ("failed", ["bad_obj_type"]),
        ("held", ["held_file"]),
        ("failed", ["record_length"]),
    ]
    assert done.job.status == "completed_with_errors"
    assert known.dump() == before


def test_deleted_objects_keep_their_identifiers(known: Tenant) -> None:
    known.load(lines(USERS, user("b", "Deleted")), "circlein.users", "")
    known.load(lines(COURSES, course("b", status="Deleted")), "circlein.courses", "")
    done = rename(known, "a,b,User", "a,b,Course")
    assert outcomes(known, done) == [("failed", ["id_taken"])] * 2
    assert known.row(done, 2).sentences == [
        "`b` belongs to a user that was deleted, and deleted ones keep their identifiers. Use another."
    ]
    moved = rename(known, "b,z,User", "a,b,User")
    assert outcomes(known, moved) == [("updated", [])] * 2
    back = known.load(lines(USERS, user("z")), "circlein.users", "")
    assert back.counts["updated"] == 1
    assert len(identifiers(known, "person")) == 3


def test_courses_collide_within_a_term(known: Tenant) -> None:
    known.load(
        lines(COURSES, course("x", "28S"), course("b", "28S"), course("y", "28S")), "circlein.courses", ""
    )
    done = rename(known, "b,y,Course")
    assert outcomes(known, done) == [("failed", ["id_taken"])]
    assert outcomes(known, rename(known, "a,x,Course")) == [("updated", [])]


def test_the_same_file_again_is_told_that_it_was_done(known: Tenant) -> None:
    rename(known, "a,x,User", "b,y,Course")
    before = known.dump()
    done = rename(known, "a,x,User", "b,y,Course", "c,c,User", "b,z,User")
    assert outcomes(known, done) == [
        ("unchanged", ["already_renamed"]),
        ("unchanged", ["already_renamed"]),
        ("unchanged", ["same_id"]),
        ("updated", []),
    ]
    assert done.counts["warnings"] == 3
    assert done.job.status == "completed"
    assert {noun: rows for noun, rows in known.dump().items() if noun != "person"} == {
        noun: rows for noun, rows in before.items() if noun != "person"
    }


def test_an_unknown_identifier_is_told_with_the_other(known: Tenant) -> None:
    done = rename(known, "nobody,noone,User")
    assert known.row(done, 2).sentences == [
        "There is no user `nobody`, and no `noone` either. Correct the identifier, or take the row out."
    ]


def test_an_sso_id_of_its_own_stays(tenant: Tenant) -> None:
    tenant.load(
        csv_text(
            ["First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"],
            ["Kwame", "Oduya", "k.oduya@example.edu", "Student", "kwame", "a"],
        ),
        "echovideo.users.v1",
    )
    rename(tenant, "a,x,User")
    assert tenant.query("SELECT external_id, sso_id FROM roster_person") == [("x", "kwame")]


def test_each_rename_is_in_the_journal_with_its_row(known: Tenant) -> None:
    done = rename(known, "a,x,User", "b,y,Course")
    noted = known.query(
        "SELECT object_type, before::text, after::text, row, is_effect FROM roster_change WHERE job_id = %s ORDER BY row",
        done.pk,
    )
    assert [
        (kind, json.loads(was), json.loads(now), row, effect) for kind, was, now, row, effect in noted
    ] == [
        (6, {"external_id": "a", "sso_id": "a"}, {"external_id": "x", "sso_id": "x"}, 2, False),
        (5, {"external_id": "b"}, {"external_id": "y"}, 3, False),
    ]


def test_undo_gives_the_old_identifiers_back(known: Tenant) -> None:
    known.load(lines(USERS, user("c", "Deleted")), "circlein.users", "")
    before = known.dump()
    done = rename(known, "a,b,User", "b,a,User", "c,x,Course", "c,z,User")
    assert done.counts["updated"] == 4
    undone = known.undo(done)
    assert undone.void
    assert undone.void["conflicts_total"] == 0
    assert known.dump() == before


def test_files_of_a_package_carry_the_new_identifiers(known: Tenant) -> None:
    done = known.load(
        package(
            {
                "Enrollments.csv": lines(ENROLLMENTS, "b,27A,Tutor,u,,,,Active", "a,27A,Tutor,u,,,,Active"),
                "Users.csv": lines(USERS, "u,Kay,Oduya,kay@example.edu,Active", user("a")),
                "Courses.csv": lines(COURSES, course("b").replace("Cell", "Molecular"), course("a", status="Deleted")),
                "UpdateIDs.csv": lines(UPDATE_IDS, "a,b,Course", "b,a,Course", "a,u,User"),
            }
        ),
        "circlein.package", "", file_name="nightly.zip",
    )  # fmt: skip
    assert [file["name"] for file in done.files] == [
        "UpdateIDs.csv", "Courses.csv", "Users.csv", "Enrollments.csv",
    ]  # fmt: skip
    assert outcomes(known, done) == [
        ("updated", []),
        ("updated", []),
        ("updated", []),
        ("updated", []),
        ("deleted", []),
        ("updated", []),
        ("created", []),
        ("updated", []),
        ("failed", ["unknown_course"]),
    ]
    assert known.query(
        "SELECT external_id, title, name FROM roster_section WHERE deleted_at IS NULL ORDER BY 1"
    ) == [
        ("b", "Molecular Biology", "b"),
        ("c", "Cell Biology", "c"),
    ]
    assert known.query(
        "SELECT external_id, sso_id, given_name FROM roster_person WHERE external_id IN ('a', 'u') ORDER BY 1"
    ) == [("a", "a", "Kwame"), ("u", "u", "Kay")]


def test_deleted_courses_come_back_under_the_new_identifier_in_one_package(known: Tenant) -> None:
    known.load(lines(COURSES, course("a", status="Deleted")), "circlein.courses", "")
    [(gone,)] = known.query("SELECT id FROM roster_section WHERE external_id = 'a'")
    known.load(
        package(
            {"UpdateIDs.csv": lines(UPDATE_IDS, "a,x,Course"), "Courses.csv": lines(COURSES, course("x"), course("a"))}
        ),
        "circlein.package", "", file_name="nightly.zip",
    )  # fmt: skip
    assert known.query(
        "SELECT external_id FROM roster_section WHERE id = %s AND deleted_at IS NULL", gone
    ) == [("x",)]
    assert len(identifiers(known, "section")) == 4


def test_rows_that_need_an_identifier_which_is_not_given_fail_with_it(known: Tenant) -> None:
    before = known.dump()
    done = known.load(
        package(
            {
                "UpdateIDs.csv": lines(UPDATE_IDS, "a,x,Course", "a,u,User", "nobody,noone,User"),
                "Courses.csv": lines(COURSES, course("x")),
                "Users.csv": lines(USERS, user("u")),
                "Enrollments.csv": lines(ENROLLMENTS, "x,27A,Tutor,b,,,,Active", "b,27A,Student,a,,,,Active"),
            }
        ),
        "circlein.package", "", file_name="nightly.zip",
    )  # fmt: skip
    assert outcomes(known, done) == [
        ("held", ["held_file"]),
        ("held", ["held_file"]),
        ("failed", ["unknown_id"]),
        ("failed", ["parent_failed"]),
        ("failed", ["parent_failed"]),
        ("failed", ["parent_failed"]),
        ("unchanged", []),
    ]
    assert known.dump() == before


def test_two_files_of_one_package_follow_each_other(known: Tenant) -> None:
    before = identifiers(known, "person")
    done = known.load(
        package(
            {
                "UpdateIDs-2.csv": lines(UPDATE_IDS, "x,y,User", "b,a,User"),
                "UpdateIDs-1.csv": lines(UPDATE_IDS, "a,x,User"),
            }
        ),
        "circlein.package", "", file_name="nightly.zip",
    )  # fmt: skip
    assert outcomes(known, done) == [("updated", [])] * 3
    assert identifiers(known, "person") == become(before, a="y", b="a")
