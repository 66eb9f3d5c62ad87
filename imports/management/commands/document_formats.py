"""``manage.py document_formats``: the part of docs/formats/ that the declarations already say.

What stands outside the two marks of a page is written by hand and left alone. A family without a page
gets one; its first sentence is for whoever adds it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from imports.formats.base import Format
from imports.formats.columns import CREATE, UPDATE, Column, Ignored
from imports.formats.exporting import Book, Sheet, sheets
from imports.formats.feed import Layout, Package
from imports.formats.references import EMAIL, EXTERNAL_ID, NAME, SYSTEM_ID, Reference
from imports.formats.registry import formats
from imports.sentences import SENTENCES
from imports.steps.workspace import called
from imports.templates.documenting import functions_part

BEGIN = "<!-- From here on written by `manage.py document_formats`; change the declarations instead. -->"
END = "<!-- Up to here. -->"

KINDS_OF_KEY = {
    SYSTEM_ID: "system id",
    EXTERNAL_ID: "external id",
    EMAIL: "e-mail address",
    NAME: "name",
}
# Blanks that are filled with words and not with a value.
WHOLE_PHRASES = {
    "said": "{column} is `{value}`",
    "nearest_hint": " The nearest is {nearest}.",
    "holder_hint": " ({holder})",
}


class Command(BaseCommand):
    help = "Write the tables of docs/formats/, docs/problems.md and docs/templates.md from the declarations."
    # Nothing here asks the database anything.
    requires_system_checks: list[str] = []  # noqa: RUF012  # Django's own way to say so

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; end with 1 when a page is not up to date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = pages(settings.BASE_DIR / "docs")
        stale = [path for path, text in wanted.items() if read(path) != text]
        if stale and options["check"]:
            names = ", ".join(str(path.relative_to(settings.BASE_DIR)) for path in stale)
            raise CommandError(f"Not up to date: {names}. Run manage.py document_formats.")
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def pages(docs: Path) -> dict[Path, str]:
    """Every page with a generated part, as it should read now."""
    found = {}
    for family, declared in groupby(formats().values(), key=lambda fmt: fmt.family):
        path = docs / "formats" / f"{family}.md"
        found[path] = with_part(read(path) or f"# {family}\n", family_part(declared))
    path = docs / "problems.md"
    found[path] = with_part(read(path) or "# Problems\n", problems_part())
    path = docs / "templates.md"
    found[path] = with_part(read(path) or "# Templates\n", functions_part())
    return found


def with_part(page: str, part: str) -> str:
    """The page with the part between its marks replaced; put at the end where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and not end:
        raise CommandError(f"A page has the mark “{BEGIN}” and not “{END}” after it. Put it back.")
    return f"{before.rstrip()}\n\n{BEGIN}\n\n{part}\n\n{END}\n" + (
        f"\n{after.strip()}\n" if after.strip() else ""
    )


def family_part(declared: Iterable[type[Format]]) -> str:
    return "\n\n".join("\n\n".join(_format(fmt)) for fmt in declared)


def _format(fmt: type[Format]) -> Iterator[str]:
    yield f"## {fmt.title}"
    also = "" if fmt.exportable else " It is not exported."
    if issubclass(fmt, Package):
        yield from _package(fmt)
        return
    if issubclass(fmt, Layout):
        versions = f" Versions {_listed(fmt.versions)}; the newest is shown." if fmt.versions else ""
        yield f"`{fmt.key}`: each row says what it does.{versions}{also}"
    else:
        yield f"`{fmt.key}`: {_listed(fmt.actions)}.{also}"
    rows = [_row(fmt, column) for column in fmt.columns if not isinstance(column, Ignored)]
    yield "\n".join(["| column | must be filled for | what it holds |", "|---|---|---|", *rows])
    if fmt.ignored():
        yield f"Exports also have {_codes(c.header for c in fmt.ignored())}; imports read past them."
    if rules := list(_rules(fmt)):
        yield "\n".join(f"- {rule}" for rule in rules)
    yield f"```csv\n{_sample(fmt)}\n```"


def _package(fmt: type[Package]) -> Iterator[str]:
    order = "of their names" if fmt.files_by == "name" else "of this list"
    yield f"`{fmt.key}`: a flat zip of CSVs of these layouts, read in the order {order}: " + (
        _codes(layout.key for layout in fmt.layouts) + "."
    )
    if fmt.manifest:
        example = f'`{{"version": "{fmt.versions()[-1]}"}}`'
        yield (
            f"`{fmt.manifest}` beside them says the version: {example}. Without it the files are of version"
            f" {fmt.without_manifest}."
        )
    if fmt.key in sheets():
        yield "\n".join(f"- {rule}" for rule in _written(*sheets()[fmt.key]))


