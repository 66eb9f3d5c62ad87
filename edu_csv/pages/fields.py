"""Fields of forms, for ``_field.html``."""

from __future__ import annotations

from collections.abc import Iterable

from edu_csv.pages.contexts.parts import Field, Option


def field(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    type_: str = "text",
    error: str = "",
    required: bool = False,
    autocomplete: str = "off",
) -> Field:
    return {
        "name": name,
        "label": label,
        "value": value,
        "type": type_,  # type: ignore[typeddict-item]  # one of the literals, of our own writing
        "hint": hint,
        "error": error,
        "is_required": required,
        "autocomplete": autocomplete,
    }


def select(
    name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str, *, hint: str = "", error: str = ""
) -> Field:
    """choices: (value, what it is called). chosen: a value. Never required: one of its options is always on."""
    options: list[Option] = [
        {"label": said, "value": value, "is_on": value == chosen} for value, said in choices
    ]
    return {**field(name, label, chosen, hint=hint, type_="select", error=error), "options": options}
