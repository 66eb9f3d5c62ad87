"""What a template does, names looked up: the tree from which a Renderer is linked for one header.

Expressions answer a value; statements write text. Faults can no longer be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edu_csv.templating.functions.registry import Function
from edu_csv.templating.values import Value

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value


@dataclass(frozen=True, slots=True)
class Column:
    name: str


@dataclass(frozen=True, slots=True)
class AllColumns:
    """The row as a mapping, for ``each`` and ``lookup``."""


@dataclass(frozen=True, slots=True)
class Variable:
    index: int


@dataclass(frozen=True, slots=True)
class Assigned:
    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """``row.number``, ``import.fileName``, ``import.created``, ``org.id``."""

    name: str


@dataclass(frozen=True, slots=True)
class Everything:
    """The outermost context as a mapping."""


@dataclass(frozen=True, slots=True)
class Context:
    """What stands in the context ``up`` levels out; a name it lacks is looked for further out when
    ``searches``, and in the end is ``outermost`` (Handlebars.java does so)."""

    up: int
    parts: Names
    searches: bool = False
    outermost: Expression | None = None


@dataclass(frozen=True, slots=True)
class Param:
    """A name between bars: ``as |item index|``."""

    name: str
    parts: Names


@dataclass(frozen=True, slots=True)
class Turn:
    """``@index``, ``@first``, ``@last``, ``@key`` of the loop ``up`` levels out."""

    name: str
    up: int


@dataclass(frozen=True, slots=True)
class Down:
    """A path below a value."""

    value: Expression
    parts: Names


@dataclass(frozen=True, slots=True)
class NamedColumn:
    """``column`` with a computed name."""

    name: Expression


@dataclass(frozen=True, slots=True)
class Apply:
    """A function's call. ``columns`` names, for each argument, the one column it comes from, if it is one."""

    function: Function
    arguments: tuple[Expression, ...]
    named: Mapping[str, Expression]
    columns: tuple[str | None, ...]
    column: str | None


Expression = (
    Constant
    | Column
    | AllColumns
    | Variable
    | Assigned
    | Fact
    | Everything
    | Context
    | Param
    | Turn
    | Down
    | NamedColumn
    | Apply
)


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Print:
    value: Expression
    escaped: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The first case whose condition is true (for ``negated``: false), else ``otherwise``."""

    cases: tuple[tuple[Expression, bool, Program], ...]
    otherwise: Program


@dataclass(frozen=True, slots=True)
class Each:
    value: Expression
    params: Names
    body: Program
    otherwise: Program


@dataclass(frozen=True, slots=True)
class With:
    value: Expression
    params: Names
    body: Program
    otherwise: Program


@dataclass(frozen=True, slots=True)
class Section:
    """``{{#columns.X}}``: a list is gone through, a filled value becomes the context."""

    value: Expression
    params: Names
    body: Program
    otherwise: Program


@dataclass(frozen=True, slots=True)
class Assign:
    name: str
    body: Program | None
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Part:
    """A use of an inline part; ``named`` values are added to its context."""

    body: Program
    context: Expression | None
    named: Mapping[str, Expression]


Statement = Text | Print | Choice | Each | With | Section | Assign | Part
Program = tuple[Statement, ...]
