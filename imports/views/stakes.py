"""What the roster says about the first rows of an upload, as far as its sender reaches: ids that exist, values that
would go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access import policy
from edu_csv.access.actors import Actor
from edu_csv.pages.words import counted
from edu_csv.roster.nouns import Noun
from edu_csv.roster.reach import reaching, within
from imports.formats.columns import Column
from imports.formats.references import EMAIL, OwnId
from imports.formats.text import fold

# What an emptied column means for an object, where that is not simply nothing.
FOLLOWS_THEN = {("campus", "Time Zone"): "and follow that of the institution"}

SYSTEM_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# The objects that texts name: by system id, external id or folded e-mail address.
NAMED = SQL("""
    {reaching} SELECT {wanted} FROM {table} AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND {kind} AND {within}
       AND (o.external_id = ANY (%(texts)s) OR o.id = ANY (%(ids)s) {by_email})
""")


def existing(actor: Actor, own_id: OwnId, texts: Sequence[str]) -> int:
    """How many live objects these ids name that the actor may import."""
    [number] = _of_named(actor, own_id, texts, SQL("count(*)"))
    return int(number)


def values_at_stake(
    actor: Actor, own_id: OwnId, texts: Sequence[str], absent: Sequence[Column]
) -> dict[str, int]:
    """By header: how many of the objects named have a value in a column that the file lacks."""
    columns = [column for column in absent if column.values]
    if not columns or not texts:
        return {}
    counts = SQL(", ").join(
        SQL("count(*) FILTER (WHERE o.{field} IS NOT NULL AND o.{field}::text <> '{{}}')").format(
            field=Identifier(column.values[0][0])
        )
        for column in columns
    )
    found = _of_named(actor, own_id, texts, counts)
    return {column.header: int(number) for column, number in zip(columns, found, strict=True)}


def _of_named(actor: Actor, own_id: OwnId, texts: Sequence[str], wanted: Composable) -> tuple[Any, ...]:
    noun: Noun = own_id.to
    reach = policy.import_reach(actor, noun.name)
    kinds = [SQL("o.{} = {}").format(Identifier(name), Literal(value)) for name, value in noun.fixed.items()]
    by_email = SQL("OR o.{field} = ANY (%(folded)s)").format(field=Identifier(noun.folded_key or "id"))
    statement = NAMED.format(
        reaching=reaching(reach),
        wanted=wanted,
        kind=SQL(" AND ").join(kinds) if kinds else SQL("TRUE"),
        within=within(reach, noun, every=True),
        table=Identifier(noun.table),
        by_email=by_email if EMAIL in own_id.by and noun.folded_key else SQL(""),
    )
    params: dict[str, Any] = {
        "institution": actor.institution,
        "granted": reach.granted,
        "texts": list(texts),
        "ids": [UUID(text) for text in texts if SYSTEM_ID.fullmatch(text)],
        "folded": [fold(text) for text in texts],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: tuple[Any, ...] = cursor.fetchone()
    return found


def losses_said(kind: str, numbers: Mapping[str, int]) -> list[str]:
    """ "1 section would lose its Description", of each column that has a value to lose. numbers: by header."""
    return [
        " ".join(
            filter(
                None,
                [
                    f"{counted(count, kind)} would lose {'its' if count == 1 else 'their'} {header}",
                    FOLLOWS_THEN.get((kind, header)),
                ],
            )
        )
        for header, count in numbers.items()
        if count
    ]
