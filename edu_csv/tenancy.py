"""The institution a piece of work belongs to, told to the database.

Row-level security shows the application's role the rows of one institution at a time. Which one
is a setting of the connection, kept equal to ``current`` here: a connection made anew inside the
work gets it again, and work without an institution sees no row at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

current: ContextVar[int | None] = ContextVar("institution", default=None)


def enter(institution: int | None) -> None:
    """Make this the institution of everything that follows; None for none."""
    current.set(institution)
    # A connection not yet open is told when it opens (on_connect).
    if connection.connection is not None:
        _tell(connection)


@contextmanager
def use_institution(institution: int | None) -> Iterator[None]:
    """Work for one institution within the block, and for the former one after it."""
    before = current.get()
    enter(institution)
    try:
        yield
    finally:
        current.set(before)
        # A connection that died takes its setting with it; a broken transaction refuses statements
        # but rolls its settings back to those before it began, so both are set again on next use.
        if connection.connection is not None and not connection.needs_rollback:
            _tell(connection)


def _tell(to: Any) -> None:
    with to.cursor() as cursor:
        cursor.execute("SELECT set_config('edu_csv.institution', %s, false)", [str(current.get() or "")])


def on_connect(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Step down to the application's role, which owns nothing, and name the institution."""
    role = settings.DATABASE_ROLE
    with connection.cursor() as cursor:
        if role:
            # Before the first migration there is no such role; nothing is readable then either.
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone():
                cursor.execute("SELECT set_config('role', %s, false)", [role])
        cursor.execute("SELECT set_config('edu_csv.institution', %s, false)", [str(current.get() or "")])


def install() -> None:
    connection_created.connect(on_connect, dispatch_uid="edu_csv.tenancy")
