"""One run of the generator: its connection's cursor, its parameters, and pieces of SQL that all parts use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.errors import EduCsvError
from edu_csv.ids import object_prefix
from edu_csv.roster.noun import Noun

# A number from 0 up to 1 that follows from the seed, a row's number and what it is drawn for; and one element of an
# array, chosen by it. The server puts their bodies in place of the calls.
FUNCTIONS = SQL("""
    CREATE OR REPLACE FUNCTION pg_temp.draw(number bigint, salt integer) RETURNS double precision
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT (hashint8extended(number, {seed} * 1000 + salt) & 2147483647)::double precision / 2147483648 $$;
    CREATE OR REPLACE FUNCTION pg_temp.among(choices anyarray, number bigint, salt integer) RETURNS anyelement
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT choices[1 + floor(pg_temp.draw(number, salt) * cardinality(choices))::integer] $$
""")


class NotPossible(EduCsvError):
    """The institution has nobody to make activity of, or activity that is in the way; the message says which."""


def seed_source(institution: int, seed: int) -> UUID:
    """From what the ids of a seed follow, with the kind and number of each object: they ascend with the number."""
    return uuid5(NAMESPACE_OID, f"edu_csv.activity.seed {institution} {seed}")


class Space:
    """params: what every statement may ask for. made: rows written, by the noun's name."""

    def __init__(self, cursor: Any, institution: int, seed: int, params: Mapping[str, Any]) -> None:
        self.cursor = cursor
        self.source = seed_source(institution, seed)
        self.params = {"institution": institution, "seed": seed, **params}
        self.made: dict[str, int] = {}
        cursor.execute(FUNCTIONS.format(seed=Literal(seed)))

    def run(self, statement: Composable, **params: Any) -> int:
        """Run one statement; how many rows it touched."""
        self.cursor.execute(statement, {**self.params, **params})
        return int(self.cursor.rowcount)

    def fetch(self, statement: Composable, **params: Any) -> list[tuple[Any, ...]]:
        self.cursor.execute(statement, {**self.params, **params})
        found: list[tuple[Any, ...]] = self.cursor.fetchall()
        return found

    def temporary(self, name: str, query: Composable, **params: Any) -> int:
        """Keep what a query finds until the end of the transaction; how many rows."""
        table = Identifier(name)
        rows = self.run(SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS {}").format(table, query), **params)
        self.run(SQL("ANALYZE {}").format(table))
        return rows

    def id_of(self, noun: Noun, number: str) -> Composable:
        """SQL of the system id of the object with this number (SQL of an integer from 0)."""
        return SQL("({prefix} || lpad(to_hex({number}::bigint), 8, '0'))::uuid").format(
            prefix=Literal(object_prefix(self.source, noun.code)),
            number=SQL(number),
        )

    def id_text(self, noun: Noun, number: str) -> str:
        """The same as text, for a value of ``write``."""
        return self.id_of(noun, number).as_string(None)

    def write(
        self, noun: Noun, columns: Mapping[str, str], query: str, *, number: str, **params: Any
    ) -> None:
        """Insert rows of a noun. columns: {name: SQL over the query's aliases}. query: SQL from FROM on.

        Where an external id is wanted, it is a column like the others.
        """
        statement = SQL(
            "INSERT INTO {table} (id, institution_id, {names}) SELECT {id}, %(institution)s, {values} {query}"
        ).format(
            table=Identifier(noun.table),
            names=SQL(", ").join(map(Identifier, columns)),
            id=self.id_of(noun, number),
            values=SQL(", ").join(SQL(value) for value in columns.values()),
            query=SQL(query),
        )
        self.made[noun.name] = self.made.get(noun.name, 0) + self.run(statement, **params)
