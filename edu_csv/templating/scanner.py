"""A template's text taken apart: content and tags, and the words of a tag.

The grammar is that of Handlebars (its language guide and lexer): names are anything but blanks and
``! " # % & ' ( ) * + , . / ; < = > @ [ \\ ] ^ ` { | } ~``, others stand in brackets; ``\\{{`` is a
literal ``{{``; ``~`` beside the braces eats the blanks on that side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from edu_csv.templating.faults import Misplaced


@dataclass(slots=True)
class Word:
    kind: str
    text: str
    at: int
    # Whether a blank stands before it; "name(" is refused.
    spaced: bool


@dataclass(slots=True)
class Tag:
    """``{{sigil words}}``; sigil is one of ``"" # #* #> / ^ > & ! * {``."""

    at: int
    end: int
    sigil: str
    words: list[Word] = field(default_factory=list)
    eats_left: bool = False
    eats_right: bool = False
    fault: Misplaced | None = None


@dataclass(slots=True)
class Span:
    """Content from ``at`` on; ``text`` shrinks as tags eat blanks around it."""

    at: int
    text: str

    def strip_left(self, count: int) -> None:
        self.at += count
        self.text = self.text[count:]


_OPEN = re.compile(r"\{\{(?P<raw>\{\{)?(?P<left>~)?(?P<sigil>#\*|#>|[#/^>&!*]|\{)?")
_WORDS = re.compile(
    r"""
      (?P<string>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?=[=~}\s)|]|$))
    | (?P<bracket>\[(?:\\\]|[^\]])*\])
    | (?P<up>\.\.)
    | (?P<dot>\.(?=[~}\s)|/]))
    | (?P<separator>[./])
    | (?P<open>\()
    | (?P<close>\))
    | (?P<bar>\|)
    | (?P<equals>=)
    | (?P<data>@)
    | (?P<name>[^\s!"\#%&'()*+,./;<=>@\[\\\]^`{|}~]+)
    """,
    re.VERBOSE,
)
# So many tags that cannot be read are kept from taking others with them; each may cost a look at all the rest.
CAREFUL = 8
_BLANKS = re.compile(r"\s*")
_QUOTE_OPEN = re.compile(r"[\"'\[]")


def scan(text: str) -> list[Span | Tag]:
    """Content and tags in turn. A tag that cannot be read carries its fault."""
    found: list[Span | Tag] = []
    at = 0
    content_from = faults = 0
    while (start := text.find("{{", at)) >= 0:
        if text[start - 1 : start] == "\\" and start > content_from:
            if text[start - 2 : start - 1] == "\\" and start - 1 > content_from:
                # Two backslashes: one stays, and the tag counts.
                _content(found, text, content_from, start - 1)
            else:
                _content(found, text, content_from, start - 1)
                content_from = start
                at = start + 2
                continue
        else:
            _content(found, text, content_from, start)
        tag = _tag(text, start, careful=faults < CAREFUL)
        faults += tag.fault is not None
        found.append(tag)
        at = content_from = tag.end
    _content(found, text, content_from, len(text))
    _eat_blanks(found)
    return found


def _content(found: list[Span | Tag], text: str, start: int, end: int) -> None:
    if end > start:
        found.append(Span(start, text[start:end]))


def _tag(text: str, start: int, careful: bool) -> Tag:
    """careful: a tag that cannot be read takes no other with it. To look for its end may be to read all the rest."""
    opened = _OPEN.match(text, start)
    assert opened is not None  # noqa: S101 the caller found the braces
    tag = Tag(start, len(text), opened["sigil"] or "", eats_left=bool(opened["left"]))
    try:
        if opened["raw"]:
            raise Misplaced(start, "raw_block", 'Raw blocks ("{{{{") are not offered.')
        if tag.sigil == "!":
            _comment(text, tag, opened.end())
        else:
            _words(text, tag, opened.end())
    except Misplaced as fault:
        tag.fault = fault
        tag.end = _after_fault(text, opened.end(), careful)
    return tag


def _after_fault(text: str, at: int, careful: bool) -> int:
    """Where reading goes on: behind the next braces, but before those that open another tag."""
    closed, opened = text.find("}}", at), text.find("{{", at)
    if careful and opened >= 0 and (closed < 0 or opened < closed):
        return opened
    return len(text) if closed < 0 else closed + 2


