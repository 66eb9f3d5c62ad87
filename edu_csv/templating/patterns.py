"""Regular expressions that cannot run away (csv data import 1.5; docs/decisions/templating.md).

RE2 takes time in proportion to the text, whatever the pattern, and answers the same each time. What it
does not know (looking around, references back, atomic groups) is refused when the template is saved.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache

import re2

from edu_csv.templating.faults import CallFault
from edu_csv.templating.limits import shown

VALUE_CHARS = 4_096
PATTERN_CHARS = 1_000
_MEMORY = 1 << 20
PROGRAM_SIZE = 10_000
SECONDS = 0.05

Piece = str | int
"""Text, or the number of a group."""


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


_OPTIONS = _options()


@lru_cache(256)
def compiled(pattern: str) -> re2._Regexp[str]:
    """Raises CallFault, for the argument 1, when the pattern cannot be used."""
    if len(pattern) > PATTERN_CHARS:
        raise CallFault(f"a pattern has at most {PATTERN_CHARS:,} characters", 1)
    try:
        expression = re2.compile(pattern, _OPTIONS)
        if expression.programsize <= PROGRAM_SIZE:
            return expression
        said = "it comes to too much when its repeats are written out"
    except re2.error as fault:
        reason = fault.args[0] if fault.args else b""
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    except UnicodeEncodeError:
        said = "half of a surrogate pair"
    if _LOOKS.search(pattern):
        said = (
            "looking around, references back and possessive repeats are not offered, since they can run away"
        )
    raise CallFault(f'"{shown(pattern)}" is no usable pattern: {said}', 1)


_LOOKS = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|[*+?}]\+")
_REFERENCE = re.compile(r"\\(.)|\$(?:(\d+)|\{([A-Za-z][A-Za-z0-9]*)\})|([\\$])", re.DOTALL)


@lru_cache(256)
def replacement(pattern: str, written: str) -> tuple[Piece, ...]:
    """Java's replacement: ``$1``, ``${name}``, a backslash before a sign. Raises CallFault."""
    if len(written) > PATTERN_CHARS:
        raise CallFault(f"a replacement has at most {PATTERN_CHARS:,} characters", 2)
    expression = compiled(pattern)
    pieces: list[Piece] = []
    at = 0
    for found in _REFERENCE.finditer(written):
        pieces.append(written[at : found.start()])
        at = found.end()
        if found[1] is not None:
            pieces.append(found[1])
        elif found[2] is not None:
            group, rest = _group(found[2], expression.groups)
            pieces += [group, rest]
        elif found[3] is not None:
            if found[3] not in expression.groupindex:
                raise CallFault(f'the pattern has no group called "{found[3]}"', 2)
            pieces.append(expression.groupindex[found[3]])
        else:
            raise CallFault(f'a "{found[4]}" that stands for itself is written "\\{found[4]}"', 2)
    pieces.append(written[at:])
    return tuple(piece for piece in pieces if piece != "")


def _group(digits: str, groups: int) -> tuple[int, str]:
    """As Java reads it: as many digits as make a group that exists, the first in any case."""
    length = 1
    while length < len(digits) and int(digits[: length + 1]) <= groups:
        length += 1
    number = int(digits[:length])
    if number > groups:
        raise CallFault(f"the pattern has no group {number}", 2)
    return number, digits[length:]


def replace_all(value: str, pattern: str, written: str, within: Callable[[int], None]) -> str:
    """Every match replaced. ``within`` is told how long the result will be, before it is made."""
    expression = compiled(pattern)
    pieces = replacement(pattern, written)
    if len(value) > VALUE_CHARS:
        raise CallFault(f"the value has more than {VALUE_CHARS:,} characters", 0)
    kept: list[str] = []
    started = time.thread_time()
    length = len(value)
    at = 0
    for found in expression.finditer(value):
        new = "".join([piece if isinstance(piece, str) else found.group(piece) or "" for piece in pieces])
        length += len(new)
        within(length - len(value))
        kept += (value[at : found.start()], new)
        at = found.end()
        _in_time(started)
    _in_time(started)
    if not kept:
        return value
    kept.append(value[at:])
    return "".join(kept)


def _in_time(started: float) -> None:
    """The thread's own time, so that a busy machine fails no row."""
    if time.thread_time() - started > SECONDS:
        raise CallFault(f"the pattern takes longer than {SECONDS * 1000:.0f} ms", 1)
