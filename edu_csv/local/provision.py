"""Roles and databases of the embedded server. Each step looks first, so that it may run at every start."""

from __future__ import annotations

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from edu_csv.local import queue
from edu_csv.local.state import APPLICATION, DATABASE, OWNER, QUEUE, QUEUE_DATABASE, SUPERUSER, LocalDatabase

MAKE_ROLE = SQL("CREATE ROLE {role} LOGIN NOINHERIT PASSWORD {password}")
MAKE_DATABASE = SQL("CREATE DATABASE {database} OWNER {owner} TEMPLATE template0")
# PUBLIC may connect to every database and make temporary tables there, unless told otherwise.
CLOSE_DATABASE = SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC")
# Temporary tables: the plan's, and the submitter's reach.
OPEN_DATABASE = SQL("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}")


def provision(local: LocalDatabase, *, owner_makes_databases: bool = False) -> None:
    """Three log-ins and two databases.

    The owner owns the tables and only set-up uses it; the application owns nothing; the queue has a
    database of its own, where it may do as it likes and reaches no roster.
    """
    with psycopg.connect(local.url(SUPERUSER, "postgres"), autocommit=True, connect_timeout=10) as connection:
        for role in (OWNER, APPLICATION, QUEUE):
            if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
                password = Literal(local.passwords[role])
                connection.execute(MAKE_ROLE.format(role=Identifier(role), password=password))
        # The owner can become the application, to look at things as it sees them.
        connection.execute(SQL("GRANT {} TO {}").format(Identifier(APPLICATION), Identifier(OWNER)))
        if owner_makes_databases:
            connection.execute(SQL("ALTER ROLE {} CREATEDB").format(Identifier(OWNER)))
        for database, owner in ((DATABASE, OWNER), (QUEUE_DATABASE, QUEUE)):
            if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", database):
                names = {"database": Identifier(database), "owner": Identifier(owner)}
                connection.execute(MAKE_DATABASE.format(**names))
                connection.execute(CLOSE_DATABASE.format(**names))
        connection.execute(OPEN_DATABASE.format(database=Identifier(DATABASE), role=Identifier(APPLICATION)))
    queue.install(local.url(QUEUE, QUEUE_DATABASE))


def _exists(connection: psycopg.Connection, question: str, name: str) -> bool:
    return connection.execute(question.encode(), [name]).fetchone() is not None
