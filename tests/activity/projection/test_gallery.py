"""There and back: a report's rows, sent as statements through a ready template, are the rows of that report again."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from psycopg.sql import SQL, Identifier

from edu_csv import tenancy
from imports.formats.templated import key_of
from imports.models import Import
from imports.templates import gallery, manage
from reporting.reports import reports
from reporting.steps.preview import preview
from reporting.steps.select import Asked
from tests.activity.projection.house import projected
from tests.imports.harness import Tenant

# Another address than the institution's own: whoever makes a template may type any.
BASE = "https://somewhere.else.example"
REPORTS = {
    "video_views": "videoview",
    "presentation_views": "presentation",
    "confusion_flags": "confused",
    "poll_answers": "polling",
    "questions_and_answers": "qanda",
    "notes": "notes",
}
# What a row says in words that come back; the others are system ids or say who and where, which are looked at apart.
SAME = (
    "VideoName", "duration_Minute", "presentationName", "PresentationName", "presentation_name", "slide_count",
    "activity_prompt", "solution", "answer", "question", "note_count", "event_timestamp",
)  # fmt: skip
WHO = {
    "userid": "roster_person",
    "answer_userid": "roster_person",
    "question_userid": "roster_person",
    "sectionId": "roster_section",
}


def imported(tenant: Tenant, key: str) -> Import:
    entry = gallery.entries()[key]
    with tenancy.use_institution(tenant.pk):
        template = manage.make_ready_made(tenant.actor, entry, key, BASE)
    upload = tenant.load(entry.example, key_of(template.pk), "", file_name=entry.example_name)
    assert upload.job.status == "completed"
    return upload


def report(tenant: Tenant, name: str) -> list[dict[str, str | None]]:
    found = reports()[name]
    with tenancy.use_institution(tenant.pk):
        lines = preview(Asked(found, tenant.pk, start=date(2025, 9, 1), end=date(2025, 9, 8)))
    return [dict(zip([column.header for column in found.columns], line, strict=True)) for line in lines]


def in_ids(tenant: Tenant, line: dict[str, str | None]) -> dict[str, str]:
    """A line with external ids for people and sections, and blank where there is nothing."""
    known = {
        str(id_): str(external_id)
        for table in set(WHO.values())
        for id_, external_id in tenant.query(SQL("SELECT id, external_id FROM {}").format(Identifier(table)))
    }
    told = {name: value or "" for name, value in line.items()}
    return {name: known[value] if name in WHO and value else value for name, value in told.items()}


def said_by(row: dict[str, str]) -> list[str]:
    """What is chosen is told as its text (reporting-api.md G15); the example has the ids of the choices."""
    content = json.loads(row.get("activity_content") or "null")
    if isinstance(content, list):
        texts = {choice["id"]: choice["text"] for choice in content}
        row = {**row, **{name: texts.get(row[name], row[name]) for name in ("answer", "solution")}}
    return [f"{name}: {row[name]}" for name in (*SAME, *WHO) if name in row] + [json.dumps(content)]


@pytest.mark.parametrize("key", sorted(REPORTS))
def test_a_report_comes_back_as_it_was_sent_and_goes_when_its_import_is_undone(
    house: Tenant, key: str
) -> None:
    upload = imported(house, key)
    done = projected(house)
    rows = list(csv.DictReader(io.StringIO(gallery.entries()[key].example.decode("utf-8-sig"))))
    assert done.statements == len(rows)
    found = report(house, REPORTS[key])
    assert sorted(said_by(row) for row in rows) == sorted(said_by(in_ids(house, line)) for line in found)
    house.undo(upload)
    voided = projected(house)
    assert voided.counts["voiding"] == len(rows)
    assert report(house, REPORTS[key]) == []
    assert house.query("SELECT count(*) FROM activity_fact") == [(0,)]
