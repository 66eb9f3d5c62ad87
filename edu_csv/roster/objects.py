"""Reading objects of the roster: lists with filters and keyset paging, and one by its system id.

A page takes a constant number of statements: the rows, how they are counted, what their references are
called, and which import touched each last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import Reach
from edu_csv.roster.fields import place_columns, public_columns, references
from edu_csv.roster.filters import SEARCHED, filters_of
from edu_csv.roster.lookup import Known, look_up
from edu_csv.roster.nouns import ORG_UNIT, ORGANIZATION, Noun
from edu_csv.roster.reach import reaching, within

# A count up to here is told; beyond, it would scan a large table.
COUNTED = 10_000

ROWS = SQL("""
    {reach} SELECT {columns} FROM {table} AS o WHERE {wanted} ORDER BY {order} LIMIT %(limit)s
""")
COUNT = SQL("""
    {reach} SELECT count(*) FROM (SELECT FROM {table} AS o WHERE {wanted} LIMIT %(most)s) AS counted
""")
# An undone change does not count: the object is as if that import had never touched it.
LAST_IMPORTS = """
    SELECT DISTINCT ON (c.object_id) c.object_id, c.job_id, c.row
      FROM roster_change AS c JOIN jobs_job AS job ON job.id = c.job_id AND job.kind = 'import'
     WHERE c.institution_id = %(institution)s AND c.object_id = ANY (%(ids)s) AND c.undone_by IS NULL
     ORDER BY c.object_id, c.at DESC, c.id DESC
"""
ALWAYS = ("id", "created_at", "updated_at", "deleted_at", "made_by_job", "made_by_row")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose objects, and which."""

    institution: int
    noun: Noun
    reach: Reach


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a list. by: texts by the name of a filter (``filters_of``), ids or external ids."""

    external_id: str | None = None
    q: str = ""
    updated_after: datetime | None = None
    by: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One object: its values by column, and what was last done to it by an import."""

    noun: Noun
    values: dict[str, Any]
    last_import: UUID | None
    last_import_row: int | None

    @property
    def id(self) -> UUID:
        found: UUID = self.values["id"]
        return found

    @property
    def place(self) -> list[str]:
        return [str(self.values[name]) for name in place_columns(self.noun)]


@dataclass(frozen=True, slots=True)
class Listed:
    """Up to ``limit + 1`` objects in the order asked for, and what their references are called."""

    objects: list[Found]
    known: dict[UUID, Known]


def listed(
    scope: Scope, wanted: Wanted, *, limit: int, place: Sequence[UUID] | None = None, backwards: bool = False
) -> Listed:
    """Objects in the order of ``place_columns``. limit: one more is returned, to tell whether there are more."""
    conditions, params = _conditions(scope, wanted)
    names = place_columns(scope.noun)
    if place is not None:
        conditions.append(
            SQL("({}) {} ({})").format(
                SQL(", ").join(SQL("o.{}").format(Identifier(name)) for name in names),
                SQL("<" if backwards else ">"),
                SQL(", ").join(map(Literal, place)),
            )
        )
    direction = SQL(" DESC" if backwards else "")
    order = SQL(", ").join(SQL("o.{}").format(Identifier(name)) + direction for name in names)
    return _fetch(scope, conditions, {**params, "limit": limit + 1}, order)


def counted(scope: Scope, wanted: Wanted) -> int | None:
    """How many objects these filters show; None where counting would scan a large table."""
    if wanted.q:
        return None
    conditions, params = _conditions(scope, wanted)
    statement = COUNT.format(
        reach=reaching(scope.reach), table=Identifier(scope.noun.table), wanted=SQL(" AND ").join(conditions)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "most": COUNTED + 1})
        (number,) = cursor.fetchone()
    return int(number) if number <= COUNTED else None


def one(scope: Scope, object_id: UUID, *, with_deleted: bool = False) -> Listed:
    """The object with this system id, if it is within reach; else an empty list."""
    conditions, params = _conditions(scope, Wanted(), with_deleted=with_deleted)
    conditions.append(SQL("o.id = %(id)s"))
    return _fetch(scope, conditions, {**params, "id": object_id, "limit": 1}, SQL("o.id"))


def _fetch(scope: Scope, conditions: list[Composable], params: dict[str, Any], order: Composable) -> Listed:
    noun = scope.noun
    columns = [*ALWAYS, *(["external_id"] if noun.has_external_id else []), *public_columns(noun)]
    statement = ROWS.format(
        reach=reaching(scope.reach),
        columns=SQL(", ").join(SQL("o.{}").format(Identifier(name)) for name in columns),
        table=Identifier(noun.table),
        wanted=SQL(" AND ").join(conditions),
        order=order,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(LAST_IMPORTS, {**params, "ids": [row["id"] for row in rows]})
        touched = {object_id: (job, row) for object_id, job, row in cursor.fetchall()}
    asked: dict[int, set[UUID]] = {}
    for row in rows:
        for name in public_columns(noun):
            for code, id_ in references(noun, name, row[name]):
                asked.setdefault(code, set()).add(id_)
    made = [
        Found(noun, row, *touched.get(row["id"], (row["made_by_job"], row["made_by_row"]))) for row in rows
    ]
    return Listed(made, look_up(scope.institution, asked, scope.reach))


def _conditions(
    scope: Scope, wanted: Wanted, *, with_deleted: bool = False
) -> tuple[list[Composable], dict[str, Any]]:
    noun = scope.noun
    conditions: list[Composable] = [SQL("o.institution_id = %(institution)s")]
    params: dict[str, Any] = {"institution": scope.institution}
    if not with_deleted:
        conditions.append(SQL("o.deleted_at IS NULL"))
    conditions += [
        SQL("o.{} = {}").format(Identifier(name), Literal(value)) for name, value in noun.fixed.items()
    ]
    # Units of every type are within reach as organizations and departments are.
    kind = ORGANIZATION if noun.code == ORG_UNIT.code else noun
    conditions.append(within(scope.reach, kind))
    params["granted"] = scope.reach.granted
    if wanted.external_id is not None:
        conditions.append(SQL("o.external_id = %(external_id)s") if noun.has_external_id else SQL("FALSE"))
        params["external_id"] = wanted.external_id
    if wanted.updated_after is not None:
        conditions.append(SQL("o.updated_at > %(updated_after)s"))
        params["updated_after"] = wanted.updated_after
    if wanted.q:
        conditions.append(SQL(SEARCHED[noun.code]))
        escaped = wanted.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        params["like"] = f"%{escaped}%"
    known = filters_of(noun, scope.reach)
    for name, texts in wanted.by.items():
        conditions.append(known[name])
        params |= {f"{name}_texts": list(texts), f"{name}_ids": _uuids(texts)}
    return conditions, params


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
