"""The texts of a workbook, which its cells name by number."""

from __future__ import annotations

import mmap
import tempfile
from array import array

from edu_csv.tabular.limits import Limits
from edu_csv.tabular.spreadsheet.markup import Attributes, LocalNames, corrupt_spreadsheet, parse
from edu_csv.tabular.spreadsheet.values import unescaped
from edu_csv.tabular.streams import GuardedStream

_KEPT = 2**15
"""How many texts stay in memory: roles and course codes are asked for again and again."""


class SharedStrings:
    """Texts by their number, kept in a temporary file: a million names would fill the memory.

    suspect: whether a text may hold NUL or half a character, which only escapes can bring in.
    """

    def __init__(self) -> None:
        self.suspect = False
        self._ends = array("Q", [0])
        self._texts: mmap.mmap | None = None
        self._kept: dict[int, str] = {}

    @classmethod
    def read(cls, part: GuardedStream, name: str, limits: Limits) -> SharedStrings:
        """All texts of the part; one longer than a cell may be is cut one character behind that."""
        strings = cls()
        collector = _TextCollector(limits.cell_chars + 1)
        with tempfile.TemporaryFile() as file:
            for _ in parse(part, name, start=collector.start, end=collector.end, text=collector.text):
                for raw in collector.found:
                    text = unescaped(raw)
                    strings.suspect |= text is not raw
                    data = text.encode("utf-8", "surrogatepass")
                    file.write(data)
                    strings._ends.append(strings._ends[-1] + len(data))
                collector.found.clear()
            file.flush()
            if strings._ends[-1]:
                strings._texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return strings

    def __len__(self) -> int:
        return len(self._ends) - 1

    def text(self, number: str) -> str:
        """The text with this number, as the cell writes it. Raises TableRefused when there is none."""
        try:
            index = int(number)
        except ValueError:
            index = -1
        kept = self._kept.get(index)
        if kept is not None:
            return kept
        if not 0 <= index < len(self):
            raise corrupt_spreadsheet("sharedStrings", f"there is no text number {number[:20]!r}")
        begin, end = self._ends[index], self._ends[index + 1]
        text = self._texts[begin:end].decode("utf-8", "surrogatepass") if self._texts else ""
        if len(text) <= 100:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[index] = text
        return text

    def close(self) -> None:
        if self._texts is not None:
            self._texts.close()


class _TextCollector:
    """Gathers ``si`` elements: plain text or runs of it, without the readings of East Asian names."""

    def __init__(self, most_chars: int) -> None:
        self.found: list[str] = []
        self._names = LocalNames()
        self._most_chars = most_chars
        self._parts: list[str] = []
        self._chars = 0
        self._inside = False
        self._reading = False

    def start(self, tag: str, _attributes: Attributes) -> None:
        tag = self._names[tag]
        if tag == "si":
            self._parts, self._chars = [], 0
        elif tag == "rPh":
            self._reading = True
        elif tag == "t":
            self._inside = not self._reading

    def end(self, tag: str) -> None:
        tag = self._names[tag]
        if tag == "si":
            self.found.append("".join(self._parts))
        elif tag == "rPh":
            self._reading = False
        elif tag == "t":
            self._inside = False

    def text(self, text: str) -> None:
        if self._inside and self._chars < self._most_chars:
            self._parts.append(text[: self._most_chars - self._chars])
            self._chars += len(self._parts[-1])
