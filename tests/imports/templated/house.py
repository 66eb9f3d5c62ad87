"""Templates of a test's own, and files that go through them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from bench.views import BODY, VARIABLES
from bench.views import HEADER as VIEW_COLUMNS
from edu_csv import storage, tenancy
from imports.formats.templated import key_of
from imports.models import Import, ImportTemplate, ImportTemplateVersion
from imports.steps import report
from imports.steps.templated.failed import failed_rows
from tests.imports.harness import Tenant, csv_text

# As csv data import 1.1 has it.
VIEWS, HEADER = BODY, [*VIEW_COLUMNS]
# One statement a row, its id as it stands in the file.
PLAIN = """{"statements": [{{#if columns.id}}{
  "id": "{{columns.id}}", "actor": {"mbox": "mailto:{{columns.who}}"},
  "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
  "object": {"id": "https://lecture.example.edu/media/{{columns.what}}"}
}{{/if}}]}"""
PLAIN_HEADER = ["id", "who", "what"]


def make_template(
    tenant: Tenant,
    body: str = VIEWS,
    *,
    name: str = "Lecture views",
    kind: str = "xapi",
    variables: list[list[str]] = VARIABLES,
    **version: Any,
) -> ImportTemplateVersion:
    """A template that takes uploads, with one version."""
    with tenancy.use_institution(tenant.pk):
        made = ImportTemplate.objects.create(
            institution_id=tenant.pk, name=name, kind=kind, version=1, ready_version=1, state="ready"
        )
        return ImportTemplateVersion.objects.create(
            institution_id=tenant.pk,
            template=made,
            number=1,
            kind=kind,
            body=body,
            variables=variables,
            is_draft=False,
            **version,
        )


def view(number: int, **cells: str) -> list[str]:
    """A row of VIEWS: the ``number``-th view. cells: other values, by header."""
    given = {
        "userid": f"u-{number % 97}",
        "firstname": "Ana",
        "lastname": f'Ruiz "{number % 97}"',
        "VideoId": f"v/{number % 11}",
        "VideoName": f"Lecture {number % 11}: Queues & Co",
        "courseId": f"c-{number % 3}" if number % 5 else "",
        "event_timestamp": f"2025-09-{1 + number % 28:02} {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}",
        **cells,
    }
    return [given[header] for header in HEADER]


def views(*numbers: int) -> str:
    return csv_text(HEADER, *(view(number) for number in numbers))


def plain(*rows: tuple[str, str, str]) -> str:
    return csv_text(PLAIN_HEADER, *(list(row) for row in rows))


def load(tenant: Tenant, version: ImportTemplateVersion, upload: str | bytes, **options: Any) -> Import:
    """Upload a file through a template and run its import to where it stops."""
    return tenant.load(upload, key_of(version.template_id), "", **options)


def told(tenant: Tenant, upload: Import) -> dict[int, str]:
    """``failedRows``: what each failed row is told."""
    from django.db import transaction

    with tenancy.use_institution(tenant.pk), transaction.atomic():
        return dict(failed_rows(upload))


def stored(tenant: Tenant) -> list[dict[str, Any]]:
    """All statements of an institution as they were sent, in the order of storing."""
    return [
        json.loads(body)
        for (body,) in tenant.query("SELECT body::text FROM activity_statement ORDER BY stored, seq")
    ]


def live(tenant: Tenant) -> set[str]:
    """Ids of statements that stand: not voided, and voiding nothing themselves."""
    found = tenant.query(
        "SELECT s.id::text FROM activity_statement AS s WHERE NOT s.is_voiding AND NOT EXISTS ("
        " SELECT FROM activity_voiding AS v WHERE v.institution_id = s.institution_id AND v.target = s.id)"
    )
    return {id_ for (id_,) in found}


def download(tenant: Tenant, upload: Import, *, only_failed: bool = False) -> list[list[str]]:
    """results.csv of an import, or failed.csv."""
    with tenancy.use_institution(tenant.pk):
        found = report.results_file(upload, only_failed)
        assert found is not None
        with storage.open_file(found.key) as file:
            return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))
