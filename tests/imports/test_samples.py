"""The samples that the wizard and the API hand out, from an empty institution and back to it."""

from __future__ import annotations

import pytest

from edu_csv import tenancy
from exports import services
from imports.formats.registry import formats
from tests.imports.harness import ECHOVIDEO, Tenant, csv_text


def test_create_samples_import_cleanly_in_order(tenant: Tenant) -> None:
    for upload in tenant.load_samples():
        assert upload.job.status == "completed", (upload.format_key, upload.job.problem, tenant.plan(upload))
        assert upload.counts["created"] == upload.counts["rows"] == 2


def test_create_samples_again_are_unchanged(tenant: Tenant) -> None:
    tenant.load_samples()
    before = tenant.dump()
    for upload in tenant.load_samples():
        assert upload.job.status == "completed", (upload.format_key, tenant.plan(upload))
        assert upload.counts["unchanged"] == 2, upload.format_key
        # Section 13: a repeated create that says nothing new is no fault, but it is told.
        assert [row.codes for row in tenant.plan(upload)] == [["already_exists"]] * 2
    assert tenant.dump() == before


def served(tenant: Tenant, key: str, action: str) -> str:
    """An update or delete sample: header, and two objects of the institution."""
    fmt = formats()[key]
    with tenancy.use_institution(tenant.pk):
        rows = services.sample_rows(fmt, action, tenant.pk)
    return csv_text([column.header for column in fmt.columns_for(action)], *rows)


def test_update_samples_change_nothing(tenant: Tenant) -> None:
    tenant.load_samples()
    before = tenant.dump()
    for key in ECHOVIDEO:
        upload = tenant.load(served(tenant, key, "update"), key, "update")
        assert upload.job.status == "completed", (key, upload.job.problem, tenant.plan(upload))
        assert upload.counts["unchanged"] == upload.counts["rows"] == 2, (key, tenant.plan(upload))
    assert tenant.dump() == before


def test_delete_samples_take_everything_back_in_reverse_order(tenant: Tenant) -> None:
    tenant.load_samples()
    for key in reversed(ECHOVIDEO):
        if "delete" in formats()[key].actions:
            upload = tenant.load(served(tenant, key, "delete"), key, "delete")
            assert upload.job.status == "completed", (key, upload.job.problem, tenant.plan(upload))
            assert upload.counts["deleted"] == upload.counts["rows"] > 0, key


@pytest.mark.parametrize("key", ECHOVIDEO)
def test_which_samples_there_are(key: str) -> None:
    # echovideo.md 1.1: campuses, buildings and users are never deleted.
    kept = ("campuses", "buildings", "users")
    wanted = ("create", "update") if key.split(".")[1] in kept else ("create", "update", "delete")
    assert formats()[key].actions == wanted


def test_each_import_knows_what_it_made(loaded: Tenant) -> None:
    rows = loaded.query("SELECT made_by_row FROM roster_term ORDER BY start_date")
    assert rows == [(2,), (3,)]
