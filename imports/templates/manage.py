"""Making and changing import templates: each change is a new version, and nothing that an import used is lost.

Rules: csv data import 1.1, 5, G25; rest-api.md 8; ui.md, template editor. A draft is saved whatever it says and takes no
uploads; ready is saved only what was examined and can be used. A draft over a ready version leaves that in use.
"""

from __future__ import annotations

import io
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.access.policy import Ability
from edu_csv.errors import EduCsvError
from imports.models import (
    GroupMode,
    Import,
    ImportTemplate,
    ImportTemplateVersion,
    TemplateKind,
    TemplateState,
)
from imports.requests import BadRequest, NotAllowed, WrongState
from imports.templates import examples
from imports.templates.as_formats import used_columns
from imports.templates.content import Content
from imports.templates.examining import Examined, Fault, examine, no_zone
from imports.templates.gallery import Ready

MOST_BODY_BYTES = 256 * 1024
LONGEST_NAME = 200
MOST_VARIABLES = 100
MOST_OPTIONAL = 500
DELIMITERS = (",", ";", "\t", "|")


class NotReady(EduCsvError):
    """It cannot be saved as ready; it can as a draft. faults: why, each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(list(faults))
        self.faults = list(faults)

    def __str__(self) -> str:
        return " ".join(fault.message for fault in self.faults)


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """An example as it came."""

    content: bytes
    name: str


def may_change(actor: Actor) -> bool:
    """Templates are for the whole institution, and so must be who changes them (G25)."""
    return policy.may(actor, Ability.SETTINGS) and policy.read_reach(actor, Ability.SETTINGS).is_whole


def check_may_change(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not may_change(actor):
        raise NotAllowed("Only an administrator of the whole institution changes import templates.")


def visible(actor: Actor) -> QuerySet[ImportTemplate]:
    """All of the institution, archived ones too, to those who may read them; by name."""
    found = ImportTemplate.objects.filter(institution_id=actor.institution).order_by("name")
    return found if policy.may(actor, Ability.TEMPLATES) else found.none()


def current(template: ImportTemplate) -> ImportTemplateVersion:
    """The newest version, be it a draft."""
    return template.versions.get(number=template.version)


def in_use(template: ImportTemplate) -> ImportTemplateVersion:
    """The version that uploads are read with; of a draft its newest, with which they would be."""
    return template.versions.get(number=template.ready_version or template.version)


def create(
    actor: Actor,
    name: str,
    content: Content,
    *,
    ready: bool = False,
    example: ExampleFile | None = None,
    needs_example: bool = True,
    gallery_key: str = "",
) -> ImportTemplate:
    """Make a template with its first version. Raises BadRequest, NotAllowed, NotReady, FileRejected."""
    check_may_change(actor)
    template = ImportTemplate(
        institution_id=actor.institution,
        name=checked_name(name),
        version=0,
        gallery_key=gallery_key,
        made_by=actor.name,
    )
    with transaction.atomic():
        return _save(actor, template, content, ready, example, needs_example)


def change(
    actor: Actor,
    template: ImportTemplate,
    content: Content,
    *,
    name: str | None = None,
    ready: bool = False,
    based_on: int | None = None,
    example: ExampleFile | None = None,
    needs_example: bool = True,
) -> ImportTemplate:
    """Save what it says by now. A new version is made only when that is something else.

    based_on: the version that was edited; when somebody saved another meanwhile, nothing is overwritten. Raises
    BadRequest, NotAllowed, NotReady, WrongState, FileRejected.
    """
    check_may_change(actor)
    with transaction.atomic():
        template = ImportTemplate.objects.select_for_update().get(pk=template.pk)
        if based_on is not None and based_on != template.version:
            raise WrongState(
                f"{template.updated_by or 'Somebody'} saved version {template.version} while you worked on version"
                f" {based_on}. Look at it first; what you typed is still here."
            )
        if name is not None:
            template.name = checked_name(name)
        return _save(actor, template, content, ready, example, needs_example)


def make_ready_made(actor: Actor, entry: Ready, name: str, base: str) -> ImportTemplate:
    """A template from the gallery, ready at once. base: the address that its ids begin with."""
    return create(
        actor,
        name,
        Content(body=entry.body, variables=entry.variables_for(base)),
        ready=True,
        example=ExampleFile(entry.example, entry.example_name),
        gallery_key=entry.key,
    )


def set_example(
    actor: Actor, template: ImportTemplate, example: ExampleFile, delimiter: str = ""
) -> ImportTemplate:
    """Another example file; what the template says stays. Raises BadRequest, NotAllowed, FileRejected.

    delimiter: as it is going to be, when that is not saved yet.
    """
    check_may_change(actor)
    with transaction.atomic():
        template = ImportTemplate.objects.select_for_update().get(pk=template.pk)
        _check_example(template, example)
        examples.keep(template, example.content, example.name, delimiter or template.delimiter)
        _note(actor, template)
        template.save()
    return template


def set_archived(actor: Actor, template: ImportTemplate, archived: bool) -> ImportTemplate:
    """An archived template takes no new imports; old ones keep its name (csv data import 1.1). Raises NotAllowed."""
    check_may_change(actor)
    with transaction.atomic():
        template = ImportTemplate.objects.select_for_update().get(pk=template.pk)
        if template.archived != archived:
            template.archived = archived
            _note(actor, template)
            template.save()
    return template


def rename(actor: Actor, template: ImportTemplate, name: str) -> ImportTemplate:
    """Raises BadRequest, NotAllowed."""
    check_may_change(actor)
    with transaction.atomic():
        template = ImportTemplate.objects.select_for_update().get(pk=template.pk)
        template.name = checked_name(name)
        _note(actor, template)
        _store(template)
    return template


def times_used(template: ImportTemplate) -> int:
    """How many imports went through any version of it."""
    return Import.objects.filter(
        institution_id=template.institution_id, template_version__template=template
    ).count()


def delete(actor: Actor, template: ImportTemplate) -> None:
    """Take away a template that no import went through. Raises WrongState, NotAllowed."""
    check_may_change(actor)
    with transaction.atomic():
        template = ImportTemplate.objects.select_for_update().get(pk=template.pk)
        if used := times_used(template):
            many = f"{used:,} imports went" if used > 1 else "An import went"
            raise WrongState(f"{many} through {template.name}, so it is kept with them. Archive it instead.")
        examples.drop(template)
        template.delete()


def checked_name(name: str) -> str:
    """csv data import 1.1. Raises BadRequest."""
    name = name.replace("\0", "").strip()
    if not name:
        raise BadRequest("name", "required", "Write a name, such as Lecture views.")
    if len(name) > LONGEST_NAME:
        raise BadRequest(
            "name", "too_long", f"The name has {len(name):,} characters, at most {LONGEST_NAME} are taken."
        )
    if name.isdigit():
        raise BadRequest(
            "name",
            "bad_value",
            f"`{name}` could be mistaken for an id. Write a name that has a letter in it.",
        )
    return name


def checked(content: Content) -> None:
    """What must be right of drafts too, or it could not be kept. Raises BadRequest."""
    size = len(content.body.encode(errors="surrogatepass"))
    if size > MOST_BODY_BYTES:
        raise BadRequest(
            "body", "too_large", f"The template has {size:,} bytes, at most {MOST_BODY_BYTES:,} are taken."
        )
    if "\0" in content.body or any("\0" in text for pair in content.variables for text in pair):
        raise BadRequest("body", "nul_byte", "The template has a NUL character. Take it out.")
    if content.time_zone not in zoneinfo.available_timezones():
        raise BadRequest("time_zone", "bad_value", no_zone(content.time_zone))
    if content.delimiter not in DELIMITERS:
        raise BadRequest(
            "delimiter",
            "bad_enum",
            f"Expected a comma, a semicolon, a tab or a vertical bar; got `{content.delimiter[:20]}`.",
        )
    if content.group_mode not in GroupMode.values:
        raise BadRequest(
            "group_mode", "bad_enum", f"Expected `add` or `replace`; got `{content.group_mode[:20]}`."
        )
    if len(content.variables) > MOST_VARIABLES:
        raise BadRequest("variables", "too_many", f"At most {MOST_VARIABLES} variables are taken.")
    if len(content.optional_columns) > MOST_OPTIONAL:
        raise BadRequest("optional_columns", "too_many", f"At most {MOST_OPTIONAL} columns are taken.")
    names = [name for name, _ in content.variables]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadRequest(
            "variables", "repeated", f"The variable `{twice}` is defined twice. Keep one of them."
        )


def _save(
    actor: Actor,
    template: ImportTemplate,
    content: Content,
    ready: bool,
    example: ExampleFile | None,
    needs_example: bool,
) -> ImportTemplate:
    checked(content)
    if example is not None and not ready:
        _check_example(template, example)
    if example is not None:
        shown: examples.Example | None = examples.keep(
            template, example.content, example.name, content.delimiter
        )
    else:
        shown = examples.of(template, content.delimiter) if ready else None
    found = (
        examine(actor.institution, content, shown, needs_example=needs_example) if ready else _kind(content)
    )
    if ready and found.faults:
        raise NotReady(found.faults)
    kind = found.kind or template.kind
    former = current(template) if template.version else None
    is_same = former is not None and Content.of(former) == content and former.is_draft == (not ready)
    if not is_same:
        template.version += 1
    template.kind = kind
    if ready:
        template.ready_version, template.state = template.version, TemplateState.READY
    template.time_zone, template.delimiter = content.time_zone, content.delimiter
    template.optional_columns, template.group_mode = list(content.optional_columns), content.group_mode
    _note(actor, template)
    _store(template)
    if not is_same:
        version = content.unsaved(actor.institution, kind)
        version.template, version.number, version.is_draft = template, template.version, not ready
        version.made_by, version.made_at = actor.name, template.updated_at
        version.save()
    return template


def _check_example(template: ImportTemplate, example: ExampleFile) -> None:
    """The example is what people are given as a sample, so the version in use must read it. Raises BadRequest, FileRejected."""
    if template.ready_version is None:
        return
    version = in_use(template)
    variables = tuple((name, expression) for name, expression in version.variables)
    header = examples.read(
        io.BytesIO(example.content), version.delimiter, institution=template.institution_id
    ).header
    may_lack = {*header, *version.optional_columns}
    lacking = [column for column in used_columns(version.body, variables) if column not in may_lack]
    if lacking:
        raise BadRequest(
            "example",
            "missing_column",
            f"This file lacks {', '.join(f'`{column}`' for column in lacking)}, which version {version.number} uses; files"
            " go through that one. Choose the file when you save, as ready, a text that it fits: both change at once.",
        )


def _kind(content: Content) -> Examined:
    """Of a draft, only what its rows make, when that can be told."""
    return examine_quietly(content)


def examine_quietly(content: Content) -> Examined:
    """What the text alone tells, without an example."""
    return examine(0, content, None, needs_example=False)


def _note(actor: Actor, template: ImportTemplate) -> None:
    template.updated_at, template.updated_by = timezone.now(), actor.name


def _store(template: ImportTemplate) -> None:
    """Raises BadRequest: the name is taken."""
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as clash:
        if "template_name" not in str(clash):
            raise
        raise BadRequest(
            "name", "taken", f"There is a template called {template.name} already. Choose another name."
        ) from None


def as_noted(template: ImportTemplate) -> dict[str, Any]:
    """What the audit log keeps of a change."""
    return {"template": template.pk, "version": template.version, "state": template.state}


__all__ = [
    "BadRequest",
    "Content",
    "ExampleFile",
    "NotAllowed",
    "NotReady",
    "TemplateKind",
    "WrongState",
    "change",
    "create",
    "current",
    "delete",
    "make_ready_made",
    "may_change",
    "rename",
    "set_archived",
    "set_example",
    "times_used",
    "visible",
]
