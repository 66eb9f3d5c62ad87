"""Names looked up: from the tree as written to what the template does. All faults of names, numbers of
arguments and literal arguments are found here; the columns and functions that it uses are noted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from edu_csv.templating import ops
from edu_csv.templating.faults import CallFault, Misplaced
from edu_csv.templating.functions import FUNCTIONS, Function
from edu_csv.templating.functions.logic import BLOCKS
from edu_csv.templating.limits import NESTING
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
from edu_csv.templating.values import text

CORE_BLOCKS = ("if", "unless", "each", "with", "assign")
RESERVED = ("columns", "row", "import", "org")
FACTS = {("row", "number"), ("import", "fileName"), ("import", "created"), ("org", "id")}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Kind(Enum):
    """What the context is known to be before any row is seen."""

    ROOT = "root"
    COLUMNS = "columns"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KnownPart:
    """An inline part, and the parts that can be used inside it."""

    inline: Inline
    parts: Mapping[str, KnownPart]


@dataclass(frozen=True, slots=True)
class Scope:
    kind: Kind = Kind.ROOT
    up: Scope | None = None
    params: frozenset[str] = frozenset()
    # How many loops stand around this place.
    loops: int = 0
    depth: int = 0
    parts: Mapping[str, KnownPart] = field(default_factory=dict)


@dataclass(slots=True)
class Resolver:
    """One text: the body, or one variable's expression.

    variables: the names that may be used, in order (of a variable: those above it);
    later: names of variables that stand below it; assigned: names that the template sets itself.
    """

    variables: Sequence[str] = ()
    variable_columns: Sequence[frozenset[str]] = ()
    later: Sequence[str] = ()
    assigned: frozenset[str] = frozenset()
    faults: list[Misplaced] = field(default_factory=list)
    warnings: list[Misplaced] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    used_variables: set[int] = field(default_factory=set)
    computed_columns: bool = False
    deepest: int = 0
    _using: list[str] = field(default_factory=list)
    # With the scope, which keeps the ids in the key from being given again.
    _parts: dict[tuple[object, ...], tuple[ops.Program, Scope]] = field(default_factory=dict)

    def fault(self, at: int, code: str, message: str, suggestion: str = "") -> ops.Expression:
        self.faults.append(Misplaced(at, code, message, suggestion))
        return ops.Constant(None)

    # Statements ----------------------------------------------------------------------------------

    def program(self, nodes: Sequence[Node], scope: Scope) -> ops.Program:
        scope = self._with_parts(nodes, scope)
        if scope.depth > NESTING:
            self.fault(
                nodes[0].at if nodes else 0, "too_deep", f"This stands more than {NESTING} blocks deep."
            )
            return ()
        self.deepest = max(self.deepest, scope.depth)
        found: list[ops.Statement] = []
        for node in nodes:
            if isinstance(node, Content):
                found.append(ops.Text(node.text))
            elif isinstance(node, Mustache):
                found.append(self.mustache(node, scope))
            elif isinstance(node, Block):
                found += self.block(node, scope)
            elif isinstance(node, Use):
                found += self.use(node, scope)
        return tuple(found)

    def _with_parts(self, nodes: Sequence[Node], scope: Scope) -> Scope:
        inlines = [node for node in nodes if isinstance(node, Inline)]
        if not inlines:
            return scope
        parts: dict[str, KnownPart] = dict(scope.parts)
        for node in inlines:
            if node.name in parts and parts[node.name].inline in inlines:
                self.fault(node.at, "repeated_part", f'There are two parts called "{node.name}".')
            parts[node.name] = KnownPart(node, parts)
        return _changed(scope, parts=parts)

    def mustache(self, node: Mustache, scope: Scope) -> ops.Statement:
        if isinstance(node.expression, Call) and node.expression.head.name == "assign":
            return self.assign_value(node.expression, scope)
        return ops.Print(self.expression(node.expression, scope), node.escaped)

    def block(self, node: Block, scope: Scope) -> list[ops.Statement]:
        name = node.head.name
        if name in CORE_BLOCKS or name in BLOCKS:
            arguments, named = _arguments(node.expression)
            if name == "assign":
                return self.assign_block(node, arguments, scope)
            if name in ("each", "with"):
                return self.context_block(node, name, arguments, named, scope)
            return self.choice(node, scope)
        if name in FUNCTIONS or isinstance(node.expression, Call):
            self.unknown_block(node, name or node.head.original)
            return []
        value = self.expression(node.expression, scope)
        inner = self._inner(scope, node, Kind.OTHER, loop=True)
        return [ops.Section(value, node.params, *self.branches(node, inner, scope))]

    def unknown_block(self, node: Block, name: str) -> None:
        if name in FUNCTIONS:
            self.fault(node.at, "no_block", f'"{name}" is no block; write {{{{{FUNCTIONS[name].usage}}}}}.')
            return
        meant = nearest(name, [*CORE_BLOCKS, *BLOCKS, *FUNCTIONS])
        self.fault(
            node.head.at, "unknown_function", f'Unknown function "{name}".{did_you_mean(meant)}', meant
        )

    def branches(self, node: Block, inner: Scope, outer: Scope) -> tuple[ops.Program, ops.Program]:
        otherwise = self.program(node.inverse, _deeper(outer)) if node.inverse else ()
        return self.program(node.body, inner), otherwise

    def choice(self, node: Block, scope: Scope) -> list[ops.Statement]:
        """``if``, ``unless`` and comparisons, with all their ``else if``, told as one list of cases."""
        cases = []
        inner = _deeper(scope)
        while True:
            name = str(node.head.name)
            if node.params:
                self.fault(node.at, "bad_params", f'"{name}" has no names between bars.')
            arguments, named = _arguments(node.expression)
            if name in ("if", "unless"):
                condition = self.condition(node, name, arguments, named, scope)
            else:
                self._extra_names(node.head, FUNCTIONS[name], {key: named[key] for key in named})
                condition = self.apply(FUNCTIONS[name], node.head, arguments, {}, scope)
            cases.append((condition, name == "unless", self.program(node.body, inner)))
            rest = node.inverse
            if (
                rest
                and len(rest) == 1
                and isinstance(rest[0], Block)
                and rest[0].chained
                and self._chooses(rest[0])
            ):
                node = rest[0]
                continue
            return [ops.Choice(tuple(cases), self.program(rest, inner) if rest else ())]

    def _chooses(self, node: Block) -> bool:
        return node.head.name in BLOCKS or node.head.name in ("if", "unless")

    def condition(
        self,
        node: Block,
        name: str,
        arguments: Sequence[Expression],
        named: Mapping[str, Expression],
        scope: Scope,
    ) -> ops.Expression:
        if len(arguments) != 1:
            return self.fault(
                node.at, "arguments", f'"{name}" takes 1 argument; {_are_given(len(arguments))}.'
            )
        for key in named:
            if key != "includeZero":
                self.fault(node.at, "arguments", f'"{name}" has no argument "{key}=".')
        condition = self.expression(arguments[0], scope)
        zero = named.get("includeZero")
        if isinstance(zero, Literal) and zero.value is True:
            either = (
                condition,
                ops.Apply(FUNCTIONS["eq"], (condition, ops.Constant(0)), {}, (None, None), None),
            )
            return ops.Apply(FUNCTIONS["or"], either, {}, (None, None), None)
        return condition

    def context_block(
        self,
        node: Block,
        name: str,
        arguments: Sequence[Expression],
        named: Mapping[str, Expression],
        scope: Scope,
    ) -> list[ops.Statement]:
        if len(arguments) != 1 or named:
            self.fault(node.at, "arguments", f'"{name}" takes 1 argument; {_are_given(len(arguments))}.')
            return []
        value = self.expression(arguments[0], scope)
        kind = Kind.OTHER
        if name == "with":
            kind = Kind.COLUMNS if isinstance(value, ops.AllColumns) else kind
            kind = Kind.ROOT if isinstance(value, ops.Everything) else kind
        inner = self._inner(scope, node, kind, loop=name == "each")
        shape = ops.Each if name == "each" else ops.With
        return [shape(value, node.params, *self.branches(node, inner, scope))]

    def _inner(self, scope: Scope, node: Block, kind: Kind, *, loop: bool) -> Scope:
        return Scope(
            kind,
            scope,
            scope.params | frozenset(node.params),
            scope.loops + loop,
            scope.depth + 1,
            scope.parts,
        )

    # assign --------------------------------------------------------------------------------------

    def assign_block(self, node: Block, arguments: Sequence[Expression], scope: Scope) -> list[ops.Statement]:
        name = self.assigned_name(node.at, arguments, 1)
        if node.inverse:
            self.fault(node.at, "stray_else", '"assign" has no "else".')
        body = self.program(node.body, _deeper(scope))
        return [ops.Assign(name, body, None)] if name else []

    def assign_value(self, call: Call, scope: Scope) -> ops.Statement:
        name = self.assigned_name(call.at, call.arguments, 2)
        value = self.expression(call.arguments[1], scope) if len(call.arguments) == 2 else ops.Constant(None)
        return ops.Assign(name, None, value)

    def assigned_name(self, at: int, arguments: Sequence[Expression], count: int) -> str:
        first = arguments[0] if arguments else None
        name = first.value if isinstance(first, Literal) else None
        if len(arguments) != count or not isinstance(name, str) or not NAME.fullmatch(name):
            self.fault(at, "arguments", 'Write {{#assign "name"}} … {{/assign}} or {{assign "name" value}}.')
            return ""
        if reason := taken(name, self.variables):
            self.fault(at, "bad_name", reason)
        return name

    # Parts ---------------------------------------------------------------------------------------

    def use(self, node: Use, scope: Scope) -> list[ops.Statement]:
        known = scope.parts.get(node.name)
        if known is None:
            meant = nearest(node.name, scope.parts)
            self.fault(
                node.at, "unknown_part", f'There is no part "{node.name}" here.{did_you_mean(meant)}', meant
            )
            return []
        if node.name in self._using:
            self.fault(node.at, "endless_part", f'The part "{node.name}" uses itself.')
            return []
        inline, parts = known.inline, known.parts
        context = self.expression(node.context, scope) if node.context is not None else None
        named = {key: self.expression(value, scope) for key, value in node.named.items()}
        inner = _deeper(scope)
        if context is not None or named:
            inner = Scope(Kind.OTHER, scope, scope.params, scope.loops, scope.depth + 1, scope.parts)
            if context is None:
                context = ops.Context(0, ()) if scope.kind is Kind.OTHER else ops.Constant(None)
        inner = _changed(inner, parts=parts)
        # Once for each kind of place it is used at, or parts of parts would double with each level.
        key = (id(inline), inner.kind, id(inner.up), inner.params, inner.loops, inner.depth)
        if key not in self._parts:
            self._using.append(node.name)
            self._parts[key] = (self.program(inline.body, inner), inner)
            self._using.pop()
        return [ops.Part(self._parts[key][0], context, named)]

    # Expressions ---------------------------------------------------------------------------------

    def expression(self, node: Expression, scope: Scope) -> ops.Expression:
        if isinstance(node, Literal):
            return ops.Constant(node.value)
        if isinstance(node, Call):
            return self.call(node, scope)
        name = node.name
        if name in FUNCTIONS and name not in scope.params and not self._is_field(name, scope):
            return self.apply(FUNCTIONS[name], node, (), {}, scope)
        return self.path(node, scope)

    def _is_field(self, name: str, scope: Scope) -> bool:
        """In a loop over JSON, {{length}} is a name of the object; a call would need arguments."""
        return scope.kind is not Kind.ROOT and FUNCTIONS[name].least > 0

    def call(self, node: Call, scope: Scope) -> ops.Expression:
        name = node.head.name
        if name is not None and name in FUNCTIONS:
            return self.apply(FUNCTIONS[name], node.head, node.arguments, node.named, scope)
        if name is None:
            return self.not_a_function(node)
        for argument in (*node.arguments, *node.named.values()):
            # Its own faults are shown too.
            self.expression(argument, scope)
        if name in CORE_BLOCKS:
            return self.fault(
                node.at, "needs_block", f'"{name}" is a block: {{{{#{name} …}}}} … {{{{/{name}}}}}.'
            )
        meant = nearest(name, [*FUNCTIONS, *CORE_BLOCKS])
        return self.fault(
            node.at, "unknown_function", f'Unknown function "{name}".{did_you_mean(meant)}', meant
        )

    def not_a_function(self, node: Call) -> ops.Expression:
        head = node.head
        words = [argument.original for argument in node.arguments if isinstance(argument, Path)]
        if head.parts[:1] == ("columns",) and len(words) == len(node.arguments):
            whole = f"columns.[{' '.join([*head.parts[1:], *words])}]"
            return self.fault(
                node.at, "needs_brackets", f"A name with blanks needs brackets: {whole}.", whole
            )
        return self.fault(node.at, "unknown_function", f'"{head.original}" is not a function.')

    def apply(
        self,
        function: Function,
        head: Path,
        arguments: Sequence[Expression],
        named: Mapping[str, Expression],
        scope: Scope,
    ) -> ops.Expression:
        self.functions.add(function.name)
        self._extra_names(head, function, named)
        if len(arguments) < function.least or (function.most is not None and len(arguments) > function.most):
            for argument in arguments:
                self.expression(argument, scope)
            return self.fault(head.at, "arguments", _wanted(function, len(arguments)), function.usage)
        self._check_literals(function, arguments)
        if function.warning and (said := function.warning(len(arguments))):
            self.warnings.append(Misplaced(head.at, function.name, said))
        if function.name == "column":
            return self.named_column(arguments[0], scope)
        if (
            function.name == "toDateTime"
            and isinstance(arguments[1], Call)
            and arguments[1].head.name == "join"
        ):
            self.warnings.append(
                Misplaced(
                    head.at,
                    "rolls_over",
                    "A date glued together from a count of days is read by letting the days roll over; "
                    "excelDate reads Excel's own count of days.",
                    "excelDate",
                )
            )
        computed = self.computed_columns
        values = [self.expression(argument, scope) for argument in arguments]
        if function.name == "lookup" and isinstance(values[0], ops.AllColumns):
            self.computed_columns = computed
            return self.named_column(arguments[1], scope)
        by_name = {
            key: self.expression(value, scope) for key, value in named.items() if key in function.named
        }
        columns = tuple(_only(self.columns_of(value)) for value in values)
        every: frozenset[str] = frozenset().union(*(self.columns_of(value) for value in values))
        return ops.Apply(function, tuple(values), by_name, columns, _only(every))

    def _extra_names(self, head: Path, function: Function, named: Mapping[str, Expression]) -> None:
        for key in named:
            if key not in function.named:
                meant = nearest(key, function.named)
                self.fault(
                    named[key].at,
                    "arguments",
                    f'"{function.name}" has no argument "{key}=".{did_you_mean(meant and meant + "=")}',
                    meant,
                )

    def _check_literals(self, function: Function, arguments: Sequence[Expression]) -> None:
        for place, check in function.checks.items():
            given = arguments[place] if place < len(arguments) else None
            if not isinstance(given, Literal):
                continue
            try:
                check(text(given.value))
            except CallFault as fault:
                self.fault(given.at, "bad_argument", f"{function.name}: {fault.message}.", fault.suggestion)

    def named_column(self, name: Expression, scope: Scope) -> ops.Expression:
        if isinstance(name, Literal):
            return self.column(text(name.value))
        self.computed_columns = True
        return ops.NamedColumn(self.expression(name, scope))

    def column(self, name: str) -> ops.Expression:
        self.columns.add(name)
        return ops.Column(name)

    def all_columns(self) -> ops.Expression:
        self.computed_columns = True
        return ops.AllColumns()

    def columns_of(self, value: ops.Expression) -> frozenset[str]:
        """The columns that a value comes from, as far as the text tells."""
        if isinstance(value, ops.Column):
            return frozenset((value.name,))
        if isinstance(value, ops.Variable):
            return self.variable_columns[value.index]
        if isinstance(value, ops.Down):
            return self.columns_of(value.value)
        if isinstance(value, ops.Apply):
            return frozenset().union(*(self.columns_of(argument) for argument in value.arguments))
        return frozenset()

    # Paths ---------------------------------------------------------------------------------------

    def path(self, node: Path, scope: Scope) -> ops.Expression:
        if node.data:
            return self.data(node, scope)
        if not node.up and not node.here and node.parts and node.parts[0] in scope.params:
            return ops.Param(node.parts[0], node.parts[1:])
        around: Scope | None = scope
        for _ in range(node.up):
            around = around.up if around is not None else None
        if around is None:
            return self.fault(node.at, "leads_out", f'"{node.original}" leads out of the template.')
        if around.kind is Kind.ROOT:
            return self.outermost(node, node.parts)
        if around.kind is Kind.COLUMNS:
            if not node.parts:
                return self.all_columns()
            return self._below(self.column(node.parts[0]), node, node.parts[1:])
        plain = bool(node.parts) and not node.here and not node.up
        known = plain and self.is_outermost(node.parts[0])
        return ops.Context(node.up, node.parts, plain, self.outermost(node, node.parts) if known else None)

    def data(self, node: Path, scope: Scope) -> ops.Expression:
        name = node.parts[0] if node.parts else ""
        if name == "root" and not node.up:
            return self.outermost(node, node.parts[1:])
        if name in ("index", "first", "last", "key") and len(node.parts) == 1:
            if scope.loops <= node.up:
                return self.fault(node.at, "no_loop", f'"{node.original}" stands outside of any "each".')
            return ops.Turn(name, node.up)
        meant = nearest(name, ("index", "first", "last", "key", "root"))
        meant = meant and f"@{meant}"
        message = f'Unknown name "{node.original}".{did_you_mean(meant)}'
        return self.fault(node.at, "unknown_name", message, meant)

    def is_outermost(self, name: str) -> bool:
        return name in RESERVED or name in self.variables or name in self.assigned or name in self.later

    def outermost(self, node: Path, parts: Sequence[str]) -> ops.Expression:
        """A path from the outermost context."""
        if not parts:
            return ops.Everything()
        name, *rest = parts
        if name == "columns":
            return self._below(self.column(rest[0]), node, rest[1:]) if rest else self.all_columns()
        if name in RESERVED:
            if (name, *rest) in FACTS:
                return ops.Fact(".".join(parts))
            known = ", ".join(sorted(".".join(fact) for fact in FACTS))
            return self.fault(node.at, "unknown_name", f'Unknown name "{node.original}"; there are {known}.')
        if name in self.assigned:
            return ops.Down(ops.Assigned(name), tuple(rest)) if rest else ops.Assigned(name)
        if name in self.variables:
            index = self.variables.index(name)
            self.used_variables.add(index)
            return ops.Down(ops.Variable(index), tuple(rest)) if rest else ops.Variable(index)
        if name in self.later:
            message = f'The variable "{name}" stands further down; a variable uses those above it only.'
            return self.fault(node.at, "later_variable", message)
        return self.unknown(node, name)

    def unknown(self, node: Path, name: str) -> ops.Expression:
        if name in (*CORE_BLOCKS, "else"):
            return self.fault(
                node.at, "needs_block", f'"{name}" is a block: {{{{#{name} …}}}} … {{{{/{name}}}}}.'
            )
        meant = nearest(name, [*self.variables, *self.assigned, *FUNCTIONS])
        hint = (
            did_you_mean(meant)
            or f' There is no variable of that name; a column is written "columns.{_bracketed(name)}".'
        )
        return self.fault(
            node.at, "unknown_name", f'Unknown name "{name}".{hint}', meant or f"columns.{_bracketed(name)}"
        )

    def _below(self, column: ops.Expression, node: Path, rest: Sequence[str]) -> ops.Expression:
        if not rest:
            return column
        whole = f"columns.[{'.'.join(node.parts[1:])}]"
        self.warnings.append(
            Misplaced(
                node.at,
                "no_parts",
                f'A cell has no parts, so "{node.original}" is always empty; a column of that name is {whole}.',
                whole,
            )
        )
        return ops.Down(column, tuple(rest))


def _arguments(expression: Path | Call) -> tuple[Sequence[Expression], Mapping[str, Expression]]:
    return (expression.arguments, expression.named) if isinstance(expression, Call) else ((), {})


def _changed(scope: Scope, parts: Mapping[str, KnownPart]) -> Scope:
    return Scope(scope.kind, scope.up, scope.params, scope.loops, scope.depth, parts)


def _deeper(scope: Scope) -> Scope:
    return Scope(scope.kind, scope.up, scope.params, scope.loops, scope.depth + 1, scope.parts)


def _only(columns: frozenset[str]) -> str | None:
    return next(iter(columns)) if len(columns) == 1 else None


def _are_given(count: int) -> str:
    return f"{count or 'none'} {'is' if count < 2 else 'are'} given"


def _wanted(function: Function, given: int) -> str:
    if function.most == function.least:
        wanted = str(function.least) if function.least else "no"
    elif function.most is None:
        wanted = f"{function.least} or more"
    else:
        wanted = f"{function.least} to {function.most}"
    noun = "argument" if wanted == "1" else "arguments"
    return f'"{function.name}" takes {wanted} {noun}; {_are_given(given)}. Write {function.usage}.'


def _bracketed(name: str) -> str:
    return name if NAME.fullmatch(name) else f"[{name}]"


def taken(name: str, variables: Sequence[str]) -> str:
    """Why a variable cannot have this name; "" when it can."""
    if not NAME.fullmatch(name):
        return f'"{name}" is no name for a variable: letters, digits and _, a letter or _ first.'
    if name in RESERVED or name in ("this", "else", "true", "false", "null", "undefined", "as"):
        return f'"{name}" has a meaning of its own; a variable needs another name.'
    if name in FUNCTIONS or name in CORE_BLOCKS:
        return f'"{name}" is a function; a variable needs another name.'
    if name in variables:
        return f'There are two variables called "{name}".'
    return ""
