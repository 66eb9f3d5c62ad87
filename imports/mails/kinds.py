"""What an import did by kind of object: of its rows' own objects, and of others along with them."""

from __future__ import annotations

from collections.abc import Mapping

from edu_csv.pages.words import noun, number
from imports import plans
from imports.models import Import
from imports.views import names

CHANGING = ("created", "updated", "deleted")


def lines_by_kind(upload: Import) -> list[tuple[str, str]]:
    """("sections", "212 created, 31 deleted"), …, and ("enrollments", "867 deleted along with them").

    Only what is not zero; one statement at most.
    """
    kinds = plans.counts_by_kind(upload).items()
    lines = [(noun(kind, 2), said) for kind, counts in kinds if (said := _said(counts))]
    for kind, by_operation in names.effects(upload).items():
        along = [f"{number(count)} {name}" for name, count in by_operation.items() if count]
        if along:
            lines.append((noun(kind, 2), f"{', '.join(along)} along with them"))
    return lines


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number(counts[name])} {name}" for name in CHANGING if counts.get(name))
