"""What rows of Users.csv and Enrollments.csv do to people and their places (circlein-csv.md 4, 5)."""

from __future__ import annotations

from typing import Any

import pytest

from imports.models import Import
from tests.imports.circlein.files import COURSES, ENROLLMENTS, USERS, lines
from tests.imports.harness import Tenant, csv_text

BIO = "BIO-1,27A,1,BIO,110,01,Cell Biology,0,0,2027-09-06,2027-12-17,Available"
CHE = "CHE-1,27A,1,CHE,010,01,Chemistry,0,0,2027-09-06,2027-12-17,Available"
KWAME = "70021,Kwame,Oduya,k.oduya@example.edu,Active"
LENA = "70044,Lena,Brandt,l.brandt@example.edu,Active"


@pytest.fixture
def taught(tenant: Tenant) -> Tenant:
    """Two sections, and two people in neither."""
    for text, key in ((lines(COURSES, BIO, CHE), "courses"), (lines(USERS, KWAME, LENA), "users")):
        assert tenant.load(text, f"circlein.{key}", "").job.status == "completed"
    return tenant


def users(tenant: Tenant, *rows: str, **options: Any) -> Import:
    return tenant.load(lines(USERS, *rows), "circlein.users", "", **options)


def enroll(tenant: Tenant, *rows: str, **options: Any) -> Import:
    return tenant.load(lines(ENROLLMENTS, *rows), "circlein.enrollments", "", **options)


def outcomes(tenant: Tenant, done: Import) -> list[tuple[str, list[str]]]:
    return [(row.outcome, row.codes) for row in tenant.plan(done)]


def people(tenant: Tenant) -> list[tuple[Any, ...]]:
    return tenant.query("""
        SELECT external_id, given_name, family_name, email, sso_id, roles, is_marked_administrator FROM roster_person
         WHERE deleted_at IS NULL ORDER BY external_id
    """)


def places(tenant: Tenant) -> list[tuple[Any, ...]]:
    return tenant.query("""
        SELECT p.external_id, s.external_id, e.role FROM roster_enrollment AS e
          JOIN roster_person AS p ON p.id = e.person_id JOIN roster_section AS s ON s.id = e.section_id
         WHERE e.deleted_at IS NULL ORDER BY 1, 2
    """)


def test_a_user_is_known_by_the_identifier_that_single_sign_on_delivers(taught: Tenant) -> None:
    assert people(taught)[0] == ("70021", "Kwame", "Oduya", "k.oduya@example.edu", "70021", [], False)


def test_a_user_of_the_same_identifier_is_overwritten(taught: Tenant) -> None:
    done = users(taught, "70021,Kay,Oduya-Berg,KAY@example.edu,Active", LENA)
    assert outcomes(taught, done) == [("updated", []), ("unchanged", [])]
    assert people(taught)[0][1:4] == ("Kay", "Oduya-Berg", "KAY@example.edu")


def test_identifiers_count_letter_for_letter(tenant: Tenant) -> None:
    done = users(
        tenant,
        "ab1,A,B,a@example.edu,Active",
        "AB1,A,B,b@example.edu,Active",
        "0412,A,B,c@example.edu,Active",
    )
    assert done.counts["created"] == 3


def test_an_address_belongs_to_one_user_whatever_its_case(taught: Tenant) -> None:
    done = users(taught, "80001,Kwame,Other,K.ODUYA@example.edu,Active")
    [row] = taught.plan(done)
    assert (row.outcome, row.codes, row.columns) == ("failed", ["email_taken"], ["Email"])
    assert row.sentences[0] == (
        "The e-mail address `K.ODUYA@example.edu` already belongs to Kwame Oduya; upper and lower case are the same."
        " Correct the address, or the identifier."
    )


def test_two_new_users_cannot_have_one_address(tenant: Tenant) -> None:
    done = users(tenant, KWAME, "80001,Kwame,Other,K.ODUYA@example.edu,Active")
    assert outcomes(tenant, done) == [("created", []), ("failed", ["email_taken"])]


