"""From a source: what was decided about a source counts for a file that somebody sends in its name."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from imports.formats.base import Format
from imports.models import Family, Mode, OnError, Source, SourceMode
from imports.requests import BadRequest, ImportRequest


def find_source(usable: QuerySet[Source], named: str) -> Source:
    """A source by its slug or id, of those that whoever sends the file may use (``manage.visible_sources``).

    Raises BadRequest: there is none of that name for them, or it is switched off.
    """
    try:
        by: dict[str, object] = {"pk": UUID(named)}
    except ValueError:
        by = {"slug": named}
    source: Source | None = usable.filter(**by).first()
    if source is None:
        raise BadRequest(
            "source", "unknown_reference", f"There is no source `{named[:80]}`. /api/v1/sources lists them."
        )
    if not source.is_enabled:
        raise BadRequest(
            "source",
            "source_disabled",
            f"The source {source.name} is switched off. Switch it on, or leave it out.",
        )
    return source


def in_its_name(source: Source, request: ImportRequest) -> ImportRequest:
    """The request with what the source decides: its switches, and of two modes the more careful one.

    What its files do (EchoVideo) and what becomes of bad rows is the source's too, unless the request says it.
    CircleIn's files are only checked until that is switched off (circlein-csv.md C-18).
    """
    switches = {**source.switches, **request.switches}
    mode = request.mode
    waits = source.family == Family.CIRCLEIN and not source.automation_enabled
    if source.mode == SourceMode.VALIDATE or waits:
        if source.family == Family.ECHOVIDEO:
            # Its files know no checking alone: the plan waits, and nobody has to approve it.
            mode = Mode.PREVIEW
        else:
            switches["validate_only"] = True
    elif source.mode == SourceMode.PREVIEW:
        mode = Mode.PREVIEW
    return replace(
        request,
        source=source.pk,
        switches=switches,
        mode=mode,
        action=request.action or source.action,
        on_error=OnError.ABORT if OnError.ABORT in (source.on_error, request.on_error) else request.on_error,
    )


def check_family(request: ImportRequest, fmt: type[Format] | None) -> None:
    """Raises BadRequest: the file is of another family than the source in whose name it is sent."""
    if request.source is None or fmt is None:
        return
    source = Source.objects.get(pk=request.source)
    if source.family != fmt.family:
        own, other = Family(source.family).label, families().get(fmt.family, fmt.family)
        raise BadRequest(
            "source",
            "wrong_family",
            f"The source {source.name} takes files of {own}, and this is a file of {other}: {fmt.title}. Leave it out"
            f" of what {source.name} sends, and send it to a source for {other}.",
        )


def families() -> dict[str, str]:
    """The families' names for people, by their keys."""
    return {str(key): str(label) for key, label in Family.choices}
