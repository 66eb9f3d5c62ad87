"""Users: people of the roster (echovideo.md 2.8). There is no delete."""

from __future__ import annotations

from edu_csv.roster.nouns import PERSON, PERSON_ATTRIBUTES, PERSONA, VIEWING_PERMISSION
from edu_csv.roster.roles import SYSTEM_ROLE_ORDER, PersonRole
from imports.formats.base import Unique
from imports.formats.columns import Choice, Email, ExternalId, Ignored, ListOf, Text
from imports.formats.echovideo.family import CODE, NAME, EchoVideoFormat
from imports.formats.echovideo.instructors import STILL_INSTRUCTS
from imports.formats.places import NoPlace, Unplaced, lists
from imports.formats.references import EMAIL, EXTERNAL_ID, SYSTEM_ID, OwnId

ROLES = {
    "Administrator": PersonRole.ADMINISTRATOR.value,
    "Scheduler": PersonRole.SCHEDULER.value,
    "Instructor": PersonRole.INSTRUCTOR.value,
    "Teaching Assistant": PersonRole.TEACHING_ASSISTANT.value,
    "Student": PersonRole.STUDENT.value,
}


class Users(EchoVideoFormat):
    key = "echovideo.users.v1"
    title = "Users"
    target = PERSON
    actions = ("create", "update")
    order = 8

    user_id = OwnId(
        "User ID", PERSON, by=(SYSTEM_ID, EXTERNAL_ID, EMAIL), actions=("update",),
        help="System id, External ID or e-mail address.",
    )  # fmt: skip
    given_name = Text("First Name", required=True, max_length=NAME)
    family_name = Text("Last Name", required=True, max_length=NAME)
    email = Email(
        "Email", aliases=("Email Address", "User Email"), required=True,
        help="Identifies the person; unique without regard to case.",
    )  # fmt: skip
    roles = ListOf(
        "Role",
        Choice("", ROLES, also={"Admin": PersonRole.ADMINISTRATOR, "TA": PersonRole.TEACHING_ASSISTANT}),
        sort_as=SYSTEM_ROLE_ORDER, aliases=("Roles", "User Role"), required=True,
        help="One or more, separated by “;”.",
    )  # fmt: skip
    sso_id = Text("SSO Id", max_length=CODE, help="Overrides the e-mail address for single sign-on.")
    external_id = ExternalId()
    state = Ignored("State", "'Active'")

    label = ("external_id", "email")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "concat_ws(' ', o.given_name, o.family_name)"),
        Unique(
            ("email_folded",), "duplicate_object", "Email",
            "concat_ws(' ', o.given_name, o.family_name) || coalesce(' (' || o.external_id || ')', '')",
        ),
        Unique(
            ("sso_id",), "duplicate_object", "SSO Id",
            "concat_ws(' ', o.given_name, o.family_name) || coalesce(' (' || o.external_id || ')', '')",
        ),
    )  # fmt: skip
    rules = (STILL_INSTRUCTS,)
    # Enrollments give people the roles they lack (6.2, 22), so the same file the next night finds more.
    grows = ("roles",)
    export_order = 'o.email_folded COLLATE "C" NULLS LAST, o.id'
    no_place = (
        NoPlace("username"),
        NoPlace("preferred_given_name"),
        NoPlace("preferred_family_name"),
        NoPlace("sort_family_name"),
        NoPlace("pronouns"),
        NoPlace("is_active", "o.is_active IS FALSE", column="that somebody is not active"),
        NoPlace("is_marked_administrator", "o.is_marked_administrator", column="mark as administrator"),
        *lists(
            ("parent_person_ids", "parents"),
            ("guardian_person_ids", "guardians"),
            ("auditor_person_ids", "auditors"),
        ),
    )
    unplaced = (
        Unplaced(PERSON_ATTRIBUTES, "Attributes of people"),
        Unplaced(PERSONA, "Personas of people"),
        Unplaced(VIEWING_PERMISSION, "Viewing permissions"),
    )
    sample_rows = (
        {
            "given_name": "Ingrid", "family_name": "Solberg", "email": "ingrid.solberg@fjord.example",
            "roles": "Instructor", "sso_id": "isolberg", "external_id": "P-1001",
        },
        {
            "given_name": "Tomas", "family_name": "Reyes", "email": "tomas.reyes@fjord.example",
            "roles": "Instructor;Scheduler", "external_id": "P-1002",
        },
    )  # fmt: skip
