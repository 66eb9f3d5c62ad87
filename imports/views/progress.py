"""An import while it runs: how far it is, and what it waits for."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from edu_csv.jobs.models import Job, State, Status
from edu_csv.pages import sentences
from edu_csv.pages.contexts.imports import Figure, Progress, RunningPage
from edu_csv.pages.contexts.parts import Fact, RailItem, Station
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.statuses import status_of
from edu_csv.pages.words import counted, elapsed, number, size
from imports.models import Import, Mode
from imports.views import names
from imports.views.plan import facts

# Evidence shorter than this says nothing about speed.
SECONDS_OF_EVIDENCE = 2.0
PHASES = {
    Status.QUEUED: "Waiting for its turn",
    Status.READING: "Reading",
    Status.CHECKING: "Checking",
    Status.PLANNING: "Planning",
    Status.APPLYING: "Applying",
    Status.VOIDING: "Undoing",
}
ORDER = (Status.QUEUED, Status.READING, Status.CHECKING, Status.PLANNING, Status.APPLYING)
PAST = {
    Status.QUEUED: "Received",
    Status.READING: "Read",
    Status.CHECKING: "Checked",
    Status.PLANNING: "Planned",
    Status.APPLYING: "Applied",
}


def show_running(request: PersonRequest, upload: Import) -> HttpResponse:
    progress = progress_of(upload)
    title = names.heading(upload)
    phase = PHASES.get(Status(upload.job.status), "Running")
    context: RunningPage = {
        "title": f"{phase}: {title}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": title, "href": ""}],
        "heading": title,
        "status": progress["status"],
        "facts": facts(request, upload) if upload.planned_at else received(upload),
        "actions": [
            {
                "label": "Cancel import",
                "href": names.address(upload, "cancel"),
                "kind": "ghost",
                "method": "post",
            }
            if upload.job.status not in (Status.APPLYING, Status.VOIDING)
            else {
                "label": "Cancel import",
                "href": "",
                "kind": "ghost",
                "why_not": "The changes are being written in one piece; it can be undone when they are.",
            }
        ],
        "sentence": progress["sentence"],
        "progress": progress,
    }
    return render(request, "imports/running.html", context)


def received(upload: Import) -> list[Fact]:
    """The facts of a file that nobody has read yet."""
    return [
        {"text": upload.file_name},
        {"text": names.what(upload) or "format not recognised yet"},
        {"text": size(upload.file_bytes)},
        {"text": "received", "at": upload.job.created_at},
        {"text": f"sent by {upload.job.submitted_by}"},
        {"text": f"Import {upload.number}"},
    ]


def progress_of(upload: Import) -> Progress:
    """The part of the page that moves; two statements."""
    job = upload.job
    status = Status(job.status)
    now = timezone.now()
    # An approved plan may have waited for days: that was no running.
    begun = max(at for at in (job.created_at, job.started_at, upload.approved_at) if at)
    seconds = (now - begun).total_seconds()
    percent = _percent(job)
    phase = PHASES.get(status, "Running")
    tens = f", {percent // 10 * 10} percent" if percent else ""
    return {
        "is_active": True,
        "progress_url": names.address(upload, "progress"),
        "events_url": f"/api/v1/imports/{upload.pk}/events",
        "status": status_of(status),
        "sentence": sentences.running(status),
        "live": f"{phase}{tens}.",
        "figures": _figures(job, status, seconds),
        "percent": percent,
        "phase": phase,
        "stations": [] if status == Status.VOIDING else _stations(upload, status),
        "files": [],
        "log": [],
        "rail": _rail(upload, status),
    }


def _percent(job: Job) -> int | None:
    if not job.rows_total or job.status == Status.QUEUED:
        return None
    return min(100, job.rows_done * 100 // job.rows_total)


def _figures(job: Job, status: Status, seconds: float) -> list[Figure]:
    figures: list[Figure] = []
    if job.rows_done:
        of = f"of {counted(job.rows_total, 'row')}" if job.rows_total else "rows"
        figures.append({"label": PAST.get(status, "Done"), "value": number(job.rows_done), "unit": of})
        if seconds >= SECONDS_OF_EVIDENCE and job.state == State.RUNNING:
            figures.append(
                {"label": "Speed", "value": number(int(job.rows_done / seconds)), "unit": "rows a second"}
            )
    label = "Running for" if job.state == State.RUNNING else "Waiting for"
    figures.append({"label": label, "value": elapsed(max(0, seconds)), "unit": ""})
    return figures


def _stations(upload: Import, status: Status) -> list[Station]:
    # An approved plan that waits for its turn has its plan behind it.
    at = ORDER.index(status) if status in ORDER else 0
    is_approved = upload.approved_at is not None
    stations: list[Station] = []
    for place, each in enumerate(ORDER):
        if each == Status.APPLYING and (upload.mode == Mode.PREVIEW or is_approved):
            stations.append(
                {
                    "state": "done" if is_approved else "ahead",
                    "is_gate": True,
                    "label": "Approved" if is_approved else "You approve",
                    "detail": f"by {upload.approved_by}" if is_approved else "",
                }
            )
        state: Literal["done", "at", "ahead"] = "done" if place < at else "at" if place == at else "ahead"
        stations.append(
            {
                "state": state,
                "is_gate": False,
                "label": PAST[each] if state != "at" else PHASES[each],
                "detail": "",
            }
        )
    return stations


def _rail(upload: Import, status: Status) -> list[RailItem]:
    if status != Status.QUEUED:
        return []
    before = (
        Job.objects.filter(
            institution_id=upload.institution_id,
            queue=upload.job.queue,
            state__in=(State.QUEUED, State.RUNNING),
            received__lt=upload.job.received,
        )
        .order_by("received")
        .values_list("submitted_by", flat=True)
    )
    waiting = list(before)
    if not waiting:
        return []
    return [
        {
            "outcome": None,
            "icon": "clock",
            "title": f"{number(len(waiting))} before it",
            "text": f"Imports are carried out in the order received. The one that runs now was sent by {waiting[0]}.",
            "points": [],
            "actions": [],
        }
    ]
