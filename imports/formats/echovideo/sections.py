"""Sections (echovideo.md 2.9), and what they do to offerings and enrollments (design section 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from edu_csv.roster.nouns import COURSE, OFFERING, PERSON, SECTION, TERM, Noun
from imports.formats.base import Effect, Rule, Unique
from imports.formats.columns import ExternalId, Ignored, ListOf, Text
from imports.formats.echovideo import schedules_left, units_left
from imports.formats.echovideo.family import CODE, DESCRIPTION, NAME, EchoVideoFormat
from imports.formats.echovideo.instructors import is_no_instructor
from imports.formats.places import NoPlace, Unplaced
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, OwnId, Reference, ReferenceList

# A section goes into the one offering that has its course and term first. If there is none or more
# than one it goes into their implicit offering, which is made with its first section. A section that
# stays where it is keeps its offering.
PLACES = """
    CREATE TEMP TABLE place ON COMMIT DROP AS
    SELECT wanted.course_id, wanted.term_id, wanted.row,
           coalesce(found.id, (%(offering_prefix)s || lpad(to_hex(wanted.row), 8, '0'))::uuid) AS offering_id,
           found.id IS NULL AS is_new
      FROM (SELECT w.course_id, w.term_id, min(w._row) AS row
              FROM work AS w LEFT JOIN roster_section AS o
                ON o.institution_id = %(institution)s AND o.id = w._id
             WHERE w.course_id IS NOT NULL AND w.term_id IS NOT NULL
               AND (o.id IS NULL OR (o.course_id, o.term_id) IS DISTINCT FROM (w.course_id, w.term_id))
               AND w._row NOT IN (SELECT p.row FROM problem AS p WHERE p.severity = 'error' AND p.row IS NOT NULL)
             GROUP BY w.course_id, w.term_id) AS wanted
      LEFT JOIN LATERAL (
            SELECT CASE WHEN count(*) = 1 THEN (array_agg(offering.id))[1]
                        ELSE (array_agg(offering.id ORDER BY offering.id) FILTER (WHERE offering.is_implicit))[1]
                   END AS id
              FROM roster_offering AS offering
             WHERE offering.institution_id = %(institution)s AND offering.deleted_at IS NULL
               AND offering.course_id = wanted.course_id AND offering.term_id = wanted.term_id) AS found ON true
"""
PLACED = """
    UPDATE work AS w
       SET offering_id = coalesce(place.offering_id, o.offering_id)
      FROM work AS each
      LEFT JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = each._id
      LEFT JOIN place
        ON place.course_id = each.course_id AND place.term_id = each.term_id
       AND (o.id IS NULL OR (o.course_id, o.term_id) <> (each.course_id, each.term_id))
     WHERE w._row = each._row
"""
# Only places that a row which is good in the end still needs; the first such row makes it.
OFFERINGS_MADE = """
    SELECT min(w._row), 4, place.offering_id, 1, '{}'::jsonb,
           jsonb_build_object(
               'external_id', free.external_id,
               'course_ids', jsonb_build_array(place.course_id), 'term_ids', jsonb_build_array(place.term_id),
               'is_implicit', true)
      FROM place
      JOIN act AS w ON w.offering_id = place.offering_id
      JOIN roster_course AS course ON course.institution_id = %(institution)s AND course.id = place.course_id
      JOIN roster_term AS term ON term.institution_id = %(institution)s AND term.id = place.term_id
     CROSS JOIN LATERAL (
            SELECT coalesce(course.external_id, course.id::text) || '.'
                   || coalesce(term.external_id, term.id::text) AS wanted) AS named
     CROSS JOIN LATERAL (
            SELECT CASE WHEN EXISTS (
                       SELECT FROM roster_offering AS other
                        WHERE other.institution_id = %(institution)s AND other.deleted_at IS NULL
                          AND other.external_id = named.wanted)
                   THEN NULL ELSE named.wanted END AS external_id) AS free
     WHERE place.is_new
     GROUP BY place.offering_id, place.course_id, place.term_id, free.external_id
