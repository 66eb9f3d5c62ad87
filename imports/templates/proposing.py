"""What the editor proposes: columns that tell rows apart, and a text to begin with."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from itertools import chain, combinations

from imports.templates.content import Content
from imports.templates.examples import Example, read

DELIMITERS = (",", ";", "\t", "|")

# Combinations of more columns are nobody's key; wide files would take long to look through.
MOST_COLUMNS = 3
LOOKED_AT_COLUMNS = 12
LOOKED_AT_ROWS = 200
# Names that are written without brackets (csv data import 1.3).
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# How columns are often called, by what of a statement they are.
GUESSES = {
    "person": re.compile(r"user|person|student|learner|login|account|actor", re.IGNORECASE),
    "mail": re.compile(r"e-?mail", re.IGNORECASE),
    "name": re.compile(r"full.?name|display.?name|^name$", re.IGNORECASE),
    "time": re.compile(r"time|date|when|\bat\b|stamp", re.IGNORECASE),
    "object": re.compile(r"video|course|lesson|module|activity|item|page|quiz|title", re.IGNORECASE),
}

# Of several moments of a row these tell of what its person did.
DONE = re.compile(
    r"complet|finish|submit|watch|view|play|attend|visit|occur|happen|done|ended", re.IGNORECASE
)


def delimiter_of(content: bytes) -> str:
    """What most likely parts the cells: of the four, the commonest in the first line that has text; else a comma."""
    lines = content.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    found = max(DELIMITERS, key=first.count)
    return found if found in first else ","


def beginning(content: bytes, delimiter: str, institution: int, base: str) -> Content:
    """What a template of a file begins with: a text over its columns, and the variables that it uses. Raises FileRejected."""
    example = read(io.BytesIO(content), delimiter, institution=institution)
    variables = (("base", base), ("revision", "1"))
    return Content(body=starter(example), variables=variables, delimiter=delimiter)


def path_of(column: str) -> str:
    """How a column is written in a template: ``columns.VideoId``, ``columns.[Email Address]``."""
    return f"columns.{column}" if PLAIN.fullmatch(column) else f"columns.[{column}]"


def key_columns(example: Example) -> list[str]:
    """Columns whose cells together differ in each row, in the file's order; all when none do.

    Who, what and when come first, as far as names and cells tell: a few rows of an example may differ in less than a
    file's do.
    """
    rows = list(example.rows.values())[:LOOKED_AT_ROWS]
    filled = [at for at in range(len(example.header)) if any(row[at] for row in rows)]
    speaking = [example.header.index(name) for name in _speaking(example)]
    first = [at for at in speaking if at in filled]
    # Columns with the most different cells first: they are the likelier parts of a key.
    ranked = sorted((at for at in filled if at not in first), key=lambda at: -len({row[at] for row in rows}))
    for width in range(0 if first else 1, MOST_COLUMNS + 1):
        for chosen in combinations(ranked[:LOOKED_AT_COLUMNS], width):
            if _tells_apart(rows, [*first, *chosen]):
                return [example.header[at] for at in sorted([*first, *chosen])]
    return list(example.header)


def _speaking(example: Example) -> list[str]:
    """The columns that seem to say who, what and when."""
    header = example.header
    who = _guess(header, GUESSES["person"]) or _guess(header, GUESSES["mail"])
    found = [who, _guess(header, GUESSES["object"]), _time(example)]
    return [name for name in dict.fromkeys(found) if name]


def _tells_apart(rows: Sequence[Sequence[str]], chosen: Sequence[int]) -> bool:
    return len({tuple(row[at] for at in chosen) for row in rows}) == len(rows)


def uuid_call(example: Example, has_revision: bool = True) -> str:
    """An id by name over the columns that seem to tell rows apart; with a revision, to raise after a void (1.8)."""
    columns = " ".join(path_of(column) for column in key_columns(example))
    return f"{{{{uuid {'revision ' if has_revision else ''}{columns}}}}}"


def starter(example: Example) -> str:
    """A text that says the shape of a statement, with the example's columns where their names speak for them."""
    guessed = {what: _guess(example.header, pattern) for what, pattern in GUESSES.items()}
    guessed["time"] = _time(example)
    actor = (
        f'{{ "mbox": "mailto:{{{{lower (trim {path_of(guessed["mail"])})}}}}" }}'
        if guessed["mail"]
        else f'{{ "account": {{ "homePage": "{{{{base}}}}", "name": "{{{{{path_of(guessed["person"] or example.header[0])}}}}}" }} }}'
    )
    thing = path_of(guessed["object"] or example.header[-1])
    lines = [
        "{{!-- Evaluated once for each row. What stands here is a beginning: say which verb and object your rows mean. --}}",
        "{{!-- Look at the id: rows alike in all that uuid is given get the same one. Give it each column that tells rows apart. --}}",
        "{",
        '  "statements": [',
        "    {",
        f'      "id": "{uuid_call(example)}",',
        f'      "actor": {actor},',
        '      "verb": { "id": "http://adlnet.gov/expapi/verbs/experienced", "display": { "en": "experienced" } },',
        '      "object": {',
        f'        "id": "{{{{base}}}}/item/{{{{urlEncode {thing}}}}}",',
        f'        "definition": {{ "name": {{ "en": "{{{{{thing}}}}}" }} }}',
        "      }",
        "    }",
        "  ]",
        "}",
    ]
    if guessed["time"]:
        pattern = json.dumps(_pattern(example, guessed["time"]))
        lines[-4] = "      },"
        lines.insert(-3, f'      "timestamp": "{{{{toDateTime {pattern} {path_of(guessed["time"])}}}}}"')
    return "\n".join(lines) + "\n"


# The commonest ways in which exports write a moment, and what reads them.
PATTERNS = (
    (re.compile(r"\d{10}(\d{3})?"), "S"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*"), "ISO"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "yyyy-MM-dd HH:mm:ss"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "yyyy-MM-dd HH:mm"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "yyyy-MM-dd"),
    (re.compile(r"\d\d\.\d\d\.\d{4} \d\d:\d\d"), "dd.MM.yyyy HH:mm"),
    (re.compile(r"\d\d\.\d\d\.\d{4}"), "dd.MM.yyyy"),
)


def _time(example: Example) -> str:
    """The column that says when: by its name, and of those whose cells are moments one that tells of something done."""
    named = [name for name in example.header if GUESSES["time"].search(name)]
    # Any ten digits may be a moment, so of these the name must say so.
    ranked = [
        *(name for name in named if _written(example, name)),
        *(name for name in example.header if _written(example, name, PATTERNS[1:])),
    ]
    done = (name for name in ranked if DONE.search(name))
    return next(chain(done, ranked, named), "")


def _pattern(example: Example, column: str) -> str:
    return _written(example, column) or "ISO"


def _written(
    example: Example, column: str, patterns: Sequence[tuple[re.Pattern[str], str]] = PATTERNS
) -> str:
    """What reads the filled cells of a column; blank when they are no moments, or there are none."""
    at = example.header.index(column)
    cells = [row[at].strip() for row in example.rows.values() if row[at].strip()]
    return next(
        (pattern for shape, pattern in patterns if cells and all(map(shape.fullmatch, cells))),
        "",
    )


def _guess(header: Sequence[str], pattern: re.Pattern[str]) -> str:
    return next((name for name in header if pattern.search(name)), "")
