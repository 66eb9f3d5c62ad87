"""Erasing a person from what statements said (design section 11); the statements themselves stay, see decisions/statements.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID

WORDS = """
    UPDATE activity_fact SET words = '' WHERE institution_id = %(institution)s AND person_id = %(person)s AND words <> ''
       AND kind IN (6, 7)
"""
# The text of a question that they asked, whoever's answer repeated it.
SAID = """
    UPDATE activity_said AS s SET value = s.value - 'name'
     WHERE s.institution_id = %(institution)s AND s.value ? 'name'
       AND s.object_id IN (SELECT object_id FROM activity_said
                            WHERE institution_id = %(institution)s AND value ->> 'author_id' = %(person)s::text)
"""


def forget(cursor: Any, institution: int, person: UUID) -> None:
    """Empty the texts of this person in what is kept beside the rows. In the transaction of the caller.

    Projecting anew leaves them empty too: whoever is erased is known to be (resolving.ERASED_PEOPLE).
    """
    for statement in (WORDS, SAID):
        cursor.execute(statement, {"institution": institution, "person": person})
