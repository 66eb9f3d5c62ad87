"""Downloads: one each time that a video was downloaded."""

from __future__ import annotations

from edu_csv.roster.activity_nouns import DOWNLOAD, VIDEO
from imports.formats.activity.family import EventFormat, happened, moment, of, section, user
from imports.formats.base import Unique
from imports.formats.columns import CREATE, DELETE

BOTH = (CREATE, DELETE)


class Downloads(EventFormat):
    key = "activity.downloads"
    title = "Downloads"
    target = DOWNLOAD
    order = 5

    media = of("Media ID", VIDEO, "video_id", actions=BOTH, required=True, aliases=("Video ID",))
    section = section(actions=BOTH)
    user = user(
        actions=BOTH, help="System id, External ID or e-mail address; blank: nobody knows who it was."
    )
    downloaded_at = moment("Downloaded At", "occurred_at", actions=BOTH, aliases=("Occurred At",))

    natural_key = ("video_id", "section_id", "person_id", "occurred_at")
    key_may_lack = ("section_id", "person_id")
    label = ("media", "user", "downloaded_at")
    uniques = (Unique(natural_key, "told_otherwise", "Downloaded At"),)
    rules = (happened(downloaded_at),)
    sample_rows = (
        {
            "media": "M-7001", "section": "S-OCE210-31A-02", "user": "P-1001",
            "downloaded_at": "2026-09-04T07:15:09.002Z",
        },
        {"media": "M-7002", "downloaded_at": "2026-09-04T09:44:57Z"},
    )  # fmt: skip
