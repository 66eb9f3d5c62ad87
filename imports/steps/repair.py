"""Repair: ids that a spreadsheet changed, where exactly one stored id can be meant; else the reason.

A repair is shown as a warning of its row. What nobody can take back, a number written with an exponent,
is refused.
"""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Identifier, Literal

from imports.formats.columns import CREATE, UPDATE
from imports.steps.workspace import Workspace

# `1.2E+09`: what became of a long number. Some countries write a comma there.
IS_EXPONENT = r"^[0-9]([.,][0-9]+)?[eE][+][0-9]{1,3}$"
# `3-Apr`, `Apr-03`, `03/04/2026`: what became of an id such as 3-4.
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
IS_DAY = rf"^([0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}}|[0-9]{{1,2}}[./][0-9]{{1,2}}[./][0-9]{{4}})$"

# Texts that mean nothing and may have lost zeros, or have their accents stored in the other of the two
# ways that Unicode has.
ANY_MANGLED = SQL("SELECT EXISTS (SELECT FROM {ref} AS t WHERE {zeros} OR {accents})")
ZEROS = SQL("(t.id IS NULL AND t.ids IS NULL AND t.text ~ '^(0|[1-9][0-9]*)$')")
ACCENTS = SQL("(t.id IS NULL AND t.ids IS NULL AND octet_length(t.text) > char_length(t.text))")
FIT = SQL("""
    CREATE TEMP TABLE {fit} ON COMMIT DROP AS
    SELECT fitting.ordinal, min(fitting.id::text)::uuid AS id, min(fitting.row) AS row,
           min(fitting.external_id) AS external_id
      FROM (SELECT t.ordinal, o.id, o.row, o.external_id
              FROM {ref} AS t JOIN ({objects}) AS o
                ON o.external_id LIKE '0%%' AND ltrim(o.external_id, '0') = ltrim(t.text, '0')
             WHERE {zeros}
            UNION ALL
            SELECT t.ordinal, o.id, o.row, o.external_id
              FROM {ref} AS t JOIN ({objects}) AS o
                ON octet_length(o.external_id) > char_length(o.external_id)
               AND normalize(o.external_id) = normalize(t.text)
             WHERE {accents}) AS fitting
     GROUP BY fitting.ordinal HAVING count(DISTINCT fitting.id) = 1
""")
# Looked at in between: taken for a single row, the texts of a whole file would be gone through for each.
ANALYZE_FIT = SQL("ANALYZE {fit}")
FILL = SQL("""
    UPDATE {ref} AS r SET id = fit.id, "row" = fit.row, read_as = fit.external_id
      FROM {fit} AS fit WHERE r.ordinal = fit.ordinal
""")
REPAIRED = SQL("""
    INSERT INTO problem
    SELECT w._row, 'warning', {header}, 'repaired_id', r.text,
           jsonb_build_object('object', {object}::text, 'read_as', r.read_as,
                              'variant', CASE WHEN r.text !~ '^[0-9]+$' THEN 'spelling' END)
      FROM {rows} WHERE r.read_as IS NOT NULL
""")

# The External ID cell of an object that has this very id, with its zeros: it was not meant to change.
KEPT = SQL("""
    WITH kept AS (
        UPDATE work AS w SET external_id = o.external_id FROM {table} AS o
         WHERE {live} AND o.id = w._id AND o.external_id LIKE '0%%' AND o.external_id <> w.external_id
           AND ltrim(o.external_id, '0') = ltrim(w.external_id, '0') AND w.external_id ~ '^(0|[1-9][0-9]*)$'
        RETURNING w._row, old.external_id AS was, new.external_id AS now)
    INSERT INTO problem
    SELECT kept._row, 'warning', {header}, 'repaired_id', kept.was,
           jsonb_build_object('object', %(object)s::text, 'read_as', kept.now)
      FROM kept
""")
# An id of the institution's own systems that is none any more.
LOST = SQL("""
    INSERT INTO problem
    SELECT w._row, 'error', {header}, 'exponent', w.external_id, jsonb_build_object('object', %(object)s::text)
      FROM work AS w
     WHERE w.external_id LIKE '%%+%%' AND w.external_id ~ {is_exponent}
       AND NOT EXISTS (SELECT FROM {table} AS o WHERE {live} AND o.id = w._id AND o.external_id = w.external_id)
""")


def fit_texts(space: Workspace, *, ref: Identifier, objects: Composable) -> None:
    """Let texts that mean nothing mean the one object whose id they were. objects: with ``external_id``."""
    parts = {"ref": ref, "objects": objects, "zeros": ZEROS, "accents": ACCENTS, "fit": Identifier("fit")}
    [(any_mangled,)] = space.fetch(ANY_MANGLED.format(**parts), "references")
    if any_mangled:
        for statement in (FIT, ANALYZE_FIT, FILL):
            space.run(statement.format(**parts), "references")
        space.run("DROP TABLE fit")


def tell_repairs(space: Workspace, *, header: Composable, called: str, rows: Composable) -> None:
    """Warn each row whose reference was repaired. rows: ``work`` as w, joined with its texts as r."""
    space.run(
        REPAIRED.format(header=header, object=Literal(called), rows=rows),
        "references",
    )


def external_ids(space: Workspace, *, live: Composable) -> None:
    """The ids that rows give to their own objects. live: the condition over alias ``o``."""
    column = next((c for c in space.columns if c.field == "external_id"), None)
    if column is None or space.action not in (CREATE, UPDATE):
        return
    parts = {"table": Identifier(space.fmt.target.table), "live": live, "header": Literal(column.header)}
    if space.action == UPDATE:
        space.run(KEPT.format(**parts), "references")
    space.run(LOST.format(**parts, is_exponent=Literal(IS_EXPONENT)), "references")
