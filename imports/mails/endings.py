"""Telling how imports ended: done, refused, cancelled, undone, or that a plan waits for approval.

Whom: the import's ``notify`` and the subscribers of its source, of these only those who may be mailed. One status
is told once: ``told_status`` says which was the last, ``told_to`` who has it while the mail server was away.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.access.models import Institution
from edu_csv.jobs.models import Status
from imports.mails import wording
from imports.mails.sending import MailServerAway, send
from imports.mails.story import story
from imports.models import Import

log = logging.getLogger(__name__)

# A mail server that is away for longer than this has lost its mails: the page still says how it ended.
TRIED_FOR = timedelta(days=1)
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
            told += tell(import_id)
    return told


def tell(import_id: UUID) -> bool:
    """Mail what became of an import; False when that was told already, or could not be."""
    upload = Import.objects.select_related("job", "source").get(pk=import_id)
    before, status = upload.told_status, status_told(upload)
    # Whoever writes this first sends: two schedulers do not mail twice.
    mine = Import.objects.filter(pk=import_id, told_status=before).exclude(told_status=status)
    if not mine.update(told_status=status, told_at=timezone.now()):
        return False
    left = [address for address in subscribers(upload) if address not in upload.told_to]
    told = list(upload.told_to)
    try:
        if left:
            institution = Institution.objects.get(pk=upload.institution_id)
            for address in send(left, wording.subject(upload), "import", story(upload, institution)):
                told.append(address)
    except MailServerAway:
        log.warning(
            "import %s: the mail server did not take the mails; tried again", import_id, exc_info=True
        )
        Import.objects.filter(pk=import_id, told_status=status).update(told_status=before, told_to=told)
        return False
    Import.objects.filter(pk=import_id, told_status=status).update(told_to=[])
    return True


def status_told(upload: Import) -> str:
    """What is remembered as told, as the database's ``imports_untold`` has it."""
    waits = upload.job.status == Status.AWAITING_APPROVAL
    return PLAN_CHANGED if waits and upload.plan_changed else upload.job.status


def subscribers(upload: Import) -> list[str]:
    """Whom this import is told to, each once; two statements at most."""
    named = [*upload.notify, *(upload.source.notify if upload.source else [])]
    mailed = may_be_mailed(upload.institution_id, named)
    # The same person may be named by both, in different letters.
    return sorted({address.strip().casefold(): address for address in sorted(mailed)}.values())
