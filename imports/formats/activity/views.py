"""Views: one each time that somebody, known or not, begins to watch a video (reporting-api.md G10)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import VIDEO, VIEW, VIEW_EVENT
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
from imports.formats.columns import WRITING, Boolean
from imports.formats.references import OwnId


class Views(ActivityFormat):
    key = "activity.views"
    title = "Views"
    target = VIEW
    order = 3

    view_id = OwnId("View ID", VIEW)
    media = of("Media ID", VIDEO, "video_id", required=True, aliases=("Video ID",))
    section = section()
    user = user(help="System id, External ID or e-mail address; blank: nobody knows who it was.")
    started_at = moment("Started At", "started_at")
    via_public_link = Boolean("Public Link", field="via_public_link", default=False, help="Blank: FALSE.")
    is_live = Boolean(
        "Live",
        field="is_live",
        default=False,
        help="Whether it was watched while it was streamed; blank: FALSE.",
    )
    external_id = own_external_id("the view")

    label = ("external_id", "media")
    uniques = (
        Unique(
            ("external_id",),
            "duplicate_external_id",
            "External ID",
            f"'of ' || {started_at.export('o.started_at')}",
        ),
    )
    blocks_delete = (Dependents(VIEW_EVENT, "view_id"),)
    rules = (happened(started_at, *WRITING),)
    sample_rows = (
        {
            "media": "M-7001", "section": "S-OCE210-31A-02", "user": "tomas.reyes@fjord.example",
            "started_at": "2026-09-03T18:20:04.115Z", "external_id": "V-90001",
        },
        {
            "media": "M-7002", "started_at": "2026-09-03T19:02:31Z", "via_public_link": "TRUE",
            "external_id": "V-90002",
        },
    )  # fmt: skip
