"""results.csv and failed.csv: every row of the upload again, with what became of it."""

from __future__ import annotations

import csv
import io

import pytest

from edu_csv import storage, tenancy
from edu_csv.jobs.models import Job, Kind
from edu_csv.jobs.runners import work_one
from imports.models import Import
from imports.steps import record, report
from imports.steps.report import NoResults, results_file
from tests.imports.harness import Tenant, csv_text

TERMS, USERS, ENROLLMENTS = "echovideo.terms.v1", "echovideo.users.v1", "echovideo.enrollments.v1"
HEADER = ["Name", "Start Date", "End Date", "External ID"]
AUTUMN = ["Autumn", "2031-08-18", "2031-12-19", "T-A"]
SPRING = ["Spring", "2032-01-12", "2032-05-28", "T-S"]


def text(tenant: Tenant, upload: Import, *, only_failed: bool = False) -> str:
    with tenancy.use_institution(tenant.pk):
        stored = results_file(upload, only_failed)
        assert stored is not None
        with storage.open_file(stored.key) as file:
            return file.read().decode()


def rows(tenant: Tenant, upload: Import, *, only_failed: bool = False) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(tenant, upload, only_failed=only_failed), newline="")))


def test_results_have_the_uploaded_columns_in_their_order_and_four_more(tenant: Tenant) -> None:
    upload = tenant.load(
        csv_text(
            ["External ID", "Colour", "Name", "End Date", "Start Date"],
            ["T-A", "red", "Autumn", "2031-12-19", "2031-08-18"],
            ["T-B", "blue", "Winter", "soon", "2031-08-18"],
        ),
        TERMS,
    )
    header, made, failed = rows(tenant, upload)
    assert header == [
        "External ID", "Colour", "Name", "End Date", "Start Date", "_row", "_outcome", "_object_id", "_problems",
    ]  # fmt: skip
    assert made[:5] == ["T-A", "red", "Autumn", "2031-12-19", "2031-08-18"]
    assert made[5:] == ["2", "created", tenant.row(upload, 2).object_id, ""]
    assert failed[5:8] == ["3", "failed", ""]
    assert "`soon`" in failed[8]


def test_failed_rows_corrected_and_sent_back_go_through(tenant: Tenant) -> None:
    upload = tenant.load(csv_text(HEADER, AUTUMN, ["Spring", "12/01/2032", "2032-05-28", "T-S"]), TERMS)
    failed = text(tenant, upload, only_failed=True)
    assert len(failed.splitlines()) == 2
    again = tenant.load(failed.replace("12/01/2032", "2032-01-12"), TERMS)
    assert (again.counts["rows"], again.counts["created"]) == (1, 1)
    # Its own results have our columns once, and the new row numbers.
    header, row = rows(tenant, again)
    assert header == [*HEADER, "_row", "_outcome", "_object_id", "_problems"]
    assert row[4:6] == ["2", "created"]


def test_a_row_with_too_many_cells_loses_none_and_is_refused_again_as_it_is(tenant: Tenant) -> None:
    upload = tenant.load("\r\n".join([",".join(HEADER), "Autumn, late,2031-08-18,2031-12-19,T-A"]), TERMS)
    [_, row] = rows(tenant, upload, only_failed=True)
    assert row[:4] == ["Autumn", " late", "2031-08-18", "2031-12-19"]
    assert row[4:6] == ["2", "failed"]
    assert row[8:] == ["T-A"]
    again = tenant.load(text(tenant, upload, only_failed=True), TERMS)
    assert again.counts["failed"] == again.counts["rows"] == 1


def test_undecodable_and_short_rows_stand_in_their_places(tenant: Tenant) -> None:
    upload = tenant.load(
        b"Name,Start Date,End Date,External ID\n"
        b"Autumn,2031-08-18,2031-12-19\n"
        b"Fr\xfchling,2032-01-12,2032-05-28,T-S\n"
        b"Summer,2032-06-12,2032-07-28,T-U\n",
        TERMS,
        encoding="utf-8",
    )
    found = rows(tenant, upload)[1:]
    assert [row[5] for row in found] == ["created", "failed", "created"]
    assert found[0][3] == ""
    assert found[1][0] == "Fr\ufffdhling"


def test_delimiter_line_breaks_and_row_numbers_are_those_of_the_upload(tenant: Tenant) -> None:
    upload = tenant.load(
        "Name;Start Date;End Date;External ID\n"
        '"Autumn;\nlate";2031-08-18;2031-12-19;T-A\n'
        "\n"
        "Spring;2032-01-12;never;T-S\n",
        TERMS,
    )
    lines = text(tenant, upload)
    assert lines.startswith("Name;Start Date;End Date;External ID;_row;_outcome;_object_id;_problems\r\n")
    found = list(csv.reader(io.StringIO(lines, newline=""), delimiter=";"))[1:]
    assert [row[4] for row in found] == ["2", "4"]
    assert found[0][0] == "Autumn;\nlate"


