"""Users.csv: people, so that enrollments need not repeat their names (circlein-csv.md 5)."""

from __future__ import annotations

from edu_csv.roster.nouns import PERSON
from imports.formats.circlein import columns, people
from imports.formats.circlein.family import CircleInLayout
from imports.formats.feed import Kind
from imports.formats.leaving import PERSON_ENDS

STATUSES = {"Active": "active", "Deleted": "deleted"}
_HEADERS = ("user", "first_name", "last_name", "email", "status")

# Who comes back is active: another family may have deactivated whom it deleted (d2l 11).
ACTIVE = (
    "UPDATE work AS w SET is_active = TRUE WHERE NOT w._deletes AND w._state = 2 AND w.is_active IS FALSE"
)

_PERSON = Kind(
    name="person",
    noun=PERSON,
    key=("external_id",),
    fields=people.FIELDS,
    order=50,
    deletes="s.v_status IS NOT DISTINCT FROM 'deleted'",
    uses=_HEADERS,
    required=_HEADERS,
    uses_on_delete=_HEADERS,
    required_on_delete=_HEADERS,
    only=people.ONLY,
    # C-8: the enrollments end, and do not come back with the person.
    ends=PERSON_ENDS,
    completions=(ACTIVE,),
    called="user",
    header="Unique User Identifier",
    label="w.external_id",
)


class Users(CircleInLayout):
    key = "circlein.users"
    title = "Users"
    file_name = "Users.csv"
    called = ("users", "user")
    target = PERSON
    order = 2
    identifiers = (("user", PERSON),)

    user = columns.text(
        "Unique User Identifier", columns.IDENTIFIER, field="external_id",
        help="Also the value that single sign-on delivers.",
    )  # fmt: skip
    first_name = columns.text("First Name", columns.NAME, field="given_name")
    last_name = columns.text("Last Name", columns.NAME, field="family_name")
    email = columns.Address(
        "Email", **columns.needed({"help": "Belongs to one user only, compared without regard to case."})
    )
    status = columns.Exactly(
        "Status", STATUSES, code="bad_status",
        **columns.needed({"help": "Deleted ends all enrollments of the user too."}),
    )  # fmt: skip

    label = ("user", "email")
    kinds = (_PERSON,)
    sample_rows = (
        {
            "user": "P-1001", "first_name": "Ingrid", "last_name": "Solberg",
            "email": "ingrid.solberg@fjord.example", "status": "Active",
        },
        {
            "user": "P-1002", "first_name": "Tomas", "last_name": "Reyes",
            "email": "tomas.reyes@fjord.example", "status": "Active",
        },
    )  # fmt: skip
