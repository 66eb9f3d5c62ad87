"""Why rows failed or were told something, by code: how many rows, and the first of them with its remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass

from psycopg.sql import SQL

from edu_csv.pages.mailing import one_line, quoted
from edu_csv.pages.quoting import first_and_rest
from edu_csv.pages.words import counted, number
from imports.files import File, files_of
from imports.models import Import
from imports.plans.table import fetch
from imports.problems import Problem

# A mail is read on a phone: what is further down has its page.
CODES_SHOWN = 12

# The example is looked up once a code is counted: no row's parameters are carried through the sort.
BY_CODE = SQL("""
    WITH told AS (
        SELECT told.severity, told.code, r.file, r.row
          FROM {plan_row} AS r
         CROSS JOIN LATERAL jsonb_to_recordset(r.problems) AS told (severity text, code text)
         WHERE r.import_id = %(import)s AND r.problems IS NOT NULL),
    counted AS (
        SELECT severity, code, count(DISTINCT (file, row)) AS rows, min(ARRAY[file::bigint, row]) AS first,
               count(*) OVER () AS codes
          FROM told GROUP BY severity, code)
    SELECT c.severity, c.code, c.rows, c.first[2], c.codes, one."column", one.value, one.params
      FROM counted AS c
     CROSS JOIN LATERAL (
        SELECT p."column", p.value, p.params FROM {plan_row} AS r
         CROSS JOIN LATERAL jsonb_to_recordset(r.problems)
                    AS p (severity text, code text, "column" text, value text, params jsonb)
         WHERE r.import_id = %(import)s AND r.file = c.first[1] AND r.row = c.first[2]
           AND p.severity = c.severity AND p.code = c.code LIMIT 1) AS one
     ORDER BY c.severity, c.rows DESC, c.code LIMIT %(most)s
""")


@dataclass(frozen=True, slots=True)
class Reason:
    """rows: so many have it. place: "row 4 of 06-Sections.csv", the first. fault, remedy: its sentence, cut in two.

    files: so many were not read because of it; then there are no rows.
    """

    severity: str
    code: str
    rows: int
    place: str
    fault: str
    remedy: str
    files: int = 0

    @property
    def rows_said(self) -> str:
        return counted(self.files, "file") if self.files else counted(self.rows, "row")

    @property
    def rows_figure(self) -> str:
        return self.rows_said if self.files else number(self.rows)


def reasons(upload: Import) -> tuple[list[Reason], int]:
    """The most frequent codes, errors before warnings, and how many codes there are; one statement.

    Files that were not read stand before all of them.
    """
    files = files_of(upload)
    found = fetch(upload, BY_CODE, {"most": CODES_SHOWN})
    told = _of_files(files.unread)
    codes = len(told)
    for severity, code, rows, row, _, column, value, params in found:
        place = files.at(row)
        given = json.loads(params) if isinstance(params, str) else params or {}
        problem = files.told(Problem(code, column, value, severity, given), place.number)
        fault, remedy = first_and_rest(" ".join(str(problem).split()))
        told.append(Reason(severity, code, rows, str(place), quoted(fault), quoted(remedy)))
    return told, codes + (found[0][4] if found else 0)


def _of_files(unread: list[File]) -> list[Reason]:
    """By code. Each sentence stands whole beside its file: here it is only named."""
    by_code: dict[str, list[File]] = {}
    for file in unread:
        by_code.setdefault(str((file.problem or {}).get("code", "")), []).append(file)
    return [
        Reason(
            "error",
            code,
            0,
            one_line(files[0].name),
            quoted(first_and_rest(" ".join(str((files[0].problem or {}).get("detail", "")).split()))[0]),
            "",
            files=len(files),
        )
        for code, files in by_code.items()
    ]
