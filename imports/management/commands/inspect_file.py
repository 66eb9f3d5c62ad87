"""What the reader sees in a file, before anyone imports it."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from edu_csv.tabular import ENCODINGS, Chunk, RowFault, Table, TableRefused, open_table, write_rows
from imports.formats.registry import candidates, nearest

SHOWN_FAULTS = 100
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@dataclass(slots=True)
class Tally:
    """What was met on the way through the rows; of the faults, the first hundred are kept."""

    rows: int = 0
    blank_rows: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    first_faults: list[RowFault] = field(default_factory=list)

    def watch(self, chunks: Iterable[Chunk]) -> Iterator[list[str]]:
        """The good rows, everything counted as it passes."""
        for chunk in chunks:
            self.rows += len(chunk.rows) + len(chunk.faults)
            self.blank_rows += len(chunk.blanks)
            self.faults.update(fault.code for fault in chunk.faults)
            self.first_faults += chunk.faults[: SHOWN_FAULTS - len(self.first_faults)]
            yield from chunk.rows


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
        except TableRefused as refused:
            findings = {"file": str(options["file"]), "refused": _refused(refused)}
        except BrokenPipeError:
            # Whoever reads our rows has had enough of them, as "head" does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        out.write(show(findings), style_func=str)
        if findings["refused"]:
            sys.exit(2)
        if findings["faulty_rows"]:
            sys.exit(1)

    def _inspect(self, *, file: Path, rows: bool, **options: Any) -> dict[str, Any]:
        delimiter = "\t" if options["delimiter"] == "tab" else options["delimiter"]
        tally = Tally()
        refused = None
        try:
            with (
                file.open("rb") as stream,
                open_table(
                    stream, name=file.name, encoding=options["encoding"], delimiter=delimiter
                ) as table,
            ):
                good = tally.watch(table.chunks())
                try:
                    if rows:
                        write_rows(sys.stdout.buffer, [table.header])
                        write_rows(sys.stdout.buffer, good)
                        sys.stdout.flush()
                    else:
                        for _ in good:
                            pass
                except TableRefused as late:
                    refused = _refused(late)
        except (OSError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise CommandError(f"{file}: {error}", returncode=2) from error
        return {**findings_of(table, tally), "file": str(file), "refused": refused}


def findings_of(table: Table, tally: Tally) -> dict[str, Any]:
    """All that is known of a table, JSON-ready."""
    return {
        "kind": table.kind,
        "packing": table.packing,
        "member": table.member,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "quoting": "double" if table.quoted else "none",
        "line_ends": table.line_ends,
        "header_row": table.header_row,
        "header": table.header,
        "repeated_headers": _repeated(table.header),
        "blank_headers": table.header.count(""),
        "notes": [{"code": note.code, "message": note.message, **note.params} for note in table.notes],
        "candidates": _candidates(table.header),
        "nearest": near[0].key if (near := nearest(table.header)) else None,
        "rows": tally.rows,
        "blank_rows": tally.blank_rows,
        "faulty_rows": tally.faults.total(),
        "faults": dict(tally.faults),
        "problems": [
            {
                "row": fault.row,
                "column": _column_name(table, fault),
                "code": fault.code,
                "message": fault.message,
            }
            for fault in tally.first_faults
        ],
    }


def _column_name(table: Table, fault: RowFault) -> str | None:
    """The header above the cell at fault; None for a row's fault and for a cell beyond the header."""
    if fault.column is None or fault.column >= len(table.header):
        return None
    return table.header[fault.column]


def _repeated(header: list[str]) -> list[str]:
    return [name for name, count in Counter(filter(None, header)).items() if count > 1]


def _candidates(header: list[str]) -> list[dict[str, Any]]:
    """The formats that the header fits best, each with the actions that it fits."""
    return [
        {
            "key": fmt.key,
            "title": fmt.title,
            "actions": [action for action in fmt.actions if fmt in candidates(header, action)],
        }
        for fmt in candidates(header)
    ]


def _refused(refused: TableRefused) -> dict[str, Any]:
    return {"code": refused.code, "detail": refused.detail, "hint": refused.hint, **refused.params}


def as_json(findings: dict[str, Any]) -> str:
    return json.dumps(findings, ensure_ascii=False, indent=2)


def as_text(findings: dict[str, Any]) -> str:
    """The findings as lines of "name  value", one problem a line."""
    refused = findings["refused"]
    if "kind" not in findings:
        return f"{findings['file']}\n  refused     {refused['detail']} {refused['hint']} ({refused['code']})"
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
    text = [findings["file"], *(f"  {name:<11} {value}" for name, value in lines.items())]
    for name in findings["repeated_headers"]:
        text.append(f"  {'header':<11} “{name}” occurs more than once.")
    if findings["blank_headers"]:
        text.append(f"  {'header':<11} {findings['blank_headers']} columns without a name.")
    text += [f"  {'note':<11} {note['message']}" for note in findings["notes"]]
    for problem in findings["problems"]:
        column = f"{problem['column']}: " if problem["column"] else ""
        text.append(f"  {'row ' + str(problem['row']):<11} {column}{problem['message']}")
    if findings["faulty_rows"] > len(findings["problems"]):
        text.append(f"  … and {findings['faulty_rows'] - len(findings['problems'])} more rows")
    if refused:
        text.append(f"  {'refused':<11} {refused['detail']} {refused['hint']} ({refused['code']})")
    return "\n".join(text)


def _format_words(findings: dict[str, Any]) -> str:
    if findings["candidates"]:
        return ", ".join(f"{one['key']} ({', '.join(one['actions'])})" for one in findings["candidates"])
    return f"none fits; the nearest is {findings['nearest']}" if findings["nearest"] else "none fits"
