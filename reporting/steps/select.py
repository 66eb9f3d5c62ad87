"""Select: the one statement behind a report, whose cells are written as reporting-api.md 4.2 says.

Inside stands the report's own SELECT, in its order; around it the cells; around that COPY.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from edu_csv.access.policy import EVERYWHERE, Reach
from edu_csv.roster.nouns import SECTION
from edu_csv.roster.reach import REACH, within
from reporting.reports import blocks
from reporting.reports.base import Chart, Column, Report, Type

# Sections within reach, of which rows are shown; everything else is left out, rows without section too.
REACHED = SQL("""
    {reach}, reached (id) AS MATERIALIZED (
        SELECT o.id FROM roster_section AS o WHERE o.institution_id = %(institution)s AND {within})
""")
WITHIN_REACH = SQL("section.id IN (SELECT reached.id FROM reached)")

# The inner ORDER BY decides: nothing outside it moves a row.
CELLS = SQL("{reached} SELECT {cells} FROM ({rows} ORDER BY {order}) AS report")
LIMITED = SQL("{query} LIMIT {limit}")
CHART = SQL("{begin} report AS ({rows}) {chart}")
COPY = SQL("COPY ({query}) TO STDOUT (FORMAT csv, DELIMITER {delimiter}, FORCE_QUOTE ({quoted}))")

# A line break is one line feed (4.2). Most texts have none, and to look is cheaper than to replace.
TEXT = SQL(r"""
    CASE strpos({source}, E'\r') WHEN 0 THEN {source} ELSE replace(replace({source}, E'\r\n', E'\n'), E'\r', E'\n') END
""")
# What a spreadsheet takes for the beginning of a formula (4.2).
SAFE = SQL(r"""
    CASE WHEN left({source}, 1) IN ('=', '+', '-', '@', E'\t', E'\r') THEN '''' || {text} ELSE {text} END
""")
WRITTEN: dict[Type, SQL] = {
    Type.UUID: SQL("{source}"),
    Type.TS: SQL("""to_char({source} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""),
    Type.DATE: SQL("to_char({source}, 'YYYY-MM-DD')"),
    Type.INT: SQL("{source}"),
    Type.DEC: SQL("trim_scale(round({source}, 2))"),
    Type.FLAG: SQL("{source}"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report of an institution, for somebody who reaches so far.

    start, end: days of UTC, ``start`` included and ``end`` not (4.1); both null when it takes no dates.
    """

    report: Report
    institution: int
    reach: Reach = EVERYWHERE
    start: date | None = None
    end: date | None = None

    @property
    def params(self) -> dict[str, Any]:
        return {
            "institution": self.institution,
            "granted": self.reach.granted,
            "start": _midnight(self.start),
            "end": _midnight(self.end),
        }


@dataclass(frozen=True, slots=True)
class Output:
    """How the file is written (4.2). delimiter: a comma, a TAB or a pipe.

    spreadsheet_safe: whether an apostrophe stands before what a spreadsheet would run as a formula.
    """

    compression: bool = True
    delimiter: str = ","
    spreadsheet_safe: bool = False


PLAIN = Output()


def copying(asked: Asked, output: Output = PLAIN) -> tuple[Composable, dict[str, Any]]:
    """COPY of the rows, without header, lines ended by LF; and its parameters."""
    query, params = selecting(asked, output)
    quoted = [column.header for column in asked.report.columns if column.type.is_quoted]
    statement = COPY.format(
        query=query,
        delimiter=Literal(output.delimiter),
        quoted=SQL(", ").join(map(Identifier, quoted)),
    )
    return statement, params


def selecting(
    asked: Asked, output: Output = PLAIN, *, limit: int | None = None
) -> tuple[Composable, dict[str, Any]]:
    """The rows as they are written, one column for each of the report, called by its header."""
    cells = [
        SQL("{} AS {}").format(
            cell(column, spreadsheet_safe=output.spreadsheet_safe), Identifier(column.header)
        )
        for column in asked.report.columns
    ]
    query: Composable = CELLS.format(
        reached=_reached(asked.reach),
        cells=SQL(", ").join(cells),
        rows=raw(asked),
        order=SQL(asked.report.order_by),
    )
    if limit is not None:
        query = LIMITED.format(query=query, limit=Literal(limit))
    return query, asked.params


def charting(asked: Asked, chart: Chart) -> tuple[Composable, dict[str, Any]]:
    """(label, note, value), in the order drawn."""
    begin = SQL("WITH") if asked.reach.is_whole else SQL("{},").format(_reached(asked.reach))
    return CHART.format(begin=begin, rows=raw(asked), chart=SQL(chart.sql)), asked.params


def cell(column: Column, *, spreadsheet_safe: bool = False) -> Composable:
    """SQL of what stands in a cell of the column; NULL: nothing."""
    source = SQL("report.{}").format(Identifier(column.header))
    if column.type not in (Type.TEXT, Type.JSON):
        return WRITTEN[column.type].format(source=source)
    text = TEXT.format(source=source)
    return SAFE.format(source=source, text=text) if spreadsheet_safe else text


def raw(asked: Asked) -> Composable:
    """The report's own SELECT, in no order; for those who reach a part, ``reached`` must stand before it."""
    return SQL(asked.report.sql).format(
        within=SQL("TRUE") if asked.reach.is_whole else WITHIN_REACH,
        **{f"role_of_{who}": SQL(blocks.role_of(who)) for who in ("person", "asker", "answerer")},
    )


def _reached(reach: Reach) -> Composable:
    if reach.is_whole:
        return SQL("")
    return REACHED.format(reach=REACH, within=within(reach, SECTION))


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)