def test_users_may_swap_their_addresses(taught: Tenant) -> None:
    done = users(
        taught,
        "70021,Kwame,Oduya,l.brandt@example.edu,Active",
        "70044,Lena,Brandt,k.oduya@example.edu,Active",
    )
    assert outcomes(taught, done) == [("updated", []), ("updated", [])]


def test_the_address_of_somebody_deleted_is_free(taught: Tenant) -> None:
    done = users(taught, KWAME.replace("Active", "Deleted"), "80001,Kwame,Other,K.ODUYA@example.edu,Active")
    assert outcomes(taught, done) == [("deleted", []), ("created", [])]


def test_a_deleted_user_loses_all_places_and_does_not_get_them_back(taught: Tenant) -> None:
    enroll(taught, "BIO-1,27A,Student,70021,,,,Active", "CHE-1,27A,Student,70021,,,,Active")
    done = users(taught, KWAME.replace("Active", "Deleted"))
    assert outcomes(taught, done) == [("deleted", [])]
    assert done.effects == {"enrollment": {"deleted": 2}}
    assert places(taught) == []
    back = users(taught, KWAME.replace("Kwame", "Kay"))
    assert outcomes(taught, back) == [("updated", [])]
    assert people(taught)[0][:2] == ("70021", "Kay")
    assert places(taught) == []


def test_deleting_an_unknown_user_warns(tenant: Tenant) -> None:
    assert outcomes(tenant, users(tenant, KWAME.replace("Active", "Deleted"))) == [
        ("unchanged", ["delete_missing"])
    ]


def test_an_instructor_who_is_deleted_is_no_sections_instructor(taught: Tenant) -> None:
    enroll(taught, "BIO-1,27A,faculty,70021,,,,Active")
    taught.query(
        "UPDATE roster_section SET instructor_id = (SELECT id FROM roster_person WHERE external_id = '70021')"
        " WHERE external_id = 'BIO-1'"
    )
    done = users(taught, KWAME.replace("Active", "Deleted"))
    assert done.effects == {"enrollment": {"deleted": 1}, "section": {"updated": 1}}
    assert taught.query("SELECT count(*) FROM roster_section WHERE instructor_id IS NOT NULL") == [(0,)]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Student", "student"), ("student", "student"), ("teacher", "instructor"), ("faculty", "instructor"),
        ("Tutor", "tutor"), ("tutor", "tutor"), ("FYE Leader", "tutor"),
    ],
)  # fmt: skip
def test_roles_have_their_standard_meaning(taught: Tenant, word: str, role: str) -> None:
    enroll(taught, f"BIO-1,27A,{word},70021,,,,Active")
    assert places(taught) == [("70021", "BIO-1", role)]
    assert people(taught)[0][5] == [role]


def test_an_institution_may_mean_teachers_by_tutor(taught: Tenant) -> None:
    enroll(
        taught, "BIO-1,27A,tutor,70021,,,,Active", "BIO-1,27A,Tutor,70044,,,,Active",
        switches={"tutor_means": "instructor"},
    )  # fmt: skip
    assert places(taught) == [("70021", "BIO-1", "instructor"), ("70044", "BIO-1", "tutor")]


def test_a_row_with_names_makes_the_person_and_enrolls_them(taught: Tenant) -> None:
    row = "BIO-1,27A,faculty,0412,Marit,ter Avest,m.teravest@example.edu,Active"
    done = enroll(taught, row)
    assert outcomes(taught, done) == [("created", [])]
    assert done.effects == {"person": {"created": 1}}
    assert people(taught)[0] == (
        "0412", "Marit", "ter Avest", "m.teravest@example.edu", "0412", ["instructor"], False,
    )  # fmt: skip
    again = enroll(taught, row)
    assert (outcomes(taught, again), again.effects) == ([("unchanged", [])], {})


