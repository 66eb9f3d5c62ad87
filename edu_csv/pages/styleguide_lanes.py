"""The feed lane of /styleguide/ in each of its states: arrived, late, waits for you, not due."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from edu_csv.pages import lanes
from edu_csv.pages.contexts.parts import Status
from edu_csv.pages.contexts.sources import FeedLane, Lanes
from edu_csv.pages.tallies import segments

Between = tuple[str, str]


def feed_lanes() -> Lanes:
    """A morning at 09:42."""
    return {
        "axis": lanes.axis(_at("09:42")),
        "rows": [
            _lane(
                "Banner nightly",
                ("04:00", "04:30"),
                hits=[("04:06", False)],
                said="04:06 · 140,459 rows · usual",
            ),
            _lane(
                "Banner offerings",
                ("09:30", "10:00"),
                hits=[("09:41", True)],
                status={"kind": "turn", "label": "Waits for you"},
            ),
            _lane(
                "CircleIn enrollments",
                ("07:00", "07:30"),
                late="07:30",
                status={"kind": "part", "label": "Late by 2 h 12 min"},
            ),
            _lane("Library groups", ("13:00", "14:00"), said="Expected 13:00 to 14:00"),
        ],
        "label": "Example of feeds",
    }


def _at(clock: str) -> datetime:
    hour, minute = clock.split(":")
    return timezone.localtime().replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _lane(
    name: str,
    window: Between,
    *,
    hits: list[tuple[str, bool]] | None = None,
    late: str = "",
    said: str = "",
    status: Status | None = None,
) -> FeedLane:
    now = _at("09:42")
    return {
        "name": name,
        "href": "#",
        "sub": "D2L package · SFTP",
        "lane": lanes.lane(
            now.date(),
            window=(_at(window[0]), _at(window[1])),
            late=(_at(late), now) if late else None,
            hits=[(_at(at), held) for at, held in hits or []],
            now=now,
        ),
        "status": status,
        "said": said,
        "segments": segments({"rows": 100, "created": 4, "updated": 20, "unchanged": 76}) if hits else [],
    }
