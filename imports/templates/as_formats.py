"""Templates among the formats that people and programs choose from: by name, with the columns that they use."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import Any

from edu_csv.templating import TemplateRefused, compile_template
from imports.formats.columns import CREATE, Column
from imports.formats.templated import TemplateFormat, key_of, template_format
from imports.models import ImportTemplateVersion
from imports.templates.lookup import usable_templates

# So many are kept made; versions never change, and a new name is another one.
KEPT = 1_024


def usable_formats(institution: int) -> list[type[TemplateFormat]]:
    """One format for each template that takes files, by name; two statements however many there are."""
    templates = {each.pk: each for each in usable_templates(institution)}
    if not templates:
        return []
    ready = {pk: each.ready_version for pk, each in templates.items()}
    versions = ImportTemplateVersion.objects.filter(institution_id=institution, template__in=templates)
    found = {each.template_id: each for each in versions if each.number == ready[each.template_id]}
    return [_made(template.name, found[pk]) for pk, template in templates.items()]


def _made(name: str, version: ImportTemplateVersion) -> type[TemplateFormat]:
    variables = tuple((each, expression) for each, expression in version.variables)
    return _format(
        name,
        version.pk,
        version.template_id,
        version.body,
        variables,
        tuple(version.optional_columns),
        version.delimiter,
    )


@lru_cache(maxsize=KEPT)
def _format(
    name: str,
    _version: int,
    template: int,
    body: str,
    variables: tuple[tuple[str, str], ...],
    optional: tuple[str, ...],
    delimiter: str,
) -> type[TemplateFormat]:
    """The format of a template, with its name and columns."""
    base = template_format(key_of(template))
    assert base is not None  # noqa: S101  # the key of any id is one
    said: dict[str, Any] = {"title": name, "delimiter": delimiter, "__doc__": TemplateFormat.__doc__}
    for at, column in enumerate(used_columns(body, variables)):
        said[f"column_{at}"] = Column(column, actions=(CREATE,), required=column not in optional)
    return type(base.__name__, (base,), said)


def used_columns(body: str, variables: tuple[tuple[str, str], ...]) -> list[str]:
    """What a template uses, in the order of its text; nothing of one that is refused by now."""
    try:
        columns = compile_template(body, variables).columns
    except TemplateRefused:
        return []
    whole = "\n".join([body, *(expression for _, expression in variables)])

    def place(name: str) -> tuple[int, str]:
        found = [at for at in (whole.find(f"columns.{name}"), whole.find(f"[{name}]")) if at >= 0]
        return (min(found, default=len(whole)), name)

    return sorted(columns, key=place)


def header_of(version: ImportTemplateVersion) -> bytes:
    """A CSV with the columns that a version uses, and no row."""
    variables = tuple((name, expression) for name, expression in version.variables)
    out = io.StringIO()
    csv.writer(out, delimiter=version.delimiter).writerow(used_columns(version.body, variables))
    return out.getvalue().encode()
