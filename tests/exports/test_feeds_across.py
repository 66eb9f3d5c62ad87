"""One roster, several views: what one family loads another writes, and what it cannot say is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exports.harness import export, written
from tests.exports.stock import stocked
from tests.imports.harness import Tenant, new_tenant


@pytest.fixture
def stock(committed: None, tmp_path: Path) -> Tenant:
    return stocked(new_tenant(), tmp_path)


def test_a_d2l_package_of_an_echovideo_roster_changes_nothing_when_it_comes_back(stock: Tenant) -> None:
    done = export(stock, "d2l.package")
    upload = stock.load(written(done), "d2l.package", "", mode="preview", file_name=done.file_name)
    print(upload.job.status, upload.job.problem, upload.counts, upload.files)
    print(done.files)
    for row in stock.plan(upload):
        if row.outcome != "unchanged" or row.sentences:
            print(row)
    assert upload.counts["unchanged"] == upload.counts["rows"] == done.rows
