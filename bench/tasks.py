"""What a measured worker process is asked to do; import it after ``django.setup()``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bench.measure import peak_bytes
from bench.recording import Moment, recorded
from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import system_actor
from edu_csv.jobs.runners import work_one
from imports import services
from imports.models import Import
from imports.services import ImportRequest
from imports.steps.workspace import raw_connection


def make_institution(slug: str) -> dict[str, Any]:
    return {"institution": access.create_institution(name="Measured University", slug=slug).pk}


def receive(institution: int, path: str, format: str, action: str) -> dict[str, Any]:  # noqa: A002
    """Store a file and queue its import; also opens the connection that the work will use."""
    file = Path(path)
    with tenancy.use_institution(institution), file.open("rb") as stream:
        request = ImportRequest(format_key=format, action=action)
        upload = services.receive_upload(system_actor(institution), stream, file.name, request)
        return {"import": str(upload.pk), "backend": raw_connection().info.backend_pid}


def work(institution: int) -> dict[str, Any]:
    """Run the one import that waits, and say what it cost until it was applied."""
    backend = raw_connection().info.backend_pid
    with recorded(backend) as recording:
        begun = Moment.now(backend)
        if not work_one(["imports"], only_institution=institution):
            raise RuntimeError("no import waits")
        ended = Moment.now(backend)
    applied = recording.applied or ended
    with tenancy.use_institution(institution):
        upload = Import.objects.select_related("job").order_by("-job_id")[0]
    return {
        "status": upload.job.status,
        "problem": upload.job.problem,
        "counts": upload.counts,
        "seconds": applied.at - begun.at,
        "seconds_after": ended.at - applied.at,
        "client_cpu": applied.worker_cpu - begun.worker_cpu,
        "server_cpu": applied.server_cpu - begun.server_cpu,
        "stages": recording.stages(applied.at),
        "statements": recording.statements(),
        "client_bytes": peak_bytes(os.getpid()),
    }
