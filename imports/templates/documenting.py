"""The part of docs/templates.md that the functions' declarations and the gallery already say."""

from __future__ import annotations

from collections.abc import Iterator

from edu_csv.templating import FAMILIES, FUNCTIONS
from imports.templates import gallery
from imports.templates.function_examples import EXAMPLE_ROW, EXAMPLES

# Modules of functions, by their last name -> what people call them.
TITLES = {
    "texts": "Texts",
    "regexes": "Patterns",
    "numbers": "Numbers",
    "dates": "Dates and times",
    "logic": "Questions",
    "lists": "Lists, JSON and columns",
    "encoding": "Encodings",
    "ids": "Ids",
}


def functions_part() -> str:
    """Every function by family with its arguments and an example, and every ready template with its columns."""
    return "\n\n".join([*_functions(), *_gallery()])


def _functions() -> Iterator[str]:
    yield "## Functions"
    cells = ", ".join(f"`{name}` is `{cell}`" for name, cell in EXAMPLE_ROW.items() if cell)
    yield f"The cells of the examples: {cells}, and `Blank` is blank. Files are received on 4 May 2031."
    for family in FAMILIES:
        yield f"**{TITLES[family.__name__.rpartition('.')[2]]}**"
        found = [each for each in FUNCTIONS.values() if each.run.__module__ == family.__name__]
        yield "\n".join(f"- `{each.usage}`: {each.says} {_example(each.name)}" for each in found)


def _example(name: str) -> str:
    written, given = EXAMPLES[name]
    return f"`{written}` gives `{given}`."


def _gallery() -> Iterator[str]:
    yield "## Ready templates"
    yield "\n".join(
        f"- **{each.name}**: {each.text} Columns: {', '.join(f'`{name}`' for name in each.columns)}."
        for each in gallery.entries().values()
    )
