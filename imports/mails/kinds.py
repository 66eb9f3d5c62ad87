"""What an import did by kind of object: of its rows' own objects, and of others along with them."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg.sql import SQL

from edu_csv.pages.words import noun, number
from edu_csv.roster.nouns import BY_CODE
from imports.formats.feed import Layout, Package
from imports.models import Import, Outcome
from imports.plans.table import fetch
from imports.views import names

# null: the kind that the format is about.
BY_KIND = SQL("""
    SELECT r.object_type, r.outcome, count(*) FROM {plan_row} AS r
     WHERE r.import_id = %(import)s AND r.outcome = ANY (%(changing)s) GROUP BY 1, 2 ORDER BY 1, 2
""")
CHANGING = (Outcome.CREATED, Outcome.UPDATED, Outcome.DELETED)


def is_of_many_kinds(upload: Import) -> bool:
    """Whether rows of one such file speak of several kinds of objects."""
    fmt = names.format_of(upload)
    return fmt is not None and issubclass(fmt, (Layout, Package))


def kind_of(upload: Import) -> str:
    """What a sentence counts: the kind of object that all rows are about, else rows."""
    return "row" if is_of_many_kinds(upload) else names.kind(upload)


def counts_by_kind(upload: Import) -> list[tuple[str, str]]:
    """("sections", "212 created, 31 deleted"), …, and ("enrollments", "867 deleted along with them").

    Only what is not zero; one statement at most.
    """
    own = names.kind(upload)
    found: dict[str, dict[str, int]] = {}
    if is_of_many_kinds(upload):
        for code, outcome, count in fetch(upload, BY_KIND, {"changing": [int(each) for each in CHANGING]}):
            found.setdefault(BY_CODE[code].name if code else own, {})[Outcome(outcome).name.lower()] = count
    else:
        found[own] = upload.counts
    lines = [(noun(kind, 2), _said(counts)) for kind, counts in found.items() if _said(counts)]
    for kind, by_operation in upload.effects.items():
        along = [f"{number(count)} {name}" for name, count in by_operation.items() if count]
        if along:
            lines.append((noun(kind, 2), f"{', '.join(along)} along with them"))
    return lines


def _said(counts: Mapping[str, int]) -> str:
    order = [outcome.name.lower() for outcome in CHANGING]
    return ", ".join(f"{number(counts[name])} {name}" for name in order if counts.get(name))
