"""Functions on text; where Handlebars.java has them, with its meaning (csv data import 1.5)."""

from __future__ import annotations

import re

from edu_csv.templating.faults import CallFault
from edu_csv.templating.functions.numeric import whole
from edu_csv.templating.functions.registry import function
from edu_csv.templating.limits import OUTPUT_CHARS
from edu_csv.templating.values import Value, flag, text


def within(length: int) -> None:
    """Raises CallFault before a result is made that could not be printed anyway."""
    if length > OUTPUT_CHARS:
        raise CallFault(f"the result would have more than {OUTPUT_CHARS:,} characters")


@function("lower value", "In small letters.")
def lower(value: Value) -> Value:
    return text(value).lower()


@function("upper value", "In capital letters.")
def upper(value: Value) -> Value:
    return text(value).upper()


@function("trim value", "Without blanks at both ends.")
def trim(value: Value) -> Value:
    return text(value).strip()


@function("capitalize value fully=", "Each word with a capital first; fully=true makes the rest small.")
def capitalize(value: Value, fully: Value = False) -> Value:
    whole_text = text(value)
    if flag(fully):
        whole_text = whole_text.lower()
    return _WORD_START.sub(lambda found: found[0].upper(), whole_text)


_WORD_START = re.compile(r"(?<!\S)\S")


@function("capitalizeFirst value", "The first letter a capital.")
def capitalize_first(value: Value) -> Value:
    whole_text = text(value)
    return whole_text[:1].upper() + whole_text[1:]


@function("substring value start [end]", "From start, counted from 0, up to but without end.")
def substring(value: Value, start: Value, end: Value = None) -> Value:
    whole_text = text(value)
    first = max(whole(start, 1), 0)
    last = len(whole_text) if end is None else max(whole(end, 2), 0)
    return whole_text[first:last]


@function("replace value target replacement", "Every target replaced; no pattern, only text.")
def replace(value: Value, target: Value, replacement: Value) -> Value:
    whole_text, old, new = text(value), text(target), text(replacement)
    if not old:
        return whole_text
    within(len(whole_text) + whole_text.count(old) * (len(new) - len(old)))
    return whole_text.replace(old, new)


@function("cut value [what] what=", 'Without any "what"; blanks when it is left out.')
def cut(value: Value, what_: Value = None, what: Value = None) -> Value:
    given = what if what_ is None else what_
    old = " " if given is None else text(given)
    return text(value).replace(old, "") if old else text(value)


@function("abbreviate value length", 'At most so many characters, the last three then "...".')
def abbreviate(value: Value, length: Value) -> Value:
    whole_text, most = text(value), whole(length, 1)
    if most < 4:
        raise CallFault("the length must be 4 or more", 1)
    return whole_text if len(whole_text) <= most else whole_text[: most - 3] + "..."


def _size(positional: Value, named: Value) -> int:
    given = positional if positional is not None else named
    if given is None:
        raise CallFault("a size is needed, as in size=20")
    # What is filled up cannot have less than nothing; Python's own functions balk far below.
    size = max(whole(given, 1), 0)
    within(size)
    return size


def _pad(pad: Value) -> str:
    filler = text(pad)
    if len(filler) != 1:
        raise CallFault(f'pad must be one character, not "{filler}"')
    return filler


@function("ljust value [size] size= pad=", "Filled up at the right to the size.")
def ljust(value: Value, size_: Value = None, size: Value = None, pad: Value = " ") -> Value:
    return text(value).ljust(_size(size_, size), _pad(pad))


@function("rjust value [size] size= pad=", "Filled up at the left to the size.")
def rjust(value: Value, size_: Value = None, size: Value = None, pad: Value = " ") -> Value:
    return text(value).rjust(_size(size_, size), _pad(pad))


@function("center value [size] size= pad=", "Filled up at both sides to the size.")
def center(value: Value, size_: Value = None, size: Value = None, pad: Value = " ") -> Value:
    whole_text, size_wanted, filler = text(value), _size(size_, size), _pad(pad)
    missing = max(size_wanted - len(whole_text), 0)
    # The odd one goes to the right, as in Java; Python's own center() takes turns.
    return filler * (missing // 2) + whole_text + filler * (missing - missing // 2)


@function("wordWrap value length", "Lines of at most so many characters, broken at blanks.")
def word_wrap(value: Value, length: Value) -> Value:
    most = whole(length, 1)
    if most < 1:
        raise CallFault("the length must be 1 or more", 1)
    lines: list[list[str]] = [[]]
    length = -1
    for word in text(value).split(" "):
        if lines[-1] and length + 1 + len(word) > most:
            lines.append([])
            length = -1
        lines[-1].append(word)
        length += 1 + len(word)
    return "\n".join([" ".join(line) for line in lines])


@function("stripTags value", "Without what stands between < and >.")
def strip_tags(value: Value) -> Value:
    rest = text(value)
    kept = []
    at = 0
    while (start := rest.find("<", at)) >= 0 and (end := rest.find(">", start)) >= 0:
        kept.append(rest[at:start])
        at = end + 1
    kept.append(rest[at:])
    return "".join(kept)


@function("slugify value", "Small letters, digits and _; blanks become -, other signs go.", remembered=True)
def slugify(value: Value) -> Value:
    # Java's own drops digits too, so that ids of different weeks collide (csv data import 1.5).
    kept = "".join(
        [sign for sign in text(value).strip().lower() if sign.isalnum() or sign in "_-" or sign.isspace()]
    )
    return "-".join(kept.split())


@function("defaultIfEmpty value default…", "The first that is not empty, else the last.")
def default_if_empty(value: Value, *defaults: Value) -> Value:
    for candidate in (value, *defaults):
        if candidate or isinstance(candidate, dict):
            return candidate
    return defaults[-1]


@function("coalesce value…", "The first that is not empty, else nothing.")
def coalesce(*values: Value) -> Value:
    return next((value for value in values if value or isinstance(value, dict)), None)


@function("startsWith value start", "Whether it begins so.")
def starts_with(value: Value, start: Value) -> Value:
    return text(value).startswith(text(start))


@function("endsWith value end", "Whether it ends so.")
def ends_with(value: Value, end: Value) -> Value:
    return text(value).endswith(text(end))


@function("yesno value yes= no= maybe=", '"yes", "no", or "maybe" when it is empty.')
def yesno(value: Value, yes: Value = "yes", no: Value = "no", maybe: Value = "maybe") -> Value:
    if value is None or value == "":
        return maybe
    return yes if flag(value) else no
