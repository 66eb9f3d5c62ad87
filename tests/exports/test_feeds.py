"""Exports of feeds: a D2L or CircleIn package of a roster, what stands in it, and what could not."""

from __future__ import annotations

import io
import zipfile

import pytest

from exports.models import Export
from tests.exports.harness import cells, content, export, written
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
    print(files, done.files)


def test_a_d2l_package_imported_again_plans_no_change(rich: Tenant) -> None:
    done = export(rich, "d2l.package")
    upload = rich.load(written(done), "d2l.package", "", mode="preview", file_name=done.file_name)
    print(upload.job.status, upload.job.problem, upload.counts, upload.files)
    for row in rich.plan(upload):
        if row.outcome != "unchanged" or row.sentences:
            print(row)
    assert upload.counts["unchanged"] == upload.counts["rows"] == done.rows
