"""What the file of an export holds, to the byte."""

from __future__ import annotations

import csv
import hashlib
import io
import zoneinfo

import pytest
from django.db import connection

from edu_csv import storage, tenancy
from edu_csv.roster.models import Person, Section, Term
from edu_csv.tabular import BYTE_ORDER_MARK, protect_cell
from exports import services
from exports.services import Output
from exports.steps import write
from exports.steps.select import protected
from imports.formats.registry import formats
from imports.formats.text import fold
from tests.exports.harness import cells, content, export, lines, written
from tests.imports.harness import ECHOVIDEO, Tenant, csv_text, new_tenant

TERMS, COURSES, USERS = "echovideo.terms.v1", "echovideo.courses.v1", "echovideo.users.v1"
SECTIONS, ENROLLMENTS = "echovideo.sections.v1", "echovideo.enrollments.v1"


@pytest.mark.parametrize("key", ECHOVIDEO)
def test_the_header_is_the_formats_with_export_only_columns_last(loaded: Tenant, key: str) -> None:
    done = export(loaded, key)
    header = cells(written(done))[0]
    assert header == [column.header for column in formats()[key].columns]


def test_own_ids_and_references_are_system_ids(loaded: Tenant) -> None:
    sections = lines(export(loaded, SECTIONS))
    with tenancy.use_institution(loaded.pk):
        stored = {str(section.pk): section for section in Section.objects.all()}
    assert {line["Section ID"] for line in sections} == set(stored)
    for line in sections:
        section = stored[line["Section ID"]]
        assert line["Course ID"] == str(section.course_id)
        assert line["Term ID"] == str(section.term_id)
        assert line["Instructor ID"] == str(section.instructor_id or "")


def test_lists_dates_roles_and_counts_are_written_as_files_write_them(loaded: Tenant) -> None:
    autumn = next(line for line in lines(export(loaded, TERMS)) if line["External ID"] == "T-2031A")
    assert (autumn["Start Date"], autumn["Exclusion Dates"], autumn["Section Count"]) == (
        "2031-08-18", "2031-10-06;2031-10-07", "2",
    )  # fmt: skip
    first = next(line for line in lines(export(loaded, SECTIONS)) if line["Section Name"] == "01")
    assert first["LMS Course IDs"] == "lms-88412;lms-88413"
    assert (first["Course Code"], first["Term Name"]) == ("OCE210", "Autumn 2031")
    assert (first["Instructor Count"], first["Student Count"]) == ("1", "1")
    mei = next(
        line for line in lines(export(loaded, ENROLLMENTS)) if line["Email"] == "mei.tan@fjord.example"
    )
    assert (mei["Role"], mei["First Name"], mei["Section Name"]) == ("Student", "Mei", "01")


def test_rows_are_in_the_order_of_their_natural_key(tenant: Tenant) -> None:
    tenant.load(
        csv_text(["Course Code", "Course Name"], ["b1", "x"], ["A2", "x"], ["Á3", "x"], ["a1", "x"]), COURSES
    )
    assert [line["Course Code"] for line in lines(export(tenant, COURSES))] == ["a1", "A2", "b1", "Á3"]


def test_lines_end_in_carriage_return_and_line_feed_and_cells_keep_their_own(tenant: Tenant) -> None:
    names = ['He said "hi"', "two\nlines", "carriage\rreturn", "both\r\nof them", "a,b"]
    tenant.load(
        csv_text(["Course Code", "Course Name"], *([f"C{n}", name] for n, name in enumerate(names))), COURSES
    )
    data = written(export(tenant, COURSES))
    assert [row[2] for row in cells(data)[1:]] == names
    assert data.endswith(b",0\r\n")
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\r\n").writerows(cells(data))
    assert again.getvalue().encode() == data


@pytest.mark.parametrize("safe", [False, True])
def test_apostrophes_are_put_in_sql_just_as_the_importer_takes_them_away(committed: None, safe: bool) -> None:
    signs = ["", "'", "''", "=", "+", "-", "@", "\t", "\r", "a", "\n"]
    texts = [one + two + three for one in signs for two in signs for three in signs]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text, {protected('text', safe)} FROM unnest(%s::text[]) AS text", [texts])  # noqa: S608  # names of this test
        found = dict(cursor.fetchall())
    assert found == {text: protect_cell(text, spreadsheet_safe=safe) for text in texts}


@pytest.mark.parametrize(
    ("name", "plain", "safe"),
    [
        ("=1+1", "=1+1", "'=1+1"),
        ("'=1+1", "''=1+1", "''=1+1"),
        ("O'Brien", "O'Brien", "O'Brien"),
        ("'x", "'x", "'x"),
    ],
)
def test_formula_signs_are_escaped_on_request_and_escaped_ones_always(
    tenant: Tenant, name: str, plain: str, safe: str
) -> None:
    with tenancy.use_institution(tenant.pk):
        Term.objects.create(
            institution_id=tenant.pk,
            name=name,
            name_folded=fold(name),
            start_date="2031-01-01",
            end_date="2031-02-01",
        )
    assert [line["Name"] for line in lines(export(tenant, TERMS))] == [plain]
    assert [line["Name"] for line in lines(export(tenant, TERMS, output=Output(spreadsheet_safe=True)))] == [
        safe
    ]