def test_a_row_with_names_updates_the_person(taught: Tenant) -> None:
    enroll(taught, "BIO-1,27A,Student,70021,,,,Active")
    done = enroll(taught, "BIO-1,27A,Student,70021,Kay,Oduya,kay@example.edu,Active")
    assert outcomes(taught, done) == [("updated", [])]
    assert done.effects == {"person": {"updated": 1}}
    assert people(taught)[0][1:4] == ("Kay", "Oduya", "kay@example.edu")


def test_a_row_without_names_needs_a_user_who_is_there(taught: Tenant) -> None:
    users(taught, LENA.replace("Active", "Deleted"))
    done = enroll(taught, "BIO-1,27A,Student,70044,,,,Active", "BIO-1,27A,Student,nobody,,,,Active")
    assert outcomes(taught, done) == [("failed", ["unknown_user"]), ("failed", ["unknown_user"])]
    assert places(taught) == []


def test_only_some_names_are_no_person(taught: Tenant) -> None:
    done = enroll(
        taught,
        "BIO-1,27A,Student,70021,Kwame,,,Active",
        "BIO-1,27A,Student,70021,,Oduya,k.oduya@example.edu,Active",
        "BIO-1,27A,Student,70021,Kwame,  ,k.oduya@example.edu,Active",
        "BIO-1,27A,Student,70021,  , ,,Active",
    )
    assert outcomes(taught, done) == [("failed", ["partial_person"])] * 3 + [("created", [])]
    assert taught.row(done, 3).sentences[0] == (
        "Of First Name, Last Name and Email only `Oduya, k.oduya@example.edu` is filled. Fill all three, and the user is"
        " made or updated from this row; or none, and the user is looked up."
    )


def test_an_address_that_is_taken_fails_the_row_and_makes_nobody(taught: Tenant) -> None:
    done = enroll(taught, "BIO-1,27A,Student,90001,New,One,K.ODUYA@example.edu,Active")
    assert outcomes(taught, done) == [("failed", ["email_taken"])]
    assert len(people(taught)) == 2
    assert places(taught) == []


def test_a_bad_address_is_told(taught: Tenant) -> None:
    done = enroll(taught, "BIO-1,27A,Student,90001,New,One,nobody,Active")
    assert outcomes(taught, done) == [("failed", ["bad_email"])]
    assert len(people(taught)) == 2


def test_a_row_whose_course_is_unknown_makes_nobody(taught: Tenant) -> None:
    done = enroll(
        taught,
        "BIO-9,27A,Student,90001,New,One,new@example.edu,Active",
        "BIO-1,28S,Student,90002,New,Two,newer@example.edu,Active",
    )
    assert outcomes(taught, done) == [("failed", ["unknown_course"])] * 2
    assert taught.row(done, 3).sentences[0] == (
        "There is no course `BIO-1` in the term of this row. Send it in this upload or before, or correct the identifier"
        " or the term."
    )
    assert len(people(taught)) == 2


def test_who_is_brought_by_a_failed_row_alone_is_nobody_for_others(taught: Tenant) -> None:
    done = enroll(
        taught,
        "BIO-9,27A,Student,90001,New,One,new@example.edu,Active",
        "BIO-1,27A,Student,90001,,,,Active",
        "CHE-1,27A,Student,90002,New,Two,K.ODUYA@example.edu,Active",
        "BIO-1,27A,Student,90002,,,,Active",
        "BIO-9,27A,Student,90003,New,Three,three@example.edu,Active",
        "BIO-1,27A,Student,90003,New,Three,three@example.edu,Active",
        "CHE-1,27A,Student,90003,,,,Active",
    )
    assert [(outcome, codes[:1]) for outcome, codes in outcomes(taught, done)] == [
        ("failed", ["unknown_course"]),
        ("failed", ["parent_failed"]),
        ("failed", ["email_taken"]),
        ("failed", ["parent_failed"]),
        ("failed", ["unknown_course"]),
        ("created", []),
        ("created", []),
    ]
    assert [row[0] for row in people(taught)] == ["70021", "70044", "90003"]


