"""Undo and streaming: no schedule is left that streams live to no section (echovideo.md 2.13).

An import may have taken its sections and its streaming together, or only one of the two; what was changed later is
left alone, and the other half may not come back to that. Such a schedule could be exported by no file.
"""

from __future__ import annotations

from psycopg.sql import SQL

from edu_csv.roster.nouns import SCHEDULE
from imports.steps.workspace import Session

# Sections do not go from what has streamed live since, nor does streaming come back to what has no section.
_LIVE_TO_NOBODY = f"""
    UPDATE undoing AS u
       SET conflict = CASE u.field WHEN 'section_ids' THEN 'has_dependants' ELSE 'parent_gone' END
      FROM (SELECT o.id
              FROM roster_schedule AS o
              JOIN undoing AS of_it ON of_it.object_id = o.id AND of_it.operation = 2 AND of_it.conflict IS NULL
               AND of_it.field IN ('section_ids', 'stream_live')
             WHERE o.institution_id = %(institution)s
             GROUP BY o.id
            HAVING coalesce((array_agg(of_it.before) FILTER (WHERE of_it.field = 'section_ids'))[1],
                            to_jsonb(o.section_ids)) = '[]'
               AND coalesce((array_agg(of_it.before) FILTER (WHERE of_it.field = 'stream_live'))[1],
                            to_jsonb(o.stream_live)) = 'true') AS lost
     WHERE u.object_id = lost.id AND u.object_type = {SCHEDULE.code} AND u.operation = 2 AND u.conflict IS NULL
       AND u.field IN ('section_ids', 'stream_live')
"""  # noqa: S608  # a code of ours


def find(session: Session) -> None:
    """Leave alone what in ``undoing`` would leave a schedule live without a section."""
    session.run(SQL(_LIVE_TO_NOBODY))
