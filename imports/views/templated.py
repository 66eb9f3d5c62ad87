"""New import, second step, for a file that goes through a template: its columns, and what its first rows become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.utils.http import urlencode

from edu_csv import storage
from edu_csv.errors import MissingFile
from edu_csv.pages.contexts.imports import CheckFilePage, ColumnMatch, Seen, TriedRow, TriedRows
from edu_csv.pages.contexts.parts import Note, Option
from edu_csv.pages.sessions import PersonRequest
from edu_csv.pages.words import counted, listed, number, size
from imports.formats.base import Format
from imports.formats.by_template import template_of
from imports.formats.registry import find as find_format
from imports.formats.templated import TemplateFormat, is_template
from imports.models import DirectUpload, ImportTemplateVersion
from imports.problems import FileRejected
from imports.steps.templated.preview import Preview, preview
from imports.templates.lookup import NoTemplate, usable
from imports.views import check_parts as parts
from imports.views import names
from imports.views.causes import plain
from imports.views.format_help import format_help
from imports.views.looking import LOOKED_AT_ROWS, Choices, Look, look_into
from imports.views.made_words import things_of
from imports.views.new import FORMAT_URL, parent_query

# Rows that are shown whole, good and failed ones.
SHOWN = 3
FAILED_SHOWN = 5


@dataclass(slots=True)
class TemplateLook:
    """What a file is for its template. why_not: what keeps it from being planned; blank: nothing."""

    fmt: type[Format]
    look: Look
    version: ImportTemplateVersion | None = None
    found: Preview | None = None
    why_not: str = ""


def is_chosen(format_key: str) -> bool:
    """Whether somebody says that the file goes through a template."""
    return is_template(find_format(format_key))


def told_by(look: Look, choices: Choices, allowed: Sequence[type[Format]]) -> str:
    """The key of the template that the header of a file says whole; blank for none, and when the person says how to read it.

    Raises FileRejected, with the candidates, when it says several.
    """
    if look.refused or choices != Choices():
        return ""
    templates = [each for each in allowed if issubclass(each, TemplateFormat)]
    parted = "" if look.kind == "xlsx" else look.delimiter
    found = template_of(look.header, parted, templates)
    return found.key if found else ""


def template_page(
    request: PersonRequest,
    upload: DirectUpload,
    format_key: str,
    allowed: Sequence[type[Format]],
    given: QueryDict,
    notes: list[Note],
) -> CheckFilePage:
    """No action is asked for, and nothing of the text can be chosen: the template says both.

    given: without a format the header told the template.
    """
    seen = _look(request, upload, format_key, allowed)
    url, parent = f"/imports/new/{upload.pk}/", parent_query(request)
    columns = _columns(seen)
    return {
        "title": f"Columns: {upload.name}",
        "section": "imports",
        "crumbs": [{"label": "Imports", "href": "/imports/"}, {"label": "New import", "href": ""}],
        "upload": {
            "name": upload.name,
            "kind": upload.name.rpartition(".")[2].upper()[:4] if "." in upload.name else "CSV",
            "facts": [*_rows_and_columns(seen.look), size(upload.bytes), "received whole"],
            "sha256": upload.sha256,
        },
        "seen": _seen(
            seen, allowed, url, [("format", format_key), *parent], is_told=not given.get("format", "").strip()
        ),
        "files": [],
        "columns": columns,
        "columns_sentence": _columns_sentence(columns),
        # What its rows become says more than how its columns are called.
        "all_known": bool(columns) and not seen.why_not,
        "absent": None,
        "absent_rule": "",
        "name_field": parts.name_field(upload, given),
        "choices": parts.choices(given),
        "chosen": format_help(seen.fmt, "", FORMAT_URL),
        "problems": [*notes, *_notes(seen)][:3],
        "change_url": url,
        "foot": parts.foot_bar(
            upload,
            why_not=seen.why_not and "This file does not fit the template yet.",
            sentence=seen.why_not
            or "Next all rows are made and compared with what is stored. Nothing changes yet.",
            fields={"format": format_key, **dict(parent)},
        ),
        "tried": _tried(seen.found) if seen.found else None,
    }


def _look(
    request: PersonRequest, upload: DirectUpload, format_key: str, allowed: Sequence[type[Format]]
) -> TemplateLook:
    """Raises Http404: the file is gone."""
    base = find_format(format_key)
    fmt = next((each for each in allowed if each.key == format_key), base)
    assert fmt is not None and base is not None and issubclass(base, TemplateFormat)  # noqa: S101, PT018  # see is_chosen
    institution = request.institution.pk
    try:
        version = usable(institution, base.template_id)
        look = look_into(upload.key, upload.name, Choices(encoding="utf-8", delimiter=version.delimiter))
    except NoTemplate as reason:
        return TemplateLook(fmt, Look(refused=str(reason)), why_not=plain(str(reason)))
    except MissingFile:
        raise Http404 from None
    seen = TemplateLook(fmt, look, version)
    if fmt not in allowed:
        seen.why_not = "Your role sends no files through templates. An administrator can import it for you."
        return seen
    try:
        with storage.open_file(upload.key) as stream:
            seen.found = preview(
                version, stream, upload.name, institution=institution, most_rows=LOOKED_AT_ROWS
            )
    except FileRejected as rejected:
        seen.why_not = plain(rejected.detail)
    return seen


def _rows_and_columns(look: Look) -> list[str]:
    if look.refused:
        return []
    rows = counted(look.row_count, "row") if look.is_whole else f"more than {number(LOOKED_AT_ROWS)} rows"
    return [rows, counted(len(look.header), "column")]


def _notes(seen: TemplateLook) -> list[Note]:
    return [parts.refusal("This file does not go through the template", seen.why_not)] if seen.why_not else []


def _seen(
    seen: TemplateLook,
    allowed: Sequence[type[Format]],
    url: str,
    query: Sequence[tuple[str, str]],
    *,
    is_told: bool,
) -> list[Seen]:
    others = [pair for pair in query if pair[0] != "format" and pair[1]]
    options: list[Option] = [
        {
            "label": names.format_name(each),
            "value": each.key,
            "href": f"{url}?{urlencode([*others, ('format', each.key)])}",
            "is_on": each.key == seen.fmt.key,
        }
        for each in allowed
    ]
    by_template = "as the template says"
    why = "all columns that it uses are there" if is_told else "as you chose"
    delimiter = names.DELIMITERS[seen.version.delimiter] if seen.version else ""
    return [
        {
            "name": "format",
            "label": "Format",
            "value": names.format_name(seen.fmt),
            "evidence": f"version {seen.version.number}, {why}" if seen.version else why,
            "options": options,
        },
        {
            "name": "encoding",
            "label": "Text",
            "value": f"UTF-8, {delimiter}" if delimiter else "UTF-8",
            "evidence": by_template,
            "options": [],
        },
        {
            "name": "header",
            "label": "Header",
            "value": f"Row {seen.look.header_row}",
            "evidence": "the first row of the file",
            "options": [],
        },
    ]


def _columns(seen: TemplateLook) -> list[ColumnMatch]:
    """One line for each header of the file: what the template uses first."""
    if seen.look.refused or seen.version is None:
        return []
    used = {column.header for column in seen.fmt.columns}
    lines: list[ColumnMatch] = [
        {
            "name": f"column-{place}",
            "header": header or f"column {place + 1}, without a name",
            "values": seen.look.samples(place),
            "fills": seen.fmt.title if header in used else "",
            "because": "the template uses it" if header in used else "the template has no use for it",
            "state": "matched" if header in used else "left_out",
            "options": [],
        }
        for place, header in enumerate(name.strip() for name in seen.look.header)
    ]
    return sorted(lines, key=lambda line: line["state"] != "matched")


def _columns_sentence(columns: Sequence[ColumnMatch]) -> str:
    used = sum(column["state"] == "matched" for column in columns)
    rest = len(columns) - used
    said = [f"{number(used)} {'is' if used == 1 else 'are'} used"] if used else []
    if rest:
        said.append(f"{number(rest)} {'is' if rest == 1 else 'are'} read past")
    return f"{listed(said)}." if said else ""


def _known(statements: int) -> str:
    if not statements:
        return ""
    verbs = ("is", "stands") if statements == 1 else ("are", "stand")
    return f"; {number(statements)} more {verbs[0]} stored already, or {verbs[1]} earlier in the file"


def _tried(found: Preview) -> TriedRows:
    """csv data import 5: counts, the first failed rows, the first rows as sentences and as JSON."""
    failed = found.failed_rows
    good = [each for each in found.rows if each.fault is None]
    made = sum(len(things) for each in good for things in each.objects.values()) - found.known
    what = "statement" if set(found.sections) <= {"statements"} else "thing"
    of = f"the first {number(found.rows_read)} rows" if found.truncated else counted(found.rows_read, "row")
    verb = "comes" if len(good) == 1 else "come"
    bad: list[TriedRow] = [
        {"row": row, "made": [], "failed": plain(text)} for row, text in list(failed.items())[:FAILED_SHOWN]
    ]
    return {
        "sentence": f"{number(len(good))} of {of} {verb} out, with {counted(made, what)}{_known(found.known)}.",
        "good": [
            {"row": each.number, "made": things_of(each.objects), "failed": ""} for each in good[:SHOWN]
        ],
        "failed": bad,
        "left_out": len(failed) - len(bad),
    }
