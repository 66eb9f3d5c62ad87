"""Enrollments: who is in which section, or in any other org unit, and as what (d2l 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from edu_csv.roster.nouns import ENROLLMENT, MEMBERSHIP, PERSON, SECTION, Noun
from imports.formats.d2l.columns import ROLE, USER_KEY, Action, D2LText, OneCode, Word
from imports.formats.d2l.family import BEFORE_2, D2LLayout
from imports.formats.d2l.org_rules import CODED, DELETES, created_again, truncated
from imports.formats.d2l.vocabulary import KNOWN_ROLES, role_of
from imports.formats.feed import Kind, Looks, Ref, RowRule, Set
from imports.formats.leaving import NO_INSTRUCTOR, roles_added

_ROLE: Final = role_of("s.v_role_name")


def _deleted(*nouns: Noun) -> str:
    """Candidates that were deleted before this upload, for codes that nothing alive has: of several the last one."""
    return " UNION ALL ".join(
        f"(SELECT DISTINCT ON (t.text) t.text, {noun.code}::smallint, o.id, NULL::integer FROM t"  # noqa: S608  # SQL of declarations
        f" JOIN {noun.table} AS o ON o.institution_id = %(institution)s AND o.external_id = t.text"
        " AND o.deleted_at IS NOT NULL WHERE "
        + " AND ".join(
            f"NOT EXISTS (SELECT FROM as_left_{each.name} AS alive WHERE alive.external_id = t.text)"
            for each in nouns
        )
        + " ORDER BY t.text, o.deleted_at DESC)"
        for noun in nouns
    )


def _refs(name: str, column: str, nouns: tuple[Noun, ...], unknown: str, what: str) -> tuple[Ref, Ref]:
    """What a row points to. One that deletes may also name what is gone already: that ended the enrollment (11, D-24)."""
    alive = Looks(nouns).by("external_id")
    return (
        Ref(name, f"CASE WHEN NOT ({DELETES}) THEN s.v_{column} END", column, alive, unknown, object=what),
        Ref(
            f"{name}_before", f"CASE WHEN {DELETES} THEN s.v_{column} END", column,
            f"{alive} UNION ALL {_deleted(*nouns)}", unknown, on_delete=True, object=what,
        ),
    )  # fmt: skip


_REFS: Final = (
    *_refs("user", "child_code", (PERSON,), "unknown_user", "user"),
    *_refs("unit", "parent_code", CODED, "unknown_org_unit", "org unit"),
)
_PERSON = "coalesce(r_user.id, r_user_before.id)"
_UNIT = "coalesce(r_unit.id, r_unit_before.id)"
_UNIT_TYPE = "coalesce(r_unit.object_type, r_unit_before.object_type)"
_CELLS: Final = ("type", "action", "child_code", "parent_code")


def _rules(noun: Noun) -> tuple[RowRule, ...]:
    stored = (
        f"(SELECT o.role FROM {noun.table} AS o WHERE o.institution_id = %(institution)s AND o.id = w._id)"  # noqa: S608  # SQL of declarations
    )
    return (
        RowRule(
            "unmapped_role", "role_name", f"s.v_role_name IS NOT NULL AND {_ROLE} IS NULL", "s.v_role_name",
            f"jsonb_build_object('expected', {KNOWN_ROLES})",
        ),
        truncated("parent_code", 5, many=False),
        created_again("stage_enrollments", "child_code", "v_child_code", "v_parent_code"),
        # D-20.
        RowRule(
            "role_differs", "role_name",
            f"w._state = 1 AND s.v_role_name IS NOT NULL AND {stored} IS DISTINCT FROM {_ROLE}",
            "s.v_role_name",
            f"jsonb_build_object('stored', initcap(replace({stored}, '_', ' ')))",
            "'warning'", on="delete",
        ),
    )  # fmt: skip


IN_SECTION: Final = Kind(
    name="enrollment",
    noun=ENROLLMENT,
    key=("person_id", "section_id"),
    order=70,
    resolved=f"{_UNIT_TYPE} = {SECTION.code}",
    deletes=DELETES,
    refs=_REFS,
    uses=(*_CELLS, "role_name"),
    required=("type", "child_code", "role_name", "parent_code"),
    uses_on_delete=_CELLS,
    required_on_delete=("type", "child_code", "parent_code"),
    fields=(
        Set("person_id", _PERSON, "uuid", header="child_code"),
        Set("section_id", _UNIT, "uuid", header="parent_code"),
        Set("role", _ROLE, header="role_name"),
    ),
    rules=_rules(ENROLLMENT),
    effects=(NO_INSTRUCTOR, roles_added()),
    header="child_code",
)
# The same rows, where they name any other org unit.
ELSEWHERE: Final = replace(
    IN_SECTION,
    name="membership",
    noun=MEMBERSHIP,
    key=("person_id", "unit_id"),
    order=80,
    resolved=f"{_UNIT_TYPE} <> {SECTION.code}",
    fields=(
        Set("person_id", _PERSON, "uuid", header="child_code"),
        Set("unit_type", _UNIT_TYPE, "smallint", header="parent_code"),
        Set("unit_id", _UNIT, "uuid", header="parent_code"),
        Set("role", _ROLE, header="role_name"),
    ),
    rules=(
        *_rules(MEMBERSHIP),
        # 8, column 5: any org unit from 2.0 on.
        RowRule(
            "wrong_parent_type", "parent_code", BEFORE_2, "s.v_parent_code",
            "jsonb_build_object('variant', 'version', 'version', s.version)",
        ),
    ),
    effects=(),
)  # fmt: skip


class Enrollments(D2LLayout):
    """One row, one person in one org unit."""

    key = "d2l.enrollments"
    title = "D2L enrollments"
    target = ENROLLMENT
    order = 3
    called = ("enrollments", "enrollment", "enrolments", "enrolment")
    widths: ClassVar[Mapping[str, int]] = {"1.0": 5, "1.1": 5, "2.0": 5, "2.1": 5, "3.0": 5}

    type = Word("type", "enrollment")
    action = Action("action", help="UPDATE enrolls who is not enrolled, too.")
    child_code = D2LText("child_code", USER_KEY, required=True, help="The org-defined id of a person.")
    role_name = D2LText(
        "role_name", ROLE, field="role", required=("create", "update"),
        help="The role in this org unit. Read past where the row deletes.",
    )  # fmt: skip
    parent_code = OneCode(
        "parent_code", required=True, help="The code of a course section, or from 2.0 on of any org unit."
    )

    kinds = (IN_SECTION, ELSEWHERE)
    label = ("child_code", "parent_code")
    sample_rows = (
        {
            "type": "enrollment", "action": "UPDATE", "child_code": "T-0412", "role_name": "Teacher", "parent_code": "DEP-BIO",
        },
        {
            "type": "enrollment", "action": "UPDATE", "child_code": "S-70021", "role_name": "Student", "parent_code": "TRM-27A",
        },
    )  # fmt: skip
