"""Users: people of the roster, their role and their relationships (d2l 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from edu_csv.roster.nouns import PERSON
from imports.formats.d2l import echoes
from imports.formats.d2l.columns import (
    PERSON_NAME,
    PRONOUNS,
    ROLE,
    Action,
    Address,
    D2LText,
    Flag,
    Secret,
    UserKey,
    Word,
)
from imports.formats.d2l.family import D2LLayout
from imports.formats.d2l.org_rules import DELETES, created_again
from imports.formats.d2l.relationships import AS_JSON, PIPED, Relationships
from imports.formats.d2l.vocabulary import KNOWN_ROLES, role_of
from imports.formats.feed import Kind, Looks, Only, Ref, RowRule, Set
from imports.formats.leaving import PERSON_ENDS

BY_ID, BY_USERNAME = "org_defined_id", "username"
_RELATED: Final = {
    "parents": "parent_person_ids",
    "guardians": "guardian_person_ids",
    "auditors": "auditor_person_ids",
}

# The role at organisation level is one of the roles that a person has: the new one comes, and the former one goes
# unless the person holds it in a section still (echovideo 6.2, 22).
ROLES_FOLLOW = """
    UPDATE work AS w
       SET roles = (SELECT coalesce(array_agg(held.role ORDER BY array_position(%(role_order)s::text[], held.role)), '{}')
                      FROM (SELECT unnest(w.roles)
                            EXCEPT SELECT b.org_role WHERE NOT EXISTS (
                                   SELECT FROM roster_enrollment AS sits
                                    WHERE sits.institution_id = %(institution)s AND sits.person_id = b.id
                                      AND sits.role = b.org_role AND sits.deleted_at IS NULL)
                             UNION SELECT w.org_role) AS held (role) WHERE held.role IS NOT NULL)
      FROM work AS each LEFT JOIN roster_person AS b
        ON b.institution_id = %(institution)s AND b.id = each._id
     WHERE each._row = w._row AND NOT w._deletes AND w.org_role IS NOT NULL
       AND (b.org_role IS DISTINCT FROM w.org_role OR NOT w.org_role = ANY (w.roles))
"""
# 11, D-24: who is deleted is inactive, and nobody's parent, guardian or auditor any more (``ends``), nor has any.
DEACTIVATED: Final = """
    SELECT gone.row, 6, o.id, 2,
           jsonb_strip_nulls(jsonb_build_object(
               'parent_person_ids', nullif(o.parent_person_ids, '{}'), 'auditor_person_ids', nullif(o.auditor_person_ids, '{}'),
               'guardian_person_ids', nullif(o.guardian_person_ids, '{}')))
           || CASE WHEN is_marked THEN jsonb_build_object('is_active', o.is_active) ELSE '{}' END,
           jsonb_strip_nulls(jsonb_build_object(
               'parent_person_ids', CASE WHEN o.parent_person_ids <> '{}' THEN '[]'::jsonb END,
               'auditor_person_ids', CASE WHEN o.auditor_person_ids <> '{}' THEN '[]'::jsonb END,
               'guardian_person_ids', CASE WHEN o.guardian_person_ids <> '{}' THEN '[]'::jsonb END,
               'is_active', CASE WHEN is_marked THEN FALSE END))
      FROM gone JOIN roster_person AS o ON o.institution_id = %(institution)s AND o.id = gone.id
     CROSS JOIN LATERAL (SELECT o.is_active IS NOT FALSE AND %(on_user_delete)s = 'deactivate') AS marks (is_marked)
     WHERE (is_marked OR o.parent_person_ids || o.auditor_person_ids || o.guardian_person_ids <> '{}')
       AND NOT EXISTS (SELECT FROM as_left_person AS stays WHERE stays.id = o.id)
