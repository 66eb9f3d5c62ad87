"""Apply: write a feed's plan into the roster. The caller holds the transaction and the roster's lock."""

from __future__ import annotations

from edu_csv.roster import occurrences
from imports.steps import apply
from imports.steps.feed.space import FeedSpace


def write_changes(space: FeedSpace) -> None:
    """All of ``change``: deletions and revivals, what is new, then what points to it; the journal."""
    present = apply.present_in(space)
    space.run(apply.BY_ID)
    apply.end_and_revive(space, present)
    apply.write_created(space, present, offerings=True)
    apply.write_updates(space, present)
    occurrences.follow(space, present)
    apply.write_journal(space)
    apply.refresh_statistics(space, apply.written_of(present))
