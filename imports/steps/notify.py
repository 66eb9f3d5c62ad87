"""Notify: mail to those whom an import names, once it has ended, however it ended.

Looked for in the database and not sent by the worker: an import whose worker died for good is the one
that somebody must hear of.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.utils import timezone

from edu_csv import tenancy
from edu_csv.access.mailing import may_be_mailed
from edu_csv.jobs.models import Status
from imports.formats.registry import formats
from imports.models import Import

log = logging.getLogger(__name__)

# A mail server that is away for longer than this has lost its mails: the page still says how it ended.
TRIED_FOR = timedelta(days=1)
ENDS = {
    Status.COMPLETED: "done",
    Status.COMPLETED_WITH_ERRORS: "done, with failed rows",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.VOIDING: "being undone",
    Status.VOIDED: "undone",
}
OUTCOMES = ("created", "updated", "deleted", "unchanged", "superseded", "held", "failed")


def tell_ends() -> int:
    """Mail all that ended and was not told yet, in every institution; how many imports that were."""
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
    """Mail how an import ended; False when it was told already, or could not be."""
    # Whoever writes this first sends: two schedulers do not mail twice.
    mine = Import.objects.filter(pk=import_id, told_at=None).update(told_at=timezone.now())
    if not mine:
        return False
    upload = Import.objects.select_related("job").get(pk=import_id)
    addresses = sorted(may_be_mailed(upload.institution_id, upload.notify))
    if not addresses:
        return True
    try:
        # A message each: nobody is shown who else asked.
        with get_connection() as server:
            server.send_messages([message(upload, address) for address in addresses])
    except (SMTPException, OSError):
        log.warning(
            "import %s: the mail server did not take the mails; tried again", import_id, exc_info=True
        )
        Import.objects.filter(pk=import_id).update(told_at=None)
        return False
    return True


def message(upload: Import, address: str) -> EmailMessage:
    name = _one_line(upload.name or upload.file_name)
    ended = ENDS.get(Status(upload.job.status), upload.job.status)
    return EmailMessage(subject=f"Import {ended}: {name}", body=_body(upload, ended), to=[address])


def _body(upload: Import, ended: str) -> str:
    fmt = formats().get(upload.format_key)
    lines = [
        f"The import of {_one_line(upload.file_name)} is {ended}.",
        "",
        *([f"What: {fmt.title}, {upload.action}"] if fmt else []),
        f"Sent by: {_one_line(upload.job.submitted_by)}",
        *([f"Reference: {_one_line(upload.reference)}"] if upload.reference else []),
    ]
    if upload.counts.get("rows"):
        counts = ", ".join(f"{upload.counts[name]:,} {name}" for name in OUTCOMES if upload.counts.get(name))
        lines.append(f"Rows: {upload.counts['rows']:,} ({counts})")
    if upload.job.problem:
        lines += ["", _one_line(str(upload.job.problem.get("detail", "")))]
    lines += ["", f"{settings.PUBLIC_BASE_URL.rstrip('/')}/imports/{upload.pk}/"]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """A text that a stranger chose, where a line break would begin another header or line."""
    return " ".join(text.split())[:200]
