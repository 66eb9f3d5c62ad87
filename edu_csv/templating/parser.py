"""A template's text to its tree. Every fault is collected, so that the editor shows them all at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from edu_csv.templating.expressions import Reader
from edu_csv.templating.faults import Misplaced
from edu_csv.templating.limits import FAULTS, NESTING
from edu_csv.templating.nodes import Block, Content, Inline, Literal, Mustache, Node, Path, Use
from edu_csv.templating.scanner import Span, Tag, scan


@dataclass(slots=True)
class _Open:
    """A block that waits for its end; ``{{else if}}`` opens a further one that ends with the first."""

    tag: Tag
    name: str
    node: Block | Inline | None
    target: list[Node]
    chained: bool = False
    had_else: bool = False


@dataclass(slots=True)
class _Parser:
    root: list[Node] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    faults: list[Misplaced] = field(default_factory=list)

    @property
    def target(self) -> list[Node]:
        return self.open[-1].target if self.open else self.root

    def take(self, item: Span | Tag) -> None:
        if isinstance(item, Span):
            if item.text:
                self.target.append(Content(item.at, item.text))
            return
        try:
            if item.fault is not None:
                if item.sigil in ("#", "^", "#*", "#>"):
                    # What it opens is closed somewhere; that end is no fault of its own.
                    self.open.append(_Open(item, "", None, []))
                elif item.sigil == "/":
                    self.end_unread()
                raise item.fault
            self.tag(item)
        except Misplaced as fault:
            self.faults.append(fault)

    def tag(self, tag: Tag) -> None:
        words = tag.words
        if tag.sigil == "!":
            return
        if tag.sigil == "/":
            self.close(tag)
        elif tag.sigil == "^" and not words:
            self.otherwise(tag)
        elif tag.sigil in ("#", "^"):
            self.block(tag)
        elif tag.sigil == "#*":
            self.inline(tag)
        elif tag.sigil == ">":
            self.use(tag)
        elif tag.sigil in ("#>", "*"):
            if tag.sigil == "#>":
                self.open.append(_Open(tag, "", None, []))
            raise Misplaced(
                tag.at,
                "not_offered",
                'Of parts, only {{#*inline "name"}} … {{/inline}} and {{> name}} are offered.',
            )
        elif tag.sigil == "" and words and words[0].kind == "name" and words[0].text == "else":
            self.otherwise(tag)
        else:
            reader = Reader(words, tag.at)
            expression = reader.call()
            reader.end()
            self.target.append(Mustache(tag.at, expression, tag.sigil not in ("{", "&")))

    def push(self, opened: _Open) -> None:
        # Further out than this, more blocks are chained than can be.
        if sum(not one.chained for one in self.open[-21 * NESTING :]) >= NESTING:
            self.faults.append(
                Misplaced(opened.tag.at, "too_deep", f"Blocks stand more than {NESTING} deep in each other.")
            )
            opened.node = None
        self.open.append(opened)

    def block(self, tag: Tag) -> None:
        inverted = tag.sigil == "^"
        try:
            node = self._block_of(Reader(tag.words, tag.at), tag.at)
        except Misplaced:
            name = tag.words[0].text if tag.words else ""
            self.open.append(_Open(tag, name, None, []))
            raise
        parent = self.target
        if inverted:
            node.inverse = []
        opened = _Open(tag, node.head.original, node, node.inverse if node.inverse is not None else node.body)
        opened.had_else = inverted
        self.push(opened)
        if opened.node is not None:
            parent.append(node)

    def _block_of(self, reader: Reader, at: int) -> Block:
        expression = reader.call()
        if isinstance(expression, Literal):
            raise Misplaced(expression.at, "no_name", "A block begins with a function or a column.")
        params = reader.params()
        reader.end()
        return Block(at, expression, params)

    def otherwise(self, tag: Tag) -> None:
        opened = self.open[-1] if self.open else None
        if opened is None or isinstance(opened.node, Inline):
            raise Misplaced(tag.at, "stray_else", '"else" stands outside of any block.')
        if opened.had_else:
            raise Misplaced(tag.at, "second_else", 'This block has an "else" already.')
        opened.had_else = True
        node = opened.node
        inverse: list[Node] = []
        if node is not None:
            assert isinstance(node, Block)  # noqa: S101 inlines were turned away above
            node.inverse = inverse
        opened.target = inverse
        rest = tag.words[1:]
        if not rest:
            return
        try:
            chained = self._block_of(Reader(rest, tag.at), tag.at)
        except Misplaced:
            self.open.append(_Open(tag, opened.name, None, [], chained=True))
            raise
        chained.chained = True
        inverse.append(chained)
        if len(self.open) > 20 * NESTING:
            raise Misplaced(tag.at, "too_deep", f'"else" stands more than {20 * NESTING} times in a row.')
        self.open.append(_Open(tag, opened.name, chained, chained.body, chained=True))

    def inline(self, tag: Tag) -> None:
        words = tag.words
        named = len(words) == 2 and words[0].text == "inline" and words[1].kind in ("string", "name")
        if not named:
            self.open.append(_Open(tag, words[0].text if words else "", None, []))
            raise Misplaced(tag.at, "bad_inline", 'A part begins with {{#*inline "name"}}.')
        name = words[1].text[1:-1] if words[1].kind == "string" else words[1].text
        node = Inline(tag.at, name)
        parent = self.target
        opened = _Open(tag, "inline", node, node.body)
        self.push(opened)
        if opened.node is not None:
            parent.append(node)

    def use(self, tag: Tag) -> None:
        reader = Reader(tag.words, tag.at)
        head = reader.operand()
        if isinstance(head, Literal) and isinstance(head.value, str):
            name = head.value
        elif isinstance(head, Path) and not (head.up or head.data or head.here):
            name = head.original.strip("[]")
        else:
            raise Misplaced(tag.at, "bad_part", "A part is used by its name: {{> name}}.")
        arguments, named = reader.arguments(0)
        reader.end()
        if len(arguments) > 1:
            raise Misplaced(arguments[1].at, "too_much", "A part takes one context at most.")
        self.target.append(Use(tag.at, name, arguments[0] if arguments else None, named))

    def close(self, tag: Tag) -> None:
        name = "".join(word.text for word in tag.words)
        while self.open and self.open[-1].chained:
            self.open.pop()
        if not self.open:
            raise Misplaced(tag.at, "stray_end", f'"{{{{/{name}}}}}" ends a block that was not begun.')
        opened = self.open[-1]
        if opened.name and name != opened.name:
            if any(one.name == name for one in self.open):
                # The inner one was forgotten: say so once, and go on outside.
                while self.open[-1].name != name or self.open[-1].chained:
                    self.forgotten(self.open.pop())
                self.open.pop()
                return
            raise Misplaced(
                tag.at,
                "wrong_end",
                f'"{{{{/{opened.name}}}}}" was expected here, not "{{{{/{name}}}}}".',
                f"{{{{/{opened.name}}}}}",
            )
        self.open.pop()

    def end_unread(self) -> None:
        """An end that could not be read ends what is open, so that it is not missed as well."""
        while self.open and self.open.pop().chained:
            pass

    def forgotten(self, opened: _Open) -> None:
        if opened.chained or not opened.name:
            return
        sigil = "#*" if opened.tag.sigil == "#*" else opened.tag.sigil
        self.faults.append(
            Misplaced(
                opened.tag.at,
                "not_closed",
                f'The block "{{{{{sigil}{opened.name}}}}}" is not closed with "{{{{/{opened.name}}}}}".',
                f"{{{{/{opened.name}}}}}",
            )
        )


def parse(text: str) -> tuple[list[Node], list[Misplaced]]:
    """The tree, and what is wrong with the text, in its order."""
    parser = _Parser()
    for item in scan(text):
        parser.take(item)
        if len(parser.faults) >= FAULTS:
            return parser.root, parser.faults[:FAULTS]
    while parser.open and len(parser.faults) < FAULTS:
        parser.forgotten(parser.open.pop())
    return parser.root, sorted(parser.faults, key=lambda fault: fault.at)
