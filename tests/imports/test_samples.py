from __future__ import annotations

from tests.imports.harness import ECHOVIDEO, Tenant


def test_samples_import_cleanly_in_order(tenant: Tenant) -> None:
    for upload in tenant.load_samples():
        assert upload.job.status == "completed", upload.job.problem
        assert upload.counts["created"] == upload.counts["rows"] == 2


def test_samples_again_are_unchanged(loaded: Tenant) -> None:
    before = loaded.dump()
    for upload in loaded.load_samples():
        assert upload.job.status == "completed"
        assert upload.counts["unchanged"] == 2
        # Section 13: a repeated create that says nothing new is no fault, but it is told.
        assert [row.codes for row in loaded.plan(upload)] == [["already_exists"]] * 2
    assert loaded.dump() == before


def test_each_import_knows_what_it_made(loaded: Tenant) -> None:
    rows = loaded.query("SELECT made_by_row FROM roster_term ORDER BY start_date")
    assert rows == [(2,), (3,)]
    assert len(ECHOVIDEO) == 5
