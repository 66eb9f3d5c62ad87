"""Course templates, offerings and sections: what org rows of these types do (d2l 6.4 to 6.7)."""

from __future__ import annotations

from typing import Final

from edu_csv.roster.ahead import SCHEDULES_AHEAD
from edu_csv.roster.nouns import COURSE, OFFERING, ORG_UNIT, PERSON_ATTRIBUTES, SCHEDULE, SECTION, TERM
from imports.formats.d2l import echoes, org_rules
from imports.formats.d2l.memberships import ENROLLED_GO, ENROLLED_KEEP, MEMBERS_GO, MEMBERS_KEEP
from imports.formats.d2l.org_rules import (
    CUSTOM_CELL,
    DELETES,
    DEPARTMENT_CELL,
    OFFERING_CELL,
    REQUIRED,
    SEMESTER_CELL,
    TEMPLATE_CELL,
    USES_ON_DELETE,
    customs,
    cuts,
    parents,
    uses,
)
from imports.formats.d2l.vocabulary import OFFERING as IS_OFFERING
from imports.formats.d2l.vocabulary import SECTION as IS_SECTION
from imports.formats.d2l.vocabulary import TEMPLATE as IS_TEMPLATE
from imports.formats.feed import Ends, Keeps, Kind, Looks, Ref, RowRule, Set
from imports.formats.leaving import OFFERINGS_LEFT, off_schedules

_NOT_AFFILIATED = Ends(PERSON_ATTRIBUTES, "affiliated_units", "remove")

# Of the custom units above a template the first organization is the one that other families know it by.
_ORGANIZATIONS = Ref(
    "organizations", "s.v_custom_code", "custom_code",
    Looks((ORG_UNIT,), {"org_unit": "o.type = 'organization'"}).by("external_id"), unknown="", many=True,
)  # fmt: skip

# Another family that corrects the department or organization may leave it among the further parents, or alone there.
# A row that lists the same units, each once and in the same order, leaves all of them where they are.
_LISTED = """
    (SELECT array_agg(said.id ORDER BY said.is_custom, said.place)
       FROM (SELECT unit.id, unit.type <> 'department' AS is_custom, min(each.place) AS place
               FROM unnest(ARRAY[{row}.department_id, {row}.organization_id] || {row}.parent_ids)
                    WITH ORDINALITY AS each (id, place)
               JOIN as_left_org_unit AS unit ON unit.id = each.id
              GROUP BY unit.id, unit.type) AS said)
"""
SAME_PARENTS = f"""
    UPDATE work AS w
       SET department_id = b.department_id, organization_id = b.organization_id, parent_ids = b.parent_ids
      FROM b_course_template AS b
     WHERE b.id = w._id AND NOT w._deletes
       AND (w.department_id, w.organization_id, w.parent_ids)
           IS DISTINCT FROM (b.department_id, b.organization_id, b.parent_ids)
       AND {_LISTED.format(row="w")} IS NOT DISTINCT FROM {_LISTED.format(row="b")}
"""  # noqa: S608  # SQL of declarations

