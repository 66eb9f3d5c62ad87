"""Enrollments.csv: a person's place in a section, and perhaps the person (circlein-csv.md 4)."""

from __future__ import annotations

from typing import Any

from edu_csv.roster.nouns import ENROLLMENT, PERSON, SECTION
from edu_csv.roster.roles import PersonRole
from imports.formats.circlein import columns, people
from imports.formats.circlein.family import CircleInLayout
from imports.formats.feed import Kind, Ref, RowRule, Set
from imports.formats.leaving import NO_INSTRUCTOR, roles_added
from imports.formats.text import BLANKS

STATUSES = {"Active": "active", "Deleted": "deleted"}
# 4.1. Exports write the first word of each.
ROLES = {
    "Student": PersonRole.STUDENT.value,
    "student": PersonRole.STUDENT.value,
    "teacher": PersonRole.INSTRUCTOR.value,
    "faculty": PersonRole.INSTRUCTOR.value,
    **dict.fromkeys(
        (
            "Tutor", "tutor", "Peer Leader", "Peer Tutor", "SI Leader", "Orientation Leader",
            "Summer Bridge Program Leader", "FYE Leader", "School Leader", "Student Leader",
        ),
        PersonRole.TUTOR.value,
    ),
    "admin": PersonRole.ADMINISTRATOR.value,
}  # fmt: skip
# C-9: ``tutor`` stands under two labels, and an institution may mean the other.
_ROLE = "CASE WHEN s.cells[3] = 'tutor' THEN %(tutor_means)s::text ELSE s.v_role END"

# Never NULL, so that a row with another word is told of it.
_DELETED = "s.v_status IS NOT DISTINCT FROM 'deleted'"
_IS_ADMIN = "s.v_role IS NOT DISTINCT FROM 'administrator'"
_IS_ENROLLED = "s.v_role IS DISTINCT FROM 'administrator'"
_WHOSE = ("identifier", "term", "role", "user", "status")
_NAMES = ("first_name", "last_name", "email")
# What every row needs, whatever it does; each fault is told once.
_CELLS: dict[str, Any] = {
    "called": "enrollment", "deletes": _DELETED, "uses": _WHOSE, "required": _WHOSE, "uses_on_delete": _WHOSE, "required_on_delete": _WHOSE,
}  # fmt: skip
# By the cells and not by what could be read of them: an address that is none is another fault.
_NAMED = [f"nullif(btrim(s.cells[{place}], {BLANKS}), '')" for place in (5, 6, 7)]
_FILLED = f"num_nonnulls({', '.join(_NAMED)})"
_IS_NAMED = f"{_FILLED} > 0"
_IS_UNNAMED = f"{_FILLED} = 0"

# A section is known by identifier and term; a character that no cell has stands between them. Whoever has no
# id of the institution's own is known by the system's.
_BETWEEN = "chr(31)"
_PLACE = f"s.v_identifier || {_BETWEEN} || s.v_term"
_SECTIONS = f"""
    SELECT t.text, {SECTION.code}::smallint, o.id, o.row
      FROM t JOIN as_left_section AS o ON coalesce(o.external_id, o.id::text) = split_part(t.text, {_BETWEEN}, 1)
      JOIN (SELECT known.id, known.external_id FROM as_was_term AS known
             UNION ALL SELECT lost.id, lost.external_id FROM as_lost_term AS lost) AS term
        ON term.id = o.term_id AND coalesce(term.external_id, term.id::text) = split_part(t.text, {_BETWEEN}, 2)
"""  # noqa: S608  # of our own words
# Who or what was deleted before is known still: ending an enrollment there says nothing new, night after night.
_EVER_SECTIONS = f"""
    SELECT DISTINCT ON (t.text) t.text, {SECTION.code}::smallint, o.id, NULL::integer
      FROM t
      JOIN (SELECT alive.id, alive.external_id, alive.term_id, true AS is_alive FROM as_was_section AS alive
             UNION ALL
            SELECT gone.id, gone.external_id, gone.term_id, false FROM roster_section AS gone
             WHERE gone.institution_id = %(institution)s AND gone.deleted_at IS NOT NULL) AS o
        ON coalesce(o.external_id, o.id::text) = split_part(t.text, {_BETWEEN}, 1)
      JOIN (SELECT living.id, living.external_id FROM as_was_term AS living
             UNION
            SELECT any_of.id, any_of.external_id FROM roster_term AS any_of
             WHERE any_of.institution_id = %(institution)s) AS term
        ON term.id = o.term_id AND coalesce(term.external_id, term.id::text) = split_part(t.text, {_BETWEEN}, 2)
     ORDER BY t.text, o.is_alive DESC, o.id
"""  # noqa: S608  # of our own words
_EVER_PEOPLE = f"""
    SELECT DISTINCT ON (t.text) t.text, {PERSON.code}::smallint, o.id, NULL::integer
      FROM t
      JOIN (SELECT alive.id, alive.external_id, true AS is_alive FROM as_was_person AS alive
             UNION ALL
            SELECT gone.id, gone.external_id, false FROM roster_person AS gone
             WHERE gone.institution_id = %(institution)s AND gone.deleted_at IS NOT NULL) AS o
        ON coalesce(o.external_id, o.id::text) = t.text
     ORDER BY t.text, o.is_alive DESC, o.id
"""  # noqa: S608  # of our own words
_COURSE = "Unique Course/Section Identifier"

