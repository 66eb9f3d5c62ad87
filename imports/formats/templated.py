"""Files that go through an import template: one format for each template, known by its id alone.

The columns of such a file are what the template uses, and stand in the database; so a format made here has none. Whether
the template exists, is the institution's and takes files is asked by whoever receives one (``services.check_request``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from edu_csv.roster.nouns import Noun
from imports.formats.base import Format

FAMILY = "watershed"
# What PostgreSQL can compare an id with.
LARGEST_ID = 2**63 - 1
_KEY = re.compile(rf"{FAMILY}\.([1-9][0-9]{{0,18}})")
# So many formats are kept made; another is made anew.
KEPT = 1_024

# What rows of templates make beside objects of the roster; in rows and effects it has no object, for it is no noun of it.
STATEMENT = Noun("statement", 16, "activity_statement", {}, has_external_id=False)


class TemplateFormat(Format):
    """A CSV that goes through one template (csv data import 1). template_id: of ``ImportTemplate``.

    delimiter: of the template's version, where the format was made with what it uses; else blank.
    """

    family = FAMILY
    title = "CSV Data Import"
    target = STATEMENT
    actions = ("create",)
    exportable = False
    repeats = "fold"
    bad_bytes = "file"

    template_id: ClassVar[int] = 0
    delimiter: ClassVar[str] = ""


def key_of(template_id: int) -> str:
    """``watershed.7``."""
    return f"{FAMILY}.{template_id}"


def template_id_of(key: str) -> int | None:
    """Which template a key speaks of; None when it is no key of a template."""
    found = _KEY.fullmatch(key)
    number = int(found[1]) if found else 0
    return number if 0 < number <= LARGEST_ID else None


@lru_cache(maxsize=KEPT)
def template_format(key: str) -> type[TemplateFormat] | None:
    """The format with this key; None when it is no key of a template."""
    template_id = template_id_of(key)
    if template_id is None:
        return None
    given: dict[str, Any] = {"key": key, "template_id": template_id, "__doc__": TemplateFormat.__doc__}
    return type(f"TemplateFormat{template_id}", (TemplateFormat,), given)


def is_template(fmt: type[Format] | None) -> bool:
    return fmt is not None and issubclass(fmt, TemplateFormat)
