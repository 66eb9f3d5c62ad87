"""What a row of the example becomes: as sentences, as JSON, and what stands in the way."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from edu_csv import storage
from edu_csv.activity.telling import told
from edu_csv.errors import MissingFile
from edu_csv.front.templates.finding import template_href
from edu_csv.pages.contexts.templates import ColumnLine, FaultLine, MadeSection, ResultPart
from edu_csv.pages.words import counted, number
from edu_csv.templating import TemplateRefused
from imports.models import ImportTemplate, TemplateKind
from imports.problems import FileRejected
from imports.steps.templated.preview import preview
from imports.templates import examples
from imports.templates.content import Content
from imports.templates.examining import Examined, Fault, examine
from imports.templates.examples import Example
from imports.templates.proposing import path_of

TITLES = {"statements": "Statements", "people": "People", "groups": "Groups", "permissions": "Permissions"}
PLACES = {
    "body": "Text",
    "variables": "Variables",
    "settings": "How files are read",
    "example": "Example",
    "row": "Row",
}
# So many failing rows are named when all are tried.
NAMED = 10
# JSON of one row beyond this is cut: it is to be read.
LONGEST_JSON = 20_000
# Of a text that is no JSON the place is shown where reading stopped.
LINES_AROUND = 8
LONGEST_LINE = 500


def result_part(
    template: ImportTemplate,
    content: Content,
    *,
    row: int | None = None,
    all_rows: bool = False,
    may_change: bool = True,
) -> ResultPart:
    """Try what is typed. all_rows: also say how every row of the example comes out."""
    unreadable, example = _example(template, content)
    examined = examine(template.institution_id, content, example, row=row)
    if unreadable:
        examined.faults = [Fault("example", "unreadable", unreadable), *examined.faults]
    shown = _shown_row(example, row)
    before, after = example.beside(shown) if example and shown else (None, None)
    own = [fault for fault in examined.faults if fault.place == "row"]
    part: ResultPart = {
        "row": shown,
        "rows": len(example.rows) if example else 0,
        "before": before,
        "after": after,
        "made": _made(examined),
        "failed": "Nothing comes of this row; why stands under the text." if own else "",
        "nothing": _nothing(examined, example),
        "faults": [fault_line(fault) for fault in examined.faults],
        "warnings": [fault_line(fault) for fault in examined.warnings],
        "columns": _columns(content, example, shown, examined),
        "example_name": template.example_file_name,
        "checked": "",
        "failing": [],
        "try_url": template_href(template, "try"),
        "may_change": may_change,
    }
    if all_rows and example and not [each for each in examined.faults if each.place != "row"]:
        part["checked"], part["failing"] = _all_rows(template, content)
    return part


def _example(template: ImportTemplate, content: Content) -> tuple[str, Example | None]:
    """Why the example cannot be read, and what it says."""
    try:
        return "", examples.of(template, content.delimiter)
    except FileRejected as rejected:
        return f"The example cannot be read: {rejected.detail}", None


def _shown_row(example: Example | None, wanted: int | None) -> int | None:
    if example is None:
        return None
    return wanted if wanted in example.rows else next(iter(example.rows), None)


def _nothing(examined: Examined, example: Example | None) -> str:
    """Why no result is shown, when no row failed."""
    if examined.row is not None:
        return ""
    if example is None:
        return "Upload an example file, and what its rows become is shown here."
    return "What the row becomes is shown here as soon as what stands under the text is mended."


def fault_line(fault: Fault) -> FaultLine:
    place, message = PLACES[fault.place], fault.message
    if fault.variable:
        place = f"Variable {fault.variable}, column {fault.column}"
    elif fault.line:
        place = f"Line {number(fault.line)}, column {number(fault.column)}"
    elif fault.place == "row":
        # "Row 2: …" names it already.
        place, _, message = message.partition(": ")
    in_body = fault.place in ("body", "row") and not fault.variable
    return {
        "place": place,
        "line": fault.line if in_body else 0,
        "column": fault.column if in_body else 0,
        "message": message.replace("`", ""),
    }


def _columns(
    content: Content, example: Example | None, row: int | None, examined: Examined
) -> list[ColumnLine]:
    if example is None:
        return []
    cells = example.rows.get(row or 0, [""] * len(example.header))
    return [
        {
            "name": name,
            "insert": f"{{{{{path_of(name)}}}}}",
            "cell": cell if len(cell) <= 60 else f"{cell[:59]}…",
            "is_used": name in examined.used,
            "is_optional": name in content.optional_columns,
        }
        for name, cell in zip(example.header, cells, strict=True)
    ]


def _made(examined: Examined) -> list[MadeSection]:
    row, place = examined.row, examined.json_place
    if row is None or (row.fault is not None and place is None):
        return []
    if place is None:
        return [made_section(section, made) for section, made in row.objects.items()]
    lines = enumerate(place.text.split("\n"), 1)
    around = [f"{n:>4}  {line[:LONGEST_LINE]}" for n, line in lines if abs(n - place.at) <= LINES_AROUND]
    said = f"It cannot be read as JSON in line {number(place.at)} of what the row becomes."
    return [{"title": "The row's text", "sentences": [said], "json": "\n".join(around)}]


def made_section(section: str, made: Sequence[Any]) -> MadeSection:
    """One section of what a row makes; what is no object is told by its JSON alone."""
    text = json.dumps(made, indent=2, ensure_ascii=False)
    cut = (
        text
        if len(text) <= LONGEST_JSON
        else f"{text[:LONGEST_JSON]}\n… {number(len(text))} characters in all"
    )
    return {
        "title": f"{TITLES[section]}: {len(made) or 'none'}",
        "sentences": [sentence(section, each) for each in made],
        "json": cut,
    }


def sentence(section: str, made: Mapping[str, Any]) -> str:
    """One object that a row makes, in words."""
    match section:
        case "statements":
            return told(made)
        case "people":
            return _person(made)
        case "groups":
            return _group(made)
        case _:
            return _permission(made)


def _person(made: Mapping[str, Any]) -> str:
    personas = [_persona(each) for each in made.get("personas", ())]
    who = str(made.get("name") or made.get("customId") or (personas[0] if personas else "somebody"))
    said = [f"known as {', '.join(personas)}"] if personas else []
    if groups := [_reference(each) for each in made.get("groups", ())]:
        said.append(f"in {', '.join(groups)}")
    return (
        f"{who}{' (' + str(made['customId']) + ')' if made.get('customId') and made.get('name') else ''} {'; '.join(said)}".strip()
        + "."
    )


def _persona(made: Mapping[str, Any]) -> str:
    if "account" in made:
        return str(made["account"].get("name", "")) if isinstance(made["account"], Mapping) else ""
    return next((str(value).removeprefix("mailto:") for value in made.values()), "")


def _reference(made: Any) -> str:
    if not isinstance(made, Mapping):
        return str(made)
    if isinstance(made.get("persona"), Mapping):
        return _persona(made["persona"])
    return str(made.get("name") or made.get("customId") or "")


def _group(made: Mapping[str, Any]) -> str:
    kind = made.get("type")
    kind = kind.get("name") if isinstance(kind, Mapping) else kind
    name = made.get("name") or made.get("customId") or ""
    said = [f"{kind or 'Group'} {name}"]
    for key, words in (("parents", "in"), ("children", "holds"), ("people", "with")):
        if others := [_reference(each) for each in made.get(key, ())]:
            said.append(f"{words} {', '.join(others)}")
    return f"{'; '.join(said)}."


def _permission(made: Mapping[str, Any]) -> str:
    who = _reference(made.get("person") or made.get("group") or {})
    sees = made.get("canView") or {}
    what = (
        "everyone"
        if isinstance(sees, Mapping) and sees.get("everyone")
        else _reference(sees.get("group", {}))
    )
    return f"{who} may see {what}."


def _all_rows(template: ImportTemplate, content: Content) -> tuple[str, list[FaultLine]]:
    """How all rows of the example come out, and the first that fail."""
    examined = examine(template.institution_id, content, None, needs_example=False)
    version = content.unsaved(template.institution_id, examined.kind or TemplateKind.XAPI)
    try:
        with storage.open_file(template.example_file_key) as stream:
            found = preview(
                version,
                io.BytesIO(stream.read(examples.MOST_BYTES)),
                template.example_file_name,
                institution=template.institution_id,
            )
    except (FileRejected, TemplateRefused, MissingFile) as refused:
        return getattr(refused, "detail", "") or str(refused), []
    failed = found.failed_rows
    made = sum(len(objects) for each in found.rows for objects in each.objects.values())
    of = f"{number(found.rows_read)} rows" if found.rows_read != 1 else "1 row"
    objects = "statement" if set(found.sections) <= {"statements"} else "object"
    good = found.rows_read - len(failed)
    verb = "comes" if good == 1 else "come"
    said = f"{number(good)} of {of} {verb} out, with {counted(made, objects)}."
    if found.truncated:
        said += " There are more rows; these were looked at."
    lines: list[FaultLine] = [
        {"place": f"Row {number(row)}", "line": 0, "column": 0, "message": text}
        for row, text in list(failed.items())[:NAMED]
    ]
    return said, lines