_PERSON = Kind(
    name="enrolled_person",
    noun=PERSON,
    key=("external_id",),
    fields=people.FIELDS,
    order=60,
    rows=_IS_ENROLLED,
    # A row that ends an enrollment says nothing new about the person.
    resolved=f"{_IS_NAMED} AND NOT ({_DELETED})",
    is_main=False,
    **_CELLS | {"uses": (*_WHOSE, *_NAMES)},
    only=people.ONLY,
    header=people.IDENTIFIER,
    label="w.external_id",
)
# No log-in comes of it, ever (design section 4): a mark, and the row says who gives access.
_BY_HAND = RowRule("access_by_hand", "Role", "TRUE", "s.v_user", severity="'warning'")
_ADMINISTRATOR = Kind(
    name="administrator",
    noun=PERSON,
    key=("external_id",),
    fields=(*people.FIELDS, Set("is_marked_administrator", "TRUE", "boolean", header="Role")),
    order=61,
    rows=f"{_IS_ADMIN} AND {_IS_NAMED} AND NOT ({_DELETED})",
    uses=(*_WHOSE, *_NAMES),
    required=_WHOSE,
    called="enrollment",
    rules=(_BY_HAND,),
    only=people.ONLY,
    header=people.IDENTIFIER,
    label="w.external_id",
)
_MARKED = Kind(
    name="marked",
    noun=PERSON,
    key=("external_id",),
    fields=(
        Set("external_id", "s.v_user", header=people.IDENTIFIER),
        Set("is_marked_administrator", "TRUE", "boolean", header="Role"),
    ),
    order=62,
    rows=f"{_IS_ADMIN} AND {_IS_UNNAMED} AND NOT ({_DELETED})",
    refs=(people.FIND,),
    uses=_WHOSE,
    required=_WHOSE,
    called="enrollment",
    rules=(_BY_HAND,),
    header=people.IDENTIFIER,
    label="w.external_id",
)
# The person stays (C-12). Somebody unknown has nothing to lose, and is not made for it.
_UNMARKED = Kind(
    name="unmarked",
    noun=PERSON,
    key=("external_id",),
    fields=(
        Set("external_id", "s.v_user", header=people.IDENTIFIER),
        Set("is_marked_administrator", "FALSE", "boolean", header="Role"),
    ),
    order=63,
    rows=f"{_IS_ADMIN} AND {_DELETED} AND NOT ({people.UNKNOWN})",
    uses=_WHOSE,
    required=_WHOSE,
    called="enrollment",
    header=people.IDENTIFIER,
    label="w.external_id",
)
_NOT_MARKED = Kind(
    name="not_marked",
    noun=PERSON,
    key=("external_id",),
    fields=(Set("external_id", "s.v_user", header=people.IDENTIFIER),),
    order=64,
    rows=f"{_IS_ADMIN} AND {_DELETED} AND {people.UNKNOWN}",
    deletes="TRUE",
    uses_on_delete=_WHOSE,
    required_on_delete=_WHOSE,
    header=people.IDENTIFIER,
    label="w.external_id",
)
# C-10: who is inactive is enrolled only by a row that brings the names along; who is enrolled already stays it.
_INACTIVE = RowRule(
    "unknown_user", people.IDENTIFIER,
    f"{_IS_UNNAMED} AND w._state <> 1"  # noqa: S608  # of our own words
    " AND w.person_id IN (SELECT known.id FROM as_left_person AS known WHERE known.is_active IS FALSE)",
    "s.v_user", """'{"variant": "inactive"}'::jsonb""",
)  # fmt: skip
_ENROLLMENT = Kind(
    name="enrollment",
    noun=ENROLLMENT,
    key=("person_id", "section_id"),
    fields=(
        Set("person_id", "coalesce(r_person.id, r_once_person.id)", "uuid", header=people.IDENTIFIER),
        Set("section_id", "coalesce(r_section.id, r_once_section.id)", "uuid", header=_COURSE),
        Set("role", _ROLE, header="Role"),
    ),
    order=70,
    rows=_IS_ENROLLED,
    **_CELLS,
    refs=(
        people.FIND,
        Ref("section", _PLACE, _COURSE, _SECTIONS, unknown="unknown_course", object="section", said="s.v_identifier"),
        Ref(
            "once_person", f"CASE WHEN {_DELETED} THEN s.v_user END", people.IDENTIFIER, _EVER_PEOPLE,
            unknown="unknown_user", on_delete=True, object="person",
        ),
        Ref(
            "once_section", f"CASE WHEN {_DELETED} THEN {_PLACE} END", _COURSE, _EVER_SECTIONS,
            unknown="unknown_course", on_delete=True, object="section", said="s.v_identifier",
        ),
    ),
    rules=(_INACTIVE,),
    effects=(NO_INSTRUCTOR, roles_added()),
    header=people.IDENTIFIER,
)  # fmt: skip


