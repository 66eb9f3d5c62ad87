"""What pages, API and commands do with exports: ask for one, look, fetch, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from edu_csv import storage
from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.models import Institution
from edu_csv.access.policy import EVERYWHERE, Ability, Reach
from edu_csv.jobs import services as jobs
from edu_csv.jobs.models import Job, Kind, Status
from exports import omissions, pipeline
from exports.models import Export
from exports.omissions import Omission
from exports.problems import BadRequest, NotAllowed, NotThere
from exports.steps import filters as filtering
from exports.steps.select import Selection
from imports.formats.base import Format
from imports.formats.columns import DELETE, UPDATE
from imports.formats.exporting import sheets
from imports.formats.feed import Layout, Package
from imports.formats.registry import formats

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Output:
    """How the file is written (rest-api.md section 5)."""

    compression: bool = False
    delimiter: str = ","
    spreadsheet_safe: bool = False
    byte_order_mark: bool = False


def exportable_formats(actor: Actor) -> list[type[Format]]:
    """Formats that this actor may export, in the families' order."""
    return [
        fmt for fmt in formats().values() if is_exportable(fmt) and policy.may_export(actor, fmt.target.name)
    ]


def is_exportable(fmt: type[Format]) -> bool:
    """Whether exports write it: feeds as far as their family says how."""
    return fmt.exportable and (fmt.key in sheets() or not issubclass(fmt, (Layout, Package)))


def request_export(
    actor: Actor,
    format_key: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    output: Output | None = None,
) -> Export:
    """Queue an export. Raises NotAllowed, BadRequest (unknown format, filter, object or delimiter)."""
    output = output or Output()
    fmt = _exportable(actor, format_key)
    if output.delimiter not in DELIMITERS:
        raise BadRequest(
            "output.delimiter",
            "bad_enum",
            f"Expected a comma, semicolon, tab or “|”, got `{output.delimiter}`.",
        )
    if fmt.key in sheets():
        _check_output(fmt, output)
    given = {name: list(dict.fromkeys(values)) for name, values in (filters or {}).items()}
    filtering.resolve(fmt, actor.institution, policy.read_reach(actor, Ability.EXPORT), given)
    with transaction.atomic():
        job = jobs.create(actor, Kind.EXPORT)
        export = Export.objects.create(
            job=job,
            institution_id=actor.institution,
            format_key=fmt.key,
            filters=given,
            compression=output.compression,
            delimiter=output.delimiter,
            spreadsheet_safe=output.spreadsheet_safe,
            byte_order_mark=output.byte_order_mark,
        )
        jobs.enqueue(job)
    return export


def is_package(export: Export) -> bool:
    """Whether its file is a zip of several."""
    return export.format_key in sheets() and sheets()[export.format_key][1].is_package


def _check_output(fmt: type[Format], output: Output) -> None:
    """Raises BadRequest for what an import of a feed could not read back."""
    if output.delimiter != ",":
        raise BadRequest(
            "output.delimiter",
            "bad_enum",
            f"{fmt.title} are separated by commas alone; leave the delimiter out.",
        )
    if output.spreadsheet_safe:
        raise BadRequest(
            "output.spreadsheet_safe", "not_possible",
            f"{fmt.title} are read as they stand, so an apostrophe before a formula sign would become part of the"
            " value. Leave it out, and open the file as text.",
        )  # fmt: skip
    if output.compression and sheets()[fmt.key][1].is_package:
        raise BadRequest(
            "output.compression", "not_possible", "A package is a zip already; leave the compression out."
        )


def _exportable(actor: Actor, format_key: str) -> type[Format]:
    if not policy.may(actor, Ability.EXPORT):
        raise NotAllowed("Your role exports nothing. An administrator can export for you.")
    fmt = formats().get(format_key)
    if fmt is None or not is_exportable(fmt):
        known = [each.key for each in exportable_formats(actor)]
        raise BadRequest(
            "format", "unknown_format", f"There is no format `{format_key}` to export. Use one of: {', '.join(known)}.",
            candidates=known,
        )  # fmt: skip
    if not policy.may_export(actor, fmt.target.name):
        raise NotAllowed(f"Your role does not export {fmt.target.many}. An administrator can.")
    return fmt