"""
# An implicit offering goes with its last section, deleted or moved, unless another comes.
_LEFT = """
    SELECT min(w._row), 4, offering.id, 3, '{{}}'::jsonb, '{{}}'::jsonb
      FROM act AS w
      JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id
      JOIN roster_offering AS offering
        ON offering.institution_id = %(institution)s AND offering.id = o.offering_id AND offering.is_implicit
       AND offering.deleted_at IS NULL
     WHERE {leaves}
     GROUP BY offering.id
    HAVING count(*) = (SELECT count(*) FROM roster_section AS all_of_it
                        WHERE all_of_it.institution_id = %(institution)s AND all_of_it.deleted_at IS NULL
                          AND all_of_it.offering_id = offering.id)
"""
OFFERINGS_LEFT_BY_DELETE = _LEFT.format(leaves="TRUE")
OFFERINGS_LEFT_BY_MOVE = _LEFT.format(
    leaves="""w.offering_id <> o.offering_id
       AND NOT EXISTS (SELECT FROM act AS comes
                        WHERE comes.offering_id = offering.id)"""
)
# 6.2 (24): who is named instructor is enrolled as one; whoever was enrolled otherwise becomes one.
INSTRUCTORS = """
    SELECT w._row, 7,
           coalesce(enrollment.id, (%(enrollment_prefix)s || lpad(to_hex(w._row), 8, '0'))::uuid),
           CASE WHEN enrollment.id IS NULL THEN 1 ELSE 2 END,
           CASE WHEN enrollment.id IS NULL THEN '{}'::jsonb
                ELSE jsonb_build_object('role', enrollment.role) END,
           CASE WHEN enrollment.id IS NULL
                THEN jsonb_build_object('person_id', w.instructor_id, 'section_id', w._id, 'role', 'instructor')
                ELSE jsonb_build_object('role', 'instructor') END
      FROM act AS w
      LEFT JOIN roster_section AS o ON o.institution_id = %(institution)s AND o.id = w._id
      LEFT JOIN roster_enrollment AS enrollment
        ON enrollment.institution_id = %(institution)s AND enrollment.section_id = w._id
       AND enrollment.person_id = w.instructor_id AND enrollment.deleted_at IS NULL
     WHERE w.instructor_id IS NOT NULL
       AND w.instructor_id IS DISTINCT FROM o.instructor_id
       AND enrollment.role IS DISTINCT FROM 'instructor'
"""
# 4.3: enrollments go with their section.
ENROLLMENTS_LEFT = """
    SELECT w._row, 7, enrollment.id, 3, '{}'::jsonb, '{}'::jsonb
      FROM act AS w
      JOIN roster_enrollment AS enrollment
        ON enrollment.institution_id = %(institution)s AND enrollment.section_id = w._id
       AND enrollment.deleted_at IS NULL
"""
# Who instructs already goes on doing so, whatever became of their role.
_WAS = "LEFT JOIN roster_section AS was ON was.institution_id = %(institution)s AND was.id = w._id"
_NAMED_ANEW = """
    SELECT {what} FROM unnest(w.secondary_instructor_ids) WITH ORDINALITY AS named (id, place)
      JOIN roster_person AS person ON person.institution_id = %(institution)s AND person.id = named.id
       AND NOT 'instructor' = ANY (person.roles)
     WHERE NOT named.id = ANY (coalesce(was.secondary_instructor_ids, '{{}}'))
"""
_NAMED_SO = """
    (SELECT string_agg(r.text, ';' ORDER BY r.ordinal) FROM ref_secondary_instructors AS r
      WHERE r.ordinal = ANY (w._o_secondary_instructors) AND r.id IN ({anew}))
