"""What is known of activities: the newest name, description and rest that a stored statement said (xapi.md A16)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from edu_csv.activity.terms import salt_of
from edu_csv.activity.xapi import term

# Parts that are kept by language; what else a definition says is one part, kept whole.
BY_LANGUAGE = ("name", "description")
REST = "rest"
# A longer tag would not fit into an index; none of use has so many characters.
LONGEST_TAG = 200

KNOWN = """
    SELECT d.activity, d.part, d.language, d.value
      FROM activity_definition AS d
     WHERE d.institution_id = %(institution)s AND d.activity = ANY(%(activities)s)
     ORDER BY d.activity, d.part, d.language, d.stored, d.seq
"""

# A definition, put together.
Known = dict[str, Any]


def parts(definition: bytes) -> Iterator[tuple[str, str, str]]:
    """(part, language, value as JSON text) of a valid definition. Empty texts say nothing; a NUL stays escaped."""
    said: dict[str, Any] = json.loads(definition)
    for part in BY_LANGUAGE:
        for language, text in said.pop(part, {}).items():
            if text and len(language) <= LONGEST_TAG:
                yield part, language, json.dumps(text)
    if said:
        yield REST, "", json.dumps(said, separators=(",", ":"), sort_keys=True)


def key_of(activity: str, salt: int) -> int:
    """Under which number an activity is kept."""
    return term("activity", activity) ^ salt


def known_of(cursor: Any, institution: int, activities: Iterable[str]) -> dict[str, Known]:
    """The definitions of these activities, by id; those without one are left out."""
    salt = salt_of(institution)
    ids = {key_of(activity, salt): activity for activity in activities}
    if not ids:
        return {}
    cursor.execute(KNOWN, {"institution": institution, "activities": list(ids)})
    found: dict[str, Known] = {}
    for number, part, language, value in cursor.fetchall():
        definition = found.setdefault(ids[number], {})
        if part == REST:
            definition.update(json.loads(value))
        else:
            definition.setdefault(part, {})[language] = json.loads(value)
    return found
