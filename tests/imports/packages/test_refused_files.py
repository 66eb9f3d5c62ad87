"""One file of a package refused for its header or bytes, while the others go on (d2l D-23; circlein 2.3)."""

from __future__ import annotations

import pytest

from imports.formats.registry import format_for
from imports.models import Import
from imports.problems import FileRejected
from imports.steps.packages import Opened, open_package
from tests.imports.harness import Tenant
from tests.imports.packages.feeds import (
    CIRCLEIN,
    ENROLLED,
    ENROLLMENTS,
    ORGS,
    ORGS_2,
    ORGS_3,
    USERS_3,
    d2l,
    header_of,
    opened,
    package,
    refusal,
    rows,
)


def problems(found: Opened) -> dict[str, FileRejected | None]:
    """Why each file is refused, read to its end."""
    told: dict[str, FileRejected | None] = {}
    for member in found:
        told[member.name] = member.problem
        try:
            rows(member)
        except FileRejected as late:
            told[member.name] = late
    return told


def only_problem(found: Opened, name: str) -> FileRejected:
    """Why this file is refused, and no other."""
    told = problems(found)
    assert [each for each, problem in told.items() if problem] == [name]
    problem = told[name]
    assert problem is not None
    return problem


def test_a_header_of_another_version_is_the_affair_of_its_file() -> None:
    found = opened(d2l({"1.csv": ORGS, "2.csv": f"{ORGS_2}\n", "3.csv": ENROLLED}))
    problem = only_problem(found, "2.csv")
    assert problem.code == "header_mismatch"
    assert problem.params["expected"] == ORGS_3.split(",")
    assert problem.params["found"] == ORGS_2.split(",")


def test_a_header_of_no_kind_is_told_with_what_there_is() -> None:
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": "Room,Seats\n1,2\n"})), "2.csv")
    assert problem.code == "header_mismatch"
    assert str(problem.detail) == (
        "`2.csv` begins with `Room,Seats`, and that is the header of no file of this kind: D2L org units, D2L users,"
        " D2L enrollments, D2L attributes."
    )


def test_of_a_first_row_that_is_no_header_only_its_first_cells_are_told() -> None:
    """It may be of a file of users without its header, and has a password."""
    data = d2l(
        {"1.csv": ORGS, "2.csv": "user,UPDATE,k.oduya,70021,Kwame,Oduya,s3cret,1,Learner,k@fjord.example\n"}
    )
    problem = only_problem(opened(data), "2.csv")
    assert "`2.csv` begins with `user,UPDATE,k.oduya,…`" in problem.detail
    assert "s3cret" not in str(problem.args)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_header_parted_by_something_else_is_held_against_the_one_it_is_nearest_to(delimiter: str) -> None:
    text = f"{ENROLLMENTS}\n".replace(",", delimiter)
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": text})), "2.csv")
    assert (problem.code, problem.params["expected"]) == ("header_mismatch", ENROLLMENTS.split(","))


def test_a_blank_first_row_is_no_header() -> None:
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": f"\n{USERS_3}\n"})), "2.csv")
    assert (problem.code, problem.detail) == (
        "header_mismatch",
        "Row 1 is blank, and should be the header. Begin the file with the header.",
    )


def test_other_separators_are_named_before_columns_are() -> None:
    for sign, words in ((";", "semicolons"), ("\t", "tabs")):
        spoilt = f"{USERS_3}\nuser\n".replace(",", sign)
        problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": spoilt})), "2.csv")
        assert (problem.code, problem.params["found"]) == ("header_mismatch", [USERS_3.replace(",", sign)])
        assert problem.detail == (
            f"The columns are separated by {words}; use commas. Save the file so and send it again. Its first line"
            f" should be `{USERS_3}`."
        )


def test_of_a_file_with_secrets_no_blank_excerpt_is_told_and_no_other_encoding_offered() -> None:
    spoilt = f"{USERS_3}\nuser,UPDATE,k,7,Kwam\xe9,Oduya,,1,,,,,,,\n".encode("latin-1")
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": spoilt})), "2.csv")
    assert problem.detail == (
        "Row 2, column 5: these bytes are not text in utf-8. Files of this kind are UTF-8: save it as “CSV UTF-8” and"
        " send it again."
    )
    assert "hint" not in problem.params


def test_bytes_that_are_not_utf_8_are_told_with_their_row() -> None:
    spoilt = f"{ENROLLMENTS}\nenrollment,,1,Learner,A\nenrollment,,caf\xe9,Learner,A\n".encode("latin-1")
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": spoilt})), "2.csv")
    assert (problem.code, problem.params["row"], problem.params["file"]) == ("not_utf8", 3, "2.csv")
    assert problem.detail == (
        r"Row 3, column 3: these bytes are not text in utf-8: caf\xe9. Files of this kind are UTF-8: save it as “CSV"
        " UTF-8” and send it again."
    )


def test_utf_16_is_told_as_what_it_is_even_with_its_mark() -> None:
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": ENROLLED.encode("utf-16")})), "2.csv")
    assert problem.detail == (
        "The file is in UTF-16, and UTF-8 is expected. Files of this kind are UTF-8: save it as “CSV UTF-8” and send it"
        " again."
    )


