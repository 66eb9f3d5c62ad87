"""Operations for migrations: the application's role and row-level security."""

from __future__ import annotations

from django.db.migrations import RunSQL
from psycopg.sql import SQL, Identifier

APP_ROLE = "edu_csv_app"

# A sub-select, so that it is computed once for a statement and not once for a row.
_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_institution ON {table}
    USING ({column} = (SELECT edu_csv_institution()))
    WITH CHECK ({column} = (SELECT edu_csv_institution()));
"""


def protect(table: str, column: str = "institution_id") -> RunSQL:
    """Show the application's role only rows of the institution that its connection names."""
    forward = SQL(_POLICY).format(table=Identifier(table), column=Identifier(column)).as_string(None)
    backward = SQL("DROP POLICY of_institution ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return RunSQL(forward, backward.format(table=Identifier(table)).as_string(None))


def keep(*tables: str) -> RunSQL:
    """The application's role may never delete from these tables: they forget by ``deleted_at``."""
    names = SQL(", ").join(map(Identifier, tables))
    role = Identifier(APP_ROLE)
    return RunSQL(
        SQL("REVOKE DELETE, TRUNCATE ON {} FROM {}").format(names, role).as_string(None),
        SQL("GRANT DELETE ON {} TO {}").format(names, role).as_string(None),
    )


def definer(function_sql: str, signature: str) -> RunSQL:
    """A function that runs with its owner's rights, for what crosses institutions; callable by the role."""
    grant = f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE};"
    return RunSQL([function_sql, grant], f"DROP FUNCTION {signature}")
