"""What can be wrong: with a template, with the columns of a file, with one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One fault (or warning) of a template, where the editor shows it.

    line, column: from 1, a column being a character; in the body or, when ``variable`` names one, in that
    variable's expression. suggestion: what could stand there instead, "" when nothing is known.
    """

    line: int
    column: int
    code: str
    message: str
    suggestion: str = ""
    variable: str = ""

    def __str__(self) -> str:
        place = f'variable "{self.variable}", ' if self.variable else ""
        return f"{self.message} ({place}line {self.line}, column {self.column})"


class TemplateRefused(Exception):
    """The template cannot be used: every fault that was found, in the order of the text."""

    def __init__(self, faults: Sequence[TemplateFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = list(faults)


class MissingColumns(Exception):
    """The file lacks columns that the template uses (csv data import 1.2): the import fails whole."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        noun = "column" if len(columns) == 1 else "columns"
        super().__init__(f"The template uses the {noun} {names}, which the file does not have.")
        self.columns = list(columns)


class RowFault(Exception):
    """The row fails; ``message`` is the sentence of csv data import 3.1, ``column`` the one it is about."""

    def __init__(self, message: str, column: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class CallFault(Exception):
    """A function cannot work with what it was given; raised by functions, told with place by their callers.

    argument: which one is to blame, from 0; None when all of them are.
    """

    def __init__(self, message: str, argument: int | None = None, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.suggestion = suggestion


class Enough(Exception):
    """So many faults were found that looking for more is of no use."""


class Misplaced(Exception):
    """A fault at a place of the text (an offset); collected while a template is read."""

    def __init__(self, at: int, code: str, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.code = code
        self.message = message
        self.suggestion = suggestion
