"""How much activity is to be made, and of which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

# Events of 30 seconds that a video has when nobody says how many.
EVENTS_OF_A_VIDEO = 120
WEEKS = 8


@dataclass(frozen=True, slots=True)
class SeedPlan:
    """until: the last day (UTC) on which anything happens. weeks: how many of seven days end with it.

    videos, view_events: how many; None is one video a week for each section, and 120 events for each video.
    seed: the same roster and the same numbers come to the same activity; another seed to another beside it.
    beside_real: also where there is activity that no seed made.
    """

    until: date
    weeks: int = WEEKS
    videos: int | None = None
    view_events: int | None = None
    seed: int = 1
    beside_real: bool = False

    @property
    def begins(self) -> datetime:
        return self.ends - timedelta(weeks=self.weeks)

    @property
    def ends(self) -> datetime:
        """The first moment on which nothing happens any more."""
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)
