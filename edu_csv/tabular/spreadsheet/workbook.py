"""A workbook's parts: which sheets it has, where they are, what its cell styles mean."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from edu_csv.tabular.archive import Archive
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.recognise import SAVE_AS_CSV
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch
from edu_csv.tabular.spreadsheet.markup import Attributes, LocalNames, corrupt_spreadsheet, parse
from edu_csv.tabular.spreadsheet.sheet import SheetReader
from edu_csv.tabular.spreadsheet.strings import SharedStrings
from edu_csv.tabular.spreadsheet.values import (
    GENERAL,
    NumberFormat,
    built_in_format,
    number_format,
)

_MOST_STYLES = 65_536  # Excel's own limit is 65,490
_CONTENT_TYPES = "[Content_Types].xml"
_OTHERS = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("content.xml", "an OpenDocument file"),
)


def is_workbook(archive: Archive) -> bool:
    """Whether a zip is an Excel workbook. Raises TableRefused when it is another office file."""
    names = archive.names
    if _CONTENT_TYPES not in names and "mimetype" not in names:
        return False
    for beginning, kind in _OTHERS:
        if any(name.startswith(beginning) for name in names):
            raise TableRefused("not_a_table", f"The file is {kind}.", SAVE_AS_CSV, {"looks_like": kind})
    return any(name.startswith("xl/") for name in names)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, the part it is in, whether it is shown."""

    name: str
    part: str
    shown: bool


class Workbook:
    """An opened workbook. Close it when done: its texts are in a temporary file."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._since_1904 = False
        self._strings = SharedStrings()
        self._formats: dict[int, NumberFormat] = {}
        main = next(
            (target for kind, target in self._relations("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        relations = self._relations(main)
        self.sheets = self._read_sheets(main, relations)
        for kind, part in relations.values():
            if kind == "styles" and part in archive.names:
                self._formats = self._read_formats(part)
            elif kind == "sharedStrings" and part in archive.names:
                self._strings = SharedStrings.read(archive.open(part), part, limits)

    def batches(self, sheet: Sheet) -> Iterator[Batch]:
        """The rows of a sheet, from its first."""
        return iter(
            SheetReader(
                self._archive.open(sheet.part),
                sheet.part,
                strings=self._strings,
                formats=self._formats,
                since_1904=self._since_1904,
                limits=self._limits,
            )
        )

    def close(self) -> None:
        self._strings.close()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: relation id to kind and name of the other part."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        relations: dict[str, tuple[str, str]] = {}

        names = LocalNames()

        def start(tag: str, attributes: Attributes) -> None:
            tag = names[tag]
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                relations[attributes.get("Id", "")] = (kind, resolved)

        if rels in self._archive.names:
            for _ in parse(self._archive.open(rels), rels, start=start):
                _refuse_too_many(len(relations), rels)
        return relations

    def _read_sheets(self, main: str, relations: dict[str, tuple[str, str]]) -> list[Sheet]:
        """The worksheets in the order of their tabs; chart sheets are none."""
        if main not in self._archive.names:
            raise corrupt_spreadsheet(main, "it is missing")
        sheets: list[Sheet] = []

        names = LocalNames()

        def start(tag: str, attributes: Attributes) -> None:
            tag = names[tag]
            if tag == "workbookPr":
                self._since_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                kind, part = relations.get(_relation_id(attributes), ("", ""))
                if kind == "worksheet" and part in self._archive.names:
                    shown = attributes.get("state", "visible") == "visible"
                    sheets.append(Sheet(attributes.get("name", ""), part, shown))

        for _ in parse(self._archive.open(main), main, start=start):
            _refuse_too_many(len(sheets), main)
        return sheets

    def _read_formats(self, part: str) -> dict[int, NumberFormat]:
        """Which style numbers show a number otherwise than as it is."""
        own: dict[int, NumberFormat] = {}
        formats: dict[int, NumberFormat] = {}
        styles = 0
        inside = False

        names = LocalNames()

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal inside, styles
            tag = names[tag]
            if tag == "numFmt":
                own[_number(attributes.get("numFmtId"))] = number_format(
                    attributes.get("formatCode", "")[:1_000]
                )
            elif tag == "cellXfs":
                inside = True
            elif tag == "xf" and inside:
                number = _number(attributes.get("numFmtId"))
                style = own.get(number) or built_in_format(number)
                if style != GENERAL:
                    formats[styles] = style
                styles += 1

        def end(tag: str) -> None:
            nonlocal inside
            if names[tag] == "cellXfs":
                inside = False

        for _ in parse(self._archive.open(part), part, start=start, end=end):
            _refuse_too_many(max(styles, len(own)), part)
        return formats


def _relation_id(attributes: Attributes) -> str:
    """The attribute ``r:id``, whose namespace differs between the two kinds of OOXML."""
    return next((value for name, value in attributes.items() if name.endswith(" id")), "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


def _refuse_too_many(count: int, part: str) -> None:
    if count > _MOST_STYLES:
        raise corrupt_spreadsheet(part, f"more than {_MOST_STYLES} entries")
