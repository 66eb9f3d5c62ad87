"""``manage.py import_file``: the same pipeline as everywhere, in the foreground."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv import tenancy
from edu_csv.access.actors import system_actor
from edu_csv.access.policy import EVERYWHERE
from edu_csv.access.services import UnknownInstitution, institution_id
from edu_csv.errors import StorageUnavailable
from edu_csv.jobs import services as jobs
from edu_csv.jobs.bar import Bar
from edu_csv.jobs.foreground import see_through
from edu_csv.jobs.models import Status
from edu_csv.tabular import DELIMITERS
from imports import plans, services
from imports.api.shapes import shown, waits_for
from imports.files import files_of
from imports.formats.columns import ACTIONS
from imports.models import Import, Mode, OnError, Outcome
from imports.problems import FileRejected
from imports.requests import BadRequest, ImportRequest, NotAllowed
from imports.steps.plan import OUTCOMES

CLEAN, SOME_FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130
FAILED_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import a file and wait for its end. Ends with 0 when every row went through, 1 when some failed,"
        " 2 when the file was refused or nothing was applied."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            type=Path,
            help="CSV, TSV, .csv.gz, .xlsx, or .zip",
        )
        parser.add_argument("--institution", required=True, metavar="SLUG")
        parser.add_argument(
            "--format", default="", metavar="KEY", help="recognised from the header when left out"
        )
        parser.add_argument(
            "--action", default="", choices=ACTIONS, help="what the rows do, where the format asks"
        )
        parser.add_argument("--preview", action="store_true", help="plan only; nothing is applied")
        parser.add_argument(
            "--on-error",
            default=OnError.SKIP,
            choices=OnError.values,
            help="abort: any bad row, and nothing is applied",
        )
        parser.add_argument(
            "--confirm-clear",
            action="store_true",
            help="an update that lacks optional columns may empty them",
        )
        parser.add_argument("--encoding", default="", choices=["utf-8", "windows-1252"])
        parser.add_argument(
            "--delimiter", default="", help="one character, or “tab”; recognised when left out"
        )
        parser.add_argument("--name", default="", help="a label for the list of imports")
        parser.add_argument("--json", action="store_true", help="the import as the API shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            institution = institution_id(options["institution"])
        except UnknownInstitution as unknown:
            raise CommandError(str(unknown), returncode=REFUSED) from unknown
        with tenancy.use_institution(institution):
            try:
                upload = self._receive(institution, options)
            except FileRejected as refusal:
                self._refuse(refusal.as_json(), options["json"])
            except BadRequest as refusal:
                problem = {"code": refusal.code, "detail": refusal.detail, "field": refusal.field}
                self._refuse(problem, options["json"])
            except NotAllowed as refusal:
                self._refuse({"code": "not_permitted", "detail": str(refusal)}, options["json"])
            else:
                upload = self._see_through(upload)
                self._show(upload, as_json=options["json"])
                sys.exit(exit_code(upload))

    def _receive(self, institution: int, options: dict[str, Any]) -> Import:
        path: Path = options["file"]
        request = ImportRequest(
            format_key=options["format"],
            action=options["action"],
            mode=Mode.PREVIEW if options["preview"] else Mode.APPLY,
            on_error=options["on_error"],
            encoding=options["encoding"],
            delimiter=_delimiter(options["delimiter"]),
            confirm_clear=options["confirm_clear"],
            name=options["name"],
        )
        try:
            with path.open("rb") as stream:
                return services.receive_upload(system_actor(institution), stream, path.name, request)
        except StorageUnavailable as away:
            raise CommandError(f"The file could not be stored: {away}", returncode=REFUSED) from away
        except OSError as error:
            raise CommandError(
                f"{path} cannot be read: {error.strerror or error}.", returncode=REFUSED
            ) from error

    def _see_through(self, upload: Import) -> Import:
        bar = Bar(cast("TextIO", self.stderr._out))
        job = upload.job
        try:
            see_through(job.pk, queue=job.queue, institution=upload.institution_id, show=bar)
        except KeyboardInterrupt:
            # Whoever takes it up again finds the wish and stops; nothing of it is committed.
            jobs.request_cancel(job.pk)
            self.stderr.write(
                f"\nStopped. The import {upload.pk} is cancelled unless it was applied already."
            )
            sys.exit(INTERRUPTED)
        finally:
            bar.close()
        return Import.objects.select_related("job").get(pk=upload.pk)

    def _refuse(self, problem: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(
                json.dumps({"status": Status.FAILED, "problem": problem}, ensure_ascii=False, default=str)
            )
            sys.exit(REFUSED)
        raise CommandError(str(problem["detail"]), returncode=REFUSED)

    def _show(self, upload: Import, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(shown(upload, _Site(), EVERYWHERE), ensure_ascii=False, default=str))
            return
        self.stdout.write("\n".join(_told(upload)))


class _Site:
    """What the links of an import begin with, where there is no request to tell it."""

    GET: dict[str, str] = {}  # noqa: RUF012  # read only

    def build_absolute_uri(self, path: str) -> str:
        return urljoin(settings.PUBLIC_BASE_URL, path)


def exit_code(upload: Import) -> int:
    status = upload.job.status
    if status == Status.AWAITING_APPROVAL and upload.mode == Mode.PREVIEW:
        return SOME_FAILED if upload.counts.get("failed") else CLEAN
    return {Status.COMPLETED: CLEAN, Status.COMPLETED_WITH_ERRORS: SOME_FAILED}.get(Status(status), REFUSED)


def _delimiter(given: str) -> str:
    if given == "tab":
        return "\t"
    if given and given not in DELIMITERS:
        raise CommandError(
            f"Expected “,”, “;”, “|” or “tab” as delimiter, got {given!r}.", returncode=REFUSED
        )
    return given


def _told(upload: Import) -> list[str]:
    """What became of the file, and the first rows that failed."""
    counts = upload.counts
    said = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES if counts.get(name))
    number = counts.get("rows", 0)
    rows = f"{number:,} {'row' if number == 1 else 'rows'}"
    lines = [f"{upload.job.status.replace('_', ' ')}: {rows}{f' ({said})' if said else ''}"]
    if upload.job.problem:
        lines.append(str(upload.job.problem.get("detail", "")))
    elif upload.job.status == Status.AWAITING_APPROVAL and upload.review.get("reasons"):
        lines.append(str(waits_for(upload)["detail"]))
    lines += _file_lines(upload)
    if counts.get("failed"):
        for row in plans.rows(upload, EVERYWHERE, outcomes=[Outcome.FAILED], limit=FAILED_SHOWN).rows:
            where = f"Row {row.row} of {row.file_name}" if row.file_name else f"Row {row.row}"
            lines += [f"{where}: {problem}" for problem in row.problems]
        if counts["failed"] > FAILED_SHOWN:
            lines.append(f"… and {counts['failed'] - FAILED_SHOWN:,} more rows.")
    lines.append(urljoin(settings.PUBLIC_BASE_URL, f"/imports/{upload.pk}/"))
    return lines


def _file_lines(upload: Import) -> list[str]:
    """The files of a package, a line each in the order in which they were read, and what is said of each as a whole."""
    lines = []
    for file, told in zip(files_of(upload), upload.files, strict=False):
        if file.problem:
            lines.append(f"{file.name}: not read. {file.problem.get('detail', '')}")
        else:
            said = ", ".join(f"{file.counts[name]:,} {name}" for name in OUTCOMES if file.counts.get(name))
            rows = f"{file.rows:,} {'row' if file.rows == 1 else 'rows'}"
            kind = " ".join(filter(None, [file.format_key, file.version]))
            lines.append(f"{file.name} ({kind}): {rows}{f' ({said})' if said else ''}")
        lines += [f"  {note['message']}" for note in told.get("notes", ())]
    return lines
