"""Presentations: slides that are shown in class, with polls among them."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import POLL, PRESENTATION, SLIDE
from imports.formats.activity.family import NAME, ActivityFormat, own_external_id
from imports.formats.base import Dependents, Unique
from imports.formats.columns import Text
from imports.formats.references import OwnId


class Presentations(ActivityFormat):
    key = "activity.presentations"
    title = "Presentations"
    target = PRESENTATION
    order = 6

    presentation_id = OwnId("Presentation ID", PRESENTATION)
    presentation_name = Text("Presentation Name", field="name", required=True, max_length=NAME)
    external_id = own_external_id("the presentation")

    label = ("external_id", "presentation_name")
    uniques = (Unique(("external_id",), "duplicate_external_id", "External ID", "o.name"),)
    blocks_delete = (Dependents(SLIDE, "presentation_id"), Dependents(POLL, "presentation_id"))
    sample_rows = (
        {"presentation_name": "Currents of the North Sea", "external_id": "PR-410"},
        {"presentation_name": "Reading a chart", "external_id": "PR-411"},
    )
