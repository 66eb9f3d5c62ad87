"""Exports expire; what is still being made is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from edu_csv import storage, tenancy
from exports import retention, services, tasks
from exports.models import Export
from exports.services import Output
from exports.tasks import purge
from tests.exports.harness import export, fresh, work
from tests.imports.harness import Tenant

USERS = "echovideo.users.v1"


@pytest.fixture(autouse=True)
def only_here(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The night comes to this institution alone: those of other tests are hundreds, and none of its business."""
    monkeypatch.setattr(tasks, "all_institutions", lambda: [tenant.pk])


def age(tenant: Tenant, done: Export) -> None:
    with tenancy.use_institution(tenant.pk):
        Export.objects.filter(pk=done.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_an_export_past_its_retention_is_expired_and_has_no_file(loaded: Tenant) -> None:
    loaded.query("UPDATE roster_person SET email = NULL, email_folded = NULL WHERE external_id = 'P-1001'")
    old, young = export(loaded, USERS), export(loaded, USERS, output=Output(compression=True))
    assert old.omitted_key
    age(loaded, old)
    purge()
    found = fresh(loaded, old)
    assert (found.job.status, found.file_key, found.omitted_key) == ("expired", "", "")
    # It stays listed, with what it was.
    assert (found.rows, found.file_name) == (old.rows, old.file_name)
    assert list(storage.list_keys(f"exports/{loaded.pk}/{old.pk}/")) == []
    assert storage.exists(young.file_key)
    with tenancy.use_institution(loaded.pk):
        assert services.fresh_link(found) is None
        assert services.fresh_link(fresh(loaded, young)) is not None


def test_files_of_an_export_that_is_being_made_are_kept(loaded: Tenant) -> None:
    with tenancy.use_institution(loaded.pk):
        asked = services.request_export(loaded.actor, USERS)
        key = storage.file_key(f"exports/{loaded.pk}/{asked.pk}", 1, name="half.csv")
        storage.put(key, [b"half"])
        retention.purge(loaded.pk)
    assert storage.exists(key)
    work(loaded)
    # Once it has ended, what another attempt left is nobody's.
    with tenancy.use_institution(loaded.pk):
        if fresh(loaded, asked).file_key != key:
            retention.purge(loaded.pk)
            assert not storage.exists(key)
    assert storage.exists(fresh(loaded, asked).file_key)


def test_strays_go_after_two_days(loaded: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    key = storage.file_key(f"exports/{loaded.pk}/0190a0a0-0000-7000-8000-000000000000", 1, name="stray.csv")
    storage.put(key, [b"stray"])
    with tenancy.use_institution(loaded.pk):
        retention.purge(loaded.pk)
        assert storage.exists(key)
        monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))
        retention.purge(loaded.pk)
    assert not storage.exists(key)
