"""What flipping a switch of the institution would do, in numbers: told before it is saved (ui.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from edu_csv.access.models import Institution
from edu_csv.access.policy import ADMINS
from edu_csv.access.roles import Role
from edu_csv.pages.words import counted, number
from edu_csv.roster import zones

# Whoever holds the role of an administrator somewhere, and whether for all of the institution.
ADMINISTRATORS = """
    WITH holder AS (
        SELECT g.account_id, g.client_id, bool_or(g.role = %(admin)s AND g.org_unit_id IS NULL) AS of_all,
               bool_or(g.org_unit_id IS NOT NULL) AS of_part
          FROM access_grant AS g
         WHERE g.institution_id = %(institution)s AND g.role = ANY (%(admins)s)
         GROUP BY g.account_id, g.client_id)
    SELECT count(*) FILTER (WHERE of_all), count(*) FILTER (WHERE NOT of_all),
           count(*) FILTER (WHERE of_part AND NOT of_all),
           (SELECT count(*) FROM jobs_job AS job
             WHERE job.institution_id = %(institution)s AND job.kind = 'import'),
           (SELECT count(*) FROM jobs_job AS job
             WHERE job.institution_id = %(institution)s AND job.kind = 'export'),
           (SELECT count(*) FROM jobs_job AS job
             WHERE job.institution_id = %(institution)s AND job.kind IN ('import', 'export')
               AND EXISTS (SELECT FROM holder AS h WHERE NOT h.of_all
                              AND (h.account_id = job.account_id OR h.client_id = job.client_id)))
      FROM holder
"""
ANONYMOUS = """
    SELECT (SELECT count(*) FROM activity_question
             WHERE institution_id = %(institution)s AND is_anonymous AND deleted_at IS NULL),
           (SELECT count(*) FROM activity_answer
             WHERE institution_id = %(institution)s AND is_anonymous AND deleted_at IS NULL)
"""
UNPUBLISHED = """
    SELECT count(*) FROM roster_schedule AS o
     WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL AND o.section_ids = '{}'
"""
ROOMS = """
    SELECT count(*), count(*) FILTER (WHERE o.device_id IS NULL),
           (SELECT count(DISTINCT schedule.id) FROM roster_schedule AS schedule
              JOIN roster_room AS room ON (room.institution_id, room.id) = (schedule.institution_id, schedule.room_id)
              JOIN roster_occurrence AS ahead
                ON (ahead.institution_id, ahead.schedule_id) = (schedule.institution_id, schedule.id)
             WHERE schedule.institution_id = %(institution)s AND schedule.deleted_at IS NULL
               AND ahead.starts_at > now() AND room.device_id IS NULL)
      FROM roster_room AS o WHERE o.institution_id = %(institution)s AND o.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Administrators:
    """of_all: of the whole institution. others: the rest. below: of those, with a grant for an org unit.

    imports, exports: all there are. own: how many of both the others started themselves.
    """

    of_all: int
    others: int
    below: int
    imports: int
    exports: int
    own: int


def administrators(institution: int) -> Administrators:
    params = {"institution": institution, "admin": Role.ADMIN, "admins": sorted(ADMINS)}
    return Administrators(*_one(ADMINISTRATORS, params))


def designated_administration(institution: Institution, wanted: bool) -> list[str]:
    """5.3: who sees whose imports and exports."""
    found = administrators(institution.pk)
    who = f"{_administrators(found.others)} of organizations, departments and other parts"
    jobs = f"{counted(found.imports, 'import')} and {counted(found.exports, 'export')}"
    if wanted:
        return [
            (
                f"{who} will see only the imports and exports they started themselves: {number(found.own)} of the {jobs}"
                " they all see now, with their files."
            ),
            f"{_administrators(found.of_all)} of the whole institution will go on seeing all.",
        ]
    return [
        f"{who} will see all {jobs}, with their files, whoever started them: now it is {number(found.own)}."
    ]


def shows_unpublished_captures(institution: Institution, wanted: bool) -> list[str]:
    """5.2: schedules that publish to no section."""
    [schedules] = _one(UNPUBLISHED, {"institution": institution.pk})
    who = _administrators(administrators(institution.pk).below)
    what = f"{counted(schedules, 'schedule')} without a section"
    if wanted:
        return [
            f"{who} of organizations and departments will see {what}, export and import them.",
            "Schedulers still see none of them.",
        ]
    return [f"{who} of organizations and departments will see, export and import no schedule without a section; now {what}."]  # fmt: skip


def reveal_anonymous(institution: Institution, wanted: bool) -> list[str]:
    """reporting-api.md G17: who posted anonymously."""
    questions, answers = _one(ANONYMOUS, {"institution": institution.pk})
    who = f"{counted(questions, 'anonymous question')} and {counted(answers, 'anonymous answer')}"
    if wanted:
        return [f"Reports of discussions will name who posted {who}, to all who may ask for reports."]
    return [f"Reports of discussions will leave empty who posted {who}. Files made until now keep the names."]


def rooms_need_device(institution: Institution, wanted: bool) -> list[str]:
    """2.13: a schedule in a room that has no device."""
    rooms, bare, schedules = _one(ROOMS, {"institution": institution.pk})
    without = f"{number(bare)} of {counted(rooms, 'room')}"
    if wanted:
        return [
            f"{without} have no device. Rows of schedules there will fail from now on.",
            f"{counted(schedules, 'schedule')} with captures to come in such a room will stay as they are."
            if schedules
            else "No schedule has captures to come in such a room.",
        ]
    return [f"Schedules may be made in rooms without a device: {without}."]


def time_zone(institution: Institution, wanted: str) -> list[str]:
    """6.2 (32). Raises edu_csv.roster.zones.NotPossible when it cannot be this one."""
    moved = zones.look(institution.pk, wanted)
    if not moved.captures:
        return [
            "No capture to come follows the time zone of the institution: no schedule changes.",
            f"All pages show times in {wanted}.",
        ]
    return [
        (
            f"{counted(moved.captures, 'capture')} to come, of {counted(moved.schedules, 'schedule')}, keep their local"
            f" time and take place by the clocks of {wanted}. Campuses with a time zone of their own keep it."
        ),
        f"All pages show times in {wanted}.",
    ]


def _administrators(count: int) -> str:
    return counted(count, "administrator")


def _one(statement: str, params: dict[str, Any]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: tuple[int, ...] = cursor.fetchone()
    return found
