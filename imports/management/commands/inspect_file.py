"""What the reader sees in a file, before anyone imports it."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv.tabular import ENCODINGS, TableRefused, write_rows
from imports.inspection import Findings, inspect, refusal
from imports.problems import FileRejected

DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


class Command(BaseCommand):
    help = (
        "Show what the reader sees in a file: encoding, delimiter, quoting, header, candidate formats,"
        " problems. Ends with 0 when every row can be read, 1 when some cannot, 2 when the file is refused."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="the findings as one JSON object")
        parser.add_argument(
            "--rows",
            action="store_true",
            help="the readable rows as UTF-8 CSV on standard output; the findings go to standard error",
        )
        parser.add_argument("--encoding", choices=ENCODINGS, help="read the file in this encoding")
        parser.add_argument("--delimiter", help='one character, or "tab"; recognised when left out')

    def handle(self, *args: Any, **options: Any) -> None:
        out = self.stderr if options["rows"] else self.stdout
        show = as_json if options["json"] else as_text
        try:
            findings = self._inspect(**options)
        except (TableRefused, FileRejected) as refused:
            findings = {"file": str(options["file"]), "refused": refusal(refused)}
        except BrokenPipeError:
            # Whoever reads our rows has had enough of them, as "head" does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        out.write(show(findings), style_func=str)
        if findings["refused"]:
            sys.exit(2)
        if findings["faulty_rows"] or any(file["refused"] for file in findings.get("files", ())):
            sys.exit(1)

    def _inspect(self, *, file: Path, rows: bool, **options: Any) -> Findings:
        delimiter = "\t" if options["delimiter"] == "tab" else options["delimiter"]

        def take(header: Sequence[str], good: Iterable[Sequence[str]]) -> None:
            if rows:
                write_rows(sys.stdout.buffer, [header])
                write_rows(sys.stdout.buffer, good)
                sys.stdout.flush()
            else:
                deque(good, maxlen=0)

        try:
            return {"file": str(file), **inspect(file, options["encoding"], delimiter, take)}
        except (OSError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise CommandError(f"{file}: {error}", returncode=2) from error


def as_json(findings: Findings) -> str:
    return json.dumps(findings, ensure_ascii=False, indent=2)


def as_text(findings: Findings) -> str:
    """The findings as lines of "name  value", one problem a line."""
    refused = findings["refused"]
    if "kind" not in findings:
        return "\n".join([findings["file"], _refused_line(refused)])
    if findings["kind"] == "package":
        return "\n".join([findings["file"], *_package_lines(findings)])
    packed = f", {findings['packing']}" if findings["packing"] else ""
    member = f" ({findings['member']})" if findings["member"] else ""
    delimiter = DELIMITER_WORDS.get(findings["delimiter"], findings["delimiter"])
    lines = {
        "kind": f"{findings['kind']}{packed}{member}",
        "encoding": findings["encoding"],
        "delimiter": delimiter,
        "quoting": f"{findings['quoting']}, line ends {findings['line_ends']}",
        "header": f"row {findings['header_row']}: {' | '.join(findings['header'])}",
        "formats": _format_words(findings),
        "rows": f"{findings['rows']}, of which {findings['faulty_rows']} cannot be read;"
        f" {findings['blank_rows']} blank ones besides",
    }
    text = [findings["file"], *(_line(name, value) for name, value in lines.items())]
    for name in findings["repeated_headers"]:
        text.append(_line("header", f"“{name}” occurs more than once."))
    if findings["blank_headers"]:
        text.append(_line("header", f"{findings['blank_headers']} columns without a name."))
    if findings["differs"]:
        text.append(_line("differs", findings["differs"]))
    return "\n".join([*text, *_told(findings)])


def _package_lines(findings: Findings) -> Iterator[str]:
    """A package: what is said of it, then its files in the order in which they are read."""
    yield _line("kind", f"package, zip ({findings['format']})")
    if findings["version"]:
        yield _line("version", f"{findings['version']} ({findings['manifest'] or 'no manifest'})")
    yield _line("rows", f"{findings['rows']}, of which {findings['faulty_rows']} cannot be read")
    for note in findings["notes"]:
        yield _line("note", note["message"])
    for file in findings["files"]:
        version = f" {file['version']}" if file["version"] else ""
        yield f"  {file['name']}: {file['format'] or 'of no format'}{version}, {file['rows']} rows"
        yield from (f"  {line}" for line in _told(file))


def _told(findings: Findings) -> Iterator[str]:
    """Notes, faults and refusal of one table."""
    for note in findings["notes"]:
        yield _line("note", note["message"])
    for problem in findings["problems"]:
        column = f"{problem['column']}: " if problem["column"] else ""
        yield _line(f"row {problem['row']}", f"{column}{problem['message']}")
    if findings["faulty_rows"] > len(findings["problems"]):
        yield f"  … and {findings['faulty_rows'] - len(findings['problems'])} more rows"
    if findings["refused"]:
        yield _refused_line(findings["refused"])


def _refused_line(refused: Findings) -> str:
    words = " ".join(filter(None, [refused["detail"], refused.get("hint", "")]))
    return _line("refused", f"{words} ({refused['code']})")


def _line(name: str, value: str) -> str:
    return f"  {name:<11} {value}"


def _format_words(findings: Findings) -> str:
    if findings["candidates"]:
        return ", ".join(
            f"{one['key']} ({', '.join(one.get('actions') or one.get('versions') or ['any version'])})"
            for one in findings["candidates"]
        )
    return f"none fits; the nearest is {findings['nearest']}" if findings["nearest"] else "none fits"
