"""Columns that several reports have (reporting-api.md 3.0), and the role of a person."""

from __future__ import annotations

from edu_csv.roster.roles import PersonRole
from reporting.reports.base import Column, Type

# The highest first (G13). The first five are the vendor's words (3.0), the last two the roster's own.
ROLES = {
    PersonRole.ADMINISTRATOR: "Admin",
    PersonRole.SCHEDULER: "Scheduler",
    PersonRole.INSTRUCTOR: "Instructor",
    PersonRole.TEACHING_ASSISTANT: "Teaching Assistant",
    PersonRole.STUDENT: "Student",
    PersonRole.TUTOR: "Tutor",
    PersonRole.OBSERVER: "Observer",
}
SECTION = (
    Column(
        "sectionId",
        Type.UUID,
        "Section in which it happened; empty outside any section.",
        source="Section.id",
    ),
    Column("sectionNumber", Type.TEXT, "Number of the section.", source="Section.section_number"),
    Column("courseId", Type.UUID, "Course of the section.", source="Course.id"),
    Column(
        "courseIdentifier",
        Type.TEXT,
        "Code of the course, as people see it.",
        source="Course.course_identifier",
    ),
    Column("courseName", Type.TEXT, "Name of the course.", source="Course.name"),
)


def person(who: str, *, prefix: str = "", source: str = "User") -> tuple[Column, ...]:
    """The five columns of a person. who: "The viewer". The header of the fourth is lost in public (G4)."""
    first = who[0].lower() + who[1:]
    return (
        Column(f"{prefix}userid", Type.UUID, f"{who}.", source=f"{source}.id"),
        Column(f"{prefix}firstname", Type.TEXT, f"First name of {first}.", source=f"{source}.first_name"),
        Column(f"{prefix}lastname", Type.TEXT, f"Last name of {first}.", source=f"{source}.last_name"),
        Column(f"{prefix}email", Type.TEXT, f"E-mail address of {first}.", source=f"{source}.email"),
        Column(
            f"{prefix}role", Type.TEXT,
            f"Highest role of {first} in the institution, not in the section: {', '.join(ROLES.values())}.",
            source=f"{source}.institution_role",
        ),
    )  # fmt: skip


def role_of(alias: str) -> str:
    """SQL of the highest role of the person called ``alias``; NULL when the roster names none."""
    whens = " ".join(
        f"WHEN '{role.value}' = ANY ({alias}.roles) THEN '{word}'" for role, word in ROLES.items()
    )
    return f"CASE {whens} END"


# The codes of the courses that a bar is of.
COURSES = """coalesce(string_agg(DISTINCT "courseIdentifier" COLLATE "C", ', '), '')"""


def per_day(value: str) -> str:
    """SQL of a chart: ``value`` of each day (UTC) that had any."""
    return f"""
SELECT to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS label, '' AS note, {value} AS value
  FROM report GROUP BY label ORDER BY label
"""  # noqa: S608  # of our own words


def most(key: str, name: str, value: str = "count(*)::numeric") -> str:
    """SQL of a chart: the ten with the highest ``value``, and the codes of the courses it was in."""
    return f"""
SELECT min({name}) AS label, {COURSES} AS note, {value} AS value
  FROM report GROUP BY {key} ORDER BY value DESC, min({name}) COLLATE "C", {key} LIMIT 10
"""  # noqa: S608  # of our own words


PER_DAY = per_day("count(*)::numeric")
