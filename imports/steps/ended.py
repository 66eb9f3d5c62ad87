"""Imports that ended before they were read: cancelled in the queue, or given up. Their uploads have secrets too.

Whatever ends one calls ``redact_ended`` after its commit. What dies in between is found by night: such an import is not
marked as looked at (``Import.seen["secrets"]``).
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from edu_csv.errors import TransientFailure
from edu_csv.jobs.models import State
from imports.models import Import
from imports.steps.redaction import redact

log = logging.getLogger(__name__)


def redact_ended(import_id: UUID) -> None:
    """Redact the upload of an import that has ended, now or by night. Its institution is entered already.

    Never raises: the import has ended well, and the night tries again.
    """
    try:
        with transaction.atomic():
            upload = Import.objects.select_for_update(of=("self",)).get(pk=import_id)
            if upload.job.state != State.ENDED:
                return
            redact(upload)
            upload.seen = {"secrets": {}, **upload.seen}
            upload.save(update_fields=["seen"])
    except TransientFailure as away:
        log.warning("the upload of import %s is redacted by night: %s", import_id, away)
    except Exception:
        log.exception("the upload of import %s could not be redacted; the night tries again", import_id)


def sweep(institution: int) -> int:
    """Redact what ended without having been looked at; how many imports. The institution is entered already."""
    unread = Import.objects.filter(
        institution_id=institution, job__state=State.ENDED, planned_at__isnull=True
    ).exclude(seen__has_key="secrets")
    ids = list(unread.values_list("pk", flat=True))
    for import_id in ids:
        redact_ended(import_id)
    return len(ids)
