"""The tables and names that the steps of one import share.

All of them are temporary and live in one transaction: an import that dies leaves nothing behind.

``stage`` one row per good row of the file: ``row`` and a column for each staged value;
``texts`` the distinct texts of reference columns: (col, ordinal, text, uuid, folded);
``bad_row`` the cells of rows that were bad on their own, as uploaded: (row, cells);
``problem`` (row, severity, col, code, value, params), from checking and planning;
``ref_<column>`` what each text means: (ordinal, text, id, …);
``work`` one row per staged row, references resolved: _row, _id, _o_<column>, then the fields;
``twin``, ``changed``, ``superseded``, ``act``, ``effect``: what planning decides.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.sql import SQL, Composable

from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.ids import object_prefix
from edu_csv.roster.nouns import ENROLLMENT, OFFERING
from edu_csv.roster.roles import SYSTEM_ROLE_ORDER
from imports.formats.base import Format
from imports.formats.columns import Column
from imports.formats.headers import Match
from imports.formats.references import Reference

# Composed, or a constant of our own.
Statement = Composable | str


@dataclass
class Session:
    """Statements of one job about one institution. timings: seconds by name, for the benchmarks."""

    institution: int
    job: UUID
    timings: dict[str, float] = field(default_factory=dict, kw_only=True)

    @property
    def params(self) -> dict[str, Any]:
        return {"institution": self.institution, "job": self.job}

    def run(self, statement: Statement, name: str = "", /, **extra: Any) -> psycopg.Cursor[Any]:
        """Execute one statement; its time is noted under ``name``."""
        cursor = raw_connection().cursor()
        begun = time.perf_counter()
        if isinstance(statement, str):
            statement = fragment(statement)
        cursor.execute(cast("SQL", statement), {**self.params, **extra})
        if name:
            self.timings[name] = self.timings.get(name, 0) + time.perf_counter() - begun
        return cursor

    def fetch(self, statement: Statement, name: str = "", /, **extra: Any) -> list[tuple[Any, ...]]:
        return self.run(statement, name, **extra).fetchall()


@dataclass
class Workspace(Session):
    """One import while it is worked on.

    reach: of the submitter. must_publish: whether they may make only schedules that publish to a section;
    free: where they need not (``policy.free_reach``).
    """

    fmt: type[Format]
    action: str
    match: Match
    keep_absent: bool = False
    reach: Reach = EVERYWHERE
    must_publish: bool = False
    free: Reach = EVERYWHERE
    rows: int = 0
    # Rows that have a twin, once that is known; nothing is added to ``twin`` after it.
    twins: int = 0
    # Of events, when the first and the last of the staged rows happened (``months``).
    span: tuple[datetime, datetime] | None = None
    # What the plan does to captures of schedules that its rows do not name (``occupancy``), in numbers.
    captures: dict[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        """The columns that are both in the file and in the action, in the format's order."""
        return self.match.present(self.fmt, self.action)

    @property
    def references(self) -> list[Reference]:
        return [c for c in self.fmt.columns_for(self.action) if isinstance(c, Reference)]

    @property
    def params(self) -> dict[str, Any]:
        return {
            "institution": self.institution,
            "job": self.job,
            "action": self.action,
            "prefix": object_prefix(self.job, self.fmt.target.code),
            "offering_prefix": object_prefix(self.job, OFFERING.code),
            "enrollment_prefix": object_prefix(self.job, ENROLLMENT.code),
            "role_order": ROLE_ORDER,
            "object": called(self.fmt.target.name),
            "must_publish": self.must_publish,
            "free_unpublished": self.free.unpublished,
            "reaches_all": self.reach.is_whole,
        }


# No error told of the row (alias ``w`` of ``work``) so far.
# A hashed set, made once for a statement. As an anti join it was planned from what ``problem`` held before:
# a nested loop over few rows, which then met the rows that the statement itself was adding.
IS_GOOD = SQL(
    "w._row NOT IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)"
)


def called(noun: str) -> str:
    """What people call an object: files and pages say user where the roster says person."""
    return {"person": "user"}.get(noun, noun.replace("_", " "))


def raw_connection() -> psycopg.Connection[Any]:
    """psycopg's own connection, for COPY and composed SQL, inside Django's transaction."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


# In which lists of roles are kept: two spellings of one set must not look like a change.
ROLE_ORDER = [role.value for role in SYSTEM_ROLE_ORDER]


def names(columns: Sequence[str]) -> Composable:
    return SQL(", ").join(map(sql.Identifier, columns))


def typed(columns: Sequence[tuple[str, str]]) -> Composable:
    """``name type`` pairs; types are constants of our declarations."""
    return SQL(", ").join(SQL("{} {}").format(sql.Identifier(name), SQL(kind)) for name, kind in columns)


def fragment(text: str) -> SQL:
    """A piece of SQL from a declaration: code of ours, never input."""
    return SQL(text)
