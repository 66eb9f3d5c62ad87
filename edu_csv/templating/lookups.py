"""Names in expressions looked up: functions with their arguments, columns, variables, paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edu_csv.templating import ops
from edu_csv.templating.faults import CallFault, Enough, Misplaced
from edu_csv.templating.functions import FUNCTIONS, Function
from edu_csv.templating.limits import FAULTS
from edu_csv.templating.nodes import Call, Expression, Literal, Path
from edu_csv.templating.scopes import CORE_BLOCKS, FACTS, NAME, RESERVED, Kind, Scope
from edu_csv.templating.suggestions import did_you_mean, nearest
from edu_csv.templating.values import text


@dataclass(slots=True)
class Expressions:
    """One text: the body, or one variable's expression.

    variables: the names that may be used, in order (of a variable: those above it);
    later: names of variables that stand below it; assigned: names that the template sets itself.
    """

    variables: Sequence[str] = ()
    variable_columns: Sequence[frozenset[str]] = ()
    # Of each variable without placeholders what it says, of others None.
    variable_texts: Sequence[str | None] = ()
    later: Sequence[str] = ()
    assigned: frozenset[str] = frozenset()
    faults: list[Misplaced] = field(default_factory=list)
    warnings: list[Misplaced] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    used_variables: set[int] = field(default_factory=set)
    computed_columns: bool = False
    # How deep blocks and calls stand in each other.
    deepest: int = 0
    _calls: int = 0

    def fault(self, at: int, code: str, message: str, suggestion: str = "") -> ops.Expression:
        self.faults.append(Misplaced(at, code, message, suggestion))
        if len(self.faults) == FAULTS:
            raise Enough
        return ops.Constant(None)

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
        self.extra_names(head, function, named)
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
        self._calls += 1
        self.deepest = max(self.deepest, scope.depth + self._calls)
        computed = self.computed_columns
        values = [self.expression(argument, scope) for argument in arguments]
        if function.name == "lookup" and isinstance(values[0], ops.AllColumns):
            self.computed_columns = computed
            self._calls -= 1
            return self.named_column(arguments[1], scope)
        by_name = {
            key: self.expression(value, scope) for key, value in named.items() if key in function.named
        }
        self._calls -= 1
        columns = tuple(_only(self.columns_of(value)) for value in values)
        every: frozenset[str] = frozenset().union(*(self.columns_of(value) for value in values))
        return ops.Apply(function, tuple(values), by_name, columns, _only(every))

    def extra_names(self, head: Path, function: Function, named: Mapping[str, Expression]) -> None:
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
            known = self._known(given)
            if given is None or known is None:
                continue
            try:
                check(known)
            except CallFault as fault:
                self.fault(given.at, "bad_argument", f"{function.name}: {fault.message}.", fault.suggestion)

    def _known(self, given: Expression | None) -> str | None:
        """What an argument says in every row: a literal, or a variable without placeholders."""
        if isinstance(given, Literal):
            return text(given.value)
        if isinstance(given, Path) and given.name in self.variables:
            return self.variable_texts[self.variables.index(given.name)]
        return None

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


def _only(columns: frozenset[str]) -> str | None:
    return next(iter(columns)) if len(columns) == 1 else None


def are_given(count: int) -> str:
    return f"{count or 'none'} {'is' if count < 2 else 'are'} given"


def _wanted(function: Function, given: int) -> str:
    if function.most == function.least:
        wanted = str(function.least) if function.least else "no"
    elif function.most is None:
        wanted = f"{function.least} or more"
    else:
        wanted = f"{function.least} to {function.most}"
    noun = "argument" if wanted == "1" else "arguments"
    return f'"{function.name}" takes {wanted} {noun}; {are_given(given)}. Write {function.usage}.'


def _bracketed(name: str) -> str:
    return name if NAME.fullmatch(name) else f"[{name}]"
