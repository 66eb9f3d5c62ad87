"""Why objects are left out of an export, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edu_csv.roster.nouns import Noun

SENTENCES = {
    "required_blank": "{column} is blank, and this format needs it.",
    "edge_blank": "{column} begins or ends with a blank, which an import takes away.",
    "too_long": "{column} is longer than this format allows.",
    "list_separator": "{column} holds a semicolon, which separates the values of a list.",
    "bad_email": "{column} is not an e-mail address as this format reads one.",
    "outside_range": "{column} is outside of what this format can write.",
    "no_word": "{column} is something this format has no word for.",
    "several_values": "{column} would have to name more than one, and this format has room for one.",
    "other_kind": "{column} would have to name an object of a kind that this format does not have there.",
    "unknown_time_zone": "{column} is not known to the database any more.",
    "out_of_order": "{column} has its values in another order than this format gives them.",
    "repeated_value": "{column} names the same value twice.",
    "not_instructor": "{column} names a person who does not hold the role Instructor.",
    "end_before_start": "{column} is before the start.",
    "outside_term": "{column} has a day outside of the term.",
    "crosses_midnight": "The capture ends on another day than it starts, and {column} is a time of the same day.",
    "capture_too_long": "{column} is further from the start than this format allows.",
    "ambiguous_name": "{column} would name more than one, for others are called the same.",
    "beyond_reach": "It also belongs to sections beyond your reach, which {column} would have to name.",
    "gone": "{column} would name something that was deleted.",
    "no_email": "{column} would name a person without an e-mail address.",
    "end_without_days": "{column} is filled, and the capture takes place on no day of the week.",
    "series_too_long": "{column} makes the series longer than this format allows.",
    "too_far_ahead": "{column} is further ahead than this format allows.",
    "outside_series": "{column} has a day outside of the series.",
    "live_needs_section": "{column} is on, and there is no section to stream to.",
    "mismatched_org_unit": "{column} does not belong to the organization of this course.",
}
OTHERWISE = "{column} breaks a rule of this format, so that an import would refuse it."


@dataclass(frozen=True, slots=True)
class Omission:
    """So many objects that the format cannot express, for one reason.

    code: a key of SENTENCES, or of a format's own rule; column: the header of the cell at fault.
    """

    code: str
    column: str
    count: int
    object_type: str

    @property
    def message(self) -> str:
        return sentence(self.code, self.column)

    def as_json(self) -> dict[str, str | int]:
        return {"code": self.code, "column": self.column, "count": self.count, "message": self.message}


def sentence(code: str, column: str) -> str:
    """The words for a reason; a format whose rule has none of its own here is still told apart by its column."""
    return SENTENCES.get(code, OTHERWISE).format(column=column)


def stored(code: str, column: str) -> str:
    """How a reason is kept as a key of ``Export.omitted``."""
    return f"{code}/{column}"


def read(omitted: Mapping[str, int], noun: Noun) -> list[Omission]:
    """What ``Export.omitted`` holds, most frequent first."""
    found = [
        Omission(code, column, count, noun.name)
        for (code, _, column), count in ((key.partition("/"), count) for key, count in omitted.items())
    ]
    return sorted(found, key=lambda each: (-each.count, each.code, each.column))
