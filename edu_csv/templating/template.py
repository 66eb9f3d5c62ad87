"""A template of an institution: read once, bound to a file's header, rendered for each of its rows.

The language is that of csv data import 1.3 to 1.8; ``docs/decisions/templating.md`` says why it is ours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from edu_csv import strict_json
from edu_csv.templating import ops
from edu_csv.templating.faults import (
    Enough,
    Misplaced,
    MissingColumns,
    RowFault,
    TemplateFault,
    TemplateRefused,
)
from edu_csv.templating.frames import Row, begin, fresh_values, outermost
from edu_csv.templating.functions import Setting
from edu_csv.templating.functions.dates import iso, known_zone
from edu_csv.templating.limits import BODY_CHARS, FAULTS, NESTING, OBJECTS, OUTPUT_CHARS, VARIABLES, too_long
from edu_csv.templating.link import Linker
from edu_csv.templating.nodes import Block, Call, Content, Inline, Literal, Mustache, Node
from edu_csv.templating.outline import SECTIONS, outline
from edu_csv.templating.parser import parse
from edu_csv.templating.repair import without_stray_commas
from edu_csv.templating.resolve import Resolver
from edu_csv.templating.scopes import Scope, taken
from edu_csv.templating.values import text


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What compile_template() made of a text.

    columns: every column it names, in branches and variables too; has_computed_columns: it also uses such
    whose names only a row tells; functions: the names of those it calls; sections: those of statements,
    people, groups, permissions that stand in it, in that order; warnings: what the author should know.
    """

    columns: frozenset[str]
    has_computed_columns: bool
    functions: frozenset[str]
    sections: tuple[str, ...]
    warnings: list[TemplateFault]
    variable_names: tuple[str, ...]
    _variables: tuple[ops.Program, ...]
    _program: ops.Program

    def bind(
        self,
        header: Sequence[str],
        *,
        org: int | str,
        time_zone: str = "UTC",
        file_name: str = "",
        created: datetime | None = None,
        now: datetime | None = None,
        optional: Collection[str] = (),
    ) -> Renderer:
        """A renderer for files with this header.

        created: when the import was received (``import.created``); now: what ``now`` gives, created when
        left out. Raises MissingColumns; ValueError for a time zone that does not exist.
        """
        missing = sorted(self.columns.difference(header, optional))
        if missing:
            raise MissingColumns(missing)
        received = created or now or datetime.now(UTC)
        setting = Setting(str(org), known_zone(time_zone), (now or received).astimezone(UTC))
        facts = {
            "import.fileName": file_name,
            "import.created": iso(received.astimezone(UTC)),
            "org.id": str(org),
        }
        linker = Linker(header, frozenset(optional), setting, facts)
        linker.variable_names = self.variable_names
        for program in self._variables:
            linker.add_variable(program)
        return Renderer(linker, self._program, len(header))


class Renderer:
    """Renders the rows of one file, one after the other; not for two threads at once."""

    def __init__(self, linker: Linker, program: ops.Program, width: int) -> None:
        self._write = linker.program(program)
        self._variables = dict(zip(linker.variable_names, linker.variables, strict=True))
        self._fresh = fresh_values(len(self._variables))
        self._row = Row(len(self._variables))
        self._width = width
        self._leaves_commas = False
        outermost((), self._row)

    def _begin(self, number: int, cells: Sequence[str]) -> Any:
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        return begin(self._row, number, cells, self._fresh)

    def render(self, number: int, cells: Sequence[str]) -> str:
        """The text of a row, less stray commas. Raises RowFault."""
        return without_stray_commas(self._rendered(number, cells))

    def _rendered(self, number: int, cells: Sequence[str]) -> str:
        try:
            written = self._write(self._begin(number, cells))
        except UnicodeEncodeError:
            raise _half_character() from None
        except RecursionError:
            raise _too_deep() from None
        if len(written) > OUTPUT_CHARS:
            raise too_long()
        return written

    def variables(self, number: int, cells: Sequence[str]) -> dict[str, str | RowFault]:
        """What each variable is worth in a row, as text, or why it cannot be told: for the editor."""
        frame = self._begin(number, cells)
        worth: dict[str, str | RowFault] = {}
        for name, get in self._variables.items():
            try:
                worth[name] = text(get(frame))
            except RowFault as fault:
                worth[name] = fault
            except UnicodeEncodeError:
                worth[name] = _half_character()
            except RecursionError:
                worth[name] = _too_deep()
        return worth

    def objects(self, number: int, cells: Sequence[str]) -> dict[str, list[Any]]:
        """The objects of a row by section: one JSON object that has nothing but lists of objects.

        Raises RowFault with the sentence of csv data import 3.1.
        """
        written = self._rendered(number, cells)
        if self._leaves_commas:
            written = without_stray_commas(written)
        try:
            return _sections(strict_json.loads(written))
        except strict_json.JsonFault as fault:
            mended = without_stray_commas(written)
            if mended == written:
                raise RowFault(f"The template did not give valid JSON for this row: {fault}.") from None
        # What is JSON already has no stray commas. Most templates never leave one; this one does.
        self._leaves_commas = True
        try:
            return _sections(strict_json.loads(mended))
        except strict_json.JsonFault as fault:
            raise RowFault(f"The template did not give valid JSON for this row: {fault}.") from None


