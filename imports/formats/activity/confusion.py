"""Confusion flags: each time that somebody marks a slide as confusing, or takes the mark away."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import CONFUSION, PRESENTATION, SLIDE
from imports.formats.activity.family import EventFormat, happened, moment, of, section, user
from imports.formats.base import Rule, Unique
from imports.formats.columns import CREATE, DELETE, Choice

BOTH = (CREATE, DELETE)
FLAGS = {"Set": "set", "Cleared": "cleared"}


class Confusion(EventFormat):
    key = "activity.confusion"
    title = "Confusion flags"
    target = CONFUSION
    order = 10

    presentation = of("Presentation ID", PRESENTATION, "presentation_id", actions=BOTH, required=True)
    slide = of(
        "Slide ID",
        SLIDE,
        "slide_id",
        actions=BOTH,
        help="A slide of this presentation; blank: not known which.",
    )
    section = section(actions=BOTH)
    user = user(actions=BOTH, required=True)
    action = Choice(
        "Flag", FLAGS, field="action", actions=BOTH, required=True, help="Reports count those that were set."
    )
    flagged_at = moment("Flagged At", "occurred_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("slide_id", "presentation_id", "section_id", "person_id", "occurred_at", "action")
    key_may_lack = ("slide_id", "section_id")
    label = ("slide", "user", "flagged_at")
    uniques = (Unique(natural_key, "told_otherwise", "Flagged At"),)
    rules = (
        happened(flagged_at),
        Rule(
            "slide_elsewhere", "Slide ID", "slide.presentation_id <> w.presentation_id",
            "(SELECT r.text FROM ref_slide AS r WHERE r.ordinal = w._o_slide)",
            actions=("create",),
            joins="JOIN activity_slide AS slide ON (slide.institution_id, slide.id) = (%(institution)s, w.slide_id)",
            exported="FALSE",
        ),
    )  # fmt: skip
    sample_rows = (
        {
            "presentation": "PR-410", "slide": "SL-410-2", "section": "S-OCE210-31A-02",
            "user": "tomas.reyes@fjord.example", "action": "Set", "flagged_at": "2026-09-05T10:05:10Z",
        },
        {
            "presentation": "PR-410", "slide": "SL-410-2", "section": "S-OCE210-31A-02",
            "user": "tomas.reyes@fjord.example", "action": "Cleared", "flagged_at": "2026-09-05T10:09:48Z",
        },
    )  # fmt: skip
