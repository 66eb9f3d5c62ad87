"""How long exports are kept; then they stay listed as expired, without a file."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from edu_csv import storage
from edu_csv.jobs.models import Job, State, Status
from exports.models import Export

log = logging.getLogger(__name__)

# A file that no export names: its worker died, or is still writing for a job just deleted.
STRAY_AFTER = timedelta(days=2)
KEYS_AT_ONCE = 500


def purge(institution: int) -> int:
    """Expire what is past its retention and remove the files; how many those were."""
    expired = _expire(institution)
    removed = 0
    keys = storage.list_keys(f"exports/{institution}/")
    while batch := list(islice(keys, KEYS_AT_ONCE)):
        keep = _kept(institution, batch)
        for stored in batch:
            if stored.key not in keep:
                storage.delete(stored.key)
                removed += 1
    log.info("institution %s: %s exports expired, %s of their files removed", institution, expired, removed)
    return removed


def _expire(institution: int) -> int:
    with transaction.atomic():
        past = Export.objects.filter(
            institution_id=institution, job__status=Status.COMPLETED, expires_at__lt=timezone.now()
        )
        ids = list(past.values_list("pk", flat=True))
        # First the records: an export that has no file must not look as if it had one.
        Job.objects.filter(pk__in=ids).update(status=Status.EXPIRED, phase=Status.EXPIRED)
        Export.objects.filter(pk__in=ids).update(file_key="", omitted_key="")
    return len(ids)


def _kept(institution: int, found: list[storage.StoredKey]) -> set[str]:
    """The files that their export names, all of an export that is being made, and young strays."""
    owners = {stored.key: _owner(stored.key) for stored in found}
    exports = {
        export.pk: export
        for export in Export.objects.filter(
            institution_id=institution, pk__in={owner for owner in owners.values() if owner}
        ).select_related("job")
    }
    since = timezone.now() - STRAY_AFTER
    keep = set()
    for stored in found:
        export = exports.get(owners[stored.key]) if owners[stored.key] else None
        if export is None:
            is_kept = stored.modified > since
        else:
            is_kept = export.job.state != State.ENDED or stored.key in (export.file_key, export.omitted_key)
        if is_kept:
            keep.add(stored.key)
    return keep


def _owner(key: str) -> UUID | None:
    """The export in ``exports/7/0190…/1/edu-csv_sections_v1_20310918-0805.csv``."""
    parts = key.split("/")
    try:
        return UUID(parts[2])
    except (IndexError, ValueError):
        return None
