"""``DELETE …/csv-import/{id}``: take an import back, in the narrow sense (csv data import 4.6)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from edu_csv.jobs import foreground
from edu_csv.jobs.models import State, Status
from imports import services
from imports.api.csv_data import progress, states
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.doors import Call
from imports.api.csv_data.errors import Refused
from imports.models import Import
from imports.requests import UndoRequest, WrongState

# So many statements are voided, or objects removed, within the call; more of them by a worker.
DONE_AT_ONCE = 5_000
# A caller waits for an answer; what holds the roster longer than this is not waited for.
PATIENCE_SECONDS = 20.0


def void(call: Call) -> HttpResponse:
    """200 without content, however often it is asked. The import is out of the listing from now on."""
    deletes = Parameters.of(call.request).flag("deleteLrsStatements", "bad_request", default=True)
    upload = progress.find(call)
    if upload.job.status in states.TAKEN_BACK:
        return HttpResponse()
    if upload.job.state != State.ENDED:
        raise running(upload)
    try:
        if upload.job.status in (Status.FAILED, Status.CANCELLED):
            services.put_away(call.actor, upload)
        else:
            wanted = UndoRequest(restore=False, keep_statements=not deletes)
            upload = services.void(call.actor, upload, wanted, again=False)
    except WrongState:
        upload.job.refresh_from_db()
        # Somebody else was a moment faster with the same.
        if upload.job.status not in states.TAKEN_BACK:
            raise running(upload) from None
        return HttpResponse()
    call.audit("import.undone", upload.pk, name=str(upload), restore=False, keep_statements=not deletes)
    if upload.job.status == Status.VOIDING and made_by(upload) <= DONE_AT_ONCE:
        _finish(upload)
    return HttpResponse()


def made_by(upload: Import) -> int:
    """How many statements and objects the import made: rows of templates are about all that they make."""
    return sum(operations.get("created", 0) for operations in upload.effects.values())


def _finish(upload: Import) -> None:
    """Raises Refused when it cannot be taken back; then the import is as it was."""
    job = UUID((upload.void or {})["job"])
    undo = foreground.do_now(job, institution=upload.institution_id, patience_seconds=PATIENCE_SECONDS)
    if undo.status == Status.FAILED:
        told = undo.problem or {}
        raise Refused(
            500, "internal_error", f"The import could not be taken back. {told.get('detail', '')}".strip()
        )


def running(upload: Import) -> Refused:
    return Refused(
        409,
        "import_running",
        f"Import {upload.number} is still running ({states.state_of(upload)}). Void it when it has ended.",
    )
