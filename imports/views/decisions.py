"""What a person decides about an import: approve, plan again, cancel. Each is noted in the audit log."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from edu_csv.access.policy import Ability
from edu_csv.jobs.models import Status
from edu_csv.pages.contexts.parts import Note
from edu_csv.pages.doors import audit, page
from edu_csv.pages.sessions import PersonRequest
from imports import services
from imports.models import Import
from imports.requests import NotAllowed, WrongState
from imports.views import names
from imports.views.approval import number_to_type, plan_stamp, typed_number, wrong_number
from imports.views.finding import find_import
from imports.views.plan import show_plan


def back_to(upload: Import) -> HttpResponse:
    return HttpResponseRedirect(names.address(upload))


@page(Ability.IMPORT)
@require_POST
def approve(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Let the plan that was seen be applied; what it deletes has been counted by the person."""
    upload = find_import(request, import_id)
    if upload.job.status != Status.AWAITING_APPROVAL:
        messages.info(request, "This plan was decided already.")
        return back_to(upload)
    if request.POST.get("plan") != plan_stamp(upload):
        return show_plan(request, upload, notes=[_another_plan()])
    wanted = number_to_type(request.actor, upload)
    typed = request.POST.get("confirm", "")[:60]
    if wanted is not None and typed_number(typed) != wanted:
        return show_plan(request, upload, typed=typed, wrong=wrong_number(typed, wanted, "the plan deletes"))
    try:
        services.approve(request.actor, upload)
    except (WrongState, NotAllowed) as refusal:
        messages.info(request, str(refusal))
        return back_to(upload)
    audit(request, "import.approved", str(upload.pk), name=names.heading(upload), counts=upload.counts)
    return back_to(upload)


def _another_plan() -> Note:
    return {
        "kind": "turn",
        "icon": "redo",
        "title": "This is another plan than you saw",
        "text": "It was made again while your page was open. Nothing was approved. Look at it, then approve.",
        "actions": [],
    }


@page(Ability.IMPORT)
@require_POST
def plan_again(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Make the plan anew, on request with absent columns kept as they are stored."""
    upload = find_import(request, import_id)
    keep_absent = request.POST.get("keep_absent") == "yes"
    try:
        services.plan_again(request.actor, upload, keep_absent=keep_absent)
    except (WrongState, NotAllowed) as refusal:
        messages.info(request, str(refusal))
        return back_to(upload)
    audit(
        request, "import.planned_again", str(upload.pk), name=names.heading(upload), keep_absent=keep_absent
    )
    return back_to(upload)


@page(Ability.IMPORT)
@require_POST
def cancel(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Stop an import before anything of it is applied."""
    upload = find_import(request, import_id)
    try:
        services.cancel(request.actor, upload)
    except (WrongState, NotAllowed) as refusal:
        messages.info(request, str(refusal))
        return back_to(upload)
    audit(request, "import.cancelled", str(upload.pk), name=names.heading(upload))
    messages.success(request, "The import stops. Nothing of it is applied.")
    return back_to(upload)
