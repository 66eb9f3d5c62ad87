"""Apply: write the people, groups and permissions of a plan. The caller holds the transaction and the roster's lock."""

from __future__ import annotations

from edu_csv.roster.vocabulary import BUILT_IN_TYPES
from imports.steps import apply as changes
from imports.steps.workspace import Session

# Missing types are made (csv data import 2.2). What one that is there is called is left to people: no row tells of it.
TYPES = """
    INSERT INTO roster_org_unit_type (institution_id, name, plural_name, made_by_job)
    SELECT %(institution)s, said.type, coalesce(said.plural, ''), %(job)s
      FROM (SELECT s.type, (array_agg(s.plural ORDER BY s.m DESC) FILTER (WHERE s.plural IS NOT NULL))[1] AS plural
              FROM group_said AS s WHERE s.is_def AND s.type IS NOT NULL AND s.type <> ALL (%(built_in)s::text[])
             GROUP BY s.type) AS said
        ON CONFLICT (institution_id, name) DO NOTHING
"""


def apply(space: Session) -> None:
    """All of ``change``: deletions, what is new, then what points to it; the journal."""
    space.run(TYPES, "apply", built_in=list(BUILT_IN_TYPES))
    present = changes.present_in(space)
    space.run(changes.BY_ID)
    changes.end_and_revive(space, present)
    changes.write_created(space, present)
    changes.write_updates(space, present)
    changes.write_journal(space)
    changes.refresh_statistics(space, changes.written_of(present))
