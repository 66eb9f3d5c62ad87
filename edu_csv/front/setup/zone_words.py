"""Why the institution's time zone cannot be another one, and what to do about it."""

from __future__ import annotations

from edu_csv.pages.words import number
from edu_csv.roster.zones import Clash, NoSuchZone, NotPossible, ZoneClashes


def refusal(why: NotPossible) -> str:
    if isinstance(why, NoSuchZone):
        return f"“{why.zone}” is no IANA time zone. Write one such as Europe/Oslo."
    if isinstance(why, ZoneClashes):
        return _clashing(why)
    return "An import is being applied just now. Try again in a minute."


def _clashing(why: ZoneClashes) -> str:
    told = "; ".join(map(_clash, why.clashes))
    left = why.count - len(why.clashes)
    more = f"; and {number(left)} more" if left > 0 else ""
    one = "two captures of a schedule" if why.clashes[0].is_of_one else "two schedules"
    pairs = one if why.count == 1 else f"{number(why.count)} pairs of schedules"
    return (
        f"In this zone {pairs} would take a room at once: {told}{more}."
        " Give the campus a time zone of its own, or move or shorten one of the two; then change the zone."
    )


def _clash(clash: Clash) -> str:
    other = "the same on the day before" if clash.is_of_one else clash.other
    return f"{clash.room}, {clash.at}: {clash.schedule} and {other}"
