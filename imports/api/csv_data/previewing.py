"""``POST …/statement-import/preview``: what a file would come to, and nothing kept of it (csv data import 4.3)."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext

from django.http import HttpResponse, JsonResponse

from edu_csv.body_limit import CSV_PREVIEW_BYTES
from imports.api.csv_data import asked, intake, uploading
from imports.api.csv_data.asked import Parameters
from imports.api.csv_data.doors import Call
from imports.problems import FileRejected
from imports.steps.templated import preview as steps
from imports.templates import lookup

# To whoever sends more than a preview reads.
ADVICE = "Preview its first rows; an upload takes the file whole."


def preview(call: Call) -> HttpResponse:
    """200, whatever is wrong in the file: its faults are the answer."""
    parameters = Parameters.of(call.request)
    if parameters.text("template", "unknown_template") is not None:
        lookup.usable(call.organization, asked.template(parameters))
    with tempfile.TemporaryFile() as file:
        taken, _ = intake.take(
            call.request,
            parameters,
            lambda name: nullcontext(file),
            most_bytes=CSV_PREVIEW_BYTES,
            advice=ADVICE,
        )
        version = lookup.usable(call.organization, asked.template(parameters))
        intake.check_size(asked.file_size(parameters), taken, forgives_line_ends=True)
        file.seek(0)
        try:
            found = steps.preview(
                version,
                file,
                taken.name,
                institution=call.organization,
                switches=uploading.switches(parameters),
            )
        except FileRejected as refused:
            return JsonResponse({"failedRows": {"1": refused.detail}, "statements": {}})
    return HttpResponse(found.answer(), content_type="application/json")
