"""What is known of activities: the newest name, description and rest that a stored statement said (xapi.md A16)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

# Parts that are kept by language; what else a definition says is one part, kept whole.
BY_LANGUAGE = ("name", "description")
REST = "rest"


def parts(definition: bytes) -> Iterator[tuple[str, str, str]]:
    """(part, language, value as JSON text) of a valid definition. Empty texts say nothing; a NUL stays escaped.

    A language longer than an index takes is left out: no tag of use has 200 characters.
    """
    said: dict[str, Any] = json.loads(definition)
    for part in BY_LANGUAGE:
        for language, text in said.pop(part, {}).items():
            if text and len(language) <= 200:
                yield part, language, json.dumps(text)
    if said:
        yield REST, "", json.dumps(said, separators=(",", ":"), sort_keys=True)
