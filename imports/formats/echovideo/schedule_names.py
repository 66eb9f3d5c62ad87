"""What schedules by name cannot say: names that an import would not read, or would read as another's.

``room``, ``building``, ``campus`` and ``instructor`` are joined by the format (``schedule_parts.EXPORT_JOINS``).
"""

from __future__ import annotations

from collections.abc import Iterator

from imports.formats.columns import Text
from imports.formats.echovideo.family import CODE, NAME
from imports.formats.readback import faults
from imports.formats.references import PARTS

_ROOMS_ALIKE = """o.room_id IN (
    SELECT alike.id FROM (
        SELECT room.id, count(*) OVER (
                   PARTITION BY normalize(campus.name), normalize(building.name), normalize(room.name)) AS many
          FROM roster_room AS room
          JOIN roster_building AS building ON building.institution_id = %(institution)s
           AND building.id = room.building_id AND building.deleted_at IS NULL
          JOIN roster_campus AS campus ON campus.institution_id = %(institution)s
           AND campus.id = building.campus_id AND campus.deleted_at IS NULL
         WHERE room.institution_id = %(institution)s AND room.deleted_at IS NULL) AS alike
     WHERE alike.many > 1)"""
_SECTIONS_ALIKE = """o.section_ids && (
    SELECT coalesce(array_agg(alike.id), '{}') FROM (
        SELECT section.id, count(*) OVER (
                   PARTITION BY normalize(term.name), normalize(course.code), normalize(section.name)) AS many
          FROM roster_section AS section
          JOIN roster_term AS term ON term.institution_id = %(institution)s
           AND term.id = section.term_id AND term.deleted_at IS NULL
          JOIN roster_course AS course ON course.institution_id = %(institution)s
           AND course.id = section.course_id AND course.deleted_at IS NULL
         WHERE section.institution_id = %(institution)s AND section.deleted_at IS NULL) AS alike
     WHERE alike.many > 1)"""
_PEOPLE_ALIKE = """instructor.email_folded IN (
    SELECT person.email_folded FROM roster_person AS person
     WHERE person.institution_id = %(institution)s AND person.deleted_at IS NULL AND person.email_folded IS NOT NULL
     GROUP BY person.email_folded HAVING count(*) > 1)"""
_ANY_SECTION = """EXISTS (
    SELECT FROM unnest(o.section_ids) AS one_of (id)
      JOIN roster_section AS section ON section.institution_id = %(institution)s AND section.id = one_of.id
      JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = section.term_id
      JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = section.course_id
     WHERE {which})"""


def _unwritable(header: str, name: str, most: int, *, is_listed: bool) -> Iterator[tuple[str, str, str]]:
    """Why a name would not be read as it stands. name: SQL."""
    whens = [
        *faults(Text(header, max_length=most, is_key=is_listed), name),
        ("no_word", f"{name} ~ '{PARTS}'"),
    ]
    for code, when in whens:
        yield code, header, _ANY_SECTION.replace("{which}", f"({when})") if is_listed else when


OMITS = (
    ("crosses_midnight", "End Time", "extract(epoch FROM o.start_time) / 60 + o.duration_minutes >= 1440"),
    (
        "gone", "Room Name",
        "(room.deleted_at IS NOT NULL OR building.deleted_at IS NOT NULL OR campus.deleted_at IS NOT NULL)",
    ),
    *_unwritable("Campus Name", "campus.name", NAME, is_listed=False),
    *_unwritable("Building Name", "building.name", NAME, is_listed=False),
    *_unwritable("Room Name", "room.name", NAME, is_listed=False),
    ("ambiguous_name", "Room Name", _ROOMS_ALIKE),
    (
        "gone", "Section Name",
        _ANY_SECTION.replace(
            "{which}",
            "section.deleted_at IS NOT NULL OR term.deleted_at IS NOT NULL OR course.deleted_at IS NOT NULL",
        ),
    ),
    *_unwritable("Term Name", "term.name", NAME, is_listed=True),
    *_unwritable("Course Code", "course.code", CODE, is_listed=True),
    *_unwritable("Section Name", "section.name", NAME, is_listed=True),
    ("ambiguous_name", "Section Name", _SECTIONS_ALIKE),
    ("gone", "Instructor Email", "instructor.deleted_at IS NOT NULL"),
    ("no_email", "Instructor Email", "o.instructor_id IS NOT NULL AND instructor.email_folded IS NULL"),
    ("bad_email", "Instructor Email", "strpos(instructor.email, '@') = 0"),
    *((code, "Instructor Email", when) for code, when in faults(Text("", max_length=255), "instructor.email")),
    ("ambiguous_name", "Instructor Email", _PEOPLE_ALIKE),
)  # fmt: skip
