"""How long exports are kept; then they stay listed as expired, without a file."""

from __future__ import annotations

import logging
from collections.abc import Set
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from edu_csv import stray_files
from edu_csv.jobs.models import Job, State, Status
from exports.models import Export

log = logging.getLogger(__name__)

# A file that no export names: its worker died, or is still writing for a job just deleted.
STRAY_AFTER = timedelta(days=2)


def purge(institution: int) -> int:
    """Expire what is past its retention and remove the files; how many those were."""
    expired = _expire(institution)
    removed = stray_files.remove(
        f"exports/{institution}/",
        lambda owners: _named(institution, owners),
        before=timezone.now() - STRAY_AFTER,
    )
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


def _named(institution: int, owners: Set[UUID]) -> dict[UUID, set[str] | None]:
    """The files that each of these exports names; None for one that is being made."""
    found = Export.objects.filter(institution_id=institution, pk__in=owners)
    return {
        pk: {file_key, omitted_key} if state == State.ENDED else None
        for pk, state, file_key, omitted_key in found.values_list(
            "pk", "job__state", "file_key", "omitted_key"
        )
    }
