"""A plan as a whole: why rows fail, what filters offer, what deletions take along."""

from __future__ import annotations

import json

from psycopg.sql import SQL, Literal

from edu_csv.roster.nouns import BY_CODE
from imports.files import files_of
from imports.formats.feed import Layout, Package
from imports.formats.templated import TemplateFormat, is_template
from imports.models import Import, Outcome
from imports.plans.shapes import BigDelete, Cause, Causes, Facets, KnockOn
from imports.plans.table import (
    cell_columns,
    declared_format,
    fetch,
    fields_by_header,
    formats_of,
    object_key,
)
from imports.problems import Problem

# From so many values on, what is wrong is the column rather than each value: one cause.
MANY_VALUES = 5
VALUES_NAMED = 3

# One line a cause: most rows first. What clashes in one room is one cause, at whatever time; so is what many
# values of a column have in common. Counted by value before by column: no row is opened twice.
CAUSES = SQL("""
    WITH by_value AS (
        SELECT told.severity, told.code, told."column", told.params #>> '{{clashes,0,room_id}}' AS room,
               told.value, count(*) AS rows, min(ARRAY[r.file, r.row]) AS first,
               (array_agg(told.params ORDER BY r.file, r.row))[1] AS params
          FROM {plan_row} AS r
         CROSS JOIN LATERAL jsonb_to_recordset(r.problems) AS told
                (severity text, code text, "column" text, value text, params jsonb)
         WHERE r.import_id = %(import)s AND r.problems IS NOT NULL AND told.severity = ANY (%(severities)s)
         GROUP BY 1, 2, 3, 4, 5),
    counted AS (
        SELECT *, CASE WHEN room IS NOT NULL THEN room
                       WHEN count(*) OVER (PARTITION BY severity, code, "column", room) < %(many)s
                       THEN 'with ' || value END AS alike
          FROM by_value)
    SELECT severity, code, "column", (array_agg(value ORDER BY first))[1], sum(rows)::bigint AS rows,
           min(first) AS first_place, (array_agg(params ORDER BY first))[1] AS params,
           CASE WHEN room IS NULL THEN (array_agg(value ORDER BY first))[:%(named)s] END,
           CASE WHEN room IS NULL THEN count(*) ELSE 1 END, count(*) OVER () AS causes
      FROM counted GROUP BY severity, code, "column", room, alike
     ORDER BY severity, rows DESC, first_place LIMIT %(limit)s
""")

PROBLEM_FACETS = SQL("""
    SELECT GROUPING(told.code) = 0 AS is_code, coalesce(told.code, told."column"),
           count(DISTINCT (r.file, r.row))
      FROM {plan_row} AS r
     CROSS JOIN LATERAL jsonb_to_recordset(r.problems) AS told (code text, "column" text)
     WHERE r.import_id = %(import)s AND r.problems IS NOT NULL
     GROUP BY GROUPING SETS ((told.code), (told."column")) ORDER BY 1, 3 DESC, 2
""")
CHANGED_FIELDS = SQL("""
    SELECT name, count(*) FROM {plan_change} AS c CROSS JOIN LATERAL jsonb_object_keys(c.after) AS name
     WHERE c.import_id = %(import)s AND NOT c.is_effect GROUP BY name
""")

# What the rows of a feed are about.
KINDS = SQL("""
    SELECT r.object_type, r.outcome, count(*) FROM {plan_row} AS r
     WHERE r.import_id = %(import)s AND r.object_type IS NOT NULL AND r.outcome <> {failed} GROUP BY 1, 2 ORDER BY 1, 2
""")

# Deletions and what goes with them.
KNOCK_ON = SQL("""
    SELECT c.object_type, count(*), count(DISTINCT c.object_id) FROM {plan_change} AS c
     WHERE c.import_id = %(import)s AND c.is_effect AND c.operation = 3 GROUP BY 1 ORDER BY 1
""")
LARGEST = SQL("""
    SELECT c.file, c.row, r.object_id, r.cells, r.key, r.object_type, count(*) AS lost, c.object_type
      FROM {plan_change} AS c JOIN {plan_row} AS r
        ON r.import_id = c.import_id AND r.file = c.file AND r.row = c.row
     WHERE c.import_id = %(import)s AND c.is_effect AND c.operation = 3 AND r.outcome = {deleted}
     GROUP BY c.file, c.row, r.object_id, r.cells, r.key, r.object_type, c.object_type
     ORDER BY lost DESC, c.file, c.row LIMIT %(limit)s
""")
PEOPLE = SQL("""
    SELECT count(DISTINCT e.person_id) FROM {plan_change} AS c
      JOIN roster_enrollment AS e ON e.institution_id = %(institution)s AND e.id = c.object_id
     WHERE c.import_id = %(import)s AND c.is_effect AND c.operation = 3 AND c.object_type = 7
""")


