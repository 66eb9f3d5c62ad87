"""Reading within reach: everything below some org units, as a condition of one statement.

For statements that only read. Planning an import fills a temporary table instead, once, because many
statements ask it (design section 6).
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier

from edu_csv.roster.nouns import NOUNS, Noun

# Distinct units, never paths: a unit below two others is met once.
REACH = SQL("""
    WITH RECURSIVE reach (id) AS (
        SELECT u.id FROM roster_org_unit AS u
         WHERE u.institution_id = %(institution)s AND u.id = ANY (%(granted)s::uuid[]) AND u.deleted_at IS NULL
        UNION
        SELECT u.id FROM roster_org_unit AS u JOIN reach ON reach.id = ANY (u.parent_ids)
         WHERE u.institution_id = %(institution)s AND u.deleted_at IS NULL)
""")


def reached(noun: Noun, alias: str = "o") -> Composable:
    """Whether an object is in ``reach``; TRUE for what belongs to the institution as a whole."""
    if noun.org_units:
        places = [
            SQL("{}.{} IN (SELECT id FROM reach)").format(Identifier(alias), Identifier(name))
            for name in noun.org_units
        ]
        return SQL("({})").format(SQL(" OR ").join(places))
    if noun.via:
        column, name = noun.via
        above = NOUNS[name]
        up = f"{alias}_up"
        return SQL(
            "EXISTS (SELECT FROM {table} AS {up} WHERE {up}.institution_id = %(institution)s"
            " AND {up}.id = {alias}.{column} AND {within})"
        ).format(
            table=Identifier(above.table),
            up=Identifier(up),
            alias=Identifier(alias),
            column=Identifier(column),
            within=reached(above, up),
        )
    return SQL("TRUE")
