"""What an undo gives back to the statements (docs/decisions/projection.md).

A projected row that a file changes or deletes is the file's from then on. Once that is undone, and no other file and
no person holds the row, it is as it was before: statements may change it, and take it away.
"""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.roster.noun import Noun

# Of what a temporary table ``change`` (object_type, object_id) names. A row that a file made was never projected.
GIVE_BACK = SQL("""
    UPDATE {table} AS o SET origin = 1
      FROM (SELECT DISTINCT c.object_id FROM change AS c WHERE c.object_type = {code}) AS c
     WHERE o.institution_id = %(institution)s AND o.id = c.object_id AND o.origin = 0 AND o.made_by_job IS NULL
       AND NOT EXISTS (SELECT FROM roster_change AS r
                        WHERE r.institution_id = %(institution)s AND r.object_id = o.id AND r.undone_by IS NULL)
       AND (EXISTS (SELECT FROM activity_fact AS f
                     WHERE f.institution_id = %(institution)s AND f.object_id = {known})
            OR EXISTS (SELECT FROM activity_fact AS f
                        WHERE f.institution_id = %(institution)s AND f.target = {known}))
""")
AS_PROJECTED = "SELECT set_config('edu_csv.projecting', %s, true)"


def give_back(cursor: Any, institution: int, noun: Noun) -> int:
    """Make rows of this noun projected ones again, when statements know them and nothing else holds them; how many."""
    cursor.execute(AS_PROJECTED, ["on"])
    cursor.execute(
        GIVE_BACK.format(table=Identifier(noun.table), code=Literal(noun.code), known=_known(noun)),
        {"institution": institution},
    )
    given = int(cursor.rowcount)
    cursor.execute(AS_PROJECTED, ["off"])
    return given


def _known(noun: Noun) -> Composable:
    """What statements call it: itself, or what it is a part of, where it has no name of its own."""
    part_of = next((name for name, kind in noun.columns.items() if kind == "uuid"), "id")
    return SQL("o.{}").format(Identifier("id" if noun.has_external_id else part_of))
