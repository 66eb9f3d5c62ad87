"""Slides: the places of a presentation, from 1."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import PRESENTATION, SLIDE
from imports.formats.activity.family import ActivityFormat, of, own_external_id
from imports.formats.base import Unique
from imports.formats.columns import Integer
from imports.formats.references import OwnId


class Slides(ActivityFormat):
    key = "activity.slides"
    title = "Slides"
    target = SLIDE
    order = 7

    slide_id = OwnId("Slide ID", SLIDE)
    presentation = of("Presentation ID", PRESENTATION, "presentation_id", required=True)
    position = Integer(
        "Position", 1, 1_000_000, required=True, help="From 1; no two slides of a presentation have the same."
    )
    external_id = own_external_id("the slide")

    label = ("external_id", "presentation", "position")
    uniques = (
        Unique(("external_id",), "duplicate_external_id", "External ID", "o.position::text"),
        Unique(
            ("presentation_id", "position"), "duplicate_object", "Position",
            "'the slide `' || coalesce(o.external_id, o.id::text) || '` of this presentation'",
        ),
    )  # fmt: skip
    sample_rows = (
        {"presentation": "PR-410", "position": "1", "external_id": "SL-410-1"},
        {"presentation": "PR-410", "position": "2", "external_id": "SL-410-2"},
    )
