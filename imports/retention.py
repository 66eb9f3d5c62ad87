"""What imports keep, and for how long: uploads, results and plans, but never those of work not ended."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from edu_csv import storage, stray_files
from edu_csv.jobs.models import State, Status
from edu_csv.storage import StoredKey
from imports import direct_uploads, erasure
from imports.models import DirectUpload, Import, ImportTemplate, ResultFile
from imports.sources import expiry
from imports.steps.record import CLOSE

log = logging.getLogger(__name__)

# A file that belongs to nothing: its sender's transaction failed, or is still open.
STRAY_AFTER = timedelta(days=2)
KEYS_AT_ONCE = 500

FORGET_PLANS = SQL("""
    DELETE FROM {table} AS kept
     WHERE kept.institution_id = %(institution)s AND kept.received_on < %(before)s
       AND kept.import_id = ANY (%(ids)s::uuid[])
""")
PLANS_KEPT = SQL("""
    SELECT DISTINCT kept.import_id FROM {table} AS kept
     WHERE kept.institution_id = %(institution)s AND kept.received_on < %(before)s
""")
SHARED = (Identifier("imports_plan_row"), Identifier("imports_plan_change"))


def past_retention(institution: int) -> Any:
    """A query set of the imports whose files and plan may go: ended long ago, and nothing works with them."""
    before = timezone.now() - timedelta(days=settings.UPLOAD_RETENTION_DAYS)
    children = Import.objects.filter(parent=OuterRef("pk")).exclude(job__state=State.ENDED)
    results = ResultFile.objects.filter(upload=OuterRef("pk")).exclude(job__state=State.ENDED)
    return (
        Import.objects.filter(institution_id=institution, job__state=State.ENDED, job__finished_at__lt=before)
        .exclude(job__status=Status.VOIDING)
        .exclude(Exists(children))
        .exclude(Exists(results))
    )


def purge(institution: int) -> int:
    """Remove what is past its retention; how many files that were. The institution is entered already."""
    plans = _purge_plans(institution)
    removed = direct_uploads.purge(institution)
    erasure.forget_digests(institution)
    removed += _purge_files(f"uploads/{institution}/", lambda keys: _kept_in_inboxes(institution, keys))
    removed += _purge_files(f"inbox/{institution}/", lambda keys: _kept_in_inboxes(institution, keys))
    removed += _purge_files(f"results/{institution}/", lambda keys: _kept_results(institution, keys))
    removed += _purge_files(f"templates/{institution}/", lambda keys: _kept_examples(institution, keys))
    log.info(
        "institution %s: %s plans and %s files of imports were past their retention",
        institution,
        plans,
        removed,
    )
    return removed


def _purge_plans(institution: int) -> int:
    """Drop big plans, and empty the shared tables of small ones; counts and journal stay."""
    forgotten = 0
    for upload in past_retention(institution).filter(has_own_tables=True).iterator():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLOSE, {"job": upload.pk})
            Import.objects.filter(pk=upload.pk).update(has_own_tables=False)
        forgotten += 1
    # A plan is filed under the day its upload was received, which is before the day it ended.
    before = timezone.now().date() - timedelta(days=settings.UPLOAD_RETENTION_DAYS)
    for table in SHARED:
        params: dict[str, Any] = {"institution": institution, "before": before}
        with connection.cursor() as cursor:
            cursor.execute(PLANS_KEPT.format(table=table), params)
            kept = [row[0] for row in cursor.fetchall()]
            ids = list(past_retention(institution).filter(pk__in=kept).values_list("pk", flat=True))
            if ids:
                cursor.execute(FORGET_PLANS.format(table=table), {**params, "ids": ids})
        forgotten += len(ids) if table is SHARED[0] else 0
    return forgotten


def _purge_files(prefix: str, kept: Any) -> int:
    """Delete the stored files below a prefix, save those that ``kept`` names and those just written."""
    removed = 0
    for found in _batches(storage.list_keys(prefix)):
        keep = kept(found)
        for stored in found:
            if stored.key not in keep:
                storage.delete(stored.key)
                removed += 1
    return removed


def _batches(keys: Iterator[StoredKey]) -> Iterator[list[StoredKey]]:
    while batch := list(islice(keys, KEYS_AT_ONCE)):
        yield batch


def _kept_in_inboxes(institution: int, found: Collection[StoredKey]) -> set[str]:
    """What a source sent is its import's file too, and stays for whichever of them needs it longer."""
    return _kept_uploads(institution, found) | expiry.kept_keys(institution, found)


def _kept_uploads(institution: int, found: Collection[StoredKey]) -> set[str]:
    keys = [stored.key for stored in found]
    used = set(
        Import.objects.filter(institution_id=institution, file_key__in=keys).values_list(
            "file_key", flat=True
        )
    )
    past = set(past_retention(institution).filter(file_key__in=keys).values_list("file_key", flat=True))
    coming = set(
        DirectUpload.objects.filter(institution_id=institution, key__in=keys, used_by=None).values_list(
            "key", flat=True
        )
    )
    return (used - past) | coming | _young(key for key in found if key.key not in used)


def _kept_results(institution: int, found: Collection[StoredKey]) -> set[str]:
    """Results go with their import: ``results/7/0190…/20310918T080501123456-failed.csv``."""
    owners = {stored.key: stray_files.owner(stored.key) for stored in found}
    ids = {owner for owner in owners.values() if owner is not None}
    there = set(Import.objects.filter(institution_id=institution, pk__in=ids).values_list("pk", flat=True))
    past = set(past_retention(institution).filter(pk__in=ids).values_list("pk", flat=True))
    used = {key for key, owner in owners.items() if owner in there - past}
    return used | _young(stored for stored in found if owners[stored.key] not in there)


def _kept_examples(institution: int, found: Collection[StoredKey]) -> set[str]:
    """Examples stay with their templates; a stray is of a change that was not committed."""
    keys = [stored.key for stored in found]
    used = set(
        ImportTemplate.objects.filter(institution_id=institution, example_file_key__in=keys).values_list(
            "example_file_key", flat=True
        )
    )
    return used | _young(stored for stored in found if stored.key not in used)


def _young(found: Iterator[StoredKey] | Any) -> set[str]:
    since: datetime = timezone.now() - STRAY_AFTER
    return {stored.key for stored in found if stored.modified > since}
