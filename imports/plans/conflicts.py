"""Conflicts of an undo as whoever asks may see them: without the ids of what lies beyond their reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from edu_csv.access.policy import Reach
from edu_csv.roster.lookup import Known, look_up
from edu_csv.roster.nouns import NOUNS
from imports.plans.values import references_in

VALUES = ("ours", "now")


def within_reach(
    institution: int, conflicts: Sequence[Mapping[str, Any]], reach: Reach
) -> list[dict[str, Any]]:
    """The same conflicts (``imports.undo``), null standing for each object beyond reach; one statement."""
    wanted: dict[int, set[UUID]] = {}
    for one in conflicts:
        for name in VALUES:
            for code, id_ in references_in(NOUNS[one["object_type"]], _values(one, name)):
                wanted.setdefault(code, set()).add(id_)
    known = look_up(institution, wanted, reach) if not reach.is_whole else {}
    return [{**one, **{name: _seen(one, name, known) for name in VALUES}} for one in conflicts]


def _values(one: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {one["field"]: one[name]} if one["field"] else {}


def _seen(one: Mapping[str, Any], name: str, known: Mapping[UUID, Known]) -> Any:
    value = one[name]
    hidden = {str(id_) for _, id_ in references_in(NOUNS[one["object_type"]], _values(one, name))}
    hidden &= {str(id_) for id_, it in known.items() if it.is_hidden}
    if not hidden:
        return value
    return [None if each in hidden else each for each in value] if isinstance(value, list) else None
