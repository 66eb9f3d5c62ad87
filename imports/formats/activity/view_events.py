"""View events: one for each 30 seconds of a video that were watched (reporting-api.md 3.4)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import VIEW, VIEW_EVENT
from imports.formats.activity.family import EventFormat, happened, moment, of
from imports.formats.base import Rule, Unique
from imports.formats.columns import CREATE, DELETE

BOTH = (CREATE, DELETE)


class ViewEvents(EventFormat):
    key = "activity.view-events"
    title = "View events"
    target = VIEW_EVENT
    order = 4

    view = of("View ID", VIEW, "view_id", actions=BOTH, required=True)
    watched_at = moment(
        "Watched At", "occurred_at", actions=BOTH, aliases=("Occurred At",),
        help="When 30 seconds had been watched again.",
    )  # fmt: skip

    natural_key = ("view_id", "occurred_at")
    label = ("view", "watched_at")
    uniques = (Unique(natural_key, "told_otherwise", "Watched At"),)
    rules = (
        happened(watched_at),
        Rule(
            "before_view", "Watched At", "w.occurred_at < viewing.started_at", watched_at.export("w.occurred_at"),
            f"jsonb_build_object('other', {watched_at.export('viewing.started_at')})",
            severity="warning",
            actions=("create",),
            joins="JOIN activity_view AS viewing ON (viewing.institution_id, viewing.id) = (%(institution)s, w.view_id)",
            exported="FALSE",
            unless_repeated=True,
        ),
    )  # fmt: skip
    sample_rows = (
        {"view": "V-90001", "watched_at": "2026-09-03T18:20:34.115Z"},
        {"view": "V-90001", "watched_at": "2026-09-03T18:21:04.115Z"},
    )
