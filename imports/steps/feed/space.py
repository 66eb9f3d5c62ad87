"""The tables and names that the steps of one feed import share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Composable, Identifier

from edu_csv.ids import object_prefix
from edu_csv.roster.nouns import WRITE_ORDER, Noun
from imports.formats.feed import Kind, Layout, Switches
from imports.problems import FileRejected
from imports.steps.decide import FAIL_WITH_PARENT
from imports.steps.workspace import ROLE_ORDER, Session

# Of fewer rows the planner thinks well enough without having been told.
WORTH_ANALYZING = 2_000
ASKED_FOR = re.compile(r"(?:as_left|as_was|as_lost|after)_([a-z_]+)")

TABLES = """
    CREATE TEMP TABLE bad_cell (layout text, col text, text text, code text, params jsonb) ON COMMIT DROP;
    CREATE TEMP TABLE bad_row (row integer, file smallint, cells text[]) ON COMMIT DROP;
    CREATE TEMP TABLE problem (
        row integer, severity text, col text, code text, value text, params jsonb) ON COMMIT DROP;
"""


@dataclass
class FeedSpace(Session):
    """One feed import while it is worked on.

    layouts: those of its files. files: as ``Import.files``. secrets: how many rows had a filled secret cell.
    """

    switches: Switches
    layouts: list[type[Layout]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    secrets: int = 0
    # Names of kinds that no row speaks of: nothing has to be looked up for them.
    silent: set[str] = field(default_factory=set)
    # Why files were not read, of those that were not.
    refusals: list[FileRejected] = field(default_factory=list)
    # (layout, column) that a file of the upload does not have.
    lacks: set[tuple[str, str]] = field(default_factory=set)
    captures: dict[str, int] = field(default_factory=dict)
    # Whether any row lives and dies with another.
    has_needs: bool = False

    @property
    def params(self) -> dict[str, Any]:
        prefixes = {f"prefix_{noun.name}": object_prefix(self.job, noun.code) for noun in WRITE_ORDER}
        return {
            "institution": self.institution,
            "job": self.job,
            "role_order": ROLE_ORDER,
            **asdict(self.switches),
            **prefixes,
        }

    @property
    def looks_at_cells_only(self) -> bool:
        """Whether nothing is planned: the family's own validation asks for no more than what the files say."""
        return self.switches.validate_only and any(layout.validates_by_cells for layout in self.layouts)

    @property
    def kinds(self) -> list[tuple[type[Layout], Kind]]:
        """What the rows of these layouts speak of, in the order in which it is planned."""
        found = [
            (layout, kind) for layout in self.layouts for kind in layout.kinds if kind.name not in self.silent
        ]
        return sorted(found, key=lambda pair: pair[1].order)

    @property
    def nouns(self) -> list[Noun]:
        """The kinds of object that anything in this upload is about, or asks for by its relations."""
        said = repr([self.kinds, *(layout.row_rules for layout in self.layouts)])
        named = set(ASKED_FOR.findall(said))
        for _, kind in self.kinds:
            named |= {kind.noun.name, *(e.noun.name for e in kind.ends), *(k.noun.name for k in kind.kept_by)}
        if any(layout.renames for layout in self.layouts):
            named |= {"section", "person"}
        return [noun for noun in WRITE_ORDER if noun.name in named]

    def analyze(self, *tables: str) -> None:
        """Tell the planner what is in them, where that is worth its time."""
        if self.rows >= WORTH_ANALYZING:
            self.run(SQL("ANALYZE {}").format(SQL(", ").join(map(Identifier, tables))))

    def need(self, statement: Composable) -> None:
        """Note rows that live and die with others. statement: fills ``needs``."""
        self.has_needs |= self.run(statement, "needs").rowcount > 0

    def fail_dependents(self) -> None:
        """Fail whoever needs a row that failed."""
        if self.has_needs:
            self.run(FAIL_WITH_PARENT, "decide")

    def all_kinds(self) -> list[Kind]:
        return [kind for _, kind in self.kinds]


def drop(tables: Sequence[str]) -> None:
    """Forget what an earlier plan of the same upload made."""
    if not tables:
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS " + ", ".join(tables) + " CASCADE")