def counts_by_cause(upload: Import, *, limit: int = 50, warnings: bool = False) -> Causes:
    """Problems grouped by code, column and value, most rows first; with the nearest known value, if any.

    Those of one code and column with ``MANY_VALUES`` or more are one cause."""
    severities = ["error", "warning"] if warnings else ["error"]
    asked = {"severities": severities, "limit": limit, "many": MANY_VALUES, "named": VALUES_NAMED}
    found = fetch(upload, CAUSES, asked)
    files = files_of(upload)
    causes = []
    for severity, code, column, value, number, (file, first), params, values, distinct, _ in found:
        given = json.loads(params) if params else {}
        problem = files.told(Problem(code, column, value, severity, given), file)
        place = files.at(first)
        nearest = given.get("nearest")
        causes.append(Cause(problem, number, place.row, place.name, nearest, values or [], distinct))
    return Causes(causes, found[0][-1] if found else 0)


def counts_by_kind(upload: Import) -> dict[str, dict[str, int]]:
    """Rows by the kind of object that they are about and their outcome; failed ones left out.

    Noted when a feed is planned; counted where it was not, in one statement.
    """
    fmt = declared_format(upload)
    if is_template(fmt):
        # Its rows are about nothing in particular: what they make is counted by kind.
        return {kind: dict(by) for kind, by in upload.effects.items()}
    if fmt is None or not issubclass(fmt, Layout | Package):
        return {fmt.target.name: dict(upload.counts)} if fmt else {}
    if (noted := upload.review.get("kinds")) is not None:
        return {kind: dict(counts) for kind, counts in noted.items()}
    kinds: dict[str, dict[str, int]] = {}
    if upload.counts.get("rows"):
        for code, outcome, number in fetch(upload, KINDS, {}, failed=Literal(int(Outcome.FAILED))):
            kinds.setdefault(BY_CODE[code].name, {})[Outcome(outcome).name.lower()] = number
    return kinds


def facets(upload: Import) -> Facets:
    """What the filters can be set to; two statements at most."""
    outcomes = {name: upload.counts.get(name, 0) for name in (o.name.lower() for o in Outcome)}
    codes: dict[str, int] = {}
    columns: dict[str, int | None] = {}
    for is_code, name, number in fetch(upload, PROBLEM_FACETS, {}):
        if name is not None:
            (codes if is_code else columns)[name] = number
    fmt, files = declared_format(upload), files_of(upload)
    if upload.has_own_tables:
        # A million JSON objects would be opened to count them.
        columns |= {
            column.header: None
            for each in formats_of(files, fmt)
            for column in cell_columns(upload, each)
            if column.field or issubclass(each, Layout | TemplateFormat)
        }
    else:
        headers = {name: header for header, names in fields_by_header(files, fmt).items() for name in names}
        for name, number in fetch(upload, CHANGED_FIELDS, {}):
            if name in headers:
                columns[headers[name]] = (columns.get(headers[name]) or 0) + number
    return Facets(outcomes, codes, columns, {file.name: file.rows for file in files if not file.problem})


def biggest_deletes(upload: Import, *, limit: int = 3) -> KnockOn:
    """What the deletions of this plan take along, and the rows that take most; three statements."""
    lost = {BY_CODE[code].name: number for code, _, number in fetch(upload, KNOCK_ON, {})}
    [(people,)] = fetch(upload, PEOPLE, {})
    files = files_of(upload)
    found = fetch(upload, LARGEST, {"limit": limit}, deleted=Literal(int(Outcome.DELETED)))
    largest = []
    for file, row, object_id, cells, key, own_code, number, code in found:
        fmt = files.format_of(file)
        kind = BY_CODE[own_code].name if own_code is not None else fmt.target.name if fmt else ""
        called = object_key(upload, fmt, cells, key)
        largest.append(BigDelete(row, kind, object_id, called, BY_CODE[code].name, number))
    return KnockOn(lost, people, largest)
