"""Uploads, results and plans go after their time; counts, journal and undo stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from edu_csv import storage, tenancy
from edu_csv.jobs.models import Job
from imports import retention, tasks
from imports.models import Import
from imports.steps import record, report
from imports.steps.report import results_file
from imports.tasks import partitions, purge
from imports.templates import gallery, manage
from tests.imports.harness import Tenant, csv_text

TERMS = "echovideo.terms.v1"
AUTUMN = csv_text(["Name", "Start Date", "End Date"], ["Autumn", "2031-08-18", "2031-12-19"])


@pytest.fixture(autouse=True)
def only_here(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The night comes to this institution alone: those of other tests are hundreds, and none of its business."""
    monkeypatch.setattr(tasks, "all_institutions", lambda: [tenant.pk])


def age(tenant: Tenant, upload: Import) -> None:
    """As if it had been received and ended long ago."""
    long_ago = timezone.now() - timedelta(days=settings.UPLOAD_RETENTION_DAYS + 1)
    with tenancy.use_institution(tenant.pk):
        Job.objects.filter(pk=upload.pk, finished_at__isnull=False).update(finished_at=long_ago)
    for table in ("imports_plan_row", "imports_plan_change"):
        tenant.query(f"UPDATE {table} SET received_on = %s WHERE import_id = %s", long_ago.date(), upload.pk)  # noqa: S608  # names of this test


def result_key(tenant: Tenant, upload: Import) -> str:
    with tenancy.use_institution(tenant.pk):
        stored = results_file(upload)
    assert stored is not None
    return stored.key


def test_an_ended_import_loses_its_files_and_its_plan_after_their_time(tenant: Tenant) -> None:
    old, young = tenant.load(AUTUMN, TERMS), tenant.load(AUTUMN, TERMS)
    results = result_key(tenant, old)
    age(tenant, old)
    purge()
    assert not storage.exists(old.file_key)
    assert not storage.exists(results)
    assert tenant.plan(old) == []
    assert tenant.fresh(old).counts["created"] == 1
    assert storage.exists(young.file_key)
    assert len(tenant.plan(young)) == 1


def test_it_can_still_be_undone(tenant: Tenant) -> None:
    old = tenant.load(AUTUMN, TERMS)
    age(tenant, old)
    purge()
    assert tenant.undo(old).job.status == "voided"
    assert tenant.query("SELECT FROM roster_term WHERE deleted_at IS NULL") == []


def test_a_big_plan_is_dropped_whole(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "OWN_TABLES_FROM", 1)
    old = tenant.load(AUTUMN, TERMS)
    assert old.has_own_tables
    age(tenant, old)
    purge()
    assert not tenant.fresh(old).has_own_tables
    assert tenant.query("SELECT to_regclass(%s)", f"plan_row_{old.pk.hex}") == [(None,)]


def test_what_waits_for_approval_or_is_still_queued_keeps_everything(tenant: Tenant) -> None:
    waiting = tenant.load(AUTUMN, TERMS, mode="preview")
    queued = tenant.receive(AUTUMN, TERMS)
    for upload in (waiting, queued):
        age(tenant, upload)
    purge()
    assert storage.exists(waiting.file_key)
    assert storage.exists(queued.file_key)
    assert len(tenant.plan(waiting)) == 1
    assert tenant.approve(waiting).counts["created"] == 1


def test_an_import_whose_results_are_being_made_keeps_its_upload(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ROWS_MADE_AT_ONCE", 0)
    old = tenant.load(AUTUMN, TERMS)
    age(tenant, old)
    with tenancy.use_institution(tenant.pk):
        assert results_file(old) is None
    purge()
    assert storage.exists(old.file_key)
    assert len(tenant.plan(old)) == 1


def test_strays_go_after_two_days_and_not_before(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    key = storage.file_key("uploads", tenant.pk, "0190a0a0-0000-7000-8000-000000000000", name="stray.csv")
    storage.put(key, [b"stray"])
    purge()
    assert storage.exists(key)
    monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))
    with tenancy.use_institution(tenant.pk):
        retention.purge(tenant.pk)
    assert not storage.exists(key)


def test_partitions_of_the_coming_months_and_weeks_are_there(committed: None) -> None:
    partitions()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('roster_change_' || to_char(now() AT TIME ZONE 'UTC' + interval '3 months', 'YYYY_MM')),"
            " to_regclass('imports_plan_row_' || to_char(current_date + 28, 'IYYY_IW'))"
        )
        assert None not in cursor.fetchone()


def test_examples_stay_with_their_templates_and_strays_go(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = gallery.entries()["notes"]
    with tenancy.use_institution(tenant.pk):
        template = manage.make_ready_made(tenant.actor, entry, entry.name, "https://lecture.fjord.example")
    stray = storage.file_key("templates", tenant.pk, "0190a0a0-0000-7000-8000-000000000000", name="stray.csv")
    storage.put(stray, [b"stray"])
    monkeypatch.setattr(retention, "STRAY_AFTER", timedelta(0))
    with tenancy.use_institution(tenant.pk):
        retention.purge(tenant.pk)
    assert storage.exists(template.example_file_key)
    assert not storage.exists(stray)
