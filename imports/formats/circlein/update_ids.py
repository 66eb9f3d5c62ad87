"""Update IDs: new identifiers for courses and users that keep everything else (circlein-csv.md 6).

What the rows do is planned by ``imports.steps.feed.renames``: all of them at once, against the roster before.
"""

from __future__ import annotations

from edu_csv.roster.nouns import SECTION
from imports.formats.circlein import columns
from imports.formats.circlein.family import CircleInLayout

TYPES = {"Course": "section", "User": "person"}


class UpdateIds(CircleInLayout):
    key = "circlein.update-ids"
    title = "Update IDs"
    file_name = "UpdateIDs.csv"
    called = ("updateids", "update-ids", "update_ids", "update ids")
    target = SECTION
    exportable = False
    # After the others: what a sample renames, samples of the others have made.
    order = 4
    all_or_nothing = True
    renames = True

    old_id = columns.text("old_id", columns.IDENTIFIER, field=None, help="An identifier of now.")
    new_id = columns.text(
        "new_id", columns.IDENTIFIER, field="external_id",
        help="The identifier from then on; of no other object, unless this file renames that one too.",
    )  # fmt: skip
    obj_type = columns.Exactly(
        "obj_type", TYPES, code="bad_obj_type",
        **columns.needed({"help": "Whose identifier: of the sections of all terms that have it, or of a user."}),
    )  # fmt: skip

    label = ("old_id", "obj_type")
    sample_rows = (
        {"old_id": "32F-GEN001-01", "new_id": "2032FA-GEN-001-01", "obj_type": "Course"},
        {"old_id": "P-1002", "new_id": "U0001002", "obj_type": "User"},
    )
