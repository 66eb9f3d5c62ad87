"""Everything that the mail about an import says, as the two templates take it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString

from edu_csv.access.models import Institution
from edu_csv.jobs.models import Job, Status
from edu_csv.pages.mailing import one_line, quoted
from edu_csv.pages.words import counted, duration, number
from imports.files import files_of, notes_of
from imports.formats.registry import find as find_format
from imports.kept import kept_said
from imports.mails import wording
from imports.mails.kinds import lines_by_kind
from imports.mails.reasons import Reason, reasons
from imports.models import Import
from imports.views import names


class MailLink(TypedDict):
    label: str
    url: str


class FileLine(TypedDict):
    """One file of a package. problem: why it was not read; blank when it was."""

    name: str
    what: str
    counts: str
    problem: str


class ImportMail(TypedDict):
    """mail/import.txt and .html. lead, rest: the sentence, with <b> around counts; said: the same as plain text.

    facts: label and value. notes: warnings about whole files. problems, more_problems: by code, and how many codes are not shown.
    """

    title: str
    lead: SafeString | str
    rest: SafeString | str
    said: str
    facts: list[tuple[str, str]]
    counts: list[tuple[str, str]]
    files: list[FileLine]
    notes: list[str]
    kinds: list[tuple[str, str]]
    problems: list[Reason]
    more_problems: int
    links: list[MailLink]
    why: str


ORDER = ("created", "updated", "deleted", "held", "failed", "superseded", "unchanged")
NOT_PLANNED: tuple[list[Reason], int] = ([], 0)


def story(upload: Import, institution: Institution) -> ImportMail:
    """The mail's content now; two statements at most, whatever the rows."""
    said = wording.sentence(upload)
    was_planned = upload.planned_at is not None and bool(upload.counts.get("rows"))
    problems, codes = reasons(upload) if was_planned else NOT_PLANNED
    return {
        "title": one_line(wording.title_of(upload)),
        "lead": said["lead"],
        "rest": said["rest"],
        "said": wording.as_text(said),
        "facts": _facts(upload, institution),
        "counts": _counts(upload) if was_planned else [],
        "files": _files(upload),
        "notes": _notes(upload),
        "kinds": lines_by_kind(upload) if was_planned and _changes(upload) else [],
        "problems": problems,
        "more_problems": codes - len(problems),
        "links": _links(upload),
        "why": _why(upload, institution),
    }


def _changes(upload: Import) -> bool:
    """Undone, refused or cancelled: what was planned is not what is."""
    return upload.job.status in (Status.AWAITING_APPROVAL, Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)


def _facts(upload: Import, institution: Institution) -> list[tuple[str, str]]:
    fmt = find_format(upload.format_key)
    facts = [("Institution", institution.name)]
    if upload.source:
        facts.append(("Source", upload.source.name))
    facts.append(("File", one_line(upload.file_name)))
    if kept := kept_said(upload):
        facts.append(("Kept", one_line(kept)))
    if fmt:
        facts.append(("Format", names.what(upload)))
    facts.append(("Sent by", one_line(upload.job.submitted_by)))
    if upload.approved_by:
        facts.append(("Approved by", one_line(upload.approved_by)))
    if upload.reference and upload.reference != upload.file_name:
        facts.append(("Reference", one_line(upload.reference)))
    began, ended = upload.job.started_at or upload.job.created_at, _ended(upload)
    facts.append(("From, to", span(began, ended, institution.time_zone)))
    if ended > began and upload.job.status != Status.VOIDED:
        facts.append(("Took", duration((ended - began).total_seconds())))
    return facts


def _ended(upload: Import) -> datetime:
    """When what the mail tells of was over: the plan, the import, or its undoing."""
    if upload.job.status == Status.AWAITING_APPROVAL:
        return upload.planned_at or timezone.now()
    if upload.job.status == Status.VOIDED and upload.void:
        undo = Job.objects.filter(pk=upload.void.get("job")).values_list("finished_at", flat=True).first()
        return undo or timezone.now()
    return upload.job.finished_at or timezone.now()


def span(began: datetime, ended: datetime, zone: str) -> str:
    """ "3 Aug 2026, 04:06:12 to 04:08:40 (Europe/Oslo); 02:06:12 to 02:08:40 UTC"."""
    first, last = began.astimezone(ZoneInfo(zone)), ended.astimezone(ZoneInfo(zone))
    said = f"{_both(first, last)} ({zone})"
    return said if zone == "UTC" else f"{said}; {_both(began.astimezone(UTC), ended.astimezone(UTC))} UTC"


def _both(first: datetime, last: datetime) -> str:
    """The day stands once when both are of it."""
    day = "" if last.date() == first.date() else f"{_day(last)}, "
    return f"{_day(first)}, {first:%H:%M:%S} to {day}{last:%H:%M:%S}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


def _counts(upload: Import) -> list[tuple[str, str]]:
    counts = upload.counts
    lines = [(name.capitalize(), number(counts[name])) for name in ORDER if counts.get(name)]
    lines.append(("Rows in all", number(counts["rows"])))
    if counts.get("warnings"):
        lines.append(("Warnings", number(counts["warnings"])))
    return lines


def _files(upload: Import) -> list[FileLine]:
    return [
        {
            "name": one_line(file.name),
            "what": names.format_name(fmt) if (fmt := find_format(file.format_key)) else "",
            "counts": wording.counts_said(file.counts) if file.counts else counted(file.rows, "row"),
            # Whole, for half of what was expected helps nobody.
            "problem": quoted(" ".join(str(file.problem.get("detail", "")).split())) if file.problem else "",
        }
        for file in files_of(upload)
    ]


def _notes(upload: Import) -> list[str]:
    """ "7-Users.csv: Cells of “password” were filled (1), and are not kept …"."""
    return [quoted(one_line(f"{name}: {detail}" if name else detail)) for _, detail, name in notes_of(upload)]


def _links(upload: Import) -> list[MailLink]:
    waits = upload.job.status == Status.AWAITING_APPROVAL
    links: list[MailLink] = [
        {"label": "Review the plan" if waits else "The import", "url": url(names.address(upload))}
    ]
    if upload.planned_at is not None and upload.counts.get("rows"):
        links.append(
            {"label": "All rows as a file", "url": url(names.address(upload, "results.csv").rstrip("/"))}
        )
    if upload.counts.get("failed"):
        links.append({"label": "Failed rows", "url": url(f"{names.address(upload)}?outcome=failed")})
        links.append(
            {"label": "Failed rows as a file", "url": url(names.address(upload, "failed.csv").rstrip("/"))}
        )
    if upload.source:
        links.append({"label": "The source", "url": url(f"/sources/{upload.source.pk}/")})
    return links


def url(path: str) -> str:
    """An address of this site, as mails need it."""
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def _why(upload: Import, institution: Institution) -> str:
    by = "the import or its source names" if upload.source else "the import names"
    return f"This mail goes to those whom {by}. It was sent by edu-csv for {institution.name}."
