"""Filters: the objects that a caller names, found by system id or external id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Identifier

from edu_csv.access.policy import Reach
from edu_csv.roster.nouns import Noun
from edu_csv.roster.reach import reaching, within
from exports.problems import BadRequest
from exports.steps.select import live
from imports.formats.base import Format
from imports.formats.exporting import sheets

# More would be a file of its own, and the statement names each.
MOST_VALUES = 1_000

FIND = SQL("""
    {reach} SELECT t.text, o.id, o.id = t.uuid, {external_id}
      FROM unnest(%(texts)s::text[], %(uuids)s::uuid[]) AS t (text, uuid)
      JOIN {table} AS o ON (o.id = t.uuid OR {external_id} = t.text) AND {live} AND {reached}
     ORDER BY o.id
""")


def resolve(
    fmt: type[Format], institution: int, reach: Reach, given: Mapping[str, Sequence[str]]
) -> dict[str, list[UUID]]:
    """System ids by filter. Raises BadRequest for a filter or object that is not there."""
    found = {}
    nouns = filters_of(fmt)
    for name, texts in given.items():
        if name not in nouns:
            known = ", ".join(f"`{each}`" for each in nouns)
            hint = f"Filter them by {known}." if known else "They are exported whole: leave the filters out."
            raise BadRequest(
                f"filters.{name}", "unknown_filter", f"{fmt.title} have no filter `{name}`. {hint}"
            )
        if not texts:
            # An empty list would export nothing, which nobody asks for.
            raise BadRequest(
                f"filters.{name}",
                "required",
                f"Name at least one {nouns[name].name.replace('_', ' ')}, or leave the filter out.",
            )
        if len(texts) > MOST_VALUES:
            raise BadRequest(
                f"filters.{name}", "too_many", f"Name at most {MOST_VALUES:,} at once; got {len(texts):,}.",
            )  # fmt: skip
        found[name] = _ids(name, nouns[name], institution, reach, [text.strip() for text in texts])
    return found


def filters_of(fmt: type[Format]) -> Mapping[str, Noun]:
    """What narrows an export of a format: by name, the noun whose objects do."""
    if fmt.key in sheets():
        return sheets()[fmt.key][1].filters
    return {name: noun for name, (_, noun) in fmt.export_filters.items()}


def _ids(name: str, noun: Noun, institution: int, reach: Reach, texts: list[str]) -> list[UUID]:
    statement = FIND.format(
        reach=reaching(reach),
        reached=within(reach, noun),
        external_id=SQL("o.external_id") if noun.has_external_id else SQL("NULL::text"),
        table=Identifier(noun.table),
        live=live(noun),
    )
    params: dict[str, Any] = {
        "institution": institution,
        "granted": reach.granted,
        "texts": texts,
        "uuids": [_as_uuid(text) for text in texts],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    ids: list[UUID] = []
    for text in texts:
        # A system id wins over an external id that looks like one (echovideo.md 3.3).
        matches = [row for row in rows if row[0] == text and row[2]] or [
            row for row in rows if row[0] == text
        ]
        ids.append(_only(name, noun, text, matches))
    return ids


def _only(name: str, noun: Noun, text: str, matches: list[tuple[str, UUID, bool, str | None]]) -> UUID:
    called = noun.name.replace("_", " ")
    if not matches:
        raise BadRequest(
            f"filters.{name}", "unknown_reference",
            f"There is no {called} `{text}`. Write the system id or the External ID of an existing {called}.", value=text,
        )  # fmt: skip
    if len({row[1] for row in matches}) > 1:
        ids = [str(row[1]) for row in matches]
        raise BadRequest(
            f"filters.{name}", "ambiguous_reference",
            f"`{text}` can mean more than one {called}: {', '.join(ids[:5])}. Write the system id of the one you mean.",
            value=text, candidates=ids[:5],
        )  # fmt: skip
    return matches[0][1]


def _as_uuid(text: str) -> UUID | None:
    # UUID() alone would also take braces, "urn:uuid:" and 32 digits without hyphens.
    if len(text) != 36 or text[8] != "-":
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
