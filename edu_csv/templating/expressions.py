"""The words of a tag to an expression: paths, literals, calls in calls, named arguments."""

from __future__ import annotations

from decimal import Decimal

from edu_csv.templating.faults import Misplaced
from edu_csv.templating.limits import NESTING
from edu_csv.templating.nodes import Call, Expression, Literal, Path
from edu_csv.templating.scanner import Word

_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}


class Reader:
    """Reads the words of one tag from left to right. Raises Misplaced."""

    def __init__(self, words: list[Word], at: int) -> None:
        self.words = words
        self.place = 0
        # Where the tag begins: what a fault at its end points to.
        self.at = at

    def peek(self, ahead: int = 0) -> Word | None:
        place = self.place + ahead
        return self.words[place] if place < len(self.words) else None

    def call(self) -> Path | Call | Literal:
        """``name``, or ``name argument… key=value…``, to the end of the tag or the parenthesis."""
        return self._call(0)

    def _call(self, depth: int) -> Path | Call | Literal:
        if depth > NESTING:
            raise Misplaced(self.at, "too_deep", f"Calls stand more than {NESTING} deep in each other.")
        head = self.operand(depth)
        word = self.peek()
        if (
            word is None
            or word.kind == "close"
            or (word.kind == "name" and word.text == "as" and self._bars())
        ):
            if isinstance(head, Call):
                raise Misplaced(head.at, "no_name", "A name was expected here, not a call in parentheses.")
            return head
        self._refuse_glued(head, word)
        if not isinstance(head, Path):
            raise Misplaced(head.at, "no_name", "A function's name was expected here.")
        arguments, named = self.arguments(depth)
        return Call(head.at, head, arguments, named)

    def _bars(self) -> bool:
        after = self.peek(1)
        return after is not None and after.kind == "bar"

    def _refuse_glued(self, head: Expression, word: Word) -> None:
        if word.kind == "open" and not word.spaced and isinstance(head, Path):
            raise Misplaced(
                word.at,
                "no_blank",
                f'A blank is needed between "{head.original}" and "(".',
                f"{head.original} (",
            )

    def arguments(self, depth: int) -> tuple[list[Expression], dict[str, Expression]]:
        found: list[Expression] = []
        named: dict[str, Expression] = {}
        while (word := self.peek()) is not None and word.kind != "close":
            if word.kind == "name" and word.text == "as" and self._bars():
                break
            if self._is_key():
                self.place += 2
                if word.text in named:
                    raise Misplaced(
                        word.at, "repeated_name", f'The named argument "{word.text}" stands twice.'
                    )
                named[word.text] = self.operand(depth)
            elif named:
                raise Misplaced(word.at, "order", "Arguments without a name stand before those with one.")
            else:
                if found:
                    self._refuse_glued(found[-1], word)
                found.append(self.operand(depth))
        return found, named

    def _is_key(self) -> bool:
        word, after = self.peek(), self.peek(1)
        return (
            word is not None
            and after is not None
            and word.kind in ("name", "number")
            and after.kind == "equals"
        )

    def operand(self, depth: int = 0) -> Expression:
        word = self.peek()
        if word is None:
            raise Misplaced(
                self.at, "empty", "Something is missing here: a column, a variable or a function."
            )
        if word.kind == "string":
            self.place += 1
            quote = word.text[0]
            return Literal(word.at, word.text[1:-1].replace("\\" + quote, quote))
        if word.kind == "number":
            self.place += 1
            if len(word.text) > 60:
                raise Misplaced(word.at, "too_long", "A number has at most 60 digits.")
            return Literal(word.at, Decimal(word.text) if "." in word.text else int(word.text))
        if word.kind == "open":
            return self._nested(word, depth)
        if word.kind == "name" and word.text in _CONSTANTS and not self._goes_on():
            self.place += 1
            return Literal(word.at, _CONSTANTS[word.text])
        return self.path()

    def _goes_on(self) -> bool:
        after = self.peek(1)
        return after is not None and after.kind == "separator" and not after.spaced

    def _nested(self, word: Word, depth: int) -> Expression:
        self.place += 1
        inner = self._call(depth + 1)
        end = self.peek()
        if end is None or end.kind != "close":
            raise Misplaced(word.at, "not_closed", 'This parenthesis is not closed with ")".')
        self.place += 1
        # "(name)" is a call without arguments, "(columns.X)" the value itself.
        if isinstance(inner, Path) and inner.name is not None:
            return Call(inner.at, inner, [], {})
        return inner

    def path(self) -> Path:
        first = self.peek()
        if first is None:
            raise Misplaced(self.at, "empty", "A name is missing here.")
        start = self.place
        up, here, data = 0, False, False
        if first.kind == "data":
            data = True
            self.place += 1
        while (word := self.peek()) is not None and word.kind == "up":
            up += 1
            self.place += 1
            if not self._separator():
                return Path(first.at, self._original(start), (), up, data)
        word = self.peek()
        if (
            word is not None
            and (word.kind == "dot" or (word.kind == "name" and word.text == "this"))
            and not data
        ):
            here = True
            self.place += 1
            if not self._separator():
                return Path(first.at, self._original(start), (), up, data, here)
        parts = [self._part(first)]
        while self._separator():
            parts.append(self._part(first))
        return Path(first.at, self._original(start), tuple(parts), up, data, here)

    def _separator(self) -> bool:
        word = self.peek()
        if word is None or word.kind not in ("separator", "dot") or word.spaced:
            return False
        self.place += 1
        return True

    def _part(self, first: Word) -> str:
        word = self.peek()
        if word is None or word.kind not in ("name", "bracket", "number"):
            at = word.at if word is not None else first.at
            what = f'"{word.text}" cannot stand here' if word is not None else "A name is missing here"
            raise Misplaced(
                at, "bad_path", f"{what}; a column is written columns.Name or columns.[Last name]."
            )
        self.place += 1
        return word.text[1:-1].replace("\\]", "]") if word.kind == "bracket" else word.text

    def _original(self, start: int) -> str:
        return "".join(word.text for word in self.words[start : self.place])

    def params(self) -> tuple[str, ...]:
        """``as |item index|`` at the end of a block's tag."""
        word = self.peek()
        if word is None or word.text != "as" or not self._bars():
            return ()
        self.place += 2
        names = []
        while (name := self.peek()) is not None and name.kind == "name":
            names.append(name.text)
            self.place += 1
        bar = self.peek()
        if bar is None or bar.kind != "bar" or not names:
            raise Misplaced(word.at, "bad_params", "Names between bars were expected: as |item index|.")
        self.place += 1
        return tuple(names)

    def end(self) -> None:
        word = self.peek()
        if word is not None:
            raise Misplaced(word.at, "too_much", f'"{word.text}" cannot stand here.')
