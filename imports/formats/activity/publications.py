"""Publications: from when to when a video was to be seen in a section; kept when it is taken back (reporting-api.md G34)."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import PUBLICATION, VIDEO
from imports.formats.activity.family import ActivityFormat, moment, of, section
from imports.formats.base import Rule, Unique
from imports.formats.columns import ACTIONS


class Publications(ActivityFormat):
    key = "activity.publications"
    title = "Publications"
    target = PUBLICATION
    order = 2

    media = of("Media ID", VIDEO, "video_id", actions=ACTIONS, required=True, aliases=("Video ID",))
    section = section(actions=ACTIONS, required=True, help="The section that it was published to.")
    published_at = moment("Published At", "published_at", actions=ACTIONS)
    unpublished_at = moment("Unpublished At", "unpublished_at", required=False, help="Blank: it still is.")

    natural_key = ("video_id", "section_id", "published_at")
    label = ("media", "section")
    uniques = (
        Unique(
            natural_key, "published_otherwise", "Unpublished At",
            "CASE WHEN o.unpublished_at IS NULL THEN 'with no end'"
            " ELSE 'until ' || to_char(o.unpublished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') END",
        ),
    )  # fmt: skip
    rules = (
        Rule(
            "unpublished_before", "Unpublished At", "w.unpublished_at < w.published_at",
            unpublished_at.export("w.unpublished_at"),
            f"jsonb_build_object('other', {published_at.export('w.published_at')})",
        ),
    )  # fmt: skip
    sample_rows = (
        {"media": "M-7001", "section": "S-OCE210-31A-02", "published_at": "2026-09-02T12:00:00Z"},
        {
            "media": "M-7002", "section": "S-OCE210-31A-02", "published_at": "2026-09-01T17:00:00Z",
            "unpublished_at": "2026-12-20T00:00:00Z",
        },
    )  # fmt: skip