def visible_exports(actor: Actor) -> Any:
    """A query set of the exports that an actor may see, newest first (echovideo.md 5.3)."""
    exports: Any = (
        Export.objects.filter(institution_id=actor.institution).select_related("job").order_by("-job_id")
    )
    designated = Institution.objects.values_list("designated_administration", flat=True).get(
        pk=actor.institution
    )
    if policy.sees_all_jobs(actor, designated_administration=designated):
        return exports
    if not policy.may(actor, Ability.EXPORT):
        return exports.none()
    if actor.client is not None:
        return exports.filter(job__client_id=actor.client)
    return exports.filter(job__account_id=actor.account)


def fresh_link(export: Export) -> str | None:
    """A new link to the file, for whoever holds it; None while there is none, or no longer."""
    return _link(export, export.file_key, export.file_name)


def omitted_link(export: Export) -> str | None:
    """The same for the list of what the format cannot express."""
    name = export.file_name.removesuffix(".gz").removesuffix(".zip").removesuffix(".csv")
    return _link(export, export.omitted_key, f"omitted_{name}.csv")


def omitted_from(export: Export) -> list[Omission]:
    """What was left out, by reason, most frequent first."""
    fmt = formats().get(export.format_key)
    found = omissions.read(export.omitted, fmt.target) if fmt else []
    return [*found, *omissions.read_files(export.files)]


def _link(export: Export, key: str, name: str) -> str | None:
    if not key or export.job.status != Status.COMPLETED or export.expires_at is None:
        return None
    left = export.expires_at - timezone.now()
    if left < timedelta(seconds=1):
        return None
    return storage.signed_url(key, lifetime=min(storage.link_lifetime(), left), filename=name)


def may_delete(actor: Actor, export: Export) -> bool:
    """Whether the actor may delete this export, which they see."""
    own = policy.is_own(actor, account=export.job.account_id, client=export.job.client_id)
    return policy.may_delete_export(actor, own=own)


def delete_export(actor: Actor, export: Export) -> None:
    """Remove an export and its files; links to it end. Raises NotThere when the actor does not see it, NotAllowed."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=export.pk, institution_id=actor.institution).first()
        if job is None or not visible_exports(actor).filter(pk=export.pk).exists():
            raise NotThere("There is no such export, or it was deleted meanwhile.")
        if not may_delete(actor, export):
            raise NotAllowed(
                f"{job.submitted_by} asked for this export. They can delete it, or an administrator of the whole"
                " institution."
            )
        # A worker that still writes it finds its job gone, and removes what it wrote.
        job.delete()
    for found in list(storage.list_keys(pipeline.folder(export.institution_id, export.pk) + "/")):
        storage.delete(found.key)


def sample_rows(
    fmt: type[Format], action: str, institution: int, limit: int = 2, *, reach: Reach = EVERYWHERE
) -> list[list[str]]:
    """The first objects of an institution, as rows of an update or delete file.

    Cells in the order of ``fmt.columns_for(action)``; none when there are no objects yet.
    reach: how far whoever asks may read.
    """
    if action not in (UPDATE, DELETE):
        raise ValueError(f"expected `{UPDATE}` or `{DELETE}`, got `{action}`: samples to create are declared")
    selection = Selection(fmt=fmt, institution=institution, reach=reach)
    with connection.cursor() as cursor:
        cursor.execute(selection.rows(fmt.columns_for(action), limit=limit), selection.params)
        return [[cell or "" for cell in row] for row in cursor.fetchall()]


__all__ = ["BadRequest", "NotAllowed", "NotThere", "Omission", "Output"]
