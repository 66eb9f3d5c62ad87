"""What rows of CircleIn say about a person, in Users.csv and beside an enrollment (circlein-csv.md 4.2, 5)."""

from __future__ import annotations

from edu_csv.roster.nouns import PERSON
from imports.formats.feed import Looks, Only, Ref, Set

IDENTIFIER = "Unique User Identifier"

# The identifier is also what single sign-on delivers (4, column 4): who is new is known by it there too. Somebody
# whom another family gave an SSO id of their own goes on signing in by that one.
FIELDS = (
    Set("external_id", "s.v_user", header=IDENTIFIER),
    Set("sso_id", "s.v_user", only_new=True, header=IDENTIFIER),
    Set("given_name", "s.v_first_name", header="First Name"),
    Set("family_name", "s.v_last_name", header="Last Name"),
    Set("email", "s.v_email", header="Email"),
    Set("email_folded", "s.f_email", header="Email"),
)
# C-13: without regard to case; the address of somebody who is deleted is free again.
ONLY = (Only("email_folded", "email_taken", "Email"),)
FIND = Ref(
    "person",
    "s.v_user",
    IDENTIFIER,
    Looks((PERSON,)).by("external_id"),
    unknown="unknown_user",
    object="person",
)

# Whether nobody alive has the identifier, as earlier kinds leave them.
UNKNOWN = """
    NOT EXISTS (SELECT FROM as_left_person AS known WHERE coalesce(known.external_id, known.id::text) = s.v_user)
"""
