"""Why objects are left out of an export, and what gets lost of others, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    "only_blanks": "{column} holds blanks alone, which this format takes for nothing.",
    "line_break": "{column} holds a line break, which this format does not allow.",
    "illegal_characters": "{column} holds a character that this format does not allow.",
    "shared_code": "{column} is also that of another object, and this format could not tell the two apart.",
    "code_collision": "{column} was cut to the length that counts, and another was cut to the same.",
    "unmapped_type": "{column} is a type that the settings of the institution do not have any more.",
    "too_many": "{column} would have to name more than this format has room for.",
    "own_relative": "{column} would have to name the person themself.",
    "names_left_out": "{column} would have to name something that is itself left out.",
    "not_its_offerings": "Course or term is another than that of its offering, which {column} names.",
    "not_its_departments": "The course code does not begin with its department's external id, and {column} is what follows it.",
    "other_sso_id": "The SSO id is not {column}, and this format takes them for one.",
    "shared_email": "{column} is also that of somebody else, and in this format it belongs to one alone.",
    "no_file": "There is no file for {column} in this format.",
    "no_place": "This format has no place for {column}; all else of the object is written.",
    "stands_in": "{column} is blank, and this format needs it: the system id or the code stands there.",
    "other_characters": "{column} holds characters that this format does not allow: the nearest that it does stand there.",
    "first_alone": "This format has a place for the first of the {column} alone, beside those of enrollments.",
    "no_format": "{column} are a kind of object that this family of formats does not have.",
}
OTHERWISE = "{column} breaks a rule of this format, so that an import would refuse it."


# What is left out: a whole object, or a field of one that is written.
OBJECT, FIELD = "object", "field"


@dataclass(frozen=True, slots=True)
class Omission:
    """So many objects, or fields of objects, that the format cannot express, for one reason.

    code: a key of SENTENCES, or of a format's own rule; column: the header of the cell at fault, or the field.
    file: of a package, the one that it would stand in; blank: none.
    """

    code: str
    column: str
    count: int
    object_type: str
    what: str = OBJECT
    file: str = ""

    @property
    def message(self) -> str:
        return sentence(self.code, self.column)

    def stored(self) -> dict[str, str | int]:
        """As an entry of ``Export.files``."""
        return {
            "code": self.code, "column": self.column, "count": self.count, "object_type": self.object_type,
            "what": self.what,
        }  # fmt: skip

    def as_json(self) -> dict[str, str | int]:
        return {
            "code": self.code, "column": self.column, "count": self.count, "message": self.message, "what": self.what,
            "object_type": self.object_type, "file": self.file,
        }  # fmt: skip


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
    return sorted(found, key=_frequent)


def read_files(files: Sequence[Mapping[str, Any]]) -> list[Omission]:
    """What ``Export.files`` holds: objects first, then fields, each most frequent first."""
    found = [
        Omission(each["code"], each["column"], each["count"], each["object_type"], each["what"], file["name"])
        for file in files
        for each in file["omitted"]
    ]
    return sorted(found, key=_frequent)


def _frequent(omission: Omission) -> tuple[Any, ...]:
    return omission.what != OBJECT, -omission.count, omission.code, omission.column, omission.file
