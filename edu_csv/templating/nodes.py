"""The tree of a template as it is written, before names are looked up. ``at`` is an offset into the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from edu_csv.templating.values import Value


@dataclass(slots=True)
class Literal:
    at: int
    value: Value


@dataclass(slots=True)
class Path:
    """``columns.[Email Address]``, ``../name``, ``@root.base``, ``this``.

    up: how many ``../``; data: after ``@``; here: began with ``this`` or ``./``, so functions do not count.
    """

    at: int
    original: str
    parts: tuple[str, ...]
    up: int = 0
    data: bool = False
    here: bool = False

    @property
    def name(self) -> str | None:
        """The one plain name it consists of, which may be a function's; None for a real path."""
        plain = len(self.parts) == 1 and not (self.up or self.data or self.here)
        return self.parts[0] if plain and not self.original.startswith("[") else None


@dataclass(slots=True)
class Call:
    at: int
    head: Path
    arguments: list[Expression]
    named: dict[str, Expression]


Expression = Literal | Path | Call


@dataclass(slots=True)
class Content:
    at: int
    text: str


@dataclass(slots=True)
class Mustache:
    at: int
    expression: Expression
    escaped: bool


@dataclass(slots=True)
class Block:
    """``{{#name …}} body {{else}} inverse {{/name}}``; params are the names between bars.

    chained: it is the ``{{else name …}}`` of another, and the only node of that one's inverse.
    """

    at: int
    expression: Path | Call
    params: tuple[str, ...] = ()
    body: list[Node] = field(default_factory=list)
    inverse: list[Node] | None = None
    chained: bool = False

    @property
    def head(self) -> Path:
        return self.expression.head if isinstance(self.expression, Call) else self.expression


@dataclass(slots=True)
class Inline:
    """``{{#*inline "name"}} body {{/inline}}``: a part to be used later."""

    at: int
    name: str
    body: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Use:
    """``{{> name context key=value}}``."""

    at: int
    name: str
    context: Expression | None
    named: dict[str, Expression]


Node = Content | Mustache | Block | Inline | Use
