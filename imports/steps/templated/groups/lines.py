"""Lines: what rows say of people and groups, kept in files until one COPY each takes them to the server.

A row *mentions* people and groups: it defines them or refers to them. Mentions and links between them are numbered
through the file, so that whatever they make has an id of its own (``edu_csv.ids``).
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from psycopg.sql import SQL, Identifier

from imports.formats.text import fold
from imports.steps.workspace import names, raw_connection

# By table: columns and their types. m: the number of a mention; n: of a persona or link.
COLUMNS: Final = {
    "g_group": (
        ("m", "bigint"), ("row", "integer"), ("is_def", "boolean"), ("custom_id", 'text COLLATE "C"'), ("name", "text"),
        ("name_folded", "text"), ("type", "text"), ("plural", "text"),
    ),
    "g_person": (
        ("m", "bigint"), ("row", "integer"), ("is_def", "boolean"), ("custom_id", 'text COLLATE "C"'), ("name", "text"),
        ("has_groups", "boolean"),
    ),
    "g_persona": (
        ("n", "bigint"), ("m", "bigint"), ("row", "integer"), ("key", 'text COLLATE "C"'), ("identifier", "text"),
        ("value", "text"), ("home_page", "text"), ("email_folded", "text"),
    ),
    "g_member": (("n", "bigint"), ("row", "integer"), ("person", "bigint"), ("grp", "bigint")),
    "g_edge": (("n", "bigint"), ("row", "integer"), ("parent", "bigint"), ("child", "bigint")),
    "g_permission": (
        ("n", "bigint"), ("row", "integer"), ("is_person", "boolean"), ("grantee", "bigint"), ("grp", "bigint"),
    ),
}  # fmt: skip
CREATE = SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP")
COPY = SQL("COPY {} ({}) FROM STDIN")
BLOCK = 1 << 18
# What COPY would read as its own.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Persona:
    """key: as ``xapi.agent_key``. email: of an mbox, without "mailto:"."""

    key: str
    identifier: str
    value: str
    home_page: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    custom_id: str | None = None
    name: str | None = None
    personas: list[Persona] = field(default_factory=list)
    has_groups: bool = False
    is_def: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    custom_id: str | None = None
    name: str | None = None
    type: str | None = None
    plural: str | None = None
    is_def: bool = False


class Lines:
    """Collects a row's lines; ``keep`` writes them to the files."""

    def __init__(self, stack: ExitStack) -> None:
        self._files = {
            table: stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline=""))  # noqa: SIM115  # the stack closes them
            for table in COLUMNS
        }
        self._waiting: list[tuple[str, tuple[object, ...]]] = []
        # 0 is left out: an id that ends in zeros is nobody's.
        self._mentions = self._links = self.kept = 0
        self.row = 0

    def person(self, said: Person) -> int:
        self._mentions += 1
        m = self._mentions
        line = (m, self.row, said.is_def, said.custom_id, said.name, said.has_groups)
        self._waiting.append(("g_person", line))
        for one in said.personas:
            email = fold(one.email) if one.email else None
            self._link("g_persona", m, self.row, one.key, one.identifier, one.value, one.home_page, email)
        return m

    def group(self, said: Group) -> int:
        self._mentions += 1
        folded = fold(said.name) if said.name else None
        line = (
            self._mentions, self.row, said.is_def, said.custom_id, said.name, folded, said.type, said.plural,
        )  # fmt: skip
        self._waiting.append(("g_group", line))
        return self._mentions

    def membership(self, person: int, group: int) -> None:
        self._link("g_member", self.row, person, group)

    def edge(self, parent: int, child: int) -> None:
        self._link("g_edge", self.row, parent, child)

    def permission(self, is_person: bool, grantee: int, group: int | None) -> None:
        self._link("g_permission", self.row, is_person, grantee, group)

    def _link(self, table: str, *values: object) -> None:
        self._links += 1
        self._waiting.append((table, (self._links, *values)))

    def keep(self) -> None:
        for table, line in self._waiting:
            self._files[table].write("\t".join(map(_written, line)) + "\n")
        self.kept += len(self._waiting)
        self._waiting.clear()

    def copy(self) -> None:
        """Make the tables and fill them."""
        raw = raw_connection()
        for table, columns in COLUMNS.items():
            typed = SQL(", ").join(SQL("{} {}").format(Identifier(n), SQL(kind)) for n, kind in columns)
            raw.execute(CREATE.format(Identifier(table), typed))
            file = self._files[table]
            file.flush()
            file.seek(0)
            into = COPY.format(Identifier(table), names([name for name, _ in columns]))
            with raw.cursor() as cursor, cursor.copy(into) as copy:
                while block := file.read(BLOCK):
                    copy.write(block)


def _written(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.translate(_ESCAPED) if isinstance(value, str) else str(value)
