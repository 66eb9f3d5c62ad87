"""Exports of feeds: a D2L or CircleIn package of a roster, what stands in it, and what could not."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter

import pytest

from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import actor_of_account
from edu_csv.roster.models import OrgUnit, OrgUnitType, RoleName, Term
from edu_csv.roster.nouns import NOUNS, ROSTER_ORDER
from exports import services
from exports.models import Export
from exports.services import BadRequest, Output
from exports.steps.left_out import OMITTED_HEADER
from imports.formats.exporting import sheets
from tests.exports.harness import cells, content, export, lines, written
from tests.exports.rich import put
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def rich(committed: None) -> Tenant:
    tenant = new_tenant()
    put(tenant)
    return tenant


def members(done: Export) -> dict[str, list[dict[str, str]]]:
    """The rows of each file of a package, by the begin of its name."""
    assert done.job.status == "completed", done.job.problem
    found = {}
    with zipfile.ZipFile(io.BytesIO(written(done))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".csv"):
                header, *rows = cells(archive.read(name))
                found[name.partition("-20")[0].removesuffix(".csv")] = [
                    dict(zip(header, row, strict=True)) for row in rows
                ]
    return found


def test_a_d2l_package_has_nine_files_in_order_and_its_manifest(rich: Tenant) -> None:
    done = export(rich, "d2l.package")
    files = members(done)
    assert list(files) == [
        "01-Other", "02-Departments", "03-Semesters", "04-Templates", "05-Offerings", "06-Sections", "07-Users",
        "08-Enrollments", "09-Attributes",
    ]  # fmt: skip
    assert done.file_name.startswith("D2LStdCSV-20")
    with zipfile.ZipFile(io.BytesIO(written(done))) as archive:
        assert json.loads(archive.read("manifest.json")) == {"version": "3.0"}
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
    assert done.rows == sum(map(len, files.values())) == 22


def test_parents_come_before_what_lies_below_them_whatever_their_codes(rich: Tenant) -> None:
    files = members(export(rich, "d2l.package"))
    assert [row["code"] for row in files["01-Other"]] == ["ORG-N", "SCI", "A-FAC"]
    [alone] = [lines(export(rich, "d2l.orgs"))]
    assert [row["code"] for row in alone] == [
        row["code"] for name, rows in files.items() if name < "07" for row in rows
    ]


def test_parents_are_joined_by_pipes_in_their_order(rich: Tenant) -> None:
    files = members(export(rich, "d2l.package"))
    template = next(row for row in files["04-Templates"] if row["code"] == "TPL-BIO110")
    assert (template["department_code"], template["custom_code"]) == ("DEP-BIO|DEP-DAT", "ORG-N|SCI")
    offering = next(row for row in files["05-Offerings"] if row["code"] == "OFF-1")
    assert (offering["template_code"], offering["semester_code"]) == ("TPL-BIO110|TPL-ART015", "27A|28S")
    assert offering["custom_code"] == "SCI|A-FAC|ORG-N"
    assert (offering["start_date"], offering["end_date"]) == ("2027-09-06", "2028-01-31T17:30:00.000")
    student = next(row for row in files["07-Users"] if row["org_defined_id"] == "S-1")
    assert (student["relationships"], student["password"]) == ("Parent:P-1|Auditor:T-1", "")


def test_what_a_package_cannot_say_is_told_by_file_and_listed(rich: Tenant) -> None:
    done = export(rich, "d2l.package")
    told = {
        (each.file.partition("-20")[0], each.what, each.column): each.count
        for each in services.omitted_from(done)
    }
    assert told == {
        ("04-Templates", "field", "course code"): 1,
        ("06-Sections", "field", "description"): 1,
        ("07-Users", "field", "SSO id"): 1,
    }
    header, *listed = cells(content(done.omitted_key))
    assert header == list(OMITTED_HEADER)
    assert [(row[1], row[3], row[5]) for row in listed] == [
        ("course", "TPL-BIO110", "course code"), ("section", "SEC-2", "description"), ("person", "S-1", "SSO id"),
    ]  # fmt: skip


def test_whoever_names_what_is_left_out_is_left_out_too(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        mine = OrgUnit.objects.filter(institution_id=rich.pk)
        mine.filter(external_id="SCI").update(external_id="S" * 51)
    done = export(rich, "d2l.package")
    told: Counter[tuple[str, str, str]] = Counter()
    for each in services.omitted_from(done):
        if each.what == "object":
            told[each.file.partition("-20")[0], each.code, each.column] += each.count
    assert told == {
        ("01-Other", "too_long", "code"): 1,
        ("01-Other", "names_left_out", "custom_code"): 1,
        ("02-Departments", "names_left_out", "custom_code"): 2,
        ("04-Templates", "names_left_out", "department_code"): 1,
        ("05-Offerings", "names_left_out", "template_code"): 1,
        ("06-Sections", "names_left_out", "offering_code"): 1,
        ("08-Enrollments", "names_left_out", "parent_code"): 3,
        ("09-Attributes", "names_left_out", "Affiliated Org Units"): 1,
    }
    files = members(done)
    assert [row["code"] for row in files["06-Sections"]] == ["SEC-2"]
    assert done.rows == sum(map(len, files.values())) == 22 - sum(told.values())
    empty = new_tenant()
    with tenancy.use_institution(empty.pk):
        OrgUnitType.objects.create(institution_id=empty.pk, name="faculty")
    upload = empty.load(written(done), "d2l.package", "", file_name=done.file_name)
    assert (upload.job.status, upload.counts["created"]) == ("completed", done.rows), upload.job.problem


def test_one_code_in_two_kinds_is_no_code(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        Term.objects.filter(institution_id=rich.pk, external_id="28S").update(external_id="TPL-ART015")
    told = [each for each in services.omitted_from(export(rich, "d2l.orgs")) if each.code == "shared_code"]
    assert {(each.object_type, each.count) for each in told} == {("term", 1), ("course", 1)}


def test_characters_that_a_name_may_not_have_are_written_by_their_nearest(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        OrgUnit.objects.filter(institution_id=rich.pk, external_id="SCI").update(
            name="Women's & Men's: 100% \"art\""
        )
    done = export(rich, "d2l.package")
    [name] = [row["name"] for row in members(done)["01-Other"] if row["code"] == "SCI"]
    assert name == "Women’s ＆ Men’s： 100％ ”art”"
    again = rich.load(written(done), "d2l.package", "", mode="preview", file_name=done.file_name)
    assert again.counts["unchanged"] == done.rows


def test_an_institutions_own_name_of_a_role_is_written_when_no_other_means_it(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        for name in ("Teacher", "Instructor", "Faculty"):
            RoleName.objects.create(institution_id=rich.pk, name=name, role="observer")
        RoleName.objects.create(institution_id=rich.pk, name="Dozentin", role="instructor")
    assert {row["role_name"] for row in lines(export(rich, "d2l.enrollments"))} == {"Student", "Dozentin"}


def test_a_type_that_the_settings_lack_cannot_be_written(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        OrgUnitType.objects.filter(institution_id=rich.pk).delete()
    told = {each.code for each in services.omitted_from(export(rich, "d2l.orgs")) if each.what == "object"}
    assert told == {"unmapped_type", "names_left_out"}


def test_filters_narrow_what_has_a_term_and_leave_the_rest(rich: Tenant) -> None:
    files = members(export(rich, "d2l.package", {"term": ["28S"]}))
    assert [row["code"] for row in files["03-Semesters"]] == ["28S"]
    assert [row["code"] for row in files["05-Offerings"]] == ["OFF-1", "OFF-2"]
    assert [row["code"] for row in files["06-Sections"]] == ["SEC-2"]
    assert (len(files["07-Users"]), len(files["01-Other"])) == (3, 3)
    assert [row["parent_code"] for row in files["08-Enrollments"]] == ["OFF-2"]
    alone = lines(export(rich, "d2l.enrollments", {"section": ["SEC-1"]}))
    assert {row["parent_code"] for row in alone} == {"SEC-1"}


def test_exports_reach_as_far_as_whoever_asks(rich: Tenant) -> None:
    with tenancy.use_institution(rich.pk):
        art = OrgUnit.objects.get(institution_id=rich.pk, external_id="DEP-DAT")
        account = access.create_account(
            institution=rich.pk, email=f"{rich.slug}@d.example", role="department_admin", org_unit=art.pk
        )
        actor = actor_of_account(account, rich.pk)
    files = members(export(rich, "d2l.package", actor=actor))
    assert [row["code"] for row in files["02-Departments"]] == ["DEP-DAT"]
    # The templates that it is a further parent of, and what hangs on them.
    assert [row["code"] for row in files["04-Templates"]] == ["TPL-BIO110"]
    assert [row["code"] for row in files["06-Sections"]] == ["SEC-1"]
    assert files["01-Other"] == []


@pytest.mark.parametrize(
    ("key", "output", "field"),
    [
        ("d2l.package", Output(compression=True), "output.compression"),
        ("d2l.orgs", Output(delimiter=";"), "output.delimiter"),
        ("circlein.users", Output(spreadsheet_safe=True), "output.spreadsheet_safe"),
    ],
)
def test_output_that_an_import_could_not_read_back_is_refused(
    rich: Tenant, key: str, output: Output, field: str
) -> None:
    with tenancy.use_institution(rich.pk), pytest.raises(BadRequest) as refused:
        services.request_export(rich.actor, key, None, output)
    assert refused.value.field == field


def test_one_file_may_be_packed_and_marked(rich: Tenant) -> None:
    done = export(rich, "d2l.users", None, Output(compression=True, byte_order_mark=True))
    assert done.file_name.endswith(".csv.gz")
    assert written(done).startswith(b"\xef\xbb\xbftype,action")
    upload = rich.load(content(done.file_key), "", "", mode="preview", file_name=done.file_name)
    assert (upload.format_key, upload.counts["unchanged"]) == ("d2l.users", 3), upload.job.problem


def test_every_field_of_every_noun_is_said_or_told() -> None:
    """A new field of the roster has to be thought of here too."""
    # Told by something else: ids of the object that a row is, and what follows from others.
    follows = {
        "d2l": {("course", "code_folded"), ("person", "email_folded"), ("person", "username_folded")},
        "circlein": {
            ("section", "offering_id"), ("section", "code_original"), ("person", "username_folded"),
            ("person", "email_folded"),
        },
    }  # fmt: skip
    for book in {book.family: book for book, _ in sheets().values()}.values():
        known: dict[str, set[str]] = {}
        for rows in book.kinds:
            told = {*rows.says, *(loss.field for loss in rows.no_place)}
            known[rows.noun.name] = known.get(rows.noun.name, set()) | told
        for name, fields in known.items():
            lacking = {(name, field) for field in NOUNS[name].columns if field not in fields}
            assert lacking <= follows[book.family], (book.family, lacking)
        package = next(sheet for own, sheet in sheets().values() if own is book and sheet.is_package)
        nouns = {NOUNS[name].code for name in known} | {aside.noun.code for aside in package.asides}
        assert nouns == {noun.code for noun in ROSTER_ORDER}
