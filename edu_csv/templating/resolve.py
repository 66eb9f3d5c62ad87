"""Names looked up: from the tree as written to what the template does. All faults of names, numbers of
arguments and literal arguments are found here; the columns and functions that it uses are noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from edu_csv.templating import ops
from edu_csv.templating.functions import FUNCTIONS
from edu_csv.templating.functions.logic import BLOCKS
from edu_csv.templating.limits import NESTING
from edu_csv.templating.lookups import Expressions, are_given
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
from edu_csv.templating.scopes import CORE_BLOCKS, NAME, Kind, KnownPart, Scope, taken
from edu_csv.templating.suggestions import did_you_mean, nearest


@dataclass(slots=True)
class Resolver(Expressions):
    """Looks up one text."""

    _using: list[str] = field(default_factory=list)
    # With the scope, which keeps the ids in the key from being given again.
    _parts: dict[tuple[object, ...], tuple[ops.Program, Scope]] = field(default_factory=dict)

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
        return replace(scope, parts=parts)

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
        otherwise = self.program(node.inverse, outer.deeper()) if node.inverse else ()
        return self.program(node.body, inner), otherwise

    def choice(self, node: Block, scope: Scope) -> list[ops.Statement]:
        """``if``, ``unless`` and comparisons, with all their ``else if``, told as one list of cases."""
        cases = []
        inner = scope.deeper()
        while True:
            name = str(node.head.name)
            if node.params:
                self.fault(node.at, "bad_params", f'"{name}" has no names between bars.')
            arguments, named = _arguments(node.expression)
            if name in ("if", "unless"):
                condition = self.condition(node, name, arguments, named, scope)
            else:
                self.extra_names(node.head, FUNCTIONS[name], {key: named[key] for key in named})
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
                node.at, "arguments", f'"{name}" takes 1 argument; {are_given(len(arguments))}.'
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
            self.fault(node.at, "arguments", f'"{name}" takes 1 argument; {are_given(len(arguments))}.')
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
        body = self.program(node.body, scope.deeper())
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
        inner = scope.deeper()
        if context is not None or named:
            inner = Scope(Kind.OTHER, scope, scope.params, scope.loops, scope.depth + 1, scope.parts)
            if context is None:
                context = ops.Context(0, ()) if scope.kind is Kind.OTHER else ops.Constant(None)
        inner = replace(inner, parts=parts)
        # Once for each kind of place it is used at, or parts of parts would double with each level.
        key = (id(inline), inner.kind, id(inner.up), inner.params, inner.loops, inner.depth)
        if key not in self._parts:
            self._using.append(node.name)
            self._parts[key] = (self.program(inline.body, inner), inner)
            self._using.pop()
        return [ops.Part(self._parts[key][0], context, named)]


def _arguments(expression: Path | Call) -> tuple[Sequence[Expression], Mapping[str, Expression]]:
    return (expression.arguments, expression.named) if isinstance(expression, Call) else ((), {})
