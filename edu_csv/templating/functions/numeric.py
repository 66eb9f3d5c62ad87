"""Numbers as functions take them: decimal, never binary, of a size that prints without an exponent."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from edu_csv.templating.faults import CallFault
from edu_csv.templating.limits import shown
from edu_csv.templating.values import Value, text

EXACT = Context(prec=120, rounding=ROUND_HALF_UP, traps=[DivisionByZero, InvalidOperation, Overflow])
PLACES = Decimal("1e-12")
_LARGEST = Decimal("1e60")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?")


def looks_numeric(value: Value) -> bool:
    return _NUMBER.fullmatch(text(value).strip()) is not None


def decimal(value: Value, argument: int | None = None) -> Decimal:
    """Raises CallFault when it is no number, or one too large to print."""
    if isinstance(value, bool) or not (found := _NUMBER.fullmatch(text(value).strip())):
        raise CallFault(f'"{shown(text(value))}" is not a number', argument)
    number = Decimal(found[0])
    if abs(number) >= _LARGEST:
        raise CallFault(f'"{shown(text(value))}" is too large', argument)
    return number


def whole(value: Value, argument: int | None = None) -> int:
    """A whole number; 2.0 is one. Raises CallFault."""
    if value.__class__ is int:
        return int(value)
    number = decimal(value, argument)
    if number != number.to_integral_value():
        raise CallFault(f'"{shown(text(value))}" is not a whole number', argument)
    return int(number)


def printed(number: Decimal) -> str:
    """At most 12 decimals, no zeros at their end, never an exponent (csv data import 1.7)."""
    if abs(number) >= _LARGEST:
        raise CallFault("the result is too large")
    plain = format(EXACT.quantize(number, PLACES), "f").rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain
