"""What an institution calls types of org units and roles, as SQL (d2l 4, 6.1, 7.3)."""

from __future__ import annotations

import json
from typing import Final

from edu_csv.roster.vocabulary import BUILT_IN_ROLE_NAMES, BUILT_IN_TYPES

DEPARTMENT, SEMESTER, TEMPLATE, OFFERING, SECTION = (
    "department", "semester", "course template", "course offering", "course section",
)  # fmt: skip
STANDARD_TYPES: Final = (DEPARTMENT, SEMESTER, TEMPLATE, OFFERING, SECTION)

# Without a reference to a row, so the database asks for them once a statement.
_OWN_TYPES = (
    "ARRAY(SELECT known.name FROM roster_org_unit_type AS known WHERE known.institution_id = %(institution)s)"
)
_OWN_ROLES = (
    "(SELECT jsonb_object_agg(known.name, known.role) FROM roster_role_name AS known"
    " WHERE known.institution_id = %(institution)s)"
)


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# SQL over ``s``: the row is about an org unit of a type of the institution's own, or a department.
IS_UNIT: Final = (
    f"(s.v_type IN ({_words(BUILT_IN_TYPES)})"
    f" OR (s.v_type = ANY ({_OWN_TYPES}) AND s.v_type NOT IN ({_words(STANDARD_TYPES)})))"
)
# The types that a row may have, in words.
KNOWN_TYPES: Final = (
    "(SELECT string_agg('`' || each.name || '`', ', ' ORDER BY each.place)"  # noqa: S608  # SQL of declarations
    f" FROM unnest(ARRAY[{_words(STANDARD_TYPES)}, 'organization'] || {_OWN_TYPES})"
    " WITH ORDINALITY AS each (name, place))"
)
_BUILT_IN_ROLES = json.dumps({name: str(role) for name, role in BUILT_IN_ROLE_NAMES.items()}).replace(
    "'", "''"
)
KNOWN_ROLES: Final = (
    "(SELECT string_agg('`' || each.name || '`', ', ' ORDER BY each.name)"  # noqa: S608  # SQL of declarations
    f" FROM jsonb_object_keys('{_BUILT_IN_ROLES}'::jsonb || coalesce({_OWN_ROLES}, '{{}}'::jsonb)) AS each (name))"
)


def role_of(name: str) -> str:
    """SQL of the role (a value of PersonRole) that a name in a file means; NULL: none. name: SQL."""
    return f"coalesce({_OWN_ROLES} ->> {name}, '{_BUILT_IN_ROLES}'::jsonb ->> {name})"