def _half_character() -> RowFault:
    """For cells that were not read as UTF-8: no file's reader of ours gives such."""
    return RowFault("A cell of this row has half of a character (a lone surrogate).")


def _too_deep() -> RowFault:
    return RowFault("The JSON of a cell of this row has too many levels.")


def _sections(found: Any) -> dict[str, list[Any]]:
    if not isinstance(found, dict):
        raise RowFault(f"The template must give one JSON object, not {_kind(found)}.")
    count = 0
    for name, objects in found.items():
        if name not in SECTIONS:
            listed = ", ".join(SECTIONS)
            raise RowFault(f'The template gave a section "{name}"; there are {listed}.')
        if not isinstance(objects, list):
            raise RowFault(f"{name}: must be a list of objects, not {_kind(objects)}.")
        for place, item in enumerate(objects):
            if not isinstance(item, dict):
                raise RowFault(f"{name}[{place}]: must be an object, not {_kind(item)}.")
            if name == "statements" and ("authority" in item or "stored" in item):
                which = "authority" if "authority" in item else "stored"
                raise RowFault(
                    f"statements[{place}].{which}: is set when the statement is stored; leave it out."
                )
        count += len(objects)
    if count > OBJECTS:
        raise RowFault(f"The template gives {count:,} objects for this row; at most {OBJECTS:,} are allowed.")
    return found


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "true or false" if isinstance(value, bool) else "a number"


# Compiling -----------------------------------------------------------------------------------------


def compile_template(body: str, variables: Sequence[tuple[str, str]] = ()) -> Template:
    """Reads a template and its variables (name, expression), in order.

    Raises TemplateRefused with everything that is wrong, each at its line and column.
    """
    found = _Found()
    if len(body) > BODY_CHARS:
        found.fault(body, Misplaced(0, "too_long", f"A template has at most {BODY_CHARS:,} characters."))
        raise TemplateRefused(found.faults)
    if len(variables) > VARIABLES:
        found.fault(body, Misplaced(0, "too_many", f"A template has at most {VARIABLES} variables."))
        raise TemplateRefused(found.faults)
    tree, faults = _tree(body)
    names = [name for name, _ in variables]
    programs = [found.variable(place, variables) for place in range(len(variables))]
    resolver = Resolver(
        variables=names,
        variable_columns=found.variable_columns,
        variable_texts=found.variable_texts,
        assigned=frozenset(_assigned(tree)),
    )
    program = _resolved(resolver, tree)
    shape = outline(tree, names)
    # Where braces do not close, names and sections are anyone's guess.
    found.take(body, faults or [*resolver.faults, *shape.faults])
    found.warn(body, [*resolver.warnings, *shape.warnings])
    found.note(resolver)
    if found.faults:
        raise TemplateRefused(found.faults)
    return Template(
        columns=frozenset(found.columns),
        has_computed_columns=found.computed,
        functions=frozenset(found.functions),
        sections=tuple(section for section in SECTIONS if section in shape.sections),
        warnings=found.warnings,
        variable_names=tuple(names),
        _variables=tuple(programs),
        _program=program,
    )


def _said(tree: Sequence[Node]) -> str | None:
    """What a text says in every row; None when placeholders stand in it."""
    texts = [node.text for node in tree if isinstance(node, Content)]
    return "".join(texts) if len(texts) == len(tree) else None


