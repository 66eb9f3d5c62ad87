"""``regexReplace``; the engine and its limits are in ``patterns``."""

from __future__ import annotations

from edu_csv.templating.functions.registry import function
from edu_csv.templating.functions.texts import within
from edu_csv.templating.patterns import compiled, replace_all
from edu_csv.templating.values import Value, text


@function(
    "regexReplace value pattern replacement",
    "Every match of the pattern replaced; $1 is its first group.",
    remembered=True,
    checks={1: compiled},
)
def regex_replace(value: Value, pattern: Value, replacement: Value) -> Value:
    return replace_all(text(value), text(pattern), text(replacement), within)
