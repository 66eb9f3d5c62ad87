"""``manage.py export_file``: an export in the foreground, to a file or standard output."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv import storage, tenancy
from edu_csv.access.actors import system_actor
from edu_csv.access.services import UnknownInstitution, institution_id
from edu_csv.jobs import services as jobs
from edu_csv.jobs.bar import Bar
from edu_csv.jobs.foreground import see_through
from edu_csv.jobs.models import Status
from exports import services
from exports.models import Export
from exports.omissions import OBJECT
from exports.services import BadRequest, NotAllowed, Output

REFUSED, INTERRUPTED = 2, 130


class Command(BaseCommand):
    help = "Export all objects of a format, or a package of a family; importing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("format", metavar="FORMAT", help="such as echovideo.sections.v1")
        parser.add_argument("--institution", required=True, metavar="SLUG")
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="standard output when left out; packed when it ends in .gz",
        )
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=ID",
            help="such as term=T-2031A; may be repeated",
        )
        parser.add_argument("--delimiter", default=",", help="one character, or “tab”")
        parser.add_argument(
            "--spreadsheet-safe", action="store_true", help="escape what a spreadsheet would run"
        )
        parser.add_argument(
            "--byte-order-mark", action="store_true", help="for Excel, which else misreads accents"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            institution = institution_id(options["institution"])
        except UnknownInstitution as unknown:
            raise CommandError(str(unknown), returncode=REFUSED) from unknown
        path: Path | None = options["output"]
        output = Output(
            compression=path is not None and path.suffix == ".gz",
            delimiter="\t" if options["delimiter"] == "tab" else options["delimiter"],
            spreadsheet_safe=options["spreadsheet_safe"],
            byte_order_mark=options["byte_order_mark"],
        )
        with tenancy.use_institution(institution):
            try:
                asked = services.request_export(
                    system_actor(institution), options["format"], _filters(options["filter"]), output
                )
            except (BadRequest, NotAllowed) as refusal:
                raise CommandError(str(refusal), returncode=REFUSED) from refusal
            done = self._see_through(asked)
            _deliver(done, path)
            self._tell(done)

    def _see_through(self, asked: Export) -> Export:
        bar = Bar(cast("TextIO", self.stderr._out))
        job = asked.job
        try:
            see_through(job.pk, queue=job.queue, institution=asked.institution_id, show=bar)
        except KeyboardInterrupt:
            jobs.request_cancel(job.pk)
            sys.exit(INTERRUPTED)
        finally:
            bar.close()
        done = Export.objects.select_related("job").get(pk=asked.pk)
        if done.job.status != Status.COMPLETED:
            detail = (done.job.problem or {}).get("detail") or f"The export ended: {done.job.status}."
            raise CommandError(str(detail), returncode=REFUSED)
        return done

    def _tell(self, done: Export) -> None:
        """On standard error: the file itself may be on the other."""
        lines = [f"{done.rows or 0:,} rows, {done.bytes or 0:,} bytes."]
        lines += [_told(each) for each in services.omitted_from(done)]
        self.stderr.write("\n".join(lines), style_func=str)


def _told(omission: services.Omission) -> str:
    """ "Left out: 3. Email is blank …"; of a field "Lost: 3. …"; of a package with its file."""
    what = "Left out" if omission.what == OBJECT else "Lost"
    where = f" in {omission.file}" if omission.file else ""
    return f"{what}{where}: {omission.count:,}. {omission.message}"


def _filters(given: list[str]) -> dict[str, list[str]]:
    """["term=A", "term=B"] is {"term": ["A", "B"]}."""
    filters: dict[str, list[str]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not value:
            raise CommandError(f"Expected a filter such as term=T-2031A, got {each!r}.", returncode=REFUSED)
        filters.setdefault(name.strip(), []).append(value.strip())
    return filters


def _deliver(done: Export, path: Path | None) -> None:
    """Copy the stored file to where it was asked for; all of it or nothing."""
    with storage.open_file(done.file_key) as stored:
        if path is None:
            try:
                shutil.copyfileobj(stored, sys.stdout.buffer)
                sys.stdout.flush()
            except BrokenPipeError:
                # Whoever reads has had enough of it, as "head" does.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        try:
            _replace(path, stored)
        except OSError as error:
            raise CommandError(
                f"{path} cannot be written: {error.strerror or error}.", returncode=REFUSED
            ) from error


def _replace(path: Path, stored: BinaryIO) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
        try:
            shutil.copyfileobj(stored, part)
            part.flush()
            # As any file that a program makes, not as a secret.
            umask = os.umask(0)
            os.umask(umask)
            Path(part.name).chmod(0o666 & ~umask)
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
