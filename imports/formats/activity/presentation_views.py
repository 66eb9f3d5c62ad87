"""Presentation views: one each time that somebody opens a presentation."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import PRESENTATION, PRESENTATION_VIEW, SLIDE_VIEW
from imports.formats.activity.family import (
    ActivityFormat,
    happened,
    moment,
    of,
    own_external_id,
    section,
    user,
)
from imports.formats.base import Dependents, Unique
from imports.formats.columns import WRITING
from imports.formats.references import OwnId


class PresentationViews(ActivityFormat):
    key = "activity.presentation-views"
    title = "Presentation views"
    target = PRESENTATION_VIEW
    order = 8

    presentation_view_id = OwnId("Presentation View ID", PRESENTATION_VIEW)
    presentation = of("Presentation ID", PRESENTATION, "presentation_id", required=True)
    section = section()
    user = user(required=True)
    started_at = moment("Started At", "started_at")
    external_id = own_external_id("the view")

    label = ("external_id", "presentation", "user")
    uniques = (
        Unique(
            ("external_id",),
            "duplicate_external_id",
            "External ID",
            f"'of ' || {started_at.export('o.started_at')}",
        ),
    )
    blocks_delete = (Dependents(SLIDE_VIEW, "presentation_view_id"),)
    rules = (happened(started_at, *WRITING),)
    sample_rows = (
        {
            "presentation": "PR-410", "section": "S-OCE210-31A-02", "user": "tomas.reyes@fjord.example",
            "started_at": "2026-09-05T10:01:00Z", "external_id": "PV-5001",
        },
        {"presentation": "PR-411", "user": "P-1001", "started_at": "2026-09-05T08:30:00Z", "external_id": "PV-5002"},
    )  # fmt: skip
