"""Comparison: as a block, or inline with true/false or ``yes=``/``no=`` (csv data import 1.5)."""

from __future__ import annotations

from collections.abc import Callable

from edu_csv.templating.functions.numeric import decimal, looks_numeric
from edu_csv.templating.functions.registry import function
from edu_csv.templating.values import Value, text, truth


def _answer(result: bool, yes: Value, no: Value) -> Value:
    if yes is None and no is None:
        return result
    return yes if result else no


def _order(a: Value, b: Value) -> int:
    """-1, 0 or 1: as numbers when both look like numbers, else by letters (Java: always by letters)."""
    if looks_numeric(a) and looks_numeric(b):
        first, second = decimal(a, 0), decimal(b, 1)
        return (first > second) - (first < second)
    one, other = text(a), text(b)
    return (one > other) - (one < other)


@function("eq a b yes= no=", "Whether both are the same text.")
def eq(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(text(a) == text(b), yes, no)


@function("neq a b yes= no=", "Whether they differ as text.")
def neq(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(text(a) != text(b), yes, no)


@function("gt a b yes= no=", "Whether a is greater: as numbers when both look so, else by letters.")
def gt(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(_order(a, b) > 0, yes, no)


@function("gte a b yes= no=", "Whether a is greater or equal.")
def gte(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(_order(a, b) >= 0, yes, no)


@function("lt a b yes= no=", "Whether a is smaller.")
def lt(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(_order(a, b) < 0, yes, no)


@function("lte a b yes= no=", "Whether a is smaller or equal.")
def lte(a: Value, b: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(_order(a, b) <= 0, yes, no)


@function("and value… yes= no=", "Whether all are true: filled, not 0, not false.")
def and_(*values: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(all(truth(value) for value in values), yes, no)


@function("or value… yes= no=", "Whether one is true.")
def or_(*values: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(any(truth(value) for value in values), yes, no)


@function("not value yes= no=", "Whether it is not true.")
def not_(value: Value, yes: Value = None, no: Value = None) -> Value:
    return _answer(not truth(value), yes, no)


BLOCKS: dict[str, Callable[..., Value]] = {
    "eq": eq,
    "neq": neq,
    "gt": gt,
    "gte": gte,
    "lt": lt,
    "lte": lte,
    "and": and_,
    "or": or_,
    "not": not_,
}
"""What can also be written as ``{{#eq a b}} … {{else}} … {{/eq}}``."""