TEMPLATE: Final = Kind(
    name="course_template",
    noun=COURSE,
    key=("external_id",),
    order=30,
    rows=org_rules.is_of(IS_TEMPLATE),
    deletes=DELETES,
    refs=(
        parents("departments", "department_code", ORG_UNIT, where="o.type = 'department'", what="department"),
        customs(),
        _ORGANIZATIONS,
    ),
    uses=uses("department_code", "custom_code"),
    required=REQUIRED,
    uses_on_delete=USES_ON_DELETE,
    required_on_delete=("code",),
    fields=org_rules.identity(
        Set("code", "s.v_code", only_new=True, header="code"),
        Set("code_folded", "s.f_code", only_new=True, header="code"),
        Set("department_id", "r_departments.ids[1]", "uuid", header="department_code"),
        Set("organization_id", "r_organizations.ids[1]", "uuid", header="custom_code"),
        Set(
            "parent_ids",
            "coalesce(r_departments.ids[2:], '{}') || coalesce(array_remove(r_customs.ids, r_organizations.ids[1]), '{}')",
            "uuid[]", header="custom_code",
        ),
    ),
    taken_by=org_rules.taken_by(COURSE),
    rules=(
        *org_rules.of_kind(COURSE),
        *cuts([("department_code", DEPARTMENT_CELL), ("custom_code", CUSTOM_CELL)]),
    ),
    kept_by=(
        Keeps(OFFERING, "course_ids", where="NOT child.is_implicit", words="course offerings"),
        Keeps(SECTION, "course_id", words="course sections"),
        MEMBERS_KEEP,
    ),
    ends=(MEMBERS_GO, _NOT_AFFILIATED),
    completions=(echoes.of_names("course_template", folded=False), SAME_PARENTS),
    header="code",
    label="w.external_id",
)  # fmt: skip

# D-29: sections follow their offering to its first course and term, save those that rows of the upload speak of.
SECTIONS_FOLLOW = """
    SELECT w._row, 5, section.id, 2,
           jsonb_build_object('course_id', section.course_id, 'term_id', section.term_id),
           jsonb_build_object('course_id', w.course_ids[1], 'term_id', w.term_ids[1])
      FROM act AS w
      JOIN roster_section AS section
        ON section.institution_id = %(institution)s AND section.offering_id = w._id AND section.deleted_at IS NULL
     WHERE (section.course_id, section.term_id) IS DISTINCT FROM (w.course_ids[1], w.term_ids[1])
       AND NOT EXISTS (SELECT FROM after_section AS own WHERE own.id = section.id AND NOT own.is_lost)
"""

# Sections of an offering of which there is another by the same code where they would come to.
_MEETS = """
    FROM roster_section AS moving
    JOIN roster_section AS other
      ON other.institution_id = moving.institution_id AND other.external_id = moving.external_id AND other.id <> moving.id
     AND other.deleted_at IS NULL AND other.term_id = w.term_ids[1]
   WHERE moving.institution_id = %(institution)s AND moving.offering_id = w._id AND moving.deleted_at IS NULL
"""

COURSE_OFFERING: Final = Kind(
    name="offering",
    noun=OFFERING,
    key=("external_id",),
    order=40,
    rows=org_rules.is_of(IS_OFFERING),
    deletes=DELETES,
    refs=(
        parents("templates", "template_code", COURSE, what="course template"),
        parents("semesters", "semester_code", TERM, what="semester"),
        customs(),
    ),
    uses=uses(
        "start_date", "end_date", "is_active", "template_code", "semester_code", "custom_code", "discover"
    ),
    required=(*REQUIRED, "template_code", "semester_code"),
    uses_on_delete=USES_ON_DELETE,
    required_on_delete=("code",),
    fields=org_rules.identity(
        Set("course_ids", "r_templates.ids", "uuid[]", header="template_code"),
        Set("term_ids", "r_semesters.ids", "uuid[]", header="semester_code"),
        Set("parent_ids", "r_customs.ids", "uuid[]", header="custom_code"),
        Set("start_at", "s.v_start_date", "timestamp", blank="switch", header="start_date"),
        Set("end_at", "s.v_end_date", "timestamp", blank="switch", header="end_date"),
        # The documented default holds for updates too (5.5, D-13).
        Set("is_active", "coalesce(s.v_is_active, TRUE)", "boolean", header="is_active"),
        Set("discover", "s.v_discover", "boolean", blank="keep", default="FALSE", header="discover"),
        # Whatever made it: now a file speaks of it by its code.
        Set("is_implicit", "FALSE", "boolean"),
    ),
    taken_by=org_rules.taken_by(OFFERING),
    rules=(
        *org_rules.of_kind(OFFERING),
        *cuts(
            [
                ("template_code", TEMPLATE_CELL), ("semester_code", SEMESTER_CELL), ("custom_code", CUSTOM_CELL),
            ]
        ),
        # D-28: asked of what is there in the end, for a blank cell may keep a date.
        RowRule(
            "end_before_start", "end_date", "w.end_at < w.start_at",
            "coalesce(nullif(s.cells[6], ''), to_char(w.end_at, 'YYYY-MM-DD'))",
            "jsonb_build_object('other', coalesce(nullif(s.cells[5], ''), to_char(w.start_at, 'YYYY-MM-DD')))",
            folded=True,
        ),
        # A section is one of its term; an offering that moves takes its sections along.
        RowRule(
            "duplicate_external_id", "semester_code",
            f"w._state = 1 AND w.term_ids[1] IS DISTINCT FROM o.term_ids[1] AND EXISTS (SELECT {_MEETS})",
            f"(SELECT min(moving.external_id) {_MEETS})", "jsonb_build_object('variant', 'moved')", folded=True,
        ),
    ),
    kept_by=(Keeps(SECTION, "offering_id", words="course sections"), MEMBERS_KEEP),
    ends=(MEMBERS_GO, _NOT_AFFILIATED),
    completions=(echoes.of_names("offering", folded=False), echoes.OF_OFFERINGS),
    effects=(SECTIONS_FOLLOW,),
    header="code",
    label="w.external_id",
)  # fmt: skip

