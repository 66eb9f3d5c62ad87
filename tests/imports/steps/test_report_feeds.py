"""Results of feeds: rows as they were written, broken ones too, and what sending them back comes to."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from edu_csv import storage, tenancy
from imports.models import Import
from imports.steps.report import results_file
from tests.imports.feed.packing import ORGS, USERS, package
from tests.imports.harness import Tenant

ADDED = ["_row", "_outcome", "_object_id", "_problems"]
BLANKS = ",,,,,,,,,"


def stored(tenant: Tenant, upload: Import, *, only_failed: bool = False) -> bytes:
    with tenancy.use_institution(tenant.pk):
        found = results_file(upload, only_failed)
        assert found is not None
        with storage.open_file(found.key) as file:
            return file.read()


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def orgs(*lines: str) -> str:
    return "\r\n".join([ORGS, *lines]) + "\r\n"


BROKEN = {
    "a quote in the middle": 'department,UPDATE,DEP-A,The "Old" School' + BLANKS,
    "too few cells": "department,UPDATE,DEP-A,Biology",
    "too many cells": f"department,UPDATE,DEP-A,Biology{BLANKS},,",
    "a line break": 'department,UPDATE,DEP-A,"Bio\nlogy"' + BLANKS,
    "nothing": "",
    "blanks around": " department,UPDATE,DEP-A,Biology" + BLANKS,
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_a_broken_row_stands_in_its_place_and_fails_again_as_it_is(tenant: Tenant, line: str) -> None:
    good = "department,UPDATE,DEP-B,Botany" + BLANKS
    upload = tenant.load(orgs(good, line, good.replace("DEP-B", "DEP-C")), "d2l.orgs", "")
    assert (upload.counts["rows"], upload.counts["failed"]) == (3, 1), upload.job.problem
    header, *found = rows(stored(tenant, upload))
    assert header == [*ORGS.split(","), *ADDED]
    assert [row[14] for row in found] == ["created", "failed", "created"]
    # As far as it could be read: a line break in a cell ends the sheet's row all the same.
    assert found[1][3] in ('The "Old" School', "Biology", "Bio\nlogy", "")
    assert found[1][16]
    failed = stored(tenant, upload, only_failed=True)
    assert len(rows(failed)) == 2
    again = tenant.load(failed, "d2l.orgs", "")
    if line != BROKEN["too few cells"]:
        assert (again.counts["rows"], again.counts["failed"]) == (1, 1)


def test_cells_come_back_as_they_were_blanks_and_formula_signs_too(tenant: Tenant) -> None:
    line = "department,update,DEP-A,=Bio  (old)" + BLANKS
    upload = tenant.load(orgs(line), "d2l.orgs", "")
    [row] = rows(stored(tenant, upload))[1:]
    assert row[:4] == ["department", "update", "DEP-A", "=Bio  (old)"]


def test_columns_that_a_version_lacks_are_not_added(tenant: Tenant) -> None:
    header = ORGS.removesuffix(",custom_code,discover")
    upload = tenant.load(f"{header}\r\ndepartment,UPDATE,DEP-A,Biology,,,,,,,\r\n", "d2l.orgs", "")
    assert upload.counts["created"] == 1
    assert rows(stored(tenant, upload))[0] == [*header.split(","), *ADDED]


def test_secret_cells_are_empty_also_of_rows_that_cannot_be_read(tenant: Tenant) -> None:
    users = [
        USERS,
        "user,UPDATE,d.achebe,T-0107,Dayo,Achebe,pw-one,1,Teacher,d.achebe@example.org,,,,,",
        'user,UPDATE,k.oduya,S-70021,Kwame,Odu"ya,pw-two,1,Student,,,,,,',
        "user,UPDATE,l.brandt,S-70044,Lena,Brandt,pw-three",
    ]
    upload = tenant.load(package({"07-Users.csv": users}), "d2l.package", "", file_name="night.zip")
    for only_failed in (False, True):
        data = stored(tenant, upload, only_failed=only_failed)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read("07-Users.csv").decode()
        assert "pw-" not in text
        assert len(rows(text.encode())) == (3 if only_failed else 4)


def test_a_package_without_failed_rows_has_none_to_send_back(tenant: Tenant) -> None:
    upload = tenant.load(
        package({"02.csv": [ORGS, "department,UPDATE,DEP-A,Biology" + BLANKS]}),
        "d2l.package",
        "",
        file_name="n.zip",
    )
    with zipfile.ZipFile(io.BytesIO(stored(tenant, upload, only_failed=True))) as archive:
        assert archive.namelist() == ["manifest.json"]
    with zipfile.ZipFile(io.BytesIO(stored(tenant, upload))) as archive:
        assert archive.namelist() == ["manifest.json", "02.csv"]


def test_the_same_results_are_the_same_bytes(tenant: Tenant) -> None:
    files = package({"02.csv": [ORGS, "department,UPDATE,DEP-A,Biology" + BLANKS]})
    upload = tenant.load(files, "d2l.package", "", file_name="n.zip")
    first = stored(tenant, upload)
    with tenancy.use_institution(tenant.pk):
        found = results_file(upload)
        assert found is not None
        storage.delete(found.key)
    assert stored(tenant, upload) == first
