"""Whether a template can be used: it parses, its functions exist, its columns are in the example, a row comes out well.

csv data import 5 (template editor), 1.7 (warnings), 1.8 (ids), 3 (``authority`` and ``stored``). Nothing is stored.
"""

from __future__ import annotations

import io
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from django.utils import timezone

from edu_csv.templating import Template, TemplateFault, TemplateRefused, compile_template
from imports.models import TemplateKind
from imports.problems import FileRejected
from imports.steps.templated.preview import PreviewRow, preview
from imports.templates.content import Content
from imports.templates.examples import Example
from imports.templates.json_places import JsonPlace, place_of
from imports.templates.proposing import uuid_call

Place = Literal["body", "variables", "settings", "example", "row"]

# What makes a template one of groups (its sections, csv data import 1.1).
OF_GROUPS = frozenset({"people", "groups", "permissions"})
# Set by us alone (csv data import 3, G28); anywhere in the text outside of comments.
SET_BY_US = re.compile(r'"(authority|stored)"\s*:')
COMMENT = re.compile(r"\{\{~?!--.*?--~?\}\}|\{\{~?![^}]*\}\}", re.DOTALL)
# The one row error that the published page quotes (csv data import 3.1); it says nothing of how to mend it.
WITHOUT_ID = "Statement must include an ID"


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of using a template, or what is only told (of a warning).

    line, column: in the text of the template, from 1; 0: of no place in it. variable: in its expression instead.
    suggestion: what to write instead.
    """

    place: Place
    code: str
    message: str
    line: int = 0
    column: int = 0
    suggestion: str = ""
    variable: str = ""


@dataclass(slots=True)
class Examined:
    """What was found. kind: None when the text does not parse. row: how a row of the example came out.

    json_place: where its JSON cannot be read.
    """

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    kind: str | None = None
    used: frozenset[str] = frozenset()
    row: PreviewRow | None = None
    json_place: JsonPlace | None = None

    @property
    def is_ready(self) -> bool:
        return not self.faults


def examine(
    institution: int,
    content: Content,
    example: Example | None,
    *,
    row: int | None = None,
    needs_example: bool = True,
) -> Examined:
    """Look at all of it. row: of the example, by its number; the first when there is no such row.

    needs_example: a template without one is at fault, as in the editor; programs may leave it out (rest-api.md 8).
    """
    found = Examined()
    template = _compile(content, found)
    if template is None:
        return found
    found.kind = kind_of(template.sections)
    found.used = template.columns
    found.warnings += [_told(fault) for fault in template.warnings]
    found.faults += _set_by_us(content.body)
    if content.time_zone not in zoneinfo.available_timezones():
        found.faults.append(Fault("settings", "bad_time_zone", no_zone(content.time_zone)))
    if example is None:
        if needs_example:
            text = "There is no example file yet. Upload a CSV with the header of your files and at least one row."
            found.faults.append(Fault("example", "no_example", text))
        return found
    missing = [name for name in sorted(template.columns) if name not in example.header]
    found.faults += [
        _missing(content, name, example.header) for name in missing if name not in content.optional_columns
    ]
    if not found.faults:
        _try_row(institution, content, example, found, row)
    return found


def no_zone(name: str) -> str:
    return f"There is no time zone `{name[:80]}`. Write one such as Europe/Berlin, or UTC."


def kind_of(sections: Sequence[str]) -> str:
    return TemplateKind.GROUPS if OF_GROUPS & set(sections) else TemplateKind.XAPI


def _compile(content: Content, found: Examined) -> Template | None:
    try:
        return compile_template(content.body, content.variables)
    except TemplateRefused as refused:
        found.faults += [_told(fault) for fault in refused.faults]
        return None


def _told(fault: TemplateFault) -> Fault:
    place: Place = "variables" if fault.variable else "body"
    return Fault(place, fault.code, fault.message, fault.line, fault.column, fault.suggestion, fault.variable)


def place_in(body: str, at: int) -> tuple[int, int]:
    """Line and column of a character, from 1."""
    before = body[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _set_by_us(body: str) -> list[Fault]:
    """csv data import 3: a template that sets ``authority`` or ``stored`` is refused when it is saved."""
    without_comments = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), body)
    return [
        Fault(
            "body",
            "set_by_us",
            f'"{match[1]}" is set when a statement is stored, and no template may say it. Take it out.',
            *place_in(body, match.start()),
        )
        for match in SET_BY_US.finditer(without_comments)
    ]


def _missing(content: Content, name: str, header: Sequence[str]) -> Fault:
    """A column that the template uses and the example lacks, where the text says it first."""
    at = min(
        (
            place
            for place in (content.body.find(f"[{name}]"), content.body.find(f"columns.{name}"))
            if place >= 0
        ),
        default=-1,
    )
    line, column = place_in(content.body, at) if at >= 0 else (0, 0)
    near = get_close_matches(name, header, n=1, cutoff=0.6) or [
        each for each in header if each.casefold() == name.casefold()
    ]
    hint = f' Did you mean "{near[0]}"?' if near else ""
    text = f'The example has no column "{name}".{hint}'
    if not near:
        text += " Upload an example that has it, or name it among the columns that a file may lack."
    return Fault(
        "body" if at >= 0 else "variables", "missing_column", text, line, column, near[0] if near else ""
    )


def _try_row(
    institution: int, content: Content, example: Example, found: Examined, wanted: int | None
) -> None:
    number = wanted if wanted in example.rows else next(iter(example.rows), None)
    if number is None:
        found.faults.append(Fault("example", "empty_file", "The example has no row. Add one with cells."))
        return
    version = content.unsaved(institution, found.kind or TemplateKind.XAPI)
    # A row of statements stands alone; one of groups may name what another row makes (csv data import 2.3).
    rows = {number} if found.kind == TemplateKind.XAPI else {*example.rows}
    stream = io.BytesIO(example.file(content.delimiter, rows))
    try:
        tried = preview(version, stream, "example.csv", institution=institution)
    except FileRejected as rejected:
        found.faults.append(Fault("example", rejected.code, rejected.detail))
        return
    found.row = next((each for each in tried.rows if each.number == number), None)
    if found.row is not None and found.row.fault is not None:
        text = found.row.fault
        suggestion = uuid_call(example, content.has("revision")) if WITHOUT_ID in text else ""
        if suggestion:
            text += (
                f' Write "id": "{suggestion}" in each statement; the columns are those that tell rows apart.'
            )
        place = found.json_place = place_of(version, example, number, institution, timezone.now())
        if place is not None:
            where = "" if place.line else f", in line {place.at:,} of the text that the row becomes"
            text = f"The template did not give valid JSON for this row{where}: {place.why}."
        line, column = (place.line, place.column) if place is not None else (0, 0)
        found.faults.append(
            Fault("row", "row_fails", f"Row {number:,}: {text}", line, column, suggestion=suggestion)
        )
