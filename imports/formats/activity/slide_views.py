"""Slide views: which slides somebody saw within a view of their presentation."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import PRESENTATION_VIEW, SLIDE, SLIDE_VIEW
from imports.formats.activity.family import EventFormat, happened, moment, of
from imports.formats.base import Rule, Unique
from imports.formats.columns import CREATE, DELETE

BOTH = (CREATE, DELETE)


class SlideViews(EventFormat):
    key = "activity.slide-views"
    title = "Slide views"
    target = SLIDE_VIEW
    order = 9

    presentation_view = of(
        "Presentation View ID", PRESENTATION_VIEW, "presentation_view_id", actions=BOTH, required=True
    )
    slide = of("Slide ID", SLIDE, "slide_id", actions=BOTH, required=True)
    viewed_at = moment("Viewed At", "viewed_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("presentation_view_id", "slide_id", "viewed_at")
    label = ("presentation_view", "slide", "viewed_at")
    uniques = (Unique(natural_key, "told_otherwise", "Viewed At"),)
    rules = (
        happened(viewed_at),
        Rule(
            "slide_elsewhere", "Slide ID", "slide.presentation_id <> viewing.presentation_id",
            "(SELECT r.text FROM ref_slide AS r WHERE r.ordinal = w._o_slide)",
            actions=("create",),
            joins="""
                JOIN activity_presentation_view AS viewing
                  ON (viewing.institution_id, viewing.id) = (%(institution)s, w.presentation_view_id)
                JOIN activity_slide AS slide ON (slide.institution_id, slide.id) = (%(institution)s, w.slide_id)
            """,
            exported="FALSE",
        ),
    )  # fmt: skip
    sample_rows = (
        {"presentation_view": "PV-5001", "slide": "SL-410-1", "viewed_at": "2026-09-05T10:01:02.330Z"},
        {"presentation_view": "PV-5001", "slide": "SL-410-2", "viewed_at": "2026-09-05T10:04:41Z"},
    )