"""


class Sections(EchoVideoFormat):
    key = "echovideo.sections.v1"
    title = "Sections"
    target = SECTION
    order = 9

    section_id = OwnId("Section ID", SECTION)
    course = Reference("Course ID", COURSE, field="course_id", required=True)
    term = Reference("Term ID", TERM, field="term_id", required=True)
    section_name = Text(
        "Section Name", field="name", aliases=("Section Number", "Section Code"), required=True,
        max_length=NAME, folded=True, help="Unique within one course and one term.",
    )  # fmt: skip
    description = Text("Description", max_length=DESCRIPTION)
    instructor = Reference(
        "Instructor ID", PERSON, field="instructor_id", by=(SYSTEM_ID, EXTERNAL_ID, EMAIL),
        aliases=("Primary Instructor ID", "Presenter ID"),
        help="A user holding Instructor; is enrolled as instructor.",
    )  # fmt: skip
    secondary_instructors = ReferenceList(
        "Secondary Instructor IDs", PERSON, field="secondary_instructor_ids", by=(SYSTEM_ID, EXTERNAL_ID, EMAIL),
        aliases=("Secondary Instructors", "Secondary Instructor ID"),
        help="Users holding Instructor, separated by “;”.",
    )  # fmt: skip
    lms_course_ids = ListOf(
        "LMS Course IDs", Text("", max_length=CODE), aliases=("LMS Course ID",), help="Separated by “;”."
    )
    external_id = ExternalId()
    course_code = Ignored("Course Code", "course.code")
    term_name = Ignored("Term Name", "term.name")
    instructor_count = Ignored("Instructor Count", "coalesce(enrolled.instructors, 0)")
    student_count = Ignored("Student Count", "coalesce(enrolled.students, 0)")

    label = ("external_id", "section_name")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),
        Unique(
            ("course_id", "term_id", "name_folded"), "duplicate_object", "Section Name",
            "'the section `' || coalesce(o.external_id, o.id::text) || '` of this course and term'",
        ),
    )  # fmt: skip
    rules = (
        Rule(
            "not_instructor", "Instructor ID",
            "was.instructor_id IS DISTINCT FROM w.instructor_id AND " + is_no_instructor("w.instructor_id"),
            "(SELECT r.text FROM ref_instructor AS r WHERE r.ordinal = w._o_instructor)",
            joins=_WAS, exported="FALSE", unless_repeated=True,
        ),
        Rule(
            "not_instructor", "Secondary Instructor IDs", f"EXISTS ({_NAMED_ANEW.format(what='')})",
            _NAMED_SO.format(anew=_NAMED_ANEW.format(what="named.id")),
            joins=_WAS, exported="FALSE", unless_repeated=True,
        ),
        schedules_left.STAY_IN_COURSE,
        schedules_left.STAY_IN_TERM,
    )  # fmt: skip
    blocks_delete = (schedules_left.KEEP_THEIR_ONLY_SECTION, schedules_left.KEEP_THEIR_LAST_SECTION)
    derived = (("offering_id", "uuid"),)
    completions = (PLACES, PLACED)
    effects = (
        Effect("offerings made", OFFERINGS_MADE, ("create", "update")),
        Effect("offerings left", OFFERINGS_LEFT_BY_MOVE, ("update",)),
        Effect("offerings left", OFFERINGS_LEFT_BY_DELETE, ("delete",)),
        Effect("instructors", INSTRUCTORS, ("create", "update")),
        Effect("enrollments left", ENROLLMENTS_LEFT, ("delete",)),
        schedules_left.DETACHED,
        *units_left.LEFT_WITH_SECTIONS,
    )
    export_joins = """
        LEFT JOIN roster_course AS course ON (course.institution_id, course.id) = (o.institution_id, o.course_id)
        LEFT JOIN roster_term AS term ON (term.institution_id, term.id) = (o.institution_id, o.term_id)
        LEFT JOIN (
               SELECT e.section_id, count(*) FILTER (WHERE e.role = 'instructor') AS instructors,
                      count(*) FILTER (WHERE e.role = 'student') AS students
                 FROM roster_enrollment AS e
                WHERE e.institution_id = %(institution)s AND e.deleted_at IS NULL GROUP BY e.section_id
             ) AS enrolled ON enrolled.section_id = o.id
    """
    export_order = 'course.code_folded COLLATE "C", term.start_date, o.name_folded COLLATE "C", o.id'
    no_place = (NoPlace("title"), NoPlace("session"), NoPlace("start_date"), NoPlace("end_date"))
    # Implicit ones are made with their first section.
    unplaced = (Unplaced(OFFERING, "Offerings that are not made with their sections", "NOT o.is_implicit"),)
    export_filters: ClassVar[Mapping[str, tuple[str, Noun]]] = {
        "term": ("o.term_id = ANY (%(term)s)", TERM),
        "course": ("o.course_id = ANY (%(course)s)", COURSE),
    }
    sample_rows = (
        {
            "course": "C-OCE210", "term": "T-2031A", "section_name": "01", "description": "Morning group",
            "instructor": "P-1001", "secondary_instructors": "P-1002", "lms_course_ids": "lms-88412;lms-88413",
            "external_id": "S-OCE210-31A-01",
        },
        {"course": "C-OCE210", "term": "T-2031A", "section_name": "02", "external_id": "S-OCE210-31A-02"},
    )  # fmt: skip