def _tree(source: str) -> tuple[list[Node], list[Misplaced]]:
    tree, faults = parse(source)
    if half := _SURROGATE.search(source):
        faults = [*faults, Misplaced(half.start(), "half_character", "Half of a character stands here.")]
    return tree, faults


_SURROGATE = re.compile("[\ud800-\udfff]")


def _resolved(resolver: Resolver, tree: Sequence[Node]) -> ops.Program:
    try:
        return resolver.program(tree, Scope())
    except Enough:
        return ()


class _Found:
    """What all texts of a template have together."""

    def __init__(self) -> None:
        self.faults: list[TemplateFault] = []
        self.warnings: list[TemplateFault] = []
        self.columns: set[str] = set()
        self.functions: set[str] = set()
        self.computed = False
        self.variable_columns: list[frozenset[str]] = []
        self.variable_texts: list[str | None] = []
        self._depths: list[int] = []

    def variable(self, place: int, variables: Sequence[tuple[str, str]]) -> ops.Program:
        name, expression = variables[place]
        above = [known for known, _ in variables[:place]]
        if reason := taken(name, above):
            self.fault(expression, Misplaced(0, "bad_name", reason), name)
        if len(expression) > BODY_CHARS:
            self.fault(expression[:1], Misplaced(0, "too_long", f'The variable "{name}" is too long.'), name)
            expression = ""
        tree, faults = _tree(expression)
        resolver = Resolver(
            variables=above,
            variable_columns=self.variable_columns,
            variable_texts=self.variable_texts,
            later=[known for known, _ in variables[place:]],
        )
        program = _resolved(resolver, tree)
        if found := next(iter(_assigned(tree)), None):
            said = f'A variable cannot assign; "{found}" belongs into the template.'
            resolver.faults.append(Misplaced(0, "no_assign", said))
        depth = (
            resolver.deepest + 1 + max((self._depths[used] for used in resolver.used_variables), default=0)
        )
        if depth > 2 * NESTING:
            said = f"Variables use each other more than {2 * NESTING} deep."
            resolver.faults.append(Misplaced(0, "too_deep", said))
        self._depths.append(depth)
        used = [self.variable_columns[index] for index in resolver.used_variables]
        self.variable_texts.append(_said(tree))
        self.variable_columns.append(frozenset(resolver.columns).union(*used))
        self.take(expression, faults or resolver.faults, name)
        self.warn(expression, resolver.warnings, name)
        self.note(resolver)
        return program

    def note(self, resolver: Resolver) -> None:
        self.columns |= resolver.columns
        self.functions |= resolver.functions
        self.computed |= resolver.computed_columns

    def take(self, source: str, faults: Sequence[Misplaced], variable: str = "") -> None:
        lines = _lines(source)
        for fault in sorted(faults, key=lambda fault: fault.at)[:FAULTS]:
            self.faults.append(_placed(lines, fault, variable))

    def fault(self, source: str, fault: Misplaced, variable: str = "") -> None:
        self.faults.append(_placed(_lines(source), fault, variable))

    def warn(self, source: str, warnings: Sequence[Misplaced], variable: str = "") -> None:
        lines = _lines(source)
        for warning in sorted(warnings, key=lambda warning: warning.at)[:FAULTS]:
            self.warnings.append(_placed(lines, warning, variable))


def _lines(source: str) -> list[int]:
    """Where each line begins."""
    return [0, *(found.end() for found in _LINE_END.finditer(source))]


_LINE_END = re.compile("\n")


def _placed(starts: Sequence[int], fault: Misplaced, variable: str) -> TemplateFault:
    line = bisect_right(starts, fault.at)
    column = fault.at - starts[line - 1] + 1
    return TemplateFault(line, column, fault.code, fault.message, fault.suggestion, variable)


def _assigned(nodes: Sequence[Node]) -> list[str]:
    """The names that a text sets itself, wherever."""
    found: list[str] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        call = None
        if isinstance(node, Mustache | Block):
            call = node.expression if isinstance(node.expression, Call) else None
        if isinstance(node, Block | Inline):
            waiting += node.body
        if isinstance(node, Block):
            waiting += node.inverse or []
        if call is not None and call.head.name == "assign" and call.arguments:
            first = call.arguments[0]
            if isinstance(first, Literal) and isinstance(first.value, str):
                found.append(first.value)
    return found
