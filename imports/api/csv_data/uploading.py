"""``POST …/csv-import``: a file to be imported through a template (csv data import 4.2)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse

from edu_csv import storage
from edu_csv.ids import uuid7
from edu_csv.jobs.models import State
from imports import services
from imports.api.csv_data import asked, intake
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.doors import Call
from imports.api.csv_data.errors import Refused
from imports.formats.templated import FAMILY, key_of
from imports.models import Import
from imports.requests import ImportRequest
from imports.templates import lookup

MOST_QUEUED = 20  # csv data import 4.1
RETRY_SECONDS = "30"

# Two that come at once must not both be the twentieth.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('edu_csv.csv_data.' || %s, 0))"


def upload(call: Call) -> HttpResponse:
    """202 and the bare number of the import; whatever is wrong in the file, the import itself says."""
    refuse_when_full(call.organization)
    parameters = Parameters.of(call.request)
    # Said in the address it is refused before anything is kept; a form may say it behind the file.
    if parameters.text("template", "unknown_template") is not None:
        lookup.usable(call.organization, asked.template(parameters))
    job_id, keys = uuid7(), list[str]()

    def open_sink(name: str) -> AbstractContextManager[storage.HashingWriter]:
        keys.append(storage.file_key("uploads", call.organization, job_id, name=name))
        return storage.writer(keys[-1])

    try:
        taken, writer = intake.take(
            call.request, parameters, open_sink, most_bytes=settings.MAX_CSV_DATA_BYTES
        )
        made = _receive(call, parameters, taken, writer.stored, job_id)
    except BaseException:
        # Nobody's: the import that it was for is not there.
        for key in keys:
            storage.delete(key)
        raise
    call.audit("import.submitted", made.pk, file=made.file_name, format=made.format_key)
    return HttpResponse(
        str(made.number),
        status=202,
        content_type="application/json",
        headers={"Location": f"/api/organizations/{call.organization}/csv-import?id={made.number}"},
    )


def _receive(
    call: Call, parameters: Parameters, taken: intake.Taken, kept: storage.StoredFile, job_id: UUID
) -> Import:
    """Raises Refused, NoTemplate, BadRequest, NotAllowed."""
    version = lookup.usable(call.organization, asked.template(parameters))
    notify = asked.notify(parameters)
    intake.check_size(asked.file_size(parameters), taken)
    request = ImportRequest(
        format_key=key_of(version.template_id), notify=notify, switches=switches(parameters)
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [str(call.organization)])
        refuse_when_full(call.organization)
        return services.receive_stored(call.actor, kept, taken.name, request, job_id=job_id)


def switches(parameters: Parameters) -> dict[str, bool]:
    """How a file of this API is imported, and previewed. Raises Refused 400."""
    return {
        # Nobody sits here to confirm: what would take away too much fails whole (csv data import 2.4).
        "fails_when_large": True,
        "allow_large_removals": parameters.flag("allowLargeRemovals", "bad_request", default=False),
    }


def refuse_when_full(organization: int) -> None:
    """Raises Refused 429 when as many files wait as may."""
    waiting = Import.objects.filter(
        institution_id=organization, job__state=State.QUEUED, format_key__startswith=f"{FAMILY}."
    )
    if waiting.count() >= MOST_QUEUED:
        raise Refused(
            429,
            "too_many_queued",
            f"{MOST_QUEUED} files of this organization wait to be imported already. Send this one when some of them are"
            " done.",
            {"Retry-After": RETRY_SECONDS},
        )
