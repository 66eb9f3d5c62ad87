"""What a measured worker process is asked to do; import it after ``django.setup()``."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg.sql import Composable

from bench.measure import peak_bytes
from bench.recording import Moment, recorded
from edu_csv import tenancy
from edu_csv.access import services as access
from edu_csv.access.actors import system_actor
from edu_csv.jobs.models import Status
from edu_csv.jobs.runners import work_one
from exports import services as exports
from exports.models import Export
from exports.pipeline import SETTINGS
from exports.services import Output
from exports.steps.select import Selection, copying
from imports import services
from imports.formats.registry import format_for
from imports.formats.templated import key_of
from imports.models import Import, ImportTemplate, ImportTemplateVersion
from imports.services import ImportRequest
from imports.steps.workspace import raw_connection
from reporting import services as reporting
from reporting.models import ReportRequest
from reporting.reports import reports
from reporting.steps.select import Asked
from reporting.steps.select import copying as report_copying
from reporting.steps.write import SETTINGS as REPORT_SETTINGS


def make_institution(slug: str) -> dict[str, Any]:
    return {"institution": access.create_institution(name="Measured University", slug=slug).pk}


def make_template(institution: int, name: str, body: str, variables: list[list[str]]) -> dict[str, Any]:
    """A template that takes uploads, by its format's key."""
    with tenancy.use_institution(institution):
        made = ImportTemplate.objects.create(
            institution_id=institution, name=name, version=1, ready_version=1, state="ready"
        )
        ImportTemplateVersion.objects.create(
            institution_id=institution,
            template=made,
            number=1,
            body=body,
            variables=variables,
            is_draft=False,
        )
    return {"format": key_of(made.pk)}


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
        **_cost(begun, applied),
        "seconds_after": ended.at - applied.at,
        "stages": recording.stages(applied.at),
        "statements": recording.statements(),
        "client_bytes": peak_bytes(os.getpid()),
    }


def request_export(institution: int, format: str) -> dict[str, Any]:  # noqa: A002
    """Queue an export of everything, gzipped; also opens the connection that the work will use."""
    with tenancy.use_institution(institution):
        export = exports.request_export(system_actor(institution), format, output=Output(compression=True))
        return {"export": str(export.pk), "backend": raw_connection().info.backend_pid}


def work_export(institution: int) -> dict[str, Any]:
    """Run the one export that waits, and say what it cost until its file could be fetched."""
    backend = raw_connection().info.backend_pid
    begun = Moment.now(backend)
    if not work_one(["exports"], only_institution=institution):
        raise RuntimeError("no export waits")
    cost = _cost(begun, Moment.now(backend))
    with tenancy.use_institution(institution):
        export = Export.objects.select_related("job").order_by("-job_id")[0]
    if export.job.status != Status.COMPLETED:
        raise RuntimeError(f"the export ended {export.job.status}: {export.job.problem}")
    return {"rows": export.rows, **cost, "client_bytes": peak_bytes(os.getpid())}


def bare_export(institution: int, format: str) -> dict[str, Any]:  # noqa: A002
    """The statement behind such an export, with its settings, and its bytes thrown away."""
    fmt = format_for(format)
    selection = Selection(fmt=fmt, institution=institution)
    statement = copying(selection.rows(fmt.columns), ",")
    return _bare(institution, SETTINGS, statement, selection.params)


def _bare(institution: int, settings: str, statement: Composable, params: dict[str, Any]) -> dict[str, Any]:
    """Read what COPY sends, and throw it away."""
    backend = raw_connection().info.backend_pid
    with tenancy.use_institution(institution), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(settings)
        begun = Moment.now(backend)
        with cursor.copy(statement, params) as copy:
            rows = sum(1 for _ in copy)
        return {"rows": rows, **_cost(begun, Moment.now(backend))}


def request_report(institution: int, name: str, parameters: dict[str, str]) -> dict[str, Any]:
    """Queue a report, gzipped; also opens the connection that the work will use."""
    with tenancy.use_institution(institution):
        request = reporting.submit(system_actor(institution), name, parameters)
        return {"request": str(request.pk), "backend": raw_connection().info.backend_pid}


def work_report(institution: int) -> dict[str, Any]:
    """Run the one report that waits, and say what it cost until its file could be fetched."""
    backend = raw_connection().info.backend_pid
    begun = Moment.now(backend)
    if not work_one(["reports"], only_institution=institution):
        raise RuntimeError("no report waits")
    cost = _cost(begun, Moment.now(backend))
    with tenancy.use_institution(institution):
        request = ReportRequest.objects.select_related("job").order_by("-job_id")[0]
    if request.job.status != Status.COMPLETED:
        raise RuntimeError(f"the report ended {request.job.status}: {request.job.problem}")
    return {"rows": request.rows, **cost, "client_bytes": peak_bytes(os.getpid())}


def bare_report(institution: int, name: str, parameters: dict[str, str]) -> dict[str, Any]:
    """The statement behind such a report, with its settings, and its bytes thrown away."""
    days = {side: date.fromisoformat(day) for side, day in parameters.items()}
    asked = Asked(reports()[name], institution, start=days.get("start"), end=days.get("end"))
    statement, params = report_copying(asked)
    return _bare(institution, REPORT_SETTINGS, statement, params)


def _cost(begun: Moment, ended: Moment) -> dict[str, float]:
    return {
        "seconds": ended.at - begun.at,
        "client_cpu": ended.worker_cpu - begun.worker_cpu,
        "server_cpu": ended.server_cpu - begun.server_cpu,
    }