def test_cells_are_given_back_as_they_came_apostrophes_and_blanks_too(tenant: Tenant) -> None:
    upload = tenant.load(
        csv_text(HEADER, ["  '=Autumn ", *AUTUMN[1:]], ["'=Spring", "never", *SPRING[2:]]), TERMS
    )
    assert [row[0] for row in rows(tenant, upload)[1:]] == ["  '=Autumn ", "'=Spring"]


def test_all_or_nothing_says_which_rows_were_held(tenant: Tenant) -> None:
    upload = tenant.load(csv_text(HEADER, AUTUMN, ["Spring", "x", *SPRING[2:]]), TERMS, on_error="abort")
    assert [row[5] for row in rows(tenant, upload)[1:]] == ["held", "failed"]


@pytest.fixture
def big_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that do not keep their unchanged rows, as those of big imports."""
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1)


@pytest.mark.usefixtures("big_plans")
def test_unchanged_rows_of_a_big_create_are_found_again_by_their_keys(tenant: Tenant) -> None:
    first = tenant.load(csv_text(HEADER, AUTUMN), TERMS)
    ids = {row[3]: row[6] for row in rows(tenant, first)[1:]}
    again = tenant.load(csv_text(HEADER, AUTUMN, SPRING, ["Summer", "x", "y", "T-U"]), TERMS)
    assert again.has_own_tables
    found = rows(tenant, again)[1:]
    assert [row[5] for row in found] == ["unchanged", "created", "failed"]
    assert found[0][6] == ids["T-A"]
    assert found[0][7] == "This term exists already, just so. Nothing was done."


@pytest.mark.usefixtures("big_plans")
def test_unchanged_rows_of_a_big_update_are_found_again_by_their_ids(tenant: Tenant) -> None:
    made = {row[3]: row[6] for row in rows(tenant, tenant.load(csv_text(HEADER, AUTUMN, SPRING), TERMS))[1:]}
    upload = tenant.load(
        csv_text(["Term ID", *HEADER], ["T-A", *AUTUMN], ["T-S", "Spring!", *SPRING[1:]]),
        TERMS,
        "update",
        keep_absent=True,
    )
    found = rows(tenant, upload)[1:]
    assert [(row[6], row[7]) for row in found] == [("unchanged", made["T-A"]), ("updated", made["T-S"])]


@pytest.mark.usefixtures("big_plans")
def test_unchanged_enrollments_are_found_again_by_person_and_section(loaded: Tenant) -> None:
    upload = loaded.load(
        csv_text(["User ID", "Section ID", "Role"], ["mei.tan@fjord.example", "S-OCE210-31A-01", "Student"]),
        ENROLLMENTS, "update",
    )  # fmt: skip
    [_, row] = rows(loaded, upload)
    [(enrollment,)] = loaded.query(
        "SELECT e.id FROM roster_enrollment AS e JOIN roster_person AS p ON p.id = e.person_id WHERE p.email = %s",
        "mei.tan@fjord.example",
    )
    assert row[4:6] == ["unchanged", str(enrollment)]


@pytest.mark.usefixtures("big_plans")
def test_what_was_deleted_since_has_no_id_any_more(tenant: Tenant) -> None:
    tenant.load(csv_text(HEADER, AUTUMN), TERMS)
    again = tenant.load(csv_text(HEADER, AUTUMN), TERMS)
    tenant.load(csv_text(["Term ID"], ["T-A"]), TERMS, "delete")
    [_, row] = rows(tenant, again)
    assert row[5:7] == ["unchanged", ""]


def test_a_long_file_is_made_by_one_job_however_often_it_is_asked_for(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROWS_MADE_AT_ONCE", 1)
    upload = tenant.load(csv_text(HEADER, AUTUMN, SPRING), TERMS)
    with tenancy.use_institution(tenant.pk):
        assert results_file(upload) is None
        assert results_file(upload) is None
        assert Job.objects.filter(kind=Kind.RESULTS).count() == 1
        assert work_one(["reports"], only_institution=tenant.pk)
        stored = results_file(upload)
        assert stored is not None
        assert stored.size_bytes > 0
    assert [row[5] for row in rows(tenant, upload)[1:]] == ["created", "created"]


def test_a_plan_made_again_has_results_of_its_own(tenant: Tenant) -> None:
    upload = tenant.load(csv_text(HEADER, AUTUMN), TERMS, mode="preview")
    assert [row[5] for row in rows(tenant, upload)[1:]] == ["created"]
    tenant.load(csv_text(HEADER, AUTUMN), TERMS)
    upload = tenant.approve(upload)
    assert [row[5] for row in rows(tenant, upload)[1:]] == ["unchanged"]


def test_a_refused_file_has_no_results(tenant: Tenant) -> None:
    upload = tenant.load(csv_text(["Name"], ["Autumn"]), TERMS)
    assert upload.job.status == "failed"
    with tenancy.use_institution(tenant.pk), pytest.raises(NoResults, match="was not read"):
        results_file(upload)


def test_results_of_an_upload_past_its_retention_say_so(tenant: Tenant) -> None:
    upload = tenant.load(csv_text(HEADER, AUTUMN), TERMS)
    storage.delete(upload.file_key)
    with tenancy.use_institution(tenant.pk), pytest.raises(NoResults, match="no longer stored"):
        results_file(upload)
