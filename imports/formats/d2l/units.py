"""Departments, custom org units and semesters: what org rows of these types do (d2l 6.1 to 6.3, 6.7)."""

from __future__ import annotations

from typing import Final

from edu_csv.roster.nouns import COURSE, OFFERING, ORG_UNIT, PERSON_ATTRIBUTES, SECTION, TERM
from imports.formats.d2l import echoes, org_rules
from imports.formats.d2l.memberships import MEMBERS_GO, MEMBERS_KEEP
from imports.formats.d2l.org_rules import CUSTOM_CELL, DELETES, REQUIRED, USES_ON_DELETE, customs, cuts, uses
from imports.formats.d2l.vocabulary import IS_UNIT
from imports.formats.feed import Ends, Keeps, Kind, RowRule, Set
from imports.formats.leaving import UNIT_ENDS

_PARENTS = Set("parent_ids", "r_customs.ids", "uuid[]", header="custom_code")

UNIT = Kind(
    name="unit",
    noun=ORG_UNIT,
    key=("external_id",),
    order=10,
    rows=IS_UNIT,
    deletes=DELETES,
    refs=(customs(own_kind=True),),
    uses=uses("custom_code"),
    required=REQUIRED,
    uses_on_delete=USES_ON_DELETE,
    required_on_delete=("code",),
    fields=org_rules.identity(org_rules.folded_name(), Set("type", "s.v_type", header="type"), _PARENTS),
    acyclic="parent_ids",
    taken_by=org_rules.taken_by(ORG_UNIT),
    rules=(
        *org_rules.of_kind(ORG_UNIT),
        *cuts([("custom_code", CUSTOM_CELL)]),
        # D-11: the same code, another type; handlers that delete look at the type, too.
        RowRule(
            "wrong_type", "type",
            "w._state = 1 AND EXISTS (SELECT FROM roster_org_unit AS o WHERE o.institution_id = %(institution)s"
            " AND o.id = w._id AND o.deleted_at IS NULL AND o.type <> s.v_type)",
            "s.v_code",
            "(SELECT jsonb_build_object('variant', 'unit', 'type', s.v_type, 'stored', o.type) FROM roster_org_unit AS o"
            " WHERE o.institution_id = %(institution)s AND o.id = w._id)",
            on="both",
        ),
        RowRule(
            "wrong_type", "type", org_rules.said_otherwise("{}.v_type"), "s.v_code",
            "jsonb_build_object('variant', 'row', 'type', s.v_type, 'other_row', "
            f"{org_rules.where_said_otherwise('{}.v_type')})",
        ),
    ),
    kept_by=(
        Keeps(ORG_UNIT, "parent_ids", words="org units"),
        Keeps(TERM, "parent_ids", words="semesters"),
        Keeps(COURSE, "department_id", words="course templates"),
        Keeps(COURSE, "organization_id", words="course templates"),
        Keeps(COURSE, "parent_ids", words="course templates"),
        Keeps(OFFERING, "parent_ids", words="course offerings"),
        MEMBERS_KEEP,
    ),
    ends=(MEMBERS_GO, Ends(PERSON_ATTRIBUTES, "affiliated_units", "remove"), *UNIT_ENDS),
    completions=(echoes.of_names("unit"),),
    header="code",
    label="w.external_id",
)  # fmt: skip

SEMESTER: Final = Kind(
    name="semester",
    noun=TERM,
    key=("external_id",),
    order=20,
    rows=org_rules.IS_SEMESTER,
    deletes=DELETES,
    refs=(customs(),),
    uses=uses("custom_code"),
    required=REQUIRED,
    uses_on_delete=USES_ON_DELETE,
    required_on_delete=("code",),
    fields=org_rules.identity(org_rules.folded_name(), _PARENTS),
    taken_by=org_rules.taken_by(TERM),
    rules=(*org_rules.of_kind(TERM), *cuts([("custom_code", CUSTOM_CELL)])),
    kept_by=(
        Keeps(OFFERING, "term_ids", where="NOT child.is_implicit", words="course offerings"),
        Keeps(SECTION, "term_id", words="course sections"),
        MEMBERS_KEEP,
    ),
    ends=(MEMBERS_GO, Ends(PERSON_ATTRIBUTES, "affiliated_units", "remove"), *UNIT_ENDS),
    completions=(echoes.of_names("semester"),),
    header="code",
    label="w.external_id",
)

UNIT_KINDS: Final = (UNIT, SEMESTER)
