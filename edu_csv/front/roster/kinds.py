"""The kinds of objects that the roster browser shows: what a list of each tells, and how it is searched.

SQL here is over alias ``o`` of the kind's table (and its joins) with %(institution)s; a column of
references shows a name and leads to its object.
"""

from __future__ import annotations

from dataclasses import dataclass

from edu_csv.roster.nouns import (
    BUILDING,
    CAMPUS,
    COURSE,
    ENROLLMENT,
    MEMBERSHIP,
    OFFERING,
    ORG_UNIT,
    ORGANIZATION,
    PERSON,
    PERSONA,
    ROOM,
    SCHEDULE,
    SECTION,
    TERM,
    VIEWING_PERMISSION,
    Noun,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column after the first. text, sub, to_id: SQL. to: key of the kind that to_id is of.

    of, alias: what {within} in the text asks the reach of, where it names what may lie beyond.
    """

    head: str
    text: str
    sub: str = "NULL::text"
    to: str = ""
    to_id: str = "NULL::uuid"
    is_id: bool = False
    of: Noun | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A column with the number of live objects within reach; it leads to the tab that lists them.

    which: SQL over alias ``x`` of the counted noun's table, and ``o``.
    """

    head: str
    noun: Noun
    which: str
    tab: str


@dataclass(frozen=True, slots=True)
class Kind:
    """key: in addresses. noun: for the journal. place: the noun whose reach counts.

    name: SQL of what a line is called. order: SQL, never NULL; the id comes after. prefixes: SQL
    compared with what the search begins with. words: SQL in which every word of the search occurs.
    sorts: ``order`` as an index has it, when that differs. seek: the plain column behind the first of
    ``order``: a page that goes on begins there, for under row-level security an index answers nothing
    but plain columns. in_term: SQL over %(term)s, true of what is in that term. known_as: SQL of the id below the
    name. leads: SQL of the address of another object that a line leads to, as ``courses/<system id>``.
    """

    key: str
    noun: Noun
    place: Noun
    one: str
    many: str
    name: str
    order: tuple[str, ...]
    cells: tuple[Cell | Count, ...]
    words: str
    prefixes: tuple[str, ...] = ()
    joins: str = ""
    filters: tuple[str, ...] = ()
    icon: str = ""
    newest_first: bool = False
    sorts: tuple[str, ...] = ()
    seek: str = ""
    in_term: str = "o.term_id = %(term)s"
    known_as: str = "o.external_id"
    leads: str = ""


def _of(table: str, alias: str, column: str) -> str:
    return f"JOIN {table} AS {alias} ON {alias}.institution_id = o.institution_id AND {alias}.id = o.{column}"


PERSON_NAME = "coalesce(nullif(concat_ws(' ', {p}.given_name, {p}.family_name), ''), {p}.email, {p}.username)"
UNIT_NAME = (
    "(SELECT u.name FROM roster_org_unit AS u WHERE u.institution_id = o.institution_id AND u.id = {id})"
)
INSTRUCTOR = (
    f"(SELECT {PERSON_NAME.format(p='p')} FROM roster_person AS p"  # noqa: S608  # our own text
    " WHERE p.institution_id = o.institution_id AND p.id = o.instructor_id)"
)

# A course belongs to its organization, its department, and to further units.
BELONGS = "{of} IN ({it}.organization_id, {it}.department_id) OR {of} = ANY ({it}.parent_ids)"

PEOPLE = Kind(
    "people", PERSON, PERSON, "person", "people",
    name=PERSON_NAME.format(p="o"),
    order=("coalesce(o.family_name, '')", "coalesce(o.given_name, '')"),
    sorts=("o.family_name NULLS FIRST", "o.given_name NULLS FIRST"),
    seek="o.family_name",
    cells=(
        Cell("E-mail", "o.email"),
        Cell("Roles", "array_to_string(o.roles, ', ')"),
        Count("Sections", ENROLLMENT, "x.person_id = o.id", tab="sections"),
    ),
    words="concat_ws(' ', o.given_name, o.family_name, o.preferred_given_name, o.preferred_family_name)",
    prefixes=("o.external_id", "o.email_folded", "o.username_folded"),
    filters=("role", "state"),
    icon="people",
)  # fmt: skip
COURSES = Kind(
    "courses", COURSE, COURSE, "course", "courses",
    name="o.name",
    order=("o.code_folded",),
    cells=(
        Cell("Code", "o.code", is_id=True),
        Cell(
            "Org unit",
            UNIT_NAME.format(id="coalesce(o.department_id, o.organization_id)"),
            sub="CASE WHEN o.department_id IS NOT NULL THEN "
            + UNIT_NAME.format(id="o.organization_id") + " END",
            to="org-units",
            to_id="coalesce(o.department_id, o.organization_id)",
        ),
        Count("Sections", SECTION, "x.course_id = o.id", tab="sections"),
    ),
    words="concat_ws(' ', o.code, o.name)",
    prefixes=("o.external_id", "o.code_folded"),
    filters=("org", "state"),
    icon="book",
)  # fmt: skip
SECTION_LIST = Kind(
    "sections", SECTION, SECTION, "section", "sections",
    name="c.name || ', ' || o.name",
    joins=f"{_of('roster_course', 'c', 'course_id')} {_of('roster_term', 't', 'term_id')}",
    order=("c.code_folded", "o.name_folded"),
    cells=(
        Cell("Course", "c.code", sub="c.external_id", to="courses", to_id="c.id"),
        Cell("Term", "t.name", to="terms", to_id="t.id"),
        Cell("Instructor", INSTRUCTOR, to="people", to_id="o.instructor_id"),
        Count("People", ENROLLMENT, "x.section_id = o.id", tab="people"),
    ),
    words="concat_ws(' ', c.code, c.name, o.name, o.title)",
    prefixes=("o.external_id",),
    filters=("term", "org", "state"),
    icon="section",
)  # fmt: skip
# Of a list of references: what each is called, in the order of the list.
NAMES = (
    "(SELECT string_agg({name}, ', ' ORDER BY listed.place) FROM unnest(o.{ids}) WITH ORDINALITY AS listed (id, place)"
    " JOIN {table} AS x ON x.institution_id = o.institution_id AND x.id = listed.id{within})"
)
OFFERINGS = Kind(
    "offerings", OFFERING, OFFERING, "offering", "offerings",
    name="coalesce(o.name, o.external_id)",
    order=("coalesce(o.name, o.external_id, '')",),
    cells=(
        Cell(
            "Courses",
            NAMES.format(name="x.code", ids="course_ids", table="roster_course", within=" AND {within}"),
            of=COURSE, alias="x", to="courses", to_id="o.course_id",
        ),
        Cell(
            "Terms",
            NAMES.format(name="x.name", ids="term_ids", table="roster_term", within=""),
            to="terms", to_id="o.term_id",
        ),
        Count("Sections", SECTION, "x.offering_id = o.id", tab="sections"),
    ),
    words="concat_ws(' ', o.name, o.external_id)",
    prefixes=("o.external_id",),
    filters=("term", "org", "state"),
    icon="book",
    in_term="%(term)s = ANY (o.term_ids)",
)  # fmt: skip
_UNITS = (("u", "roster_org_unit"), ("t", "roster_term"), ("c", "roster_course"), ("f", "roster_offering"))
# What somebody is a member of; a line leads to the unit.
MEMBERSHIPS = Kind(
    "memberships", MEMBERSHIP, MEMBERSHIP, "membership", "memberships",
    name="coalesce(u.name, t.name, c.name, f.name, f.external_id)",
    joins=" ".join(f"LEFT {_of(table, alias, 'unit_id')}" for alias, table in _UNITS),
    order=("o.unit_type::text", "coalesce(u.name, t.name, c.name, f.name, f.external_id, '')"),
    cells=(
        Cell("Kind", "CASE o.unit_type WHEN 1 THEN u.type WHEN 2 THEN 'term' WHEN 3 THEN 'course' ELSE 'offering' END"),
        Cell("Role", "replace(o.role, '_', ' ')"),
    ),
    words="concat_ws(' ', u.name, t.name, c.name, f.name)",
    icon="people",
    known_as="coalesce(u.external_id, t.external_id, c.external_id, f.external_id)",
    leads="CASE o.unit_type WHEN 1 THEN 'org-units' WHEN 2 THEN 'terms' WHEN 3 THEN 'courses' ELSE 'offerings' END"
    " || '/' || o.unit_id",
)  # fmt: skip
# By what activity statements call somebody; a line leads to the person.
PERSONAS = Kind(
    "personas", PERSONA, PERSONA, "persona", "personas",
    name="CASE o.identifier WHEN 'mbox' THEN substr(o.value, 8) ELSE o.value END",
    order=("o.identifier", "o.value"),
    cells=(
        Cell(
            "Kind",
            "CASE o.identifier WHEN 'mbox' THEN 'e-mail address' WHEN 'mbox_sha1sum' THEN 'hash of an e-mail address'"
            " WHEN 'openid' THEN 'OpenID' ELSE 'account' END",
        ),
        Cell("Home page", "o.home_page"),
    ),
    words="concat_ws(' ', o.home_page, o.value)",
    icon="people",
    known_as="NULL::text",
    leads="'people/' || o.person_id",
)  # fmt: skip
_GRANTEES = (
    f"LEFT {_of('roster_person', 'p', 'grantee_id')} LEFT {_of('roster_org_unit', 'g', 'grantee_id')}"
    f" LEFT {_of('roster_org_unit', 'u', 'org_unit_id')}"
)
_GRANTEE = "CASE o.grantee_type WHEN 6 THEN 'people' ELSE 'org-units' END || '/' || o.grantee_id"
# Whose data somebody may view; a line leads there, or to who may view everyone's.
MAY_VIEW = Kind(
    "viewing-permissions", VIEWING_PERMISSION, VIEWING_PERMISSION, "viewing permission", "viewing permissions",
    name="coalesce(u.name, 'Everyone')",
    joins=_GRANTEES,
    order=("coalesce(u.name, '')", "coalesce(g.name, '')"),
    cells=(Cell("Type", "u.type"), Cell("As a member of", "g.name", to="org-units", to_id="g.id")),
    words="u.name",
    icon="people",
    known_as="u.external_id",
    leads=f"coalesce('org-units/' || o.org_unit_id, {_GRANTEE})",
)  # fmt: skip
# Who may view somebody's data; a line leads to them.
VIEWERS = Kind(
    "viewing-permissions", VIEWING_PERMISSION, VIEWING_PERMISSION, "viewing permission", "viewing permissions",
    name=f"coalesce(g.name, {PERSON_NAME.format(p='p')})",
    joins=_GRANTEES,
    order=("o.grantee_type::text", f"coalesce(g.name, {PERSON_NAME.format(p='p')}, '')"),
    cells=(Cell("Kind", "CASE o.grantee_type WHEN 6 THEN 'person' ELSE 'all members' END"),),
    words="concat_ws(' ', g.name, p.given_name, p.family_name)",
    icon="people",
    known_as="coalesce(g.external_id, p.external_id)",
    leads=_GRANTEE,
)  # fmt: skip
TERMS = Kind(
    "terms", TERM, TERM, "term", "terms",
    name="o.name",
    order=("coalesce(o.start_date::text, '')", "o.name_folded"),
    cells=(
        Cell("Begins", "o.start_date::text"),
        Cell("Ends", "o.end_date::text"),
        Count("Sections", SECTION, "x.term_id = o.id", tab="sections"),
    ),
    words="o.name",
    prefixes=("o.external_id",),
    filters=("state",),
    icon="term",
    newest_first=True,
)  # fmt: skip
ORG_UNITS = Kind(
    "org-units", ORG_UNIT, ORGANIZATION, "org unit", "org units",
    name="o.name",
    order=("o.name_folded",),
    cells=(
        Cell("Type", "o.type"),
        Cell("Belongs to", UNIT_NAME.format(id="o.parent_ids[1]"), to="org-units", to_id="o.parent_ids[1]"),
        Count("Courses", COURSE, f"({BELONGS.format(of='o.id', it='x')})", tab="courses"),
    ),
    words="o.name",
    prefixes=("o.external_id",),
    filters=("state",),
    icon="tree",
)  # fmt: skip
ROOMS = Kind(
    "rooms", ROOM, ROOM, "room", "rooms",
    name="o.name",
    joins=f"{_of('roster_building', 'b', 'building_id')} JOIN roster_campus AS k"
    " ON k.institution_id = o.institution_id AND k.id = b.campus_id",
    order=("k.name_folded", "b.name_folded", "o.name_folded"),
    cells=(
        Cell("Building", "b.name", sub="b.external_id", to="buildings", to_id="b.id"),
        Cell("Campus", "k.name", sub="k.external_id", to="campuses", to_id="k.id"),
        Count("Schedules", SCHEDULE, "x.room_id = o.id", tab="schedule"),
    ),
    words="concat_ws(' ', k.name, b.name, o.name)",
    prefixes=("o.external_id",),
    filters=("state",),
    icon="room",
)  # fmt: skip
BUILDINGS = Kind(
    "buildings", BUILDING, BUILDING, "building", "buildings",
    name="o.name",
    joins=_of("roster_campus", "k", "campus_id"),
    order=("k.name_folded", "o.name_folded"),
    cells=(
        Cell("Campus", "k.name", sub="k.external_id", to="campuses", to_id="k.id"),
        Count("Rooms", ROOM, "x.building_id = o.id", tab="rooms"),
    ),
    words="concat_ws(' ', k.name, o.name)",
    prefixes=("o.external_id",),
    filters=("state",),
    icon="room",
)  # fmt: skip
CAMPUSES = Kind(
    "campuses", CAMPUS, CAMPUS, "campus", "campuses",
    name="o.name",
    order=("o.name_folded",),
    cells=(
        Cell("Time zone", "coalesce(o.time_zone, 'the institution’s')"),
        Count("Buildings", BUILDING, "x.campus_id = o.id", tab="buildings"),
    ),
    words="o.name",
    prefixes=("o.external_id",),
    filters=("state",),
    icon="tree",
)  # fmt: skip
# "TU, TH until 2031-12-16", or the one day.
WHEN = (
    "CASE WHEN o.end_date IS NULL THEN o.start_date::text"
    " ELSE array_to_string(o.days_of_week, ', ') || ' until ' || o.end_date END"
)
# Its sections with their courses, those beyond reach left out: the first ones, for a list is read across.
FOR_SECTIONS = """
    (SELECT string_agg(each.name, ', ' ORDER BY each.place)
            || CASE WHEN cardinality(o.section_ids) > 3 THEN ', …' ELSE '' END
       FROM (SELECT concat_ws(' ', coalesce(c.code, c.name), s.name) AS name, one_of.place
               FROM unnest(o.section_ids) WITH ORDINALITY AS one_of (id, place)
               JOIN roster_section AS s ON s.institution_id = o.institution_id AND s.id = one_of.id
               JOIN roster_course AS c ON c.institution_id = o.institution_id AND c.id = s.course_id
              WHERE {within} ORDER BY one_of.place LIMIT 3) AS each)
"""
SCHEDULES = Kind(
    "schedules", SCHEDULE, SCHEDULE, "schedule", "schedules",
    name="o.name",
    joins=f"{_of('roster_room', 'r', 'room_id')} JOIN roster_building AS b"
    " ON b.institution_id = o.institution_id AND b.id = r.building_id",
    order=("o.start_date::text", "o.start_time::text", "o.name"),
    cells=(
        Cell("Room", "r.name", sub="b.name", to="rooms", to_id="r.id"),
        Cell("Sections", FOR_SECTIONS, of=SECTION, alias="s"),
        Cell("Takes place", WHEN, sub="CASE WHEN o.end_date IS NOT NULL THEN 'from ' || o.start_date END"),
        Cell("At", "to_char(o.start_time, 'HH24:MI')", sub="o.duration_minutes || ' minutes'"),
        Cell("Instructor", f"coalesce({INSTRUCTOR}, o.guest_instructor)", to="people", to_id="o.instructor_id"),
    ),
    words="concat_ws(' ', o.name, r.name, b.name, o.guest_instructor)",
    prefixes=("o.external_id",),
    filters=("term", "org", "state"),
    icon="calendar",
    in_term="EXISTS (SELECT FROM unnest(o.section_ids) AS one_of (id) WHERE one_of.id IN (SELECT s.id"
    " FROM roster_section AS s WHERE s.institution_id = %(institution)s AND s.term_id = %(term)s))",
)  # fmt: skip

KINDS = {
    kind.key: kind
    for kind in (
        PEOPLE, COURSES, OFFERINGS, SECTION_LIST, TERMS, ORG_UNITS, ROOMS, BUILDINGS, CAMPUSES, SCHEDULES,
    )
}  # fmt: skip
KIND_OF_NOUN = {kind.noun.code: kind for kind in KINDS.values()}


def href(kind: str, object_id: object) -> str:
    """Where the roster shows an object; blank for none, or of a kind without a page."""
    return f"/roster/{kind}/{object_id}/" if kind and object_id else ""
