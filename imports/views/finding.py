"""Finding one import for the person at the browser; what is out of sight is not there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from edu_csv.access.actors import Actor
from edu_csv.jobs.models import Status
from edu_csv.pages.sessions import PersonRequest
from imports import services
from imports.models import Import

# While one of these lasts, the address of an import shows how it is going.
RUNNING = frozenset(
    {
        Status.QUEUED,
        Status.READING,
        Status.CHECKING,
        Status.PLANNING,
        Status.APPLYING,
        Status.VOIDING,
        Status.RUNNING,
    }
)
APPLIED = frozenset({Status.COMPLETED, Status.COMPLETED_WITH_ERRORS})


def find_import(request: PersonRequest, import_id: UUID) -> Import:
    """One import that this person may see; raises Http404 for all others, foreign ones too."""
    found: Import | None = services.visible_imports(request.actor).filter(pk=import_id).first()
    if found is None:
        raise Http404
    return found


def may_decide(actor: Actor, upload: Import) -> bool:
    """Whether this person may approve, cancel and undo it."""
    return services.may_decide(actor, upload)


def is_running(upload: Import) -> bool:
    return upload.job.status in RUNNING


def may_be_undone(upload: Import) -> bool:
    return upload.applied_at is not None and upload.job.status in APPLIED