def _comment(text: str, tag: Tag, at: int) -> None:
    if text.startswith("--", at):
        match = _LONG_COMMENT_END.search(text, at + 2)
        wanted = "--}}"
    else:
        match = _COMMENT_END.search(text, at)
        wanted = "}}"
    if match is None:
        raise Misplaced(tag.at, "not_closed", f'This comment is not closed with "{wanted}".')
    tag.end = match.end()
    tag.eats_right = "~" in match[0]


_LONG_COMMENT_END = re.compile(r"--(~?)\}\}")
_COMMENT_END = re.compile(r"~?\}\}")


def _words(text: str, tag: Tag, at: int) -> None:
    closing = _TRIPLE_END if tag.sigil == "{" else _END
    wanted = "}}}" if tag.sigil == "{" else "}}"
    while True:
        blank = _BLANKS.match(text, at)
        word_at = blank.end() if blank else at
        if end := closing.match(text, word_at):
            tag.end = end.end()
            tag.eats_right = bool(end[1])
            return
        match = _WORDS.match(text, word_at)
        if match is None:
            raise _unreadable(text, tag, word_at, wanted)
        tag.words.append(Word(match.lastgroup or "", match[0], word_at, word_at > at))
        at = match.end()


_END = re.compile(r"(~?)\}\}")
_TRIPLE_END = re.compile(r"\}(~?)\}\}")


def _unreadable(text: str, tag: Tag, at: int, wanted: str) -> Misplaced:
    if at >= len(text) or text.startswith("{{", at):
        return Misplaced(tag.at, "not_closed", f'This placeholder is not closed with "{wanted}".')
    if _QUOTE_OPEN.match(text, at):
        end = "]" if text[at] == "[" else text[at]
        return Misplaced(at, "not_closed", f"What begins here with {text[at]} is not closed with {end}.")
    if text.startswith("}", at):
        return Misplaced(
            at,
            "bad_braces",
            f'The placeholder that begins with "{text[tag.at : tag.at + 3]}" must end with "{wanted}".',
        )
    return Misplaced(
        at,
        "bad_character",
        f'"{text[at]}" cannot stand here; a name with signs or blanks needs brackets: columns.[Last name].',
    )


# Standalone lines --------------------------------------------------------------------------------

_LINE_START = re.compile(r"\n[ \t]*\Z")
_TEXT_START = re.compile(r"(?:\A|\n)[ \t]*\Z")
_LINE_END = re.compile(r"[ \t]*\r?\n")
_TEXT_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_STANDALONE = frozenset(("#", "#*", "/", "^", "!"))


def _eat_blanks(found: list[Span | Tag]) -> None:
    """A block's tag or a comment alone on its line takes the line with it; ``~`` takes all blanks."""
    whole = [item.text if isinstance(item, Span) else None for item in found]
    last = len(found) - 1
    for place, tag in enumerate(found):
        if not isinstance(tag, Tag):
            continue
        left = found[place - 1] if place else None
        right = found[place + 1] if place < last else None
        if _is_line_tag(tag) and _alone(whole, place, last):
            if isinstance(left, Span):
                left.text = left.text.rstrip(" \t")
            if isinstance(right, Span) and (end := _TEXT_END.match(right.text)):
                right.strip_left(end.end())
        if tag.eats_left and isinstance(left, Span):
            left.text = left.text.rstrip()
        if tag.eats_right and isinstance(right, Span):
            right.strip_left(len(right.text) - len(right.text.lstrip()))


def _is_line_tag(tag: Tag) -> bool:
    is_else = tag.sigil == "" and bool(tag.words) and tag.words[0].text == "else"
    return tag.sigil in _STANDALONE or is_else


def _alone(whole: list[str | None], place: int, last: int) -> bool:
    if place:
        before = whole[place - 1]
        start = _TEXT_START if place == 1 else _LINE_START
        if before is None or not start.search(before):
            return False
    if place < last:
        after = whole[place + 1]
        end = _TEXT_END if place + 1 == last else _LINE_END
        if after is None or not end.match(after):
            return False
    return True
