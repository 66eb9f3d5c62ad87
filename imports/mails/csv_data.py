"""The mail about a file that went through a template: sent once, when its import has ended (csv data import 4.7)."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TypedDict

from django.db import transaction
from django.utils import timezone

from edu_csv.access.models import Institution
from edu_csv.jobs.models import Status
from edu_csv.pages.mailing import one_line, quoted
from edu_csv.pages.words import counted, noun, number, size
from imports.formats.registry import find as find_format
from imports.formats.templated import is_template
from imports.mails.story import MailLink, span, url
from imports.models import Import
from imports.steps.templated.failed import WHOLE_FILE, failed_rows, fails_whole
from imports.views import names

MOST_ROWS = 20  # csv data import 4.7
# Enough of a sentence to know the row by; the page has all of it.
LONGEST_SENTENCE = 1_000
ENDED = {Status.COMPLETED, Status.COMPLETED_WITH_ERRORS, Status.FAILED, Status.CANCELLED}
# What a template makes beside statements, in the order in which it is told.
OF_GROUPS = ("person", "org_unit", "membership", "viewing_permission")


class CsvDataMail(TypedDict):
    """mail/csv_data.txt and .html. failed: the row's place and its sentence; more_failed: how many are not shown."""

    title: str
    said: str
    facts: list[tuple[str, str]]
    counts: list[tuple[str, str]]
    failed: list[tuple[str, str]]
    more_failed: int
    links: list[MailLink]
    why: str


def is_of_template(upload: Import) -> bool:
    return is_template(find_format(upload.format_key))


def is_ended(upload: Import) -> bool:
    """Whether this mail is about it: that it waits for approval is told as of all imports."""
    return is_of_template(upload) and upload.job.status in ENDED


def is_told(upload: Import) -> bool:
    """Whether its one mail was sent: that it is taken back later is not mailed."""
    return is_of_template(upload) and upload.told_status in ENDED


def template_of(upload: Import) -> str:
    return upload.template_version.template.name if upload.template_version else "template"


def subject(upload: Import) -> str:
    """ "CSV import finished: 998 of 1,000 rows (Lecture views)"."""
    name = f"({template_of(upload)})"
    if upload.job.status == Status.FAILED:
        return f"CSV import failed {name}"
    if upload.job.status == Status.CANCELLED:
        return f"CSV import cancelled {name}"
    rows, failed = upload.counts.get("rows", 0), upload.counts.get("failed", 0)
    return f"CSV import finished: {number(rows - failed)} of {counted(rows, 'row')} {name}"


def mail(upload: Import, institution: Institution) -> CsvDataMail:
    """The mail's content now; two statements at most, whatever the rows."""
    failed, left = _failed(upload)
    return {
        "title": one_line(subject(upload)),
        "said": _said(upload),
        "facts": _facts(upload, institution),
        "counts": _counts(upload),
        "failed": failed,
        "more_failed": left,
        "links": _links(upload),
        "why": f"This mail goes to those whom the upload names. It was sent by edu-csv for {institution.name}.",
    }


def _said(upload: Import) -> str:
    if upload.job.status == Status.FAILED:
        return "Nothing of this file was stored."
    if upload.job.status == Status.CANCELLED:
        return "The import was cancelled before anything of it was stored."
    failed = upload.counts.get("failed", 0)
    if not failed:
        return "Every row was imported."
    return f"{counted(failed, 'row')} failed and left nothing behind; all others were imported."


def _facts(upload: Import, institution: Institution) -> list[tuple[str, str]]:
    job = upload.job
    began = job.started_at or job.created_at
    return [
        ("Organization", f"{institution.name} ({institution.pk})"),
        ("Template", one_line(template_of(upload))),
        ("File", f"{one_line(upload.file_name)}, {size(upload.file_bytes)}"),
        ("Import", str(upload.number)),
        ("Sent by", one_line(job.submitted_by)),
        ("From, to", span(began, job.finished_at or timezone.now(), institution.time_zone)),
    ]


def _counts(upload: Import) -> list[tuple[str, str]]:
    if upload.job.status in (Status.FAILED, Status.CANCELLED):
        return []
    counts = upload.counts
    lines = [
        ("Rows", number(counts.get("rows", 0))),
        ("Statements stored", number(upload.effects.get("statement", {}).get("created", 0))),
        ("Duplicates", number(upload.review.get("duplicates", 0))),
        ("Failed rows", number(counts.get("failed", 0))),
    ]
    for kind in OF_GROUPS:
        for operation, count in upload.effects.get(kind, {}).items():
            if count:
                lines.append((f"{noun(kind, 2).capitalize()} {operation}", number(count)))
    return lines


def _failed(upload: Import) -> tuple[list[tuple[str, str]], int]:
    """The first failed rows, and how many more there are."""
    if upload.job.status == Status.CANCELLED:
        return [], 0
    # The rows are streamed from the server, which takes a transaction.
    with transaction.atomic(), closing(failed_rows(upload)) as rows:
        found = list(islice(rows, MOST_ROWS))
    told = [(f"Row {row:,}", _sentence(row, message)) for row, message in found]
    return told, 0 if fails_whole(upload) else max(0, upload.counts.get("failed", 0) - len(told))


def _sentence(row: int, message: str) -> str:
    """On one line: a cell that stands in it may have several."""
    said = " ".join(message.split())[:LONGEST_SENTENCE]
    return quoted(said) if row == WHOLE_FILE else said


def _links(upload: Import) -> list[MailLink]:
    links: list[MailLink] = [{"label": "The import", "url": url(names.address(upload))}]
    if upload.counts.get("failed"):
        links.append(
            {"label": "Failed rows as a file", "url": url(names.address(upload, "failed.csv").rstrip("/"))}
        )
    return links
