"""From what a template does to closures for one header: columns become places, constants become text.

A closure takes the frame it stands in; a row's work is then nothing but calls. Nothing is compiled to
Python source, so no text of a template can become code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edu_csv.templating import ops
from edu_csv.templating.blocks import each, section, turn, with_
from edu_csv.templating.calls import Fixed, Told, calling, remembering, with_setting
from edu_csv.templating.faults import RowFault
from edu_csv.templating.frames import ROOT, UNSET, Frame, Get, Row, Write, outermost
from edu_csv.templating.functions import Setting
from edu_csv.templating.limits import LONG, OUTPUT_CHARS, too_long
from edu_csv.templating.values import Json, Value, down, has, quoted, text, truth


class Linker:
    """places: of each column that the file has; a column that is not there is optional, and empty.

    header: the names of all columns, in the file's order. facts: what is the same for all rows.
    """

    def __init__(
        self,
        header: Sequence[str],
        optional: frozenset[str],
        setting: Setting,
        facts: Mapping[str, Value],
    ) -> None:
        self.header = header
        self.places = {name: place for place, name in enumerate(header)}
        self.optional = optional
        self.setting = setting
        self.facts = facts
        self.variables: list[Get] = []
        self.constants: dict[int, Value] = {}
        self.variable_names: Sequence[str] = ()
        self.remembering = 0
        self._parts: dict[int, Write] = {}

    # Variables -----------------------------------------------------------------------------------

    def add_variable(self, program: ops.Program) -> None:
        """The next variable. Its worth is worked out at its first use in a row, and once."""
        index = len(self.variables)
        only = _only_value(program)
        work = self.value(only) if only is not None else self.program(program, plain=True)
        if isinstance(work, Fixed):
            self.constants[index] = work.value
            self.variables.append(work)
            return

        def variable(frame: Frame) -> Value:
            row = frame.row
            found = row.values[index]
            if found is UNSET:
                found = row.values[index] = work(row.outermost)
            return found

        self.variables.append(variable)

    # Statements ----------------------------------------------------------------------------------

    def program(self, statements: ops.Program, *, plain: bool = False) -> Write:
        """plain: nothing is escaped, for what goes into a variable."""
        pieces: list[str | Write] = []
        for statement in statements:
            piece = self.statement(statement, plain)
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            elif piece != "":
                pieces.append(piece)
        if not pieces or (len(pieces) == 1 and isinstance(pieces[0], str)):
            return Fixed(pieces[0] if pieces else "")
        if len(pieces) == 1 and not isinstance(pieces[0], str):
            return pieces[0]
        texts = [piece if isinstance(piece, str) else "" for piece in pieces]
        holes = [(place, piece) for place, piece in enumerate(pieces) if not isinstance(piece, str)]

        def write(frame: Frame) -> str:
            written = texts.copy()
            for place, hole in holes:
                written[place] = hole(frame)
            return "".join(written)

        return write

    def statement(self, statement: ops.Statement, plain: bool) -> str | Write:
        if isinstance(statement, ops.Text):
            return statement.text
        if isinstance(statement, ops.Print):
            return self.print(statement.value, statement.escaped and not plain)
        if isinstance(statement, ops.Choice):
            return self.choice(statement, plain)
        if isinstance(statement, ops.Assign):
            return self.assign(statement)
        if isinstance(statement, ops.Part):
            return self.part(statement, plain)
        body = self.program(statement.body, plain=plain)
        otherwise = self.program(statement.otherwise, plain=plain)
        value = self.value(statement.value)
        if isinstance(statement, ops.Each):
            return each(value, statement.params, body, otherwise)
        if isinstance(statement, ops.With):
            return with_(value, statement.params, body, otherwise)
        return section(value, statement.params, body, otherwise)

    def print(self, expression: ops.Expression, escaped: bool) -> str | Write:
        value = self.value(expression)
        if isinstance(value, Fixed):
            return _printed(value.value, escaped)
        if isinstance(expression, ops.Column):
            place = self.places[expression.name]

            def print_cell(frame: Frame) -> str:
                cell = frame.cells[place]
                if len(cell) > LONG:
                    frame.row.watch.spend(len(cell))
                return quoted(cell)[1:-1] if escaped else cell

            return print_cell

        def print_value(frame: Frame) -> str:
            written = _printed(value(frame), escaped)
            if len(written) > LONG:
                frame.row.watch.spend(len(written))
            return written

        return print_value

    def choice(self, statement: ops.Choice, plain: bool) -> Write:
        otherwise = self.program(statement.otherwise, plain=plain)
        cases = [
            (self.value(condition), negated, self.program(body, plain=plain))
            for condition, negated, body in statement.cases
        ]
        if len(cases) == 1:
            condition, negated, body = cases[0]
            first, second = (otherwise, body) if negated else (body, otherwise)

            def choose(frame: Frame) -> str:
                return first(frame) if truth(condition(frame)) else second(frame)

            return choose

        def choose_of_many(frame: Frame) -> str:
            for condition, negated, body in cases:
                if truth(condition(frame)) is not negated:
                    return body(frame)
            return otherwise(frame)

        return choose_of_many

    def assign(self, statement: ops.Assign) -> Write:
        name = statement.name
        if statement.value is not None:
            work: Get = self.value(statement.value)
        else:
            work = self.program(statement.body or (), plain=True)

        def assign(frame: Frame) -> str:
            frame.row.assigned[name] = work(frame)
            return ""

        return assign

    def part(self, statement: ops.Part, plain: bool) -> Write:
        key = id(statement.body) * 2 + plain
        if key not in self._parts:
            self._parts[key] = self.program(statement.body, plain=plain)
        body = self._parts[key]
        context = self.value(statement.context) if statement.context is not None else None
        named = [(name, self.value(value)) for name, value in statement.named.items()]

        def use(frame: Frame) -> str:
            frame.row.watch.tick()
            if context is not None:
                this = context(frame)
                if named:
                    added = {name: value(frame) for name, value in named}
                    this = {**this, **added} if isinstance(this, dict) else added
                frame = Frame(frame.cells, frame.row, this, frame, frame.names, frame.turn)
            return _limited(body(frame))

        return use

    # Expressions ---------------------------------------------------------------------------------

    def value(self, expression: ops.Expression) -> Get:
        if isinstance(expression, ops.Constant):
            return Fixed(expression.value)
        if isinstance(expression, ops.Column):
            return self.column(expression.name)
        if isinstance(expression, ops.Variable):
            return self.variables[expression.index]
        if isinstance(expression, ops.Apply):
            return self.apply(expression)
        if isinstance(expression, ops.Fact):
            return (
                (lambda frame: frame.row.number)
                if expression.name == "row.number"
                else Fixed(self.facts[expression.name])
            )
        if isinstance(expression, ops.Assigned):
            name = expression.name
            return lambda frame: frame.row.assigned.get(name)
        if isinstance(expression, ops.NamedColumn):
            return self.named_column(self.value(expression.name))
        if isinstance(expression, ops.AllColumns):
            header = self.header
            return lambda frame: dict(zip(header, frame.cells, strict=False))
        if isinstance(expression, ops.Everything):
            return self.everything
        return self.path(expression)

    def path(self, expression: ops.Down | ops.Param | ops.Turn | ops.Context) -> Get:
        if isinstance(expression, ops.Down):
            value, parts = self.value(expression.value), expression.parts
            return lambda frame: down(value(frame), parts)
        if isinstance(expression, ops.Param):
            name, below = expression.name, expression.parts
            return lambda frame: down(frame.names.get(name), below)
        if isinstance(expression, ops.Turn):
            return turn(expression.name, expression.up)
        return self.context(expression)

    def context(self, expression: ops.Context) -> Get:
        up, parts = expression.up, expression.parts
        last = self.value(expression.outermost) if expression.outermost is not None else None

        def context(frame: Frame) -> Value:
            found: Frame | None = frame
            for _ in range(up):
                found = found.up if found is not None else None
            if found is None:
                return None
            if found.this is ROOT:
                return self.everything(frame) if not parts else None
            return down(found.this, parts)

        if not expression.searches:
            return context
        first = parts[0]

        def search(frame: Frame) -> Value:
            found: Frame | None = frame
            while found is not None and found.this is not ROOT:
                if has(found.this, first):
                    return down(found.this, parts)
                found = found.up
            return last(frame) if last is not None else None

        return search

    def column(self, name: str) -> Get:
        if name not in self.places:
            return Fixed("")
        place = self.places[name]
        return lambda frame: frame.cells[place]

    def named_column(self, name: Get) -> Get:
        places, optional = self.places, self.optional

        def named(frame: Frame) -> Value:
            wanted = text(name(frame))
            if wanted in places:
                return frame.cells[places[wanted]]
            if wanted in optional:
                return ""
            raise RowFault(f'column: the file has no column "{wanted}".')

        return named

    def everything(self, frame: Frame) -> Value:
        """The outermost context, as ``this`` and ``@root`` give it."""
        facts: dict[str, dict[str, Value]] = {"row": {"number": frame.row.number}, "import": {}, "org": {}}
        for name, value in self.facts.items():
            first, _, second = name.partition(".")
            facts[first][second] = value
        variables = {name: get(frame) for name, get in zip(self.variable_names, self.variables, strict=False)}
        columns = dict(zip(self.header, frame.cells, strict=False))
        return {"columns": columns, **facts, **variables, **frame.row.assigned}

    # Calls ---------------------------------------------------------------------------------------

    def apply(self, expression: ops.Apply) -> Get:
        function = expression.function
        run = function.run
        if function.needs_setting:
            run = with_setting(run, self.setting)
        gets = [self.value(argument) for argument in expression.arguments]
        named = {name: self.value(value) for name, value in expression.named.items()}
        told = Told(function.name, expression.columns, expression.column)
        work = calling(run, gets, named, told)
        moving = [get for get in (*gets, *named.values()) if not isinstance(get, Fixed)]
        if not moving and function.settled:
            try:
                return Fixed(work(outermost((), Row(0))))
            except RowFault:
                # It fails each row that comes here, and only those.
                return work
        if len(moving) == 1 and function.remembered and not named:
            self.remembering += 1
            return remembering(run, gets, told, _room(self.remembering))
        return work


def _room(site: int) -> int:
    """How many results a call may remember: much in a template as people write them, little in all."""
    return 4_096 if site <= 16 else 64 if site <= 512 else 0


def _printed(value: Value, escaped: bool) -> str:
    written = value if value.__class__ is str else text(value)
    return quoted(written)[1:-1] if escaped and not isinstance(written, Json) else written


def _limited(written: str) -> str:
    if len(written) > OUTPUT_CHARS:
        raise too_long()
    return written


def _only_value(program: ops.Program) -> ops.Expression | None:
    """What a variable is worth when it is one placeholder: the value itself, be it a list or false."""
    filled = [item for item in program if not isinstance(item, ops.Text) or item.text.strip()]
    if len(filled) == 1 and isinstance(filled[0], ops.Print):
        return filled[0].value
    return None
