"""What the CSV Data Import API calls where an import is (csv data import 3, 4.5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from edu_csv.jobs.models import Status
from imports.formats.templated import FAMILY
from imports.models import Import

STATES = {
    Status.QUEUED: "queued",
    Status.READING: "processing",
    Status.CHECKING: "processing",
    Status.PLANNING: "processing",
    # Sent by page or REST as a preview: somebody has still to approve it.
    Status.AWAITING_APPROVAL: "processing",
    Status.APPLYING: "processing",
    Status.COMPLETED: "complete",
    Status.COMPLETED_WITH_ERRORS: "completeWithErrors",
    Status.FAILED: "failed",
    Status.CANCELLED: "failed",
    Status.VOIDING: "voiding",
    Status.VOIDED: "voided",
}
# Of these the listing tells without being asked for one (csv data import 3).
LISTED = (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS, Status.FAILED)
TAKEN_BACK = (Status.VOIDING, Status.VOIDED)

# What each phase begins with, of a hundred. Reading and checking is most of the work.
BEGINS = {
    Status.QUEUED: 0,
    Status.READING: 1,
    Status.CHECKING: 5,
    Status.PLANNING: 70,
    Status.AWAITING_APPROVAL: 85,
    Status.APPLYING: 85,
}
CHECKED_AT = 65
# A guess, as long as nobody has counted the rows.
BYTES_OF_A_ROW = 60

# Told before and never less afterwards, also when a worker died and another begins anew. A row that is locked is being
# ended: nobody waits for that, and what was told before still holds.
SHOW = """
    WITH mine AS (
        SELECT id FROM jobs_job WHERE id = %(job)s AND shown_percentage < %(now)s FOR UPDATE SKIP LOCKED)
    UPDATE jobs_job AS job SET shown_percentage = %(now)s FROM mine WHERE job.id = mine.id
 RETURNING job.shown_percentage
"""


def state_of(upload: Import) -> str:
    return STATES[Status(upload.job.status)]


def of_templates(institution: int) -> Any:
    """A query set of the imports that this API speaks of, newest first."""
    return (
        Import.objects.filter(institution_id=institution, format_key__startswith=f"{FAMILY}.")
        .select_related("job", "template_version__template")
        .order_by("-job_id")
    )


def named(institution: int, wanted: int | UUID) -> Any:
    """Those of them with this number or UUID: one or none."""
    found = of_templates(institution)
    return found.filter(number=wanted) if isinstance(wanted, int) else found.filter(pk=wanted)


def percentage(upload: Import) -> int:
    """0 to 100, never less than it was told before; 100 exactly when the import has ended."""
    if upload.job.is_ended:
        return 100
    now = _estimate(upload)
    if now > upload.job.shown_percentage:
        with connection.cursor() as cursor:
            cursor.execute(SHOW, {"job": upload.pk, "now": now})
            row = cursor.fetchone()
        return int(row[0]) if row else upload.job.shown_percentage
    return upload.job.shown_percentage


def _estimate(upload: Import) -> int:
    status = Status(upload.job.status)
    begins = BEGINS.get(status, 0)
    if status == Status.CHECKING:
        guessed = max(1, upload.file_bytes // BYTES_OF_A_ROW)
        return begins + CHECKED_AT * min(upload.job.rows_done, guessed) // guessed
    return begins