def test_delimiter_mark_and_compression_are_as_asked_for(loaded: Tenant) -> None:
    done = export(loaded, TERMS, output=Output(compression=True, delimiter=";", byte_order_mark=True))
    packed = content(done.file_key)
    assert packed[:2] == b"\x1f\x8b"
    data = written(done)
    assert data.startswith(BYTE_ORDER_MARK + b"Term ID;Name;")
    assert len(cells(data, ";")) == 3
    assert not written(export(loaded, TERMS)).startswith(BYTE_ORDER_MARK)


def test_rows_bytes_and_hash_are_those_of_the_file(loaded: Tenant) -> None:
    for compression in (False, True):
        done = export(loaded, TERMS, output=Output(compression=compression))
        stored = content(done.file_key)
        assert done.job.status == "completed"
        assert (done.rows, done.bytes, done.sha256) == (2, len(stored), hashlib.sha256(stored).hexdigest())
        assert (done.job.rows_done, done.job.rows_total) == (2, 2)


def test_the_name_says_type_version_and_local_time(loaded: Tenant) -> None:
    done = export(loaded, SECTIONS, output=Output(compression=True))
    assert done.job.finished_at is not None
    local = done.job.finished_at.astimezone(zoneinfo.ZoneInfo("Europe/Oslo"))
    assert done.file_name == f"edu-csv_sections_v1_{local:%Y%m%d-%H%M}.csv.gz"
    assert done.file_key.endswith("/" + done.file_name)


def test_an_empty_roster_still_has_its_header(tenant: Tenant) -> None:
    done = export(tenant, ENROLLMENTS)
    assert (done.rows, written(done)) == (
        0, b"User ID,Section ID,Role,Email,First Name,Last Name,Course Code,Term Name,Section Name\r\n",
    )  # fmt: skip


def test_deleted_objects_and_other_institutions_are_not_in_it(loaded: Tenant) -> None:
    loaded.load(
        csv_text(["User ID", "Section ID"], ["mei.tan@fjord.example", "S-OCE210-31A-01"]),
        ENROLLMENTS,
        "delete",
    )
    assert "mei.tan@fjord.example" not in {line["Email"] for line in lines(export(loaded, ENROLLMENTS))}
    assert export(new_tenant(), TERMS).rows == 0


def test_what_the_format_cannot_express_is_left_out_counted_and_listed(tenant: Tenant) -> None:
    with tenancy.use_institution(tenant.pk):
        mine = {"institution_id": tenant.pk}
        whole = {
            "given_name": "Mei",
            "family_name": "Tan",
            "email": "mei@fjord.example",
            "roles": ["student"],
        }
        Person.objects.create(**mine, **whole)
        Person.objects.create(**mine, **{**whole, "email": None}, external_id="P-1")
        Person.objects.create(**mine, **{**whole, "given_name": "\u00a0Mei"}, external_id="P-2")
        Person.objects.create(**mine, **{**whole, "roles": ["student", "tutor"]}, external_id="P-3")
        Person.objects.create(**mine, **whole, external_id="P;4")
        Person.objects.create(**mine, **{**whole, "family_name": "T" * 201}, external_id="P-5")
    done = export(tenant, USERS)
    assert done.rows == 1
    assert done.omitted == {
        "required_blank/Email": 1, "edge_blank/First Name": 1, "no_word/Role": 1,
        "list_separator/External ID": 1, "too_long/Last Name": 1,
    }  # fmt: skip
    with tenancy.use_institution(tenant.pk):
        told = services.omitted_from(done)
    assert {each.message for each in told} >= {"Email is blank, and this format needs it."}
    header, *listed = cells(content(done.omitted_key))
    assert header == ["Object ID", "External ID", "Name", "Column", "Reason"]
    assert {row[1]: row[3] for row in listed} == {
        "P-1": "Email", "P-2": "First Name", "P-3": "Role", "P;4": "External ID", "P-5": "Last Name",
    }  # fmt: skip


def test_tutors_and_observers_of_a_section_are_left_out(loaded: Tenant) -> None:
    with tenancy.use_institution(loaded.pk):
        loaded.query("UPDATE roster_enrollment SET role = 'tutor' WHERE role = 'student'")
    done = export(loaded, ENROLLMENTS)
    assert {line["Role"] for line in lines(done)} == {"Instructor"}
    assert done.omitted == {"no_word/Role": 1}


def test_nothing_is_left_of_an_export_that_fails_half_way(
    loaded: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object) -> int:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(write, "copy_rows", breaks)
    done = export(loaded, TERMS)
    assert done.job.status == "failed"
    assert done.job.problem is not None
    assert done.job.problem["code"] == "internal_error"
    assert list(storage.list_keys(f"exports/{loaded.pk}/{done.pk}")) == []
