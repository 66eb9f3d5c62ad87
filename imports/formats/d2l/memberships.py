"""What deleting an org unit does to who is enrolled in it (d2l 11, D-24)."""

from __future__ import annotations

from typing import Final

from edu_csv.roster.nouns import ENROLLMENT, MEMBERSHIP
from imports.formats.feed import Ends, Keeps

_BLOCKS = "%(on_delete_with_enrollments)s = 'block'"

MEMBERS_KEEP: Final = Keeps(MEMBERSHIP, "unit_id", when=_BLOCKS, words="enrollments")
MEMBERS_GO: Final = Ends(MEMBERSHIP, "unit_id")
ENROLLED_KEEP: Final = Keeps(ENROLLMENT, "section_id", when=_BLOCKS, words="enrollments")
ENROLLED_GO: Final = Ends(ENROLLMENT, "section_id")