# What is still to be captured needs a section to be published to.
_LAST_OF_SCHEDULE = Keeps(
    SCHEDULE, "section_ids",
    where=f"child.id IN ({SCHEDULES_AHEAD}) AND NOT EXISTS (SELECT FROM unnest(child.section_ids) AS one_of (id)"  # of our own words
    " JOIN as_left_section AS held ON held.id = one_of.id)",
    words="schedules that run today or later, for which it is the last section",
)  # fmt: skip

COURSE_SECTION: Final = Kind(
    name="section",
    noun=SECTION,
    key=("external_id",),
    order=50,
    rows=org_rules.is_of(IS_SECTION),
    deletes=DELETES,
    refs=(
        Ref(
            "offering", "s.v_offering_code", "offering_code", Looks((OFFERING,)).by("external_id"), "unknown_parent",
            others=org_rules.others(OFFERING), object="course offering",
        ),
    ),
    uses=uses("offering_code"),
    required=(*REQUIRED, "offering_code"),
    uses_on_delete=USES_ON_DELETE,
    required_on_delete=("code",),
    fields=org_rules.identity(
        org_rules.folded_name(),
        Set("offering_id", "r_offering.id", "uuid", header="offering_code"),
        # A section is known by the first course and term of its offering (design section 2).
        Set(
            "course_id", "(SELECT above.course_ids[1] FROM as_left_offering AS above WHERE above.id = r_offering.id)",
            "uuid", header="offering_code",
        ),
        Set(
            "term_id", "(SELECT above.term_ids[1] FROM as_left_offering AS above WHERE above.id = r_offering.id)",
            "uuid", header="offering_code",
        ),
    ),
    taken_by=org_rules.taken_by(SECTION),
    rules=(
        *org_rules.of_kind(SECTION),
        org_rules.truncated("offering_code", OFFERING_CELL, many=False),
        # 6.6, of rows that delete too.
        RowRule(
            "must_be_blank", "custom_code", f"s.cells[{CUSTOM_CELL}] <> ''", f"s.cells[{CUSTOM_CELL}]", on="both"
        ),
    ),
    kept_by=(_LAST_OF_SCHEDULE, ENROLLED_KEEP),
    ends=(ENROLLED_GO, _NOT_AFFILIATED),
    completions=(echoes.of_names("section"),),
    effects=(OFFERINGS_LEFT, off_schedules()),
    header="code",
    label="w.external_id",
)  # fmt: skip

COURSE_KINDS: Final = (TEMPLATE, COURSE_OFFERING, COURSE_SECTION)
