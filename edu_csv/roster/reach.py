"""Reading within reach: everything below some org units, as a condition of one statement.

For statements that only read. Planning an import fills a temporary table instead, once, because many
statements ask it (design section 6).
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import Reach
from edu_csv.roster.nouns import NOUNS, ORG_UNIT, POINTS_TO_ANY, Noun

# Distinct units, never paths: a unit below two others is met once.
REACH = SQL("""
    WITH RECURSIVE reach (id) AS (
        SELECT u.id FROM roster_org_unit AS u
         WHERE u.institution_id = %(institution)s AND u.id = ANY (%(granted)s::uuid[]) AND u.deleted_at IS NULL
        UNION
        SELECT u.id FROM roster_org_unit AS u JOIN reach ON reach.id = ANY (u.parent_ids)
         WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL)
""")


def reaching(reach: Reach) -> Composable:
    """What a statement begins with that asks ``within``; its parameter %(granted)s is ``reach.granted``."""
    return SQL("") if reach.is_whole else REACH


def units_within(institution: int, reach: Reach) -> list[UUID]:
    """The live org units that somebody reaches who does not reach the whole institution."""
    statement = SQL("{} SELECT id FROM reach").format(REACH)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"institution": institution, "granted": reach.granted})
        return [unit for (unit,) in cursor.fetchall()]


def within(reach: Reach, noun: Noun, alias: str = "o", *, every: bool = False) -> Composable:
    """Whether an object is within reach; TRUE for what belongs to the institution as a whole.

    every: an object that is where several others are must be within reach with each of them: who reaches
    one may read a schedule, who reaches all may write it.
    """
    if noun.via_any:
        return _within_list(reach, noun.via_any, alias, every=every)
    if reach.is_whole:
        return SQL("TRUE")
    if noun.via_unit:
        return _within_unit(reach, noun.via_unit, alias)
    if noun.org_units:
        places = [
            SQL("{}.{} IN (SELECT id FROM reach)").format(Identifier(alias), Identifier(name))
            for name in noun.org_units
        ]
        if not every:
            places += [
                SQL("{}.{} && ARRAY (SELECT id FROM reach)").format(Identifier(alias), Identifier(name))
                for name in noun.further_units
            ]
        return SQL("({})").format(SQL(" OR ").join(places))
    if noun.via:
        column, name = noun.via
        at = SQL("{}.{}").format(Identifier(alias), Identifier(column))
        return _within_other(reach, name, at, f"{alias}_up")
    return SQL("TRUE")


def _within_other(reach: Reach, name: str, at: Composable, up: str) -> Composable:
    """Whether the object whose id is ``at`` is within reach."""
    above = NOUNS[name]
    return SQL(
        "EXISTS (SELECT FROM {table} AS {up} WHERE {up}.institution_id = %(institution)s"
        " AND {up}.id = {at} AND {within})"
    ).format(table=Identifier(above.table), up=Identifier(up), at=at, within=within(reach, above, up))


def _within_unit(reach: Reach, via: tuple[str, str], alias: str) -> Composable:
    """An object of any of several kinds, each of which lies where it lies."""
    code, at = (SQL("{}.{}").format(Identifier(alias), Identifier(column)) for column in via)
    each = [
        SQL("({} = {} AND {})").format(
            code,
            Literal(unit.code),
            SQL("{} IN (SELECT id FROM reach)").format(at)
            if unit is ORG_UNIT
            else _within_other(reach, unit.name, at, f"{alias}_up"),
        )
        for unit in POINTS_TO_ANY[via[1]]
    ]
    return SQL("({})").format(SQL(" OR ").join(each))


def _within_list(reach: Reach, via: tuple[str, str], alias: str, *, every: bool) -> Composable:
    column, name = via
    ids = SQL("{}.{}").format(Identifier(alias), Identifier(column))
    none = SQL("cardinality({}) = 0").format(ids)
    if reach.is_whole:
        return SQL("TRUE") if reach.unpublished else SQL("(NOT {})").format(none)
    each = Identifier(f"{alias}_each")
    lies_in_it = _within_other(reach, name, SQL("{}.id").format(each), f"{alias}_up")
    among = SQL("EXISTS (SELECT FROM unnest({ids}) AS {each} (id) WHERE {condition})")
    if every:
        beyond = among.format(ids=ids, each=each, condition=SQL("NOT {}").format(lies_in_it))
        found = SQL("(NOT {none} AND NOT {beyond})").format(none=none, beyond=beyond)
    else:
        found = among.format(ids=ids, each=each, condition=lies_in_it)
    return SQL("({} OR {})").format(found, none) if reach.unpublished else found
