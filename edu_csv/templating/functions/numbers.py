"""Arithmetic and the writing of numbers (csv data import 1.5, 1.7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from edu_csv.templating.faults import CallFault
from edu_csv.templating.functions.numeric import EXACT, decimal, printed, whole
from edu_csv.templating.functions.registry import function
from edu_csv.templating.functions.texts import within
from edu_csv.templating.limits import shown
from edu_csv.templating.values import Json, Value, flag, text

_NUMBER = re.compile(r"([+-]?)(?:0*([0-9]{1,60})(\.[0-9]{1,60})?\.?|(\.[0-9]{1,60}))([eE][+-]?[0-9]{1,2})?")


@function("number value", "A JSON number; a value that is none fails the row.")
def number(value: Value) -> Value:
    given = text(value).strip()
    found = _NUMBER.fullmatch(given) if len(given) <= 100 else None
    if isinstance(value, bool) or found is None:
        raise CallFault(f'"{shown(text(value))}" is not a number', 0)
    sign, before, after, only_after, power = found.groups("")
    return Json(f"{sign.strip('+')}{before or '0'}{after or only_after}{power}")


@function("boolean value", "true or false, of true/false, yes/no, y/n, 1/0 in any case; others fail the row.")
def boolean(value: Value) -> Value:
    return flag(value)


_OPERATORS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
    "%": EXACT.remainder,
}


def _operator(sign: str) -> Callable[[Decimal, Decimal], Decimal]:
    try:
        return _OPERATORS[sign.strip()]
    except KeyError:
        raise CallFault(f'"{shown(sign)}" is not one of + - * / %', 1) from None


@function("math a operator b", 'Arithmetic: math columns.Seconds "*" "1000".', checks={1: _operator})
def math(a: Value, operator: Value, b: Value) -> Value:
    work = _operator(text(operator))
    first, second = decimal(a, 0), decimal(b, 2)
    if not second and work in (EXACT.divide, EXACT.remainder):
        raise CallFault(f"{shown(text(a))} cannot be divided by 0", 2)
    if work == EXACT.remainder and abs(first) > abs(second) * Decimal("1e100"):
        raise CallFault("the result is too large")
    return printed(work(first, second))


@function("round value [digits]", "Rounded half up, to whole numbers or to so many digits.")
def round_(value: Value, digits: Value = 0) -> Value:
    places = whole(digits, 1)
    if not 0 <= places <= 12:
        raise CallFault("digits must be 0 to 12", 1)
    rounded = EXACT.quantize(decimal(value, 0), Decimal(1).scaleb(-places))
    return printed(rounded)


@function("abs value", "Without its sign.")
def abs_(value: Value) -> Value:
    return printed(decimal(value, 0).copy_abs())


def _numbers(values: tuple[Value, ...]) -> list[Decimal]:
    if len(values) == 1 and isinstance(values[0], list):
        values = tuple(values[0])
    if not values:
        raise CallFault("the list is empty", 0)
    return [decimal(value, place) for place, value in enumerate(values)]


@function("min value…", "The smallest of numbers, or of a list of them.")
def min_(*values: Value) -> Value:
    return printed(min(_numbers(values)))


@function("max value…", "The largest of numbers, or of a list of them.")
def max_(*values: Value) -> Value:
    return printed(max(_numbers(values)))


# Java's DecimalFormat ------------------------------------------------------------------------------

_NAMED = {"integer": "#,##0", "number": "#,##0.###", "percent": "#,##0%", "currency": "¤#,##0.00"}
_DECIMAL_FORMAT = re.compile(
    r"(?P<before>(?:[^#0,.'%‰;]|'[^']*')*)(?P<whole>[#,]*[0,]*)(?:\.(?P<must>0*)(?P<may>#*))?"
    r"(?P<share>\s?[%‰]?)(?P<after>(?:[^#0,.'%‰;]|'[^']*')*)"
)


@lru_cache(256)
def _number_pattern(pattern: str) -> tuple[str, int, int, int, int, str, str]:
    """before, least whole digits, group size, least and most decimals, share sign, after. Raises CallFault."""
    found = _DECIMAL_FORMAT.fullmatch(_NAMED.get(pattern, pattern)) if len(pattern) <= 100 else None
    digits = found["whole"] + (found["must"] or "") + (found["may"] or "") if found else ""
    if found is None or not digits.strip(",") or len(digits) > 40:
        raise CallFault(
            f'"{shown(pattern)}" is no pattern for numbers, such as #,##0.00, percent or integer', 1
        )
    group = len(found["whole"]) - found["whole"].rindex(",") - 1 if "," in found["whole"] else 0
    must = len(found["must"] or "")
    before, after = (part.replace("'", "").replace("¤", "$") for part in (found["before"], found["after"]))
    least = found["whole"].count("0")
    return before, least, group, must, must + len(found["may"] or ""), found["share"], after


@function(
    "numberFormat value [pattern]",
    'By a Java pattern such as "#,##0.00", or integer, percent, currency.',
    checks={1: _number_pattern},
)
def number_format(value: Value, pattern: Value = "number") -> Value:
    amount = decimal(value, 0)
    before, least, group, must, most, share, after = _number_pattern(text(pattern))
    amount = amount.scaleb({"%": 2, "‰": 3}.get(share.strip(), 0), EXACT)
    # Java rounds half to even here.
    rounded = amount.quantize(Decimal(1).scaleb(-most), ROUND_HALF_EVEN, EXACT)
    whole_part, _, rest = format(abs(rounded), "f").partition(".")
    rest = rest[:must] + rest[must:].rstrip("0")
    whole_part = whole_part.lstrip("0").rjust(least, "0") or ("" if rest else "0")
    if group:
        head = len(whole_part) % group
        groups = [whole_part[at : at + group] for at in range(head, len(whole_part), group)]
        whole_part = ",".join([whole_part[:head], *groups] if head else groups)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{before}{whole_part}{'.' if rest else ''}{rest}{share}{after}"


# Java's String.format ------------------------------------------------------------------------------

_DIRECTIVE = re.compile(r"%(?:(\d{1,2})\$)?([-+ 0,(#]*)(\d{1,4})?(?:\.(\d{1,2}))?([a-zA-Z%])")

_TOO_WIDE = re.compile(r"(?<!%)(?:%%)*(%(?:\d+\$)?[-+ 0,(#]*(?:\d{5,}(?:\.\d+)?|\d*\.\d{3,})[a-zA-Z])")


def _check_format(pattern: str) -> None:
    for found in _DIRECTIVE.finditer(pattern):
        if found[5] not in "sSdfeExXobBcn%":
            raise CallFault(f'"{found[0]}" is not one of %s %d %f %e %x %o %b %c %n %%', 0)
    if wide := _TOO_WIDE.search(pattern):
        raise CallFault(f'"{shown(wide[0])}" is wider than four digits, or has more than two of places', 0)
    if "%" in _DIRECTIVE.sub("", pattern):
        raise CallFault('a lone "%" must be written "%%"', 0)


@function(
    "stringFormat format [value…]",
    'Java\'s %s %d %05d %.2f: stringFormat "%05d" columns.Id.',
    checks={0: _check_format},
)
def string_format(pattern: Value, *values: Value) -> Value:
    template = text(pattern)
    _check_format(template)
    taken = length = 0

    def write(found: re.Match[str]) -> str:
        nonlocal taken, length
        kind = found[5]
        if kind in "n%":
            return "\n" if kind == "n" else "%"
        if found[1]:
            place = int(found[1]) - 1
        else:
            place, taken = taken, taken + 1
        if not 0 <= place < len(values):
            raise CallFault(f'there is no value for "{found[0]}"')
        made = _directive(values[place], place + 1, found[2] or "", found[3], found[4], kind)
        length += len(made)
        within(length)
        return made

    written = _DIRECTIVE.sub(write, template)
    within(len(written))
    return written


def _directive(
    value: Value, argument: int, flags: str, width: str | None, places: str | None, kind: str
) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    comma = "," if "," in flags else ""
    if kind in "dxXo":
        amount = whole(value, argument)
        if abs(amount) >= 10**60:
            raise CallFault(f'"{shown(text(value))}" is too large', argument)
        body = format(amount, f"{sign}{comma if kind == 'd' else ''}{kind}")
    elif kind in "feE":
        # Java rounds half up where Python would round half to even.
        number_given = decimal(value, argument)
        digits = 6 if places is None else int(places)
        if kind == "f":
            number_given = EXACT.quantize(number_given, Decimal(1).scaleb(-min(digits, 50)))
        body = format(number_given, f"{sign}{comma if kind == 'f' else ''}.{digits}{kind}")
        if kind in "eE" and len(exponent := body.lower().partition("e")[2]) == 2:
            body = f"{body[:-1]}0{exponent[-1]}"
    elif kind in "bB":
        body = "true" if value not in (None, "", False) else "false"
    elif kind == "c":
        body = text(value)[:1]
    else:
        body = text(value)
        body = body if places is None else body[: int(places)]
    if kind in "SB":
        body = body.upper()
    size = int(width or 0)
    if "-" in flags:
        return body.ljust(size)
    return body.zfill(size) if "0" in flags and kind in "dxXofeE" else body.rjust(size)
