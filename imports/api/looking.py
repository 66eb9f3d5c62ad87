"""Finding what a caller may see; whatever else is 404."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from edu_csv.access.actors import Actor
from edu_csv.access.api.problems import not_found
from imports.models import Import
from imports.services import visible_imports


def find_import(actor: Actor, import_id: UUID) -> Import:
    """An import that the caller sees; raises Refusal 404."""
    found: Any = visible_imports(actor).filter(pk=import_id).first()
    if found is None:
        raise not_found("There is no such import.")
    return found  # type: ignore[no-any-return]
