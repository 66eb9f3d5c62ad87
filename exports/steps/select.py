"""Select: the one statement behind an export, generated from the format's declaration.

``o`` is the object, ``person``, ``term``, … what the format joins to it. The same FROM and WHERE serve
the rows, the count of what is left out, and the list of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.roster.nouns import Noun
from edu_csv.roster.reach import reaching, within
from exports import omissions
from imports.formats.base import Format
from imports.formats.columns import Column, Ignored
from imports.formats.readback import Unreadable, unreadable
from imports.formats.references import OwnId, Reference

ROWS = SQL("""
    {reach} SELECT {cells} FROM {table} AS o {joins}
     WHERE {live} AND {reached} AND {filters} AND ({fault}) IS NULL
     ORDER BY {order} {limit}
""")
FAULTS = SQL("""
    SELECT {columns} FROM {table} AS o {joins} WHERE {live} AND {reached} AND {filters}
""")
COUNT_OMITTED = SQL("""
    {reach} SELECT found.fault, count(*) FROM ({faults}) AS found WHERE found.fault IS NOT NULL GROUP BY found.fault
""")
OMITTED = SQL("""
    {reach} SELECT found.id, found.external_id, found.label, ({headers})[found.fault], ({sentences})[found.fault]
      FROM ({faults}) AS found WHERE found.fault IS NOT NULL ORDER BY found.fault, found.id
""")
COPY = SQL("COPY ({query}) TO STDOUT (FORMAT csv, DELIMITER {delimiter})")

OMITTED_HEADER = ("Object ID", "External ID", "Name", "Column", "Reason")

# A spreadsheet takes a cell for a formula that begins with one of these.
FORMULA = r"'^[=+@\t\r-]'"
APOSTROPHES_AND_FORMULA = r"'^''+[=+@\t\r-]'"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects are exported, and how their cells are written.

    reach: of whoever asked. filters: system ids by filter name, of which an object must have one each.
    """

    fmt: type[Format]
    institution: int
    reach: Reach = EVERYWHERE
    filters: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    spreadsheet_safe: bool = False

    @property
    def params(self) -> dict[str, Any]:
        return {"institution": self.institution, "granted": self.reach.granted, **self.filters}

    @property
    def unreadable(self) -> list[Unreadable]:
        """Why objects are left out, the reasons numbered from 1."""
        return [*self._beyond_reach(), *unreadable(self.fmt)]

    def _beyond_reach(self) -> list[Unreadable]:
        """What is elsewhere too names what whoever asked may not see, and they could not import it again."""
        noun = self.fmt.target
        if self.reach.is_whole or not noun.via_any:
            return []
        [header] = [column.header for column in self.fmt.columns if column.field == noun.via_any[0]]
        lies_in_it = within(self.reach, noun, every=True).as_string(None)
        return [Unreadable("beyond_reach", header, f"NOT {lies_in_it}")]

    def rows(self, columns: Sequence[Column], *, limit: int | None = None) -> Composable:
        """One row an object, in the order of its natural key; cells as text."""
        cells = SQL(", ").join(
            declared(cell(column, self.spreadsheet_safe, self.reach)) for column in columns
        )
        return ROWS.format(
            cells=cells,
            fault=self.fault(),
            order=declared(self.fmt.export_order),
            limit=SQL("") if limit is None else SQL("LIMIT {}").format(Literal(limit)),
            **self.where(),
            reach=self._reach(),
        )

    def count_omitted(self) -> Composable:
        """(number of the reason, objects): what the format cannot express."""
        faults = FAULTS.format(columns=SQL("({}) AS fault").format(self.fault()), **self.where())
        return COUNT_OMITTED.format(faults=faults, reach=self._reach())

    def omitted(self) -> Composable:
        """What is left out, one row an object, by OMITTED_HEADER."""
        noun = self.fmt.target
        columns = SQL("({fault}) AS fault, o.id, {external_id} AS external_id, {label} AS label").format(
            fault=self.fault(),
            external_id=SQL("o.external_id") if noun.has_external_id else SQL("NULL"),
            label=declared(noun.label),
        )
        reasons = self.unreadable
        return OMITTED.format(
            faults=FAULTS.format(columns=columns, **self.where()),
            headers=_texts([reason.column for reason in reasons]),
            sentences=_texts([omissions.sentence(reason.code, reason.column) for reason in reasons]),
            reach=self._reach(),
        )

    def fault(self) -> Composable:
        """The number, from 1, of the first reason why the format cannot express an object; NULL: it can."""
        whens = [
            SQL("WHEN {} THEN {}").format(declared(reason.when), Literal(number))
            for number, reason in enumerate(self.unreadable, 1)
        ]
        return SQL("CASE {} END").format(SQL(" ").join(whens)) if whens else SQL("NULL::integer")

    def _reach(self) -> Composable:
        return reaching(self.reach)

    def where(self) -> dict[str, Composable]:
        noun = self.fmt.target
        wanted = [declared(self.fmt.export_filters[name][0]) for name in self.filters]
        return {
            "table": Identifier(noun.table),
            "joins": declared(self.fmt.export_joins),
            "live": live(noun),
            "reached": within(self.reach, noun),
            "filters": SQL(" AND ").join(wanted) if wanted else SQL("TRUE"),
        }


def live(noun: Noun) -> Composable:
    """Alive, of this institution, and of this kind."""
    parts: list[Composable] = [SQL("o.institution_id = %(institution)s AND o.deleted_at IS NULL")]
    parts += [SQL("o.{} = {}").format(Identifier(name), Literal(value)) for name, value in noun.fixed.items()]
    return SQL(" AND ").join(parts)


def cell(column: Column, spreadsheet_safe: bool, reach: Reach = EVERYWHERE) -> str:
    """SQL of a cell's text: system ids for own id and references, else as the column writes its field."""
    if isinstance(column, OwnId):
        return "o.id::text"
    source = _told(column, reach) if isinstance(column, Ignored) else column.export(f"o.{column.field}")
    if (isinstance(column, Reference) and column.written is None) or column.allowed is not None:
        # System ids and our own words begin with a letter or digit.
        return source
    return protected(source, spreadsheet_safe)


def _told(column: Ignored, reach: Reach) -> str:
    """SQL of what an import reads past; it counts no further than whoever asked reaches."""
    if column.counts is None:
        return f"({column.sql})::text"
    lies_in_it = within(reach, column.counts, "s").as_string(None)
    return f"({column.sql.replace('{within}', lies_in_it)})::text"


def protected(source: str, spreadsheet_safe: bool) -> str:
    """``edu_csv.tabular.protect_cell`` in SQL. The first letter is looked at before any pattern is."""
    guarded = f"{source} ^@ '''' AND {source} ~ {APOSTROPHES_AND_FORMULA}"
    if spreadsheet_safe:
        guarded = f"({guarded}) OR {source} ~ {FORMULA}"
    return f"CASE WHEN {guarded} THEN '''' || {source} ELSE {source} END"


def copying(query: Composable, delimiter: str) -> Composable:
    return COPY.format(query=query, delimiter=Literal(delimiter))


def declared(text: str) -> Composable:
    """A piece of SQL from a declaration: code of ours, never input."""
    return SQL(text)


def _texts(texts: Sequence[str]) -> Composable:
    return SQL("ARRAY[{}]::text[]").format(SQL(", ").join(map(Literal, texts)))