class Enrollments(CircleInLayout):
    key = "circlein.enrollments"
    title = "Enrollments"
    file_name = "Enrollments.csv"
    called = ("enrollments", "enrollment")
    target = ENROLLMENT
    order = 3
    identifiers = (("identifier", SECTION), ("user", PERSON))

    identifier = columns.text(
        _COURSE,
        columns.IDENTIFIER,
        field="section_id",
        help="Of an existing course. Not looked at for admin.",
    )
    term = columns.text(
        "Term", columns.TERM, field=None, help="The term of that course. Not looked at for admin."
    )
    role = columns.Exactly(
        "Role", ROLES, code="bad_role",
        **columns.needed({"help": "Letter for letter. admin marks a person; access is granted by hand."}),
    )  # fmt: skip
    user = columns.text(people.IDENTIFIER, columns.IDENTIFIER, field="person_id", help="Of an existing user.")
    first_name = columns.optional(
        "First Name",
        help="First Name, Last Name and Email: all three, and the user is made or updated; or none.",
    )
    last_name = columns.optional("Last Name")
    email = columns.Address("Email", help="Belongs to one user only, compared without regard to case.")
    status = columns.Exactly(
        "Status", STATUSES, code="bad_status", **columns.needed({"help": "Deleted ends the enrollment."})
    )

    natural_key = ("section_id", "person_id")
    label = ("user", "identifier")
    kinds = (_PERSON, _ADMINISTRATOR, _MARKED, _UNMARKED, _NOT_MARKED, _ENROLLMENT)
    row_rules = (
        RowRule(
            "partial_person", "Email", f"{_FILLED} IN (1, 2)",
            f"concat_ws(', ', {', '.join(_NAMED)})", on="both",
        ),
    )  # fmt: skip
    sample_rows = (
        {
            "identifier": "32F-OCE210-01", "term": "32F", "role": "teacher", "user": "P-1001", "status": "Active",
        },
        {
            "identifier": "32F-OCE210-01", "term": "32F", "role": "Student", "user": "P-1003",
            "first_name": "Amara", "last_name": "Okafor", "email": "amara.okafor@fjord.example", "status": "Active",
        },
    )  # fmt: skip