def test_a_deleted_course_is_unknown(taught: Tenant) -> None:
    taught.load(lines(COURSES, BIO.replace("Available", "Deleted")), "circlein.courses", "")
    assert outcomes(taught, enroll(taught, "BIO-1,27A,Student,70021,,,,Active")) == [
        ("failed", ["unknown_course"])
    ]


def test_one_person_has_one_role_in_a_section_and_a_later_row_changes_it(taught: Tenant) -> None:
    done = enroll(taught, "BIO-1,27A,Student,70021,,,,Active", "BIO-1,27A,Tutor,70021,,,,Active")
    assert outcomes(taught, done) == [("superseded", ["duplicate_row"]), ("created", [])]
    later = enroll(taught, "BIO-1,27A,faculty,70021,,,,Active")
    assert outcomes(taught, later) == [("updated", [])]
    assert places(taught) == [("70021", "BIO-1", "instructor")]


def test_deleted_ends_the_enrollment_whatever_its_role_and_the_person_stays(taught: Tenant) -> None:
    enroll(taught, "BIO-1,27A,Student,70021,,,,Active")
    done = enroll(taught, "BIO-1,27A,faculty,70021,Kay,Oduya,kay@example.edu,Deleted")
    assert outcomes(taught, done) == [("deleted", [])]
    assert places(taught) == []
    assert people(taught)[0][:2] == ("70021", "Kwame")
    again = enroll(taught, "BIO-1,27A,Student,70021,,,,Active")
    assert again.counts["updated"] == 1
    assert places(taught) == [("70021", "BIO-1", "student")]


def test_ending_what_is_not_there_warns(taught: Tenant) -> None:
    taught.load(lines(COURSES, CHE.replace("Available", "Deleted")), "circlein.courses", "")
    users(taught, LENA.replace("Active", "Deleted"))
    done = enroll(
        taught,
        "BIO-1,27A,Student,70021,,,,Deleted",
        "CHE-1,27A,Student,70021,,,,Deleted",
        "BIO-1,27A,Student,70044,,,,Deleted",
        "BIO-9,27A,Student,70021,,,,Deleted",
        "BIO-1,27A,Student,nobody,,,,Deleted",
    )
    assert outcomes(taught, done) == [
        ("unchanged", ["delete_missing"]),
        ("unchanged", ["delete_missing"]),
        ("unchanged", ["delete_missing"]),
        ("failed", ["unknown_course"]),
        ("failed", ["unknown_user"]),
    ]


def test_the_instructor_of_a_section_stops_being_it_with_the_enrollment(taught: Tenant) -> None:
    enroll(taught, "BIO-1,27A,faculty,70021,,,,Active")
    taught.query(
        "UPDATE roster_section SET instructor_id = (SELECT id FROM roster_person WHERE external_id = '70021')"
        " WHERE external_id = 'BIO-1'"
    )
    done = enroll(taught, "BIO-1,27A,faculty,70021,,,,Deleted")
    assert done.effects == {"section": {"updated": 1}}


def test_an_admin_row_marks_the_person_and_opens_no_door(taught: Tenant) -> None:
    accounts = taught.query("SELECT count(*) FROM access_account")
    grants = taught.query("SELECT count(*) FROM access_grant")
    done = enroll(
        taught,
        "none,none,admin,1015,Dayo,Achebe,d.achebe@example.edu,Active",
        "no,such course,admin,70021,,,,Active",
    )
    assert outcomes(taught, done) == [("created", ["access_by_hand"]), ("updated", ["access_by_hand"])]
    assert taught.row(done, 2).sentences[0] == (
        "`1015` is marked as an administrator, and that is all: no log-in and no right comes of a file. Give access by hand"
        " under Settings."
    )
    assert [(row[0], row[6]) for row in people(taught)] == [("1015", True), ("70021", True), ("70044", False)]
    assert taught.query("SELECT count(*) FROM access_account") == accounts
    assert taught.query("SELECT count(*) FROM access_grant") == grants
    assert places(taught) == []


