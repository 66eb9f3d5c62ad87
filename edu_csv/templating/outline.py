"""The JSON that a template will give, as far as its text tells without a row.

Says which sections stand in it, and finds what would fail every row: a section that does not exist, a
statement without ``id`` (csv data import 1.8), one that sets ``authority`` or ``stored`` (3). Of the
branches of a condition each is followed from the same place, the first to the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from edu_csv.templating.faults import Misplaced
from edu_csv.templating.limits import FAULTS
from edu_csv.templating.nodes import (
    Block,
    Call,
    Content,
    Expression,
    Inline,
    Literal,
    Mustache,
    Node,
    Path,
    Use,
)
from edu_csv.templating.suggestions import did_you_mean, nearest

SECTIONS = ("statements", "people", "groups", "permissions")
REVISION = "revision"
_SET_BY_US = ("authority", "stored")
_TOKEN = re.compile("[\"{}\\[\\]:,'\u2018-\u201f\u00ab\u00bb\u2039\u203a\u2032\u2033\u00b4`]")
_SIGNS = frozenset('"{}[]:,')
_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)


@dataclass(slots=True)
class _Object:
    """An object that is open: what is known of its names."""

    at: int
    brace: str
    name: str = ""
    keys: set[str] = field(default_factory=set)
    # A placeholder may give names that the text does not show.
    open_ended: bool = False
    # The columns in it that could make an id.
    columns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    sections: dict[str, int] = field(default_factory=dict)
    faults: list[Misplaced] = field(default_factory=list)
    warnings: list[Misplaced] = field(default_factory=list)
    # The variable that is raised to send rows again after a void, where there is one (csv data import 1.8).
    revision: tuple[str, ...] = ()
    _stack: list[_Object] = field(default_factory=list)
    _in_string: bool = False
    _string: str | None = ""
    _string_at: int = 0
    # The name before the colon that was read last; the value that follows is its.
    _key: str = ""
    _used: set[str] = field(default_factory=set)
    # Whether a quote that JSON does not know was told; of a text with typographic quotes all are.
    _odd_quotes: bool = False
    _branch: tuple[int, ...] = ()
    _seen: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)

    def nodes(self, nodes: Sequence[Node], parts: Mapping[str, Inline]) -> None:
        inlines = {node.name: node for node in nodes if isinstance(node, Inline)}
        parts = {**parts, **inlines} if inlines else parts
        for node in nodes:
            if len(self.faults) > FAULTS:
                return
            if isinstance(node, Content):
                self.content(node)
            elif isinstance(node, Mustache):
                self.placeholder(node)
            elif isinstance(node, Block):
                self.branches(node, parts)
            elif isinstance(node, Use) and node.name in parts and node.name not in self._used:
                # Each part once: what it opens it is taken to close.
                self._used.add(node.name)
                self.nodes(parts[node.name].body, parts)

    def branches(self, node: Block, parts: Mapping[str, Inline]) -> None:
        if node.head.name == "assign":
            return
        begun = self._state()
        after = None
        outer = self._branch
        place = 0
        current: Block | None = node
        while current is not None:
            self._branch = (*outer, node.at, place)
            place += 1
            self.nodes(current.body, parts)
            after = after or self._state()
            self._restore(begun)
            rest = current.inverse or []
            if len(rest) == 1 and isinstance(rest[0], Block) and rest[0].chained:
                current = rest[0]
            else:
                self._branch = (*outer, node.at, place)
                self.nodes(rest, parts)
                current = None
        self._branch = outer
        if after is not None:
            self._restore(after)

    def _state(self) -> tuple[list[_Object], bool, str | None, int, str]:
        return list(self._stack), self._in_string, self._string, self._string_at, self._key

    def _restore(self, state: tuple[list[_Object], bool, str | None, int, str]) -> None:
        stack, self._in_string, self._string, self._string_at, self._key = state
        self._stack = list(stack)

    # Text ----------------------------------------------------------------------------------------

    def content(self, node: Content) -> None:
        text = node.text
        at = 0
        while at < len(text):
            if self._in_string:
                found = _STRING.match(text, at)
                end = found.end() if found else len(text)
                if self._string is not None:
                    self._string += text[at:end]
                if end < len(text) and text[end] == '"':
                    self._in_string = False
                at = end + 1
                continue
            token = _TOKEN.search(text, at)
            if token is None:
                return
            at = token.end()
            self.token(token[0], node.at + token.start())

    def token(self, sign: str, at: int) -> None:
        if sign not in _SIGNS:
            self.odd_quote(sign, at)
        elif sign == '"':
            self._in_string, self._string, self._string_at = True, "", at
        elif sign == ":":
            self.key(self._string, self._string_at)
        elif sign == ",":
            self._key = ""
        elif sign in "{[":
            self._stack.append(_Object(at, sign, self._key))
            self._key = ""
        elif self._stack:
            closed = self._stack.pop()
            if self._is_statement(len(self._stack), closed):
                self.statement(closed)

    def odd_quote(self, sign: str, at: int) -> None:
        """Outside of texts JSON knows one quote; programs for writing letters make others of it."""
        # What it stands around is no name that could be read.
        self._string = None
        if self._odd_quotes:
            return
        self._odd_quotes = True
        kind = "no quote of JSON" if sign in "'`" else "a typographic quote"
        told = f'{sign} is {kind}; write " instead, here and wherever else it stands so.'
        self.faults.append(Misplaced(at, "odd_quote", told, '"'))

    def _is_statement(self, depth: int, closed: _Object) -> bool:
        return depth == 2 and closed.brace == "{" and self._stack[1].name == "statements"

    def key(self, name: str | None, at: int) -> None:
        if not self._stack or self._stack[-1].brace != "{":
            return
        self._key = name or ""
        holder = self._stack[-1]
        if name is None:
            holder.open_ended = True
            return
        holder.keys.add(name)
        depth = len(self._stack)
        if depth == 1:
            self.section(name, at)
        elif depth == 3 and self._stack[1].name == "statements" and name in _SET_BY_US:
            self.faults.append(
                Misplaced(at, "set_by_us", f'"{name}" is set when a statement is stored; a template cannot.')
            )

    def section(self, name: str, at: int) -> None:
        if name not in SECTIONS:
            meant = nearest(name, SECTIONS)
            listed = ", ".join(f'"{section}"' for section in SECTIONS)
            self.faults.append(
                Misplaced(at, "unknown_section", f'"{name}" is none of {listed}.{did_you_mean(meant)}', meant)
            )
            return
        if any(_certain(self._branch, other) for other in self._seen.get(name, ())):
            self.faults.append(Misplaced(at, "repeated_section", f'The section "{name}" stands twice.'))
        self._seen.setdefault(name, []).append(self._branch)
        self.sections.setdefault(name, at)

    def statement(self, closed: _Object) -> None:
        if "id" in closed.keys or closed.open_ended:
            return
        columns = [*self.revision, *list(dict.fromkeys(closed.columns))[:4]]
        suggestion = f'"id": "{{{{uuid {" ".join(columns)}}}}}",' if closed.columns else ""
        offer = f" For example: {suggestion.rstrip(',')}." if suggestion else ""
        self.faults.append(
            Misplaced(
                closed.at, "no_id", f'This statement has no "id", and it needs a UUID.{offer}', suggestion
            )
        )

    # Placeholders --------------------------------------------------------------------------------

    def placeholder(self, node: Mustache) -> None:
        expression = node.expression
        function = expression.head.name if isinstance(expression, Call) else None
        if function == "assign":
            return
        for holder in self._stack[2:3]:
            holder.columns += _columns(expression)
        if self._in_string:
            self._string = None
            if function == "json":
                said = '"json" gives a text with its quotes; take away those around it.'
                self.warnings.append(Misplaced(node.at, "quoted_twice", said))
            elif not node.escaped:
                said = "With three braces a quote in the value breaks the JSON; two braces escape it."
                self.warnings.append(Misplaced(node.at, "not_escaped", said))
            return
        if self._stack and self._stack[-1].brace == "{" and not self._key:
            self._stack[-1].open_ended = True
        if isinstance(expression, Path) and expression.parts[:1] == ("columns",) and self._key:
            suggestion = f"{{{{number {expression.original}}}}}"
            said = f"Without quotes, a cell must be a number by its looks; {suggestion} makes sure, json quotes it."
            self.warnings.append(Misplaced(node.at, "bare_value", said, suggestion))


def _certain(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether of two places one is always written when the other is."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _columns(expression: Expression) -> list[str]:
    """The columns as they are written in an expression."""
    if isinstance(expression, Literal):
        return []
    if isinstance(expression, Path):
        return [expression.original] if expression.parts[:1] == ("columns",) else []
    found = []
    for argument in expression.arguments:
        found += _columns(argument)
    return found


def outline(nodes: Sequence[Node], variables: Collection[str] = ()) -> Outline:
    """What the tree of a body shows of its JSON."""
    found = Outline(revision=(REVISION,) if REVISION in variables else ())
    found.nodes(nodes, {})
    if not found.sections and not found.faults:
        listed = ", ".join(f'"{section}"' for section in SECTIONS)
        found.faults.append(Misplaced(0, "no_section", f"The template has none of the sections {listed}."))
    return found
