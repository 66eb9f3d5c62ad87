"""Who may be named an instructor, and who is still named one (echovideo.md 2.8, 2.9, 2.13)."""

from __future__ import annotations

from imports.formats.base import Rule


def is_no_instructor(person: str) -> str:
    """SQL that is true of a person who does not hold the role; to be asked of whom a row names anew alone.

    Who loses the role instructs until somebody else is named. A row that leaves that as it is must not fail
    by it, nor an export leave the object out.
    """
    return (
        "EXISTS (SELECT FROM roster_person AS person WHERE person.institution_id = %(institution)s"
        f" AND person.id = {person} AND NOT 'instructor' = ANY (person.roles))"
    )


# Whom a row takes the role from, with what they are still named in: schedules of today or later, and sections.
_LOSES = """
    JOIN roster_person AS was ON was.institution_id = %(institution)s AND was.id = w._id
     AND 'instructor' = ANY (was.roles)
    JOIN (SELECT found.person_id, count(DISTINCT found.schedule_id) AS schedules,
                 count(DISTINCT found.section_id) AS sections
            FROM (SELECT s.instructor_id AS person_id, s.id AS schedule_id, NULL::uuid AS section_id
                    FROM roster_schedule AS s
                   WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL AND s.instructor_id IS NOT NULL
                     AND coalesce(s.end_date, s.start_date) >= current_date
                  UNION ALL
                  SELECT one_of.id, NULL, s.id FROM roster_section AS s
                   CROSS JOIN LATERAL unnest(s.instructor_id || s.secondary_instructor_ids) AS one_of (id)
                   WHERE s.institution_id = %(institution)s AND s.deleted_at IS NULL) AS found
           GROUP BY found.person_id) AS held ON held.person_id = w._id
"""
_COUNTED = "CASE WHEN held.{noun}s > 0 THEN held.{noun}s || CASE WHEN held.{noun}s = 1 THEN ' {noun}' ELSE ' {noun}s' END END"
# How much lies beyond what a submitter reaches is not told.
_HELD = f"""
    CASE WHEN %(reaches_all)s
         THEN concat_ws(' and ', {_COUNTED.format(noun="section")}, {_COUNTED.format(noun="schedule")})
         ELSE concat_ws(' and ', CASE WHEN held.sections > 0 THEN 'sections' END,
                        CASE WHEN held.schedules > 0 THEN 'schedules' END) END
"""
STILL_INSTRUCTS = Rule(
    "still_instructs",
    "Role",
    "NOT 'instructor' = ANY (w.roles)",
    params=f"jsonb_build_object('held', {_HELD})",
    actions=("update",),
    severity="warning",
    joins=_LOSES,
)