def test_an_admin_row_with_deleted_takes_the_mark_and_leaves_the_person(taught: Tenant) -> None:
    enroll(taught, "none,none,admin,70021,,,,Active")
    done = enroll(taught, "none,none,admin,70021,,,,Deleted", "none,none,admin,nobody,,,,Deleted")
    assert outcomes(taught, done) == [("updated", []), ("unchanged", ["delete_missing"])]
    assert people(taught)[0][6] is False
    assert len(people(taught)) == 2


def test_admin_rows_need_their_cells_and_somebody_to_mark(taught: Tenant) -> None:
    done = enroll(
        taught, ",none,admin,70021,,,,Active", "none,none,admin,nobody,,,,Active", "x,y,Admin,70021,,,,Active"
    )
    assert outcomes(taught, done) == [
        ("failed", ["required_blank"]),
        ("failed", ["unknown_user"]),
        ("failed", ["bad_role"]),
    ]


def test_bad_cells_of_an_enrollment_are_told_each(taught: Tenant) -> None:
    done = enroll(
        taught,
        "BIO-1,27A,Teacher,70021,,,,Active",
        "BIO-1,27A,Student,70021,,,,Ended",
        ",,Student,,,,,Active",
        "BIO-1,27A,,70021,,,,Active",
        "BIO-1,27A,Student,70021,,,Active",
    )
    assert [(outcome, sorted(codes)) for outcome, codes in outcomes(taught, done)] == [
        ("failed", ["bad_role"]),
        ("failed", ["bad_status"]),
        ("failed", ["required_blank"] * 3),
        ("failed", ["required_blank"]),
        ("failed", ["record_length"]),
    ]


def test_somebody_whom_another_family_gave_an_sso_id_keeps_it(tenant: Tenant) -> None:
    tenant.load(
        csv_text(
            ["First Name", "Last Name", "Email", "Role", "SSO Id", "External ID"],
            ["Kwame", "Oduya", "k.oduya@example.edu", "Student", "kwame", "70021"],
        ),
        "echovideo.users.v1",
    )
    assert outcomes(tenant, users(tenant, KWAME)) == [("unchanged", [])]
    assert people(tenant)[0][4] == "kwame"


def test_nobody_inactive_is_enrolled_without_names(taught: Tenant) -> None:
    """C-10; another family said so."""
    row = "BIO-1,27A,student,70021,,,,Active"
    enroll(taught, row)
    taught.query("UPDATE roster_person SET is_active = FALSE WHERE external_id = '70021'")
    done = enroll(taught, row, row.replace("BIO", "CHE"))
    assert outcomes(taught, done) == [("unchanged", []), ("failed", ["unknown_user"])]
    assert taught.plan(done)[1].sentences[0] == (
        "The user `70021` is inactive, and a row without names enrolls active users only."
        " Fill First Name, Last Name and Email, or take the row out."
    )
    named = "CHE-1,27A,student,70021,Kwame,Oduya,k.oduya@example.edu,Active"
    assert outcomes(taught, enroll(taught, named)) == [("created", [])]
    assert outcomes(taught, enroll(taught, row.replace("Active", "Deleted"))) == [("deleted", [])]


def test_who_comes_back_is_active(taught: Tenant) -> None:
    """D2L deactivates whom it deletes (d2l 11)."""
    users(taught, KWAME.replace("Active", "Deleted"))
    taught.query("UPDATE roster_person SET is_active = FALSE WHERE external_id = '70021'")
    assert outcomes(taught, users(taught, KWAME)) == [("updated", [])]
    row = "BIO-1,27A,student,70021,,,,Active"
    assert outcomes(taught, enroll(taught, row)) == [("created", [])]
    assert outcomes(taught, users(taught, KWAME)) == [("unchanged", [])]
