"""Overwrites: rows that replace what a person, or another family's import, set last (design section 4, "Whose value").

Nothing is refused: the row carries the warning ``overwrites_edit`` with the column, who and when.
"""

from __future__ import annotations

from psycopg.sql import SQL, Literal

from imports.formats.columns import UPDATE
from imports.steps.record import given_cells
from imports.steps.workspace import Workspace

# ``edit``: whatever somebody else set of the objects that change, the making included (id 0: before all
# changes). What was undone, and the undo itself, set nothing: the value is that of before. An undo takes a
# change back field by field, so one that is not undone whole may have lost this field.
# Each part begins with what is rare, so that a roster with one family and no edits costs two empty look-ups.
OVERWRITES = SQL("""
    INSERT INTO problem
    WITH other AS MATERIALIZED (
        SELECT upload.job_id AS job, upload.applied_at AS at,
               coalesce(nullif(job.submitted_by, ''), 'An import') || ' (`' || upload.format_key || '`)' AS who
          FROM imports_import AS upload JOIN jobs_job AS job ON job.id = upload.job_id
         WHERE upload.institution_id = %(institution)s AND upload.applied_at IS NOT NULL
           AND NOT starts_with(upload.format_key, {family} || '.')),
    edit AS (
        SELECT c.row, c.object_id, entry.id, entry.at, entry.before, entry.after,
               coalesce(nullif(account.name, ''), account.email,
                        CASE WHEN entry.account_id IS NULL THEN 'a command' ELSE 'an account that is gone' END) AS who
          FROM roster_change AS entry
          JOIN changed AS c ON c.object_id = entry.object_id
          LEFT JOIN access_account AS account ON account.id = entry.account_id
         WHERE entry.institution_id = %(institution)s AND entry.job_id IS NULL AND entry.undone_by IS NULL
        UNION ALL
        SELECT c.row, c.object_id, entry.id, entry.at, entry.before, entry.after, other.who
          FROM other
          JOIN roster_change AS entry ON entry.job_id = other.job
          JOIN changed AS c ON c.object_id = entry.object_id
         WHERE entry.institution_id = %(institution)s AND entry.undone_by IS NULL
        UNION ALL
        SELECT c.row, c.object_id, 0, other.at, NULL, jsonb_strip_nulls(c.before), other.who
          FROM other JOIN changed AS c ON c.made_by_job = other.job),
    last AS (
        SELECT DISTINCT ON (edit.row, field.name) edit.*, field.name, field.header
          FROM edit
          JOIN changed AS c ON c.row = edit.row
          JOIN (VALUES {fields}) AS field (name, header) ON c.after ? field.name AND edit.after ? field.name
         WHERE edit.id > 0 OR edit.after -> field.name <> '[]'
         ORDER BY edit.row, field.name, edit.id DESC)
    SELECT last.row, 'warning', last.header, 'overwrites_edit', {cell},
           jsonb_build_object('who', last.who, 'object', %(object)s::text,
                              'when', to_char(last.at AT TIME ZONE institution.time_zone, 'YYYY-MM-DD'))
      FROM last
      JOIN access_institution AS institution ON institution.id = %(institution)s
      JOIN act AS w ON w._row = last.row {joins}
     WHERE NOT EXISTS (
           SELECT FROM roster_change AS later
            WHERE later.institution_id = %(institution)s AND later.object_id = last.object_id AND later.id > last.id
              AND later.after ? last.name
              AND (later.undone_by IS NULL
                   OR later.undone_by = later.job_id AND later.after -> last.name = last.before -> last.name))
""")


def find(space: Workspace) -> None:
    """Warn of each acting row's fields that somebody else set last; one statement."""
    if space.action != UPDATE:
        return
    columns = [column for column in space.fmt.columns_for(UPDATE) if column.field]
    cells, joins = given_cells(space)
    told = [
        SQL("WHEN {} THEN {}").format(Literal(c.field), cells[c.name]) for c in columns if c.name in cells
    ]
    space.run(
        OVERWRITES.format(
            family=Literal(space.fmt.family),
            fields=SQL(", ").join(
                SQL("({}, {})").format(Literal(column.field), Literal(column.header)) for column in columns
            ),
            cell=SQL("CASE last.name {} END").format(SQL(" ").join(told)),
            joins=SQL(" ").join(joins),
        ),
        "overwrites",
    )
