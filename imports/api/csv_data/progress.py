"""``GET …/csv-import/job/{id}``: how far an import is (csv data import 4.5). The job's id is the import's."""

from __future__ import annotations

from django.http import JsonResponse

from imports.api.csv_data import asked, states
from imports.api.csv_data.doors import Call
from imports.api.csv_data.errors import Refused
from imports.models import Import


def job(call: Call) -> JsonResponse:
    upload = find(call)
    ended, counts = upload.job.is_ended, upload.counts
    return JsonResponse(
        {
            "id": upload.number,
            "percentage": states.percentage(upload),
            "state": states.state_of(upload),
            "rowsDone": counts.get("rows", 0) if ended else upload.job.rows_done,
            # null until somebody has counted them.
            "rowCount": counts.get("rows", 0) if ended else upload.job.rows_total,
            "failedRowCount": counts.get("failed", 0),
        }
    )


def find(call: Call) -> Import:
    """The import that the address names. Raises Refused 400, 404."""
    given = call.names["import_id"]
    found: Import | None = states.named(call.organization, asked.import_id(given)).first()
    if found is None:
        raise Refused(404, "unknown_import", f"There is no import {given[:40]}.")
    return found
