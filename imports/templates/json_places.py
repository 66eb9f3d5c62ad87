"""Where in a template's text it is that a row's JSON cannot be read: faults name lines of what came of it.

A line of the result is a line of the text with its placeholders filled. Where exactly one line of the text can have become
it, that is the place; blocks and comments over several lines do no harm so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from edu_csv import strict_json
from edu_csv.templating import RowFault
from imports.models import ImportTemplateVersion
from imports.steps.templated.reading import bound
from imports.templates.examples import Example

PLACEHOLDER = re.compile(r"\{\{.*?\}\}\}?")


@dataclass(frozen=True, slots=True)
class JsonPlace:
    """text: what the row becomes; at: the line in it that cannot be read, from 1.

    line, column: in the template, from 1; 0: nobody can tell. why: the fault without its place.
    """

    text: str
    at: int
    why: str
    line: int
    column: int


def place_of(
    version: ImportTemplateVersion, example: Example, row: int, institution: int, now: datetime
) -> JsonPlace | None:
    """None when the row's JSON can be read, or nothing comes of the row at all."""
    _, renderer = bound(version, example.header, "example.csv", institution, now)
    try:
        text = renderer.render(row, example.rows[row])
        strict_json.loads(text)
    except RowFault:
        return None
    except strict_json.JsonFault as fault:
        lines = text.split("\n")
        wrong = lines[fault.line - 1] if fault.line <= len(lines) else ""
        line, column = _in_template(version.body, wrong, fault.column)
        near = f', near "{fault.near}"' if fault.near else ""
        return JsonPlace(text, fault.line, fault.message + near, line, column)
    return None


def _in_template(body: str, wrong: str, column: int) -> tuple[int, int]:
    found = [
        (number, line)
        for number, line in enumerate(body.split("\n"), 1)
        if wrong.strip() and _can_become(line, wrong)
    ]
    if len(found) != 1:
        return 0, 0
    [(number, line)] = found
    # Up to the first placeholder both are the same.
    first = PLACEHOLDER.search(line)
    return number, min(column, first.start() + 1 if first else column)


def _can_become(line: str, wrong: str) -> bool:
    """Whether what stands around the placeholders of a line stands in this order in another."""
    parts = PLACEHOLDER.split(line)
    if len(parts) == 1:
        return line == wrong
    if not "".join(parts).strip() or not wrong.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = wrong.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(wrong) - len(parts[-1]) >= at and wrong.endswith(parts[-1])
