"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str:
    """The likeliest of ``names`` whatever their case; "" when none is near."""
    by_fold = {known.casefold(): known for known in sorted(names)}
    found = get_close_matches(name.casefold()[:100], by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


def did_you_mean(suggestion: str) -> str:
    return f' Did you mean "{suggestion}"?' if suggestion else ""
