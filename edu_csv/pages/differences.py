"""Before → after, cut into what stays and what differs, so that only the difference is marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Value = str | Sequence[str] | None

LONGEST_SHOWN = 80
CONTEXT = 20
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Side:
    """One value: what it shares with the other at its head and tail, and what is its own between.

    shortened: the whole text did not fit; ``whole`` has it.
    """

    head: str
    own: str
    tail: str
    whole: str
    shortened: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.whole


@dataclass(frozen=True, slots=True)
class Difference:
    before: Side
    after: Side

    @property
    def marks_before(self) -> bool:
        """Letters were only taken away: nothing new could carry the mark, so the old value does."""
        return bool(self.after.whole) and not self.after.own


def difference(before: Value, after: Value) -> Difference:
    """Compare two values; a list reads as its items with semicolons, None and "" are both blank."""
    old, new = text_of(before), text_of(after)
    head = _shared_head(old, new)
    tail = _shared_tail(old[head:], new[head:])
    return Difference(_side(old, head, tail), _side(new, head, tail))


def text_of(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else "; ".join(value)


def _shared_head(old: str, new: str) -> int:
    length = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        length += 1
    # A letter and its accent stay together, or the mark would begin in the middle of a letter.
    while length and (_joins(old, length) or _joins(new, length)):
        length -= 1
    return length


def _shared_tail(old: str, new: str) -> int:
    length = 0
    for one, other in zip(reversed(old), reversed(new), strict=False):
        if one != other:
            break
        length += 1
    while length and (_joins(old, len(old) - length) or _joins(new, len(new) - length)):
        length -= 1
    # Half a word or number kept at the end reads worse than the whole of it marked.
    while length and _splits_a_word(old, len(old) - length, new, len(new) - length):
        length -= 1
    return length


def _joins(text: str, at: int) -> bool:
    return at < len(text) and unicodedata.combining(text[at]) != 0


def _splits_a_word(old: str, old_at: int, new: str, new_at: int) -> bool:
    return any(
        0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
        for text, at in ((old, old_at), (new, new_at))
    )


def _side(text: str, head: int, tail: int) -> Side:
    end = len(text) - tail
    before, own, after = text[:head], text[head:end], text[end:]
    if len(text) <= LONGEST_SHOWN:
        return Side(before, own, after, text)
    if len(before) > CONTEXT:
        before = ELLIPSIS + before[-CONTEXT:]
    if len(after) > CONTEXT:
        after = after[:CONTEXT] + ELLIPSIS
    if len(own) > LONGEST_SHOWN:
        own = own[:LONGEST_SHOWN] + ELLIPSIS
    return Side(before, own, after, text, shortened=True)
