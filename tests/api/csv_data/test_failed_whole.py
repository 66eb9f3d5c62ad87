"""An import that crashed after its plan was made says why, as one that was refused does (csv data import 3)."""

from __future__ import annotations

from typing import Any

import pytest

from edu_csv import tenancy
from edu_csv.activity import store
from imports.formats.templated import key_of
from imports.mails import csv_data
from imports.models import Import, ImportTemplate
from imports.steps import record
from tests.api.csv_data.callers import VIEWS, Script


def waiting(script: Script) -> Import:
    """An import of two rows, of which one is bad, that waits for approval."""
    with tenancy.use_institution(script.tenant.pk):
        template = ImportTemplate.objects.get(name="Lecture views")
    upload = script.tenant.load(VIEWS, key_of(template.pk), "", mode="preview")
    assert (upload.counts["created"], upload.counts["failed"]) == (1, 1)
    return upload


@pytest.mark.parametrize("own_tables", [False, True])
def test_a_crash_after_the_approval_is_told_in_row_1(
    script: Script, monkeypatch: pytest.MonkeyPatch, own_tables: bool
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1 if own_tables else 10_000)
    upload = waiting(script)
    monkeypatch.setattr(store, "write", broken)
    ended = script.tenant.approve(upload)
    assert ended.job.problem is not None
    assert ended.job.problem["code"] == "internal_error"
    found = script.one(ended.number)
    assert found["state"] == "failed"
    assert found["failedRows"] == {"1": ended.job.problem["detail"]}
    with tenancy.use_institution(script.tenant.pk):
        told, more = csv_data._failed(ended)
    assert ([row for row, _ in told], more) == (["Row 1"], 0)


def test_all_or_nothing_is_told_by_the_rows_that_were_bad(script: Script) -> None:
    with tenancy.use_institution(script.tenant.pk):
        template = ImportTemplate.objects.get(name="Lecture views")
    ended = script.tenant.load(VIEWS, key_of(template.pk), "", on_error="abort")
    assert ended.job.status == "failed"
    assert list(script.one(ended.number)["failedRows"]) == ["3"]