"""
_WHO: Final = "concat_ws(' ', o.given_name, o.family_name) || coalesce(' (' || o.external_id || ')', '')"
_WORDS = "jsonb_build_object('version', s.version, 'variant', '%s')"

_RULES: Final = (
    RowRule(
        "unmapped_role", "role_name", f"s.v_role_name IS NOT NULL AND {role_of('s.v_role_name')} IS NULL", "s.v_role_name",
        f"jsonb_build_object('expected', {KNOWN_ROLES})",
    ),
    # 7.2: JSON under 1.1, pipes from 2.0 on.
    RowRule(
        "bad_relationships", "relationships", f"s.v_relationships = '{AS_JSON}' AND s.version <> '1.1'",
        "s.cells[11]", _WORDS % "not_json",
    ),
    RowRule(
        "bad_relationships", "relationships", f"s.v_relationships = '{PIPED}' AND s.version = '1.1'",
        "s.cells[11]", _WORDS % "not_piped",
    ),
    RowRule(
        "guardian_listed", "relationships", f"s.v_relationships = '{PIPED}' AND cardinality(s.v_guardians) > 0",
        "s.cells[11]", severity="'warning'",
    ),
)  # fmt: skip


def _related(name: str) -> Ref:
    """Listed people are named by their org-defined ids, whatever the key (D-18); the same upload may make them."""
    return Ref(
        name, f"s.v_{name}", "relationships", Looks((PERSON,)).by("external_id"), "unknown_user", many=True,
        own_kind=True, object="user", own_code="own_relative",
    )  # fmt: skip


def _kind(user_key: str) -> Kind:
    """What rows do to people, where these are known by one of the two columns (7.1)."""
    by_id = user_key == BY_ID
    column = "org_defined_id" if by_id else "username"
    key = "v_org_defined_id" if by_id else "f_username"
    return Kind(
        name="user" if by_id else "user_by_username",
        noun=PERSON,
        key=("external_id",) if by_id else ("username_folded",),
        order=60,
        rows=f"%(user_key)s = '{user_key}'",
        deletes=DELETES,
        refs=tuple(_related(name) for name in _RELATED),
        uses=(
            "type", "action", "username", "org_defined_id", "first_name", "last_name", "is_active", "role_name", "email",
            "relationships", "pref_first_name", "pref_last_name", "sort_last_name", "pronouns",
        ),
        required=("type", "username", "org_defined_id", "first_name", "last_name", "is_active", "role_name"),
        uses_on_delete=("type", "action", column),
        required_on_delete=("type", column),
        fields=(
            Set("external_id", "s.v_org_defined_id", only_new=by_id, blank="keep", header="org_defined_id"),
            Set("username", "s.v_username", blank="keep", header="username"),
            Set("username_folded", "s.f_username", blank="keep", header="username"),
            Set("given_name", "s.v_first_name", blank="keep", header="first_name"),
            Set("family_name", "s.v_last_name", blank="keep", header="last_name"),
            Set("is_active", "s.v_is_active", "boolean", blank="keep", header="is_active"),
            Set("org_role", role_of("s.v_role_name"), blank="keep", header="role_name"),
            Set("email", "s.v_email", blank="switch", header="email"),
            Set("email_folded", "s.f_email", blank="switch", header="email"),
            *(
                # The list is authoritative, and a blank cell removes all (7.2, D-19).
                Set(field, f"r_{name}.ids", "uuid[]", header="relationships", column="relationships")
                for name, field in _RELATED.items()
            ),
            *(
                Set(field, f"s.v_{name}", blank="switch", header=name, column=name)
                for name, field in (
                    ("pref_first_name", "preferred_given_name"), ("pref_last_name", "preferred_family_name"),
                    ("sort_last_name", "sort_family_name"), ("pronouns", "pronouns"),
                )
            ),
        ),
        missing=("unknown_user", "error"),
        rules=(*_RULES, created_again("stage_users", column, key)),
        only=(
            Only("username_folded", "username_taken", "username", label=_WHO),
            Only("external_id", "duplicate_user_id", "org_defined_id", label=_WHO),
            Only("email_folded", "duplicate_email", "email", "warning", label=_WHO),
        ),
        ends=PERSON_ENDS,
        completions=(echoes.of_people("user" if by_id else "user_by_username"), ROLES_FOLLOW),
        effects=(DEACTIVATED,),
        header=column,
        label="coalesce(w.external_id, w.username)",
    )  # fmt: skip


class Users(D2LLayout):
    """One row, one person. Known by the org-defined id, or by the username where the source says so."""

    key = "d2l.users"
    title = "D2L users"
    target = PERSON
    order = 2
    called = ("users", "user")
    secret = ("password",)
    widths: ClassVar[Mapping[str, int]] = {"1.0": 10, "1.1": 11, "2.0": 13, "2.1": 14, "3.0": 15}
    spaced = ("relationships", ("1.1",))

    type = Word("type", "user")
    action = Action("action", help="UPDATE creates who is not there, too.")
    username = UserKey(
        "username", field="username", required=("create", "update"), folded=True,
        help="Unique without regard to case.",
    )  # fmt: skip
    org_defined_id = UserKey(
        "org_defined_id", field="external_id", required=True,
        help="The number that enrollments and relationships name a person by.",
    )  # fmt: skip
    first_name = D2LText("first_name", PERSON_NAME, field="given_name", required=("create", "update"))
    last_name = D2LText("last_name", PERSON_NAME, field="family_name", required=("create", "update"))
    password = Secret("password", help="Never read, and emptied in the kept file: people are no log-ins.")
    is_active = Flag("is_active", field="is_active", required=("create", "update"))
    role_name = D2LText(
        "role_name", ROLE, field="org_role", required=("create", "update"),
        help="The role at the organisation. Your institution says which names mean which roles.",
    )  # fmt: skip
    email = Address("email", field="email")
    relationships = Relationships(
        "relationships", help="Parents and auditors by their org-defined ids. A blank cell removes all."
    )
    pref_first_name = D2LText("pref_first_name", PERSON_NAME, field="preferred_given_name")
    pref_last_name = D2LText("pref_last_name", PERSON_NAME, field="preferred_family_name")
    sort_last_name = D2LText("sort_last_name", PERSON_NAME, field="sort_family_name")
    pronouns = D2LText("pronouns", PRONOUNS, field="pronouns")

    kinds = (_kind(BY_ID), _kind(BY_USERNAME))
    label = ("org_defined_id", "username")
    sample_rows = (
        {
            "type": "user", "action": "UPDATE", "username": "m.teravest", "org_defined_id": "T-0412", "first_name": "Marit",
            "last_name": "ter Avest", "is_active": "1", "role_name": "Teacher", "email": "m.teravest@fjord.example",
            "sort_last_name": "Avest", "pronouns": "she/her",
        },
        {
            "type": "user", "action": "UPDATE", "username": "k.oduya", "org_defined_id": "S-70021", "first_name": "Kwame",
            "last_name": "Oduya", "is_active": "1", "role_name": "Student", "email": "k.oduya@fjord.example",
            "relationships": "Auditor:T-0412", "pref_first_name": "Kay",
        },
    )  # fmt: skip