def _told(fmt: type[Layout]) -> Iterator[str]:
    """What rows of a feed may be told, by column: from its rules, its references, and what only one may have."""
    codes: dict[str, dict[str, None]] = {}
    for rule in fmt.row_rules:
        codes.setdefault(rule.header, {})[rule.code] = None
    for kind in fmt.kinds:
        found = [(ref.header, ref.unknown) for ref in kind.refs]
        found += [(rule.header, rule.code) for rule in kind.rules]
        found += [(only.header, only.code) for only in kind.only]
        found.append((kind.header, kind.missing[0]))
        for header, code in found:
            codes.setdefault(header, {})[code] = None
    for header, told in codes.items():
        what = _codes([header]) if header else "A row"
        if words := [code for code in told if code]:
            yield f"{what} may be told {_codes(words)}."


def _rules(fmt: type[Format]) -> Iterator[str]:
    """What holds over several cells, rows or objects, a sentence each."""
    if issubclass(fmt, Layout):
        yield from _told(fmt)
    for unique in fmt.uniques:
        headers = dict.fromkeys(fmt.header_of(name.removesuffix("_folded")) for name in unique.fields)
        if fmt.natural_key and {f for column in fmt.columns for f, _, _ in column.values} == set(
            unique.fields
        ):
            # Two rows that have it in common say the same.
            yield f"One that is there already, with the same {_codes(headers)}, is not made again (`already_exists`)."
            continue
        yield f"Only one may have the same {_codes(headers)}; another row is told `{unique.code}`."
    for rule in fmt.rules:
        yield f"{_codes([rule.column])} may be told `{rule.code}` ({_listed(rule.actions)})."
    for dependents in fmt.blocks_delete:
        yield f"No {called(fmt.target.name)} is deleted as long as {dependents.condition} (`has_children`)."
    if fmt.export_filters:
        yield f"An export can be narrowed by {_listed(fmt.export_filters, 'or')}."
    if fmt.no_place:
        yield f"An export has no place for {_listed(loss.called for loss in fmt.no_place)}, and lists what it loses."
    for unplaced in fmt.unplaced:
        yield f"{unplaced.called} are counted and listed with the export of this type: the family has no file for them."
    if fmt.key in sheets():
        yield from _written(*sheets()[fmt.key])


def _written(book: Book, sheet: Sheet) -> Iterator[str]:
    """What the export of a feed writes, what narrows it, and what it has no place for."""
    kinds = [book.kind(name) for name in dict.fromkeys(name for part in sheet.parts for name in part.rows)]
    if sheet.filters:
        yield f"An export can be narrowed by {_listed(sheet.filters, 'or')}."
    if sheet.asides and (alone := {aside.noun.many for aside in sheet.asides if aside.said == "FALSE"}):
        yield f"An export has no file for {_listed(sorted(alone))}, and lists them."
    for rows in kinds if not sheet.is_package else ():
        losses = [loss.called for loss in rows.no_place if loss.code == "no_place"]
        if losses:
            yield f"An export has no place for {_listed(losses)} of a {rows.name.replace('_', ' ')}, and lists what it loses."


def _row(fmt: type[Format], column: Column) -> str:
    also = f" (also {_codes(column.aliases)})" if column.aliases else ""
    needed = _listed(column.required) if column.required else ""
    words = [_sentence(column)]
    # What a reference may hold is said already, at more length.
    if column.help and not (isinstance(column, Reference) and column.help.startswith("System id")):
        words.append(column.help)
    # A bar would begin another cell.
    said = " ".join(words).replace("|", r"\|")
    return f"| `{column.header}`{also} | {needed} | {said} |"


def _sentence(column: Column) -> str:
    expected = column.expected
    if isinstance(column, Reference):
        kinds = _listed([KINDS_OF_KEY[kind] for kind in column.by_in(UPDATE)], "or")
        noun = called(column.to.name)
        article = "an" if noun[0] in "aeio" else "a"
        expected = f"{kinds} of {article} {noun}" + (", several separated by “;”" if column.is_list else "")
    return expected[0].upper() + expected[1:] + "."


def _sample(fmt: type[Format]) -> str:
    columns = fmt.columns_for(CREATE if CREATE in fmt.actions else fmt.actions[0])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.header for column in columns])
    writer.writerows([row.get(column.name, "") for column in columns] for row in fmt.sample_rows)
    return out.getvalue().rstrip("\n")


def problems_part() -> str:
    lines = ["| code | what it says |", "|---|---|"]
    lines += [f"| `{code}` | {_words(text)} |" for code, text in SENTENCES.items()]
    return "\n".join(lines)


def _words(text: str) -> str:
    """A sentence with its blanks as italics, fit for a table."""
    for name, said in WHOLE_PHRASES.items():
        text = text.replace(f"{{{name}}}", said)
    text = text.replace("`{", "{").replace("}`", "}")
    return re.sub(r"{(\w+)}", lambda found: f"*{found[1].replace('_', ' ')}*", text).replace("|", r"\|")


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _listed(words: Iterable[str], last: str = "and") -> str:
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
