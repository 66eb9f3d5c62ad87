"""Overwrites: rows that replace what a person, or another family's import, said last (design section 4, "Whose value").

A later name from a feed replaces one edited by hand (csv data import 2.1); the row says so.
"""

from __future__ import annotations

from typing import Final

from psycopg.sql import SQL, Identifier, Literal

from edu_csv.roster.nouns import ORG_UNIT, PERSON
from imports.formats.templated import FAMILY
from imports.steps.overwrites import OVERWRITES
from imports.steps.workspace import Session, called

# What a row calls each field. The customId is only given to who had none.
FIELDS: Final = (
    (ORG_UNIT, (("name", "name"), ("type", "type"))),
    (PERSON, (("given_name", "name"), ("family_name", "name"))),
)
ANY = SQL("SELECT EXISTS (SELECT FROM change AS c WHERE c.object_type = {} AND c.operation = 2)")
VIEWS = SQL("""
    DROP VIEW IF EXISTS pg_temp.changed; DROP VIEW IF EXISTS pg_temp.act;
    CREATE TEMP VIEW changed AS
    SELECT c.row, c.object_id, c.before, c.after, o.made_by_job
      FROM change AS c JOIN {table} AS o ON o.id = c.object_id WHERE c.object_type = {code} AND c.operation = 2;
    CREATE TEMP VIEW act AS SELECT DISTINCT c.row AS _row FROM change AS c
""")
FORGET = "DROP VIEW IF EXISTS pg_temp.changed; DROP VIEW IF EXISTS pg_temp.act"
# A person's two names are one property of a row, which is told once.
ONCE = """
    DELETE FROM problem AS p USING problem AS first
     WHERE p.code = 'overwrites_edit' AND first.code = 'overwrites_edit' AND p.row = first.row AND p.col = first.col
       AND p.value IS NULL AND first.value IS NULL AND p.params = first.params AND p.ctid > first.ctid
"""


def find(session: Session) -> None:
    """Warn of each row's properties that somebody else set last."""
    for noun, fields in FIELDS:
        code = Literal(noun.code)
        if session.fetch(ANY.format(code)) != [(True,)]:
            continue
        session.run(VIEWS.format(table=Identifier(noun.table), code=code))
        session.run(
            OVERWRITES.format(
                family=Literal(FAMILY),
                fields=SQL(", ").join(
                    SQL("({}, {})").format(Literal(field), Literal(name)) for field, name in fields
                ),
                cell=SQL("NULL"),
                joins=SQL(""),
            ),
            "overwrites",
            object=called(noun.name),
        )
    session.run(FORGET)
    session.run(ONCE, "overwrites")
