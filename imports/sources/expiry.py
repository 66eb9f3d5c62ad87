"""What inboxes forget by night: answered files past their retention, and uploads that were never finished."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from edu_csv.storage import StoredKey
from imports.models import FileState, Folder, InboxFile

# Nobody uploads one file for a week.
UNFINISHED_AFTER = timedelta(days=7)


def expire(institution: int) -> int:
    """Take what is past its time out of the folders; the institution is entered already. How many files.

    Their bytes are removed by the sweep over storage, unless an import keeps them.
    """
    now = timezone.now()
    files = InboxFile.objects.filter(institution_id=institution)
    answered, _ = files.filter(
        state=FileState.DONE, ended_at__lt=now - timedelta(days=settings.SOURCE_RETENTION_DAYS)
    ).delete()
    unfinished, _ = files.filter(
        folder=Folder.INCOMING, state=FileState.ARRIVING, arrived_at__lt=now - UNFINISHED_AFTER
    ).delete()
    return answered + unfinished


def kept_keys(institution: int, found: Collection[StoredKey]) -> set[str]:
    """Which of these keys belong to files that the folders show."""
    keys = [stored.key for stored in found]
    return set(
        InboxFile.objects.filter(institution_id=institution, key__in=keys).values_list("key", flat=True)
    )
