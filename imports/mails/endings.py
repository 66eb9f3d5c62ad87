"""Telling how imports ended: done, refused, cancelled, undone, or that a plan waits for approval.

Whom: the import's ``notify`` and the subscribers of its source, of these only those who may be mailed. One status
is told once: ``told_status`` says which was the last, set when all have their mail; ``told_to`` who has it until then.
Who is at it says so in ``told_at``, by a moment that is still to come: two schedulers do not mail twice, and a
worker that dies at it is followed by another when that moment has passed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.models import Institution
from edu_csv.jobs.models import Status
from edu_csv.pages.mailing import MailServerAway, send
from imports.mails import csv_data, wording
from imports.mails.story import story
from imports.models import Import

log = logging.getLogger(__name__)

# A mail server that is away for longer than this has lost its mails: the page still says how it ended.
TRIED_FOR = timedelta(days=1)
# Much longer than one mail takes (EMAIL_TIMEOUT); begun anew with each.
CLAIMED_FOR = timedelta(minutes=5)
# Approved once, and its rows come out otherwise: it waits again, and that is told again.
PLAN_CHANGED = "plan_changed"


def tell_ends() -> int:
    """Mail all that ended or waits and was not told yet, in every institution; how many imports that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT institution_id, import_id FROM imports_untold(%s)", [timezone.now() - TRIED_FOR]
        )
        waiting: list[tuple[int, UUID]] = cursor.fetchall()
    told = 0
    for institution, import_id in waiting:
        with tenancy.use_institution(institution):
            try:
                told += tell(import_id)
            except Exception:
                # Of this one alone: those after it are told, and it is tried again.
                log.exception("import %s: could not be told; tried again", import_id)
    return told


def tell(import_id: UUID) -> bool:
    """Mail what became of an import; False when that was told already, another is at it, or the server is away."""
    upload = Import.objects.select_related("job", "source", "template_version__template").get(pk=import_id)
    before, status = upload.told_at, status_told(upload)
    if upload.told_status == status or not _claim(upload):
        return False
    try:
        left = [address for address in subscribers(upload) if address not in upload.told_to]
        if left:
            for address in send(left, *_message(upload)):
                if not _claim(upload, told_to=[*upload.told_to, address]):
                    return False
    except MailServerAway:
        log.warning(
            "import %s: the mail server did not take the mails; tried again", import_id, exc_info=True
        )
        _set(upload, told_at=before)
        return False
    except Exception:
        _set(upload, told_at=before)
        raise
    return _set(upload, told_at=timezone.now(), told_status=status, told_to=[])


def _message(upload: Import) -> tuple[str, str, Mapping[str, object]]:
    """Subject, template and content."""
    institution = Institution.objects.get(pk=upload.institution_id)
    if csv_data.is_ended(upload):
        return csv_data.subject(upload), "csv_data", {**csv_data.mail(upload, institution)}
    return wording.subject(upload), "import", {**story(upload, institution)}


def _claim(upload: Import, **fields: Any) -> bool:
    """Be the one who tells it, from now on for ``CLAIMED_FOR``; False when somebody else is, or has told it."""
    now = timezone.now()
    is_free = upload.told_at is None or upload.told_at <= now or bool(fields)
    return is_free and _set(upload, told_at=now + CLAIMED_FOR, **fields)


def _set(upload: Import, **fields: Any) -> bool:
    """Write what is told, unless somebody else has written it since it was read."""
    as_read = Import.objects.filter(
        pk=upload.pk, told_status=upload.told_status, told_at=upload.told_at, told_to=upload.told_to
    )
    if not as_read.update(**fields):
        return False
    for name, value in fields.items():
        setattr(upload, name, value)
    return True


def status_told(upload: Import) -> str:
    """What is remembered as told, as the database's ``imports_untold`` has it."""
    waits = upload.job.status == Status.AWAITING_APPROVAL
    return PLAN_CHANGED if waits and upload.plan_changed else upload.job.status


def subscribers(upload: Import) -> list[str]:
    """Whom this import is told to, each once; two statements at most."""
    if csv_data.is_told(upload):
        return []
    named = [*upload.notify, *(upload.source.notify if upload.source else [])]
    mailed = may_be_mailed(upload.institution_id, named)
    # The same person may be named by both, in different letters.
    return sorted({address.strip().casefold(): address for address in sorted(mailed)}.values())