def test_a_quote_that_is_not_closed_makes_the_rest_of_its_file_unreadable() -> None:
    spoilt = f'{ENROLLMENTS}\nenrollment,,1,Learner,A\nenrollment,,"2,Learner,A\nenrollment,,3,Learner,A\n'
    problem = only_problem(opened(d2l({"1.csv": ORGS, "2.csv": spoilt})), "2.csv")
    assert (problem.code, problem.params["row"]) == ("unreadable_csv", 3)
    assert problem.detail == (
        "Row 3, column 3: a double quote is opened and not closed again, so that what follows disappears in this cell."
        " It begins: `2,Learner,A enrollment,,3,Learner,A`. Close the quote, or write it twice if it belongs to the text."
        " Nothing of this file was imported."
    )


def test_a_carriage_return_that_stands_alone_is_the_affair_of_its_file() -> None:
    spoilt = f"{ENROLLMENTS}\renrollment,,1,Learner,A\r"
    assert only_problem(opened(d2l({"1.csv": ORGS, "2.csv": spoilt})), "2.csv").code == "unreadable_csv"


def test_a_packed_file_in_the_clothes_of_a_csv_is_refused() -> None:
    found = opened(d2l({"1.csv": ORGS, "2.csv": package({"x.csv": ORGS})}))
    assert only_problem(found, "2.csv").code == "nested_zip"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Unique User Identifier,First Name,Last Name,Email,Status,", "empty_column"),
        ("Unique User Identifier,First Name,Last Name,Email", "missing_column"),
        ("Unique User Identifier,First Name,Last Name,Email,Status,Phone", "unknown_column"),
        ("Unique User Identifier,Last Name,First Name,Email,Status", "header_mismatch"),
        ("unique user identifier,First Name,Last Name,Email,Status", "header_mismatch"),
    ],
)
def test_headers_of_circlein_are_told_as_it_says(header: str, code: str) -> None:
    good = header_of("circlein.courses") + "\n"
    problem = only_problem(
        opened(package({"a.csv": good, "Users.csv": f"{header}\n"}), CIRCLEIN), "Users.csv"
    )
    assert problem.code == code


def test_a_csv_alone_with_a_bad_header_is_refused_as_a_whole() -> None:
    refused = refusal(f"{ORGS_3},more\n", "d2l.orgs", "orgs.csv")
    assert refused.code == "header_mismatch"
    assert refusal("a,b\n1,2\n", "d2l.package", "x.csv").code == "header_mismatch"


def loaded_package(tenant: Tenant, data: bytes, **options: object) -> Import:
    return tenant.load(data, "d2l.package", "", file_name="feed.zip", **options)


def departments(tenant: Tenant) -> list[str]:
    found = tenant.query(
        "SELECT external_id FROM roster_org_unit WHERE institution_id = %s AND deleted_at IS NULL ORDER BY 1",
        tenant.pk,
    )
    return [external_id for (external_id,) in found]


def test_the_others_are_applied_and_the_import_says_that_not_all_was(tenant: Tenant) -> None:
    upload = loaded_package(tenant, d2l({"1.csv": ORGS, "2.csv": f"{ORGS_2}\n"}))
    assert upload.job.status == "completed_with_errors"
    assert departments(tenant) == ["DEP-BIO"]
    assert [(file["name"], file["rows"], file.get("problem", {}).get("code")) for file in upload.files] == [
        ("1.csv", 1, None),
        ("2.csv", 0, "header_mismatch"),
    ]


def test_rows_before_the_fault_of_a_refused_file_are_not_applied(tenant: Tenant) -> None:
    bad = f"{ORGS_3}\ndepartment,,DEP-ART,Art,,,,,,,,,\ndepartment,,DEP-X,\xe9,,,,,,,,,\n".encode("latin-1")
    upload = loaded_package(tenant, d2l({"1.csv": bad, "2.csv": ORGS}))
    assert upload.job.status == "completed_with_errors"
    assert departments(tenant) == ["DEP-BIO"]
    assert upload.files[0]["problem"]["code"] == "not_utf8"
    assert upload.counts["rows"] == 1


def test_nothing_is_applied_when_no_file_is_left_or_none_may_fail(tenant: Tenant) -> None:
    assert loaded_package(tenant, d2l({"1.csv": f"{ORGS_2}\n"})).job.status == "failed"
    aborted = loaded_package(tenant, d2l({"1.csv": ORGS, "2.csv": f"{ORGS_2}\n"}), on_error="abort")
    assert aborted.job.status == "failed"
    assert departments(tenant) == []


def test_when_no_file_is_left_it_says_so(tenant: Tenant) -> None:
    upload = loaded_package(tenant, d2l({"1.csv": f"{ORGS_2}\n", "2.csv": f"{ORGS_2}\n"}))
    assert upload.job.problem is not None
    assert upload.job.problem["detail"] == (
        "None of the 2 files of this package can be read, so nothing was imported. Why stands with each of them."
    )


def test_a_package_refused_as_a_whole_writes_nothing(tenant: Tenant) -> None:
    upload = loaded_package(tenant, d2l({"1.csv": ORGS}, '{"version": "9.9"}'))
    assert upload.job.problem is not None
    assert (upload.job.status, upload.job.problem["code"]) == ("failed", "manifest_invalid")
    assert departments(tenant) == []


def test_an_import_opens_its_package_by_the_format_it_was_taken_for(tenant: Tenant) -> None:
    upload = tenant.receive(d2l({"1.csv": ORGS}), "", "", file_name="feed.zip")
    assert upload.format_key == "d2l.package"
    assert [member.name for member in open_package(upload).members] == ["1.csv"]
    assert format_for(upload.format_key).title == "D2L Standard CSV package"
