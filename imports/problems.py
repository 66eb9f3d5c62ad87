"""Problems: what is wrong with a cell, a row or a file, and the words for it.

Words are put together here and nowhere else, so that page, API, CSV and mail say the same: what came,
what was expected, how to mend it. A problem is kept as data ({"code", "column", "value", …}).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from edu_csv.errors import EduCsvError


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault (or warning) of one row. value: the cell as uploaded, never a parsed value."""

    code: str
    column: str | None = None
    value: str | None = None
    severity: str = "error"
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The contract's shape (rest-api.md section 3, rows)."""
        return {
            "severity": self.severity,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "message": str(self),
        }

    def __str__(self) -> str:
        variant = self.params.get("variant")
        template = SENTENCES.get(f"{self.code}.{variant}") or SENTENCES.get(self.code) or UNWORDED
        words = {"column": self.column or "The row", "value": _short(self.value), **_params(self.params)}
        if other_file := self.params.get("other_file"):
            # Of a package: a row of another file than the one at fault.
            template = template.replace("{other_row} of this file", "{other_row}")
            words["other_row"] = f"{words['other_row']} of `{other_file}`"
        # Of a list, the one value at fault.
        words["said"] = (
            f"{words['column']} has `{words['item']}`"
            if "item" in words
            else "{column} is `{value}`".format(**words)
        )
        return template.format_map(_Words(words)).strip()


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _short(value: str | None) -> str:
    """Enough of the cell to recognise it."""
    if value is None:
        return ""
    return value if len(value) <= 80 else value[:77] + "…"


def _params(params: Mapping[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, int) and not isinstance(value, bool):
            words[name] = f"{value:,}"
        elif value is not None:
            words[name] = _short(str(value)) if name == "item" else value
    nearest, holder = words.get("nearest"), words.get("holder")
    words["nearest_hint"] = f" The nearest is `{nearest}`." if nearest else ""
    words["holder_hint"] = f" ({holder})" if holder else ""
    words["holder"] = holder or f"another {words.get('object', 'object')}"
    if "clashes" in params:
        words |= _taken(params)
    return words


WEEKDAYS = {
    "MO": "Mondays", "TU": "Tuesdays", "WE": "Wednesdays", "TH": "Thursdays", "FR": "Fridays", "SA": "Saturdays",
    "SU": "Sundays",
}  # fmt: skip


def _taken(params: Mapping[str, Any]) -> dict[str, str]:
    """Which room has been taken, and when by whom: the clashes that are named, and how many more there are.

    One of params["clashes"]: room, weekday, day (the first), from, to, times; name of the schedule that has
    it, when it may be told; row of this file, when it is from there; own: what would be there too, and is not
    of this row itself.
    """
    clashes = params["clashes"]
    if not clashes:
        return {"room": "The room", "when": f"by what row {params['other_row']:,} of this file needs"}
    if params.get("variant") == "itself":
        return _itself(params)
    room, parts = clashes[0]["room"], []
    for clash in clashes:
        where = "" if clash["room"] == room else f"in {clash['room']} "
        room = clash["room"]
        often = clash["times"] > 1
        day = WEEKDAYS[clash["weekday"]] if often else f"{clash['day']},"
        more = f" ({clash['times']:,} times from {clash['day']})" if often else ""
        who = _who(clash, twice=params.get("variant") == "moved")
        parts.append(f"{where}on {day} {clash['from']} to {clash['to']} by {who}{more}")
    if others := params.get("more"):
        parts.append(f"at {others:,} other times" if others > 1 else "at another time")
    when = ", and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return {"room": clashes[0]["room"], "when": when}


def _itself(params: Mapping[str, Any]) -> dict[str, str]:
    """Whose captures overlap each other, where and on which days, when it is nobody else's."""
    clashes = params["clashes"]
    own = f"`{clashes[0]['own']}`" if "own" in clashes[0] else "A schedule"
    days = sorted({clash["day"] for clash in clashes})
    return {
        "room": clashes[0]["room"],
        "whose": "This schedule" if params.get("object") == "schedule" else own,
        "days": " and ".join([", ".join(days[:-1]), days[-1]] if len(days) > 1 else days),
    }


def _who(clash: Mapping[str, Any], *, twice: bool) -> str:
    who = f"`{clash['name']}`" if "name" in clash else "another schedule"
    if "row" in clash:
        who = f"{who} of row {clash['row']:,}" if "name" in clash else f"row {clash['row']:,} of this file"
    if not twice:
        return who
    own = f"`{clash['own']}`" if "own" in clash else "another schedule"
    return f"{own} and by {who}" if own != who else "two schedules"


UNWORDED = "{said}. Expected {expected}."

# One sentence a code: what came, what was expected, what to do (ui.md section 9). ``code.variant`` where
# more is known than the code says.
SENTENCES = {
    "required_blank.series": "{column} is blank, and Days Of Week is filled. A series needs its last day: fill the cell,"
    " or empty Days Of Week.",
    "required_blank": "{column} is blank. Every {object} needs one: fill the cell and send the row again.",
    "required_blank.together": "{column} is blank, and {other} is filled. {columns} name an object together: fill all of them,"
    " or none.",
    "required_blank.either": "{column} is blank, and so is {other}. Fill one of the two, so that it is clear which {object} is"
    " meant.",
    "list_lengths": "{columns} have {counts} values. They name objects together, one by one: write as many in each.",
    "list_gap": "{column} has no value at place {place} of its list, and the columns beside it have one. Fill it, or take"
    " the value out of each.",
    "bad_value": "{said}. Write {expected}.",
    "bad_enum": "{said}. Use {expected}.",
    "bad_date": "{said}, which is not a date we can be sure of. Write {expected};"
    " spreadsheets often rewrite dates when they save.",
    "bad_date.two_ways": "{said}, which can be read in two ways. Write `{day_first}` or `{month_first}`;"
    " spreadsheets often rewrite dates when they save.",
    "bad_date.other_order": "{said}. Write `{iso}`; spreadsheets often rewrite dates when they save.",
    "bad_date.no_such_day": "{said}, and there is no such day. Write a day of the calendar: {expected}.",
    "bad_date.serial": "{said}, a spreadsheet's number for a day. Give the column the format yyyy-mm-dd there and save"
    " it again.",
    "bad_time": "{said}. Write {expected}.",
    "bad_time.seconds": "{said}. Captures start on the full minute: leave the seconds out, or write them as 00.",
    "bad_number": "{said}. Write {expected}.",
    "bad_email": "{said}, which is not an e-mail address. Write {expected}.",
    "too_long": "{column} has {length} characters. Shorten it to at most {limit}.",
    "too_long.item": "{column} has a value of {length} characters. Shorten it to at most {limit}.",
    "list_separator": "{said}, with a semicolon, which separates the values of a list. Use an id without"
    " one.",
    "end_before_start": "{said}, before the start, `{other}`. Correct one of the two dates.",
    "time_in_past": "{said}, and `{time}` of that day is past ({zone}). Write a start in the future.",
    "end_without_days": "{said}, after the start, `{other}`, and Days Of Week is blank. Write the days of the week on"
    " which it takes place, or leave {column} blank.",
    "end_before_start.time": "{said}, not after the start, `{other}`. A capture ends on the day on which it starts: correct one"
    " of the two times.",
    "capture_too_long": "{said}, {minutes} minutes after the start. A capture may last at most {limit}: correct one of the"
    " two times, or make two of it.",
    "series_too_long": "{said}, the last of {days} days. A series may go over at most {limit}: correct the date, or"
    " make two of it.",
    "too_far_ahead": "{said}. A schedule may lie at most {years} years ahead: correct the date.",
    "outside_series": "{column} has `{value}`, outside the days of this row (`{start}` to `{end}`). Take it out, or"
    " correct the dates.",
    "no_device_in_room": "Room `{value}` has no capture device. Name another room, or have a device assigned to it first.",
    "device_needed": "{column} is blank, and room `{value}` still has {count} {children} of today or later, which here need a"
    " device. Write the one that takes over, or move those to another room first.",
    "live_needs_section": "{said}, and no section is named. Name a section to stream to, or write FALSE.",
    "no_occurrence": "This capture takes place on no day: none of its weekdays lies between its dates, or all are excluded,"
    " by the row or by the term of its section. Correct the row if that is not meant.",
    "no_occurrence.ahead": "Nothing of this capture lies ahead any more: its days are over, took place already, or are excluded"
    " by the row or by the term of its section. Correct the row if that is not meant.",
    "still_instructs": "This row takes the role Instructor from somebody who is still named as the instructor of"
    " {held}. They keep that place until another is named: give the role back, or name somebody else there.",
    "outside_term.schedule": "{said}, outside the term {term} (`{start}` to `{end}`) of its section. Nothing to do if that"
    " is meant.",
    "outside_term": "{column} has `{value}`, outside the term (`{start}` to `{end}`). Take it out, or"
    " correct the term.",
    "unknown_reference": "There is no {object} `{value}`.{nearest_hint} Import it first, or correct the id.",
    "unknown_reference.name": "There is no {object} `{value}`.{nearest_hint} Names count letter for letter: correct it, or"
    " import the {object} first.",
    "unknown_reference.name_within": "There is no {object} `{value}` in `{within}`.{nearest_hint} Names count letter for letter:"
    " correct it, or import the {object} first.",
    "unknown_reference.address": "There is no user with the address `{value}`. Correct it, or import the user first.",
    "unknown_reference.delete": "There is no {object} `{value}`.{nearest_hint} Correct the id, or take the row out.",
    "unknown_own": "There is no {object} `{value}`.{nearest_hint} Correct the id, or create it first.",
    "unknown_own.delete": "There is no {object} `{value}`.{nearest_hint} Correct the id, or take the row out.",
    "unknown_enrollment": "`{value}` is not enrolled in section `{section}`. Create the enrollment, or"
    " correct the ids.",
    "unknown_enrollment.delete": "`{value}` is not enrolled in section `{section}`. Take the row out, or"
    " correct the ids.",
    "ambiguous_reference": "`{value}` can mean more than one {object}: {candidates}. Write the system id of"
    " the one you mean.",
    "ambiguous_reference.name": "`{value}` can mean more than one {object}: {candidates}. Rename one of them, or use a format"
    " that names them by id.",
    "ambiguous_reference.address": "`{value}` is the address of more than one {object}: {candidates}. Give each its own, or use a"
    " format that names them by id.",
    "uuid_only": "{said}, which is no system id. Write the UUID that exports show there; an External ID goes into the column"
    " External ID.",
    "ids_disagree": "External ID is `{value}`, and the {object} of this Schedule ID has {other}. Correct one of the two, or"
    " leave one blank.",
    "wrong_type": "`{value}` is the system id of another kind of object. Write the id of the {object} you"
    " mean.",
    "parent_failed": "`{value}` is made by row {other_row} of this file, which failed. Mend that row first;"
    " the same upload will do.",
    "key_not_freed": "`{value}` would be free only if row {other_row} of this file were applied, and that"
    " row failed. Mend it first.",
    "exponent": "`{value}` is what a spreadsheet made of a long number; the digits are gone. Format the column as text"
    " and export again.",
    "date_for_id": "`{value}` is what a spreadsheet makes of an id such as `3-4`. Format the column as text and"
    " export again.",
    "not_instructor": "`{value}` does not hold the role Instructor. Give that person the role, or name"
    " somebody else.",
    "unknown_time_zone": "{said}, a time zone that our database does not know. Use an IANA name such as"
    " `Europe/Oslo`.",
    "unknown_time_zone.room": "Room `{value}` lies on a campus whose time zone, `{zone}`, our database does not know. Correct"
    " the campus first.",
    "mismatched_org_unit": "Department `{value}` does not belong to the organization in this row. Correct"
    " one of the two ids.",
    "not_permitted": "{column} is blank, and you reach only a part of the institution. Write the id of one"
    " that you reach.",
    "not_permitted.beyond": "{said}, beyond what you reach of the institution. Write the id of one that you reach.",
    "not_permitted.whole": "A new {object} belongs to the institution as a whole, and you reach only a part of it. An"
    " administrator of the institution can create it.",
    "not_permitted.section": "{column} is blank, and a {object} without a section lies beyond what you reach. Name a"
    " section that you reach.",
    "not_permitted.scheduler": "{column} is blank. Schedulers make schedules that publish to a section: name one that you"
    " reach.",
    "not_permitted.unpublished": "{said}. Schedulers make schedules that publish to their sections: write TRUE, or leave"
    " the cell blank.",
    "not_permitted.shared": "The {object} `{value}` also belongs to sections beyond your reach. Somebody who reaches them all"
    " can change it.",
    "duplicate_external_id": "External ID `{value}` already belongs to another {object}{holder_hint}. Update"
    " that one, or use another id.",
    "duplicate_external_id.hidden": "External ID `{value}` already belongs to another {object}. Use another id.",
    "duplicate_external_id.row": "Row {other_row} of this file has the External ID `{value}` too, and only"
    " one {object} can. Correct one of the two rows.",
    "duplicate_external_id.moved": "The section `{value}` of this offering would come into a term that has another section `{value}`."
    " Give one of the two another id first, or correct {column}.",
    "duplicate_object": "`{value}` already belongs to {holder}. Update that {object}, or use another value.",
    "duplicate_object.hidden": "`{value}` already belongs to another {object}. Use another value.",
    "duplicate_object.row": "Row {other_row} of this file has {column} `{value}` too, and only one {object}"
    " can. Correct one of the two rows.",
    "external_id_conflict": "External ID `{value}` is the system id of another {object}. Use another id.",
    "duplicate_row": "Row {other_row} says this {object} already. Only the first row counts: remove one of"
    " the two.",
    "role_conflict": "This person is already in this section as {holder}. Use the update action to change"
    " the role.",
    "has_schedules": "{said}, and this section still has captures ahead, so it cannot move to another course or term. Leave"
    " it where it is, or take it off its schedules first.",
    "has_children": "`{value}` still has {count} {children}. Delete those first, then send this row again.",
    "has_children.hidden": "`{value}` is still in use beyond what you reach. An administrator of the institution can"
    " delete it.",
    # a row that could not be read as one
    "record_length": "This row has {found} cells, the header has {expected}. A comma inside a name may lack"
    " its quotes.",
    "bad_bytes": "This row has bytes that are not text in the file's encoding: `{excerpt}`. Save the file as “CSV UTF-8” and"
    " send the row again; all other rows were read.",
    "lost_text": "{said}, where our � or … stands for what could not be read. Write what was meant.",
    "nul_byte": "This row has a NUL character, which no text has: `{excerpt}`. Take it out and send the row"
    " again.",
    "cell_too_long": "{column} has a cell of more than {expected} characters, which is all that is read. Shorten it; if it"
    " has swallowed other cells, close its double quotes.",
    "row_too_long": "This row is longer than {expected} characters, which is all that is read. Shorten it; if it has swallowed"
    " other rows, check the line ends.",
    "stray_quote": "This row goes on after a closing double quote: `{excerpt}`. Write a double quote that belongs to the text"
    " twice, and close every quoted cell.",
    "stray_quote.bare": "This row has a double quote inside a cell without quotes round it: `{excerpt}`. Put the cell into"
    " double quotes, and write each double quote in it twice.",
    "illegal_characters.line_break": "{column} has a line break: `{excerpt}`. Write it on one line; if it has swallowed other"
    " rows, close its double quotes.",
    "empty_row": "This row is blank, and blank rows are not allowed here. Delete the line.",
    # D2L files (d2l-standard-csv.md 10.2, 14)
    "only_blanks": "{column} has nothing but blanks, and blanks count here. Empty the cell, or write what is meant.",
    "illegal_characters": "{said}, with {characters}, which is not allowed there. Take it out.",
    "bad_list": "{said}. Write {expected}.",
    "bad_list.empty": "{column} is `{value}`, with nothing at place {place} of its list. Write a value between each two pipes, and"
    " none at the ends.",
    "bad_list.spaces": "{column} has `{item}` in its list, with spaces round it, and spaces count. Take them out.",
    "bad_list.one": "{column} is `{value}`, and a course section has one course offering. Write one code, without a pipe.",
    "too_many": "{column} has {count} values. At most {limit} are read: take some out.",
    "too_long.bytes": "{column} has a value of {length} bytes (letters beyond the English ones count for several). Shorten it to"
    " at most {limit}.",
    "must_be_blank": "{said}. Course sections belong to their course offering only: empty the cell.",
    "unmapped_type": "{said}, which is no type of org units here. Use {expected}, or have an administrator add the type"
    " under Settings, Types and roles.",
    "unmapped_type.case": "{said}. Types are written in lower case: write `{lower}`.",
    "unmapped_type.version": "{said}, a type of the institution's own, and files of version {version} know none. Send it as"
    " version 2.0 or later, with the column custom_code.",
    "code_truncated": "{column} has more than {limit} characters. It was cut to `{read_as}`, here and wherever it is referred to.",
    "code_truncated.reference": "{column} has a code of more than {limit} characters. It was cut there, as codes of org units are.",
    "code_collision": "`{value}` is the same as the code of another org unit when both are cut to {limit} characters. Shorten it so"
    " that it differs within them.",
    "code_collision.row": "`{value}` is the same as the code in row {other_row} when both are cut to {limit} characters. Shorten it"
    " so that it differs within them.",
    "wrong_type.taken": "`{value}` is the code of another kind of org unit already, and codes are unique over all of them. Correct"
    " the type, or use another code.",
    "wrong_type.taken_row": "`{value}` is the code of what row {other_row} makes, and codes are unique over all types. Correct the"
    " type, or use another code.",
    "wrong_type.row": "`{value}` is of another type in row {other_row}; here it is a {type}. Correct one of the two rows.",
    "wrong_type.unit": "`{value}` is a {stored} already; this row says that it is a {type}. Correct the type, or use another code.",
    "create_on_existing": "This {object} exists already. Rows that create it are read as updates; send UPDATE instead.",
    "create_on_existing.refused": "This {object} exists already, and rows that create one are refused then. Send UPDATE instead.",
    "unmapped_role": "{said}, and no role has this name here; names count letter for letter. Use {expected}, or have an"
    " administrator add the name under Settings, Types and roles.",
    "bad_relationships": "{column} has `{item}`. Write {expected}, without spaces.",
    "bad_relationships.kind": "{column} has `{item}`, and relationships are {kinds}, letter for letter. Correct it.",
    "bad_relationships.json": "{column} begins like JSON and cannot be read as such. Write Parent:ID and Auditor:ID joined by"
    " pipes; files of version 1.1 have an array of objects with `Type` and `Id`, all in quotes.",
    "bad_relationships.not_json": "{column} is JSON, which only files of version 1.1 have; this is version {version}. Write"
    " Parent:ID and Auditor:ID joined by pipes.",
    "bad_relationships.not_piped": "{column} is `{value}`, and files of version {version} have JSON there: an array of objects with"
    " `Type` and `Id`.",
    "guardian_listed": "{column} names a guardian, which files since version 2.0 have no word for. It was read as one.",
    "own_relative": "{column} names the person of this row. Name somebody else, or empty the cell.",
    "own_parent": "`{value}` would belong to itself. Take it out of {column}.",
    "too_many_levels": "`{value}` would have more than {limit} levels of org units above it. Correct {column}.",
    "parent_cycle": "`{value}` would belong to itself through those above it. Correct {column} in one of the rows.",
    "unknown_parent": "There is no {object} `{value}`. Send it in this upload or before, or correct {column}.",
    "unknown_parent.deleted": "Row {other_row} deletes the {object} `{value}`, or gives it another code. Take that row"
    " out, or correct {column}.",
    "wrong_parent_type": "`{value}` is another kind of org unit, and {column} names a {object}. Correct it.",
    "wrong_parent_type.version": "`{value}` is no course section, and files of version {version} enroll people in sections only. Send"
    " it as version 2.0 or later.",
    "unknown_user": "There is no user `{value}`. Send them in this upload or before, or correct {column}.",
    "unknown_user.deleted": "Row {other_row} deletes the user `{value}`, or gives them another name. Take that row out,"
    " or correct {column}.",
    "unknown_user.inactive": "The user `{value}` is inactive, and a row without names enrolls active users only. Fill First Name,"
    " Last Name and Email, or take the row out.",
    "unknown_user.delete": "There is no user `{value}`, so nobody was deleted. Correct {column}, or take the row out.",
    "unknown_org_unit": "There is no org unit `{value}`. Send it in this upload or before, or correct {column}.",
    "unknown_org_unit.deleted": "Row {other_row} deletes the org unit `{value}`. Take that row out, or correct"
    " {column}.",
    "username_taken": "The username `{value}` already belongs to {holder}; upper and lower case are the same. Use another.",
    "username_taken.row": "Row {other_row} has the username `{value}` too; upper and lower case are the same. Correct one of the"
    " two rows.",
    "duplicate_user_id": "`{value}` is already the ID of {holder}. Use another, or correct {column}.",
    "duplicate_user_id.row": "Row {other_row} gives the ID `{value}` to another user. Correct one of the two rows.",
    "duplicate_email": "{holder} has the e-mail address `{value}` too. Nothing to do if that is meant.",
    "duplicate_email.row": "Row {other_row} has the e-mail address `{value}` too. Nothing to do if that is meant.",
    "delete_missing": "There is no such {object}, so there was nothing to delete. Nothing to do if that is meant.",
    # CircleIn (circlein-csv.md 2 to 8)
    "bad_date.two_digits": "{said}. Months and days have two digits: write `{padded}` if that is the day that is meant.",
    "bad_date.month_first": "{said}, and there is no such month. The month stands before the day: write `{padded}`.",
    "bad_integer": "{said}. Write {expected}.",
    "bad_role": "{said}, and roles count letter for letter. Use {expected}.",
    "bad_role.meant": "{said}, and roles count letter for letter. Did you mean `{meant}`?",
    "bad_status": "{said}. Use {expected}, letter for letter.",
    "bad_status.meant": "{said}, and a status counts letter for letter. Did you mean `{meant}`?",
    "bad_obj_type": "{said}. Use {expected}, letter for letter.",
    "bad_obj_type.meant": "{said}, and a type counts letter for letter. Did you mean `{meant}`?",
    "date_order": "{said}, before the start, `{other}`. Correct one of the two dates.",
    "nonzero_deprecated": "{said}, and this column is not used any more. Nothing was done with it; send 0.",
    "unknown_course": "There is no course `{value}` in the term of this row. Send it in this upload or before, or correct the"
    " identifier or the term.",
    "unknown_course.deleted": "The course `{value}` is deleted by row {other_row} of this upload. Take that row out, or correct the"
    " identifier or the term.",
    "partial_person": "Of First Name, Last Name and Email only `{value}` is filled. Fill all three, and the user is made or updated"
    " from this row; or none, and the user is looked up.",
    "email_taken": "The e-mail address `{value}` already belongs to {holder}; upper and lower case are the same. Correct the address,"
    " or the identifier.",
    "email_taken.row": "Row {other_row} has the e-mail address `{value}` too; upper and lower case are the same. Correct one of the"
    " two rows.",
    "access_by_hand": "`{value}` is marked as an administrator, and that is all: no log-in and no right comes of a file. Give access"
    " by hand under Settings.",
    "duplicate_row.last": "Row {other_row} has the same key. The last row counts: remove one of the two.",
    "unknown_id": "There is no {object} `{value}`, and no `{new_id}` either. Correct the identifier, or take the row out.",
    "already_renamed": "There is no {object} `{value}` any more, and there is `{new_id}`: this was done before. Nothing was done.",
    "same_id": "Both identifiers are `{value}`. Nothing was done.",
    "duplicate_old_id": "Row {other_row} renames the {object} `{value}` too, and an identifier changes once at a time. Keep one of the"
    " two rows.",
    "duplicate_new_id": "Row {other_row} gives the identifier `{value}` too, and only one {object} can have it. Correct one of the two"
    " rows.",
    "id_taken": "`{value}` already belongs to another {object}, which this file does not rename. Use another identifier; two of them"
    " are never made one.",
    "id_taken.deleted": "`{value}` belongs to a {object} that was deleted, and deleted ones keep their identifiers. Use another.",
    "parent_failed.rename": "`{value}` was to be the new identifier of row {other_row}, and that file was not applied. Mend it first;"
    " the same upload will do.",
    "empty_column": "The header has no name at place {places}. {title} has no empty columns; is there a comma too many at the end?"
    " Expected `{wanted_line}`.",
    "missing_column.template": "The header lacks {columns}. {title} has all columns of its template, in this order: `{wanted_line}`.",
    "unknown_column": "The header has {columns}, which {title} does not know. Take it out: a file has the columns of its template and"
    " no other.",
    "header_mismatch.template": "Column {place} is `{stands}`, and {title} has `{wanted}` there. Names, letter case and order count:"
    " `{wanted_line}`.",
    "role_differs": "{said}, and the role there was {stored}. The enrollment was deleted all the same: rows that delete need no"
    " role.",
    "formula_without_value": "{column} is the formula `{excerpt}`, and its result is not in the file. Open the file in a"
    " spreadsheet program, let it calculate, and save it; or send values.",
    # good rows that are not applied
    "superseded": "Row {other_row} says this {object} again. The last row counts.",
    "held_abort": "This row is good. It was not applied because other rows failed and this import was to"
    " apply all or nothing.",
    "held_file": "This row is good. It was not applied because other rows of its file failed, and files of this kind are applied"
    " whole or not at all.",
    "held_validation": "This row is good. It was not applied because this import was to validate only.",
    # warnings
    "already_exists": "This {object} exists already, just so. Nothing was done.",
    "repaired_id": "`{value}` was read as `{read_as}`, the only id it can be. A spreadsheet dropped the"
    " zeros.",
    "repaired_id.spelling": "`{value}` was read as `{read_as}`, the only id it can be. Its accents are"
    " stored in another way.",
    "overwrites_edit": "{column} was last set by {who} on {when}; this row replaces it.",
    "own_id_ignored": "{column} is ignored when creating: the system gives each new object its id.",
    # whole files
    "unknown_format": "This file was not read: its header matches no format. {nearest_format}",
    "unknown_format.several": "This file was not read: its header fits more than one format, {names}. Say"
    " which one it is.",
    "unknown_format.none": "This file was not read: its header matches no format. It has columns of {names}, and none of"
    " them has {strange}. Rename or take out what is too much, or say which format it is.",
    "unknown_format.zip": "This zip was not read: none of its files ({files}) begins with a header of a package. Packages are"
    " {packages}.",
    "unknown_format.zip_of_others": "This zip was not read: its files are {formats}, and these are sent one by one. Packages"
    " are {packages}.",
    "own_id_filled": "This file was not read: row {row} has `{value}` in {column}, and what is created has no id yet. Take"
    " the column out, or choose the action “update”.",
    "missing_column": "The file lacks {columns}, which {action} needs. Add what is missing, or choose"
    " another action.",
    "duplicate_header": "Two columns of the file, {columns}, mean the same field, {field}. Remove one of"
    " them.",
    "no_rows": "The file has a header and no row below it, so there is nothing to import. Add rows and send"
    " it again.",
    "no_rows.file": "`{file}` has a header and no row below it, so there was nothing to do.",
    # packages, and the files in them (d2l-standard-csv.md 3.2, 13; circlein-csv.md 2)
    "not_utf8": "{found} Files of this kind are UTF-8: save it as “CSV UTF-8” and send it again.",
    "unreadable_csv": "{found} {hint} Nothing of this file was imported.",
    "header_mismatch": "Column {place} is `{written}`, and {title} {version} have `{wanted}` there, letter for letter. Expected"
    " `{wanted_line}`, found `{found_line}`.",
    "header_mismatch.lacks": "The header ends before `{missing}`, which {title} {version} have. Expected `{wanted_line}`, found"
    " `{found_line}`.",
    "header_mismatch.more": "The header goes on with `{unknown}`, and {title} {version} have no such column there. Expected"
    " `{wanted_line}`, found `{found_line}`.",
    "header_mismatch.version": "The manifest says version {version}, and this is the header of {title} {others}. Correct the manifest, or"
    " write `{wanted_line}`; found `{found_line}`.",
    "header_mismatch.delimiter": "The columns are separated by {separators}; use commas. Save the file so and send it again. Its first"
    " line should be `{wanted_line}`.",
    "header_mismatch.unknown": "`{file}` begins with `{found}`, and that is the header of no file of this kind: {expected}.",
    "manifest_missing": "`{file}` has a header of version {version}, and a package without `{manifest}` is read as version"
    " {assumed}. Put a `{manifest}` into it that says {example}.",
    "manifest_invalid": "`{manifest}` is no JSON: {fault}. It should say {example} and nothing else.",
    "manifest_invalid.version": "`{manifest}` says the version `{version}`, and versions are {versions}. It should say something"
    " like {example}.",
    "manifest_invalid.shape": "`{manifest}` names no version: it holds `{found}`. It should say {example} and nothing else.",
    "manifest_invalid.size": "`{manifest}` has {bytes} bytes, and one line will do. It should say {example} and nothing else.",
    "manifest_invalid.twice": "The package has {count} files named `{manifest}`, and nobody can tell which one counts. Keep one.",
    "manifest_number": '`{manifest}` says the version as a number. It was read as "{version}"; write it in quotes.',
    "package_folder": "`{name}` lies in a folder of the zip, and packages have none. Pack the files themselves, not the folder"
    " that they are in.",
    "package_member": "The package holds `{name}`, and may hold {allowed} only. Take it out and send the package again.",
    "package_member.twice": "The package holds two files named `{name}`. Give each a name of its own.",
    "package_member.none": "The package holds no CSV file, so there is nothing to import.",
    "no_file_left": "None of the {files} files of this package can be read, so nothing was imported. Why stands with each of"
    " them.",
    "zip_many_members.package": "The package holds {count} files, and at most {limit} are read. Split it into several.",
    "unsafe_name.strange": "The package holds a file whose name is longer than 255 letters, or has some that nobody can see:"
    " `{name}`. Give it another.",
    "nested_zip.package": "The package holds `{name}`, and may hold {allowed} only: no packed file and no spreadsheet. Take it"
    " out and send the package again.",
    "package_too_large": "The package has {bytes} bytes, and at most {limit} are read. Split it into several.",
    "file_name_differs": "`{file}` has the header of {title}, though its name speaks of {other}. It was read as {title}.",
    "secret_dropped.unread": "`{file}` could not be read to its end, and may have {columns}: the rest of it is not kept.",
    "secret_dropped": "Cells of {columns} were filled ({count}), and are not kept: people in the roster are no log-ins. They"
    " were taken out of the stored file too.",
    "unknown_action": "This format cannot {action}. Use {expected}.",
    "legacy_header": "This is the header of the former import “{legacy}”, which is not read any more. Use"
    " {instead}.",
    "rows_expected": "The file has {found} data rows, {expected} were announced. Send the whole file.",
    "sha256_mismatch": "The file's SHA-256 is {found}, {expected} was announced. Send the file again.",
    "schedule_clash": "{room} is taken {when}. Change the time or the room.",
    "schedule_clash.moved": "{room} would be taken twice {when}. Move one of them first, or correct {column}.",
    "schedule_clash.itself": "{whose} would meet itself in {room} over the change of the clocks: its captures of {days} overlap."
    " Make them shorter, or leave one of these days out.",
    "room_not_freed": "The room at `{value}` would be free only if row {other_row} of this file were applied, and that"
    " row failed. Mend it first.",
    "moved_together": "Row {other_row} of this file moves schedules that this row moves too, and that row failed. Mend it"
    " first.",
    "schedule_clash.file": "Nothing was applied: {room} would be taken twice on {day}, {from} to {to}, by {schedule} and"
    " by {other}. Change the time or the room of one of them, and send the file again.",
    "aborted": "{failed} of {rows} rows are bad, and this import was to apply all or nothing. Nothing was"
    " applied.",
}

# What the reader refuses a whole file for comes with its own words (edu_csv.tabular).


class FileRejected(EduCsvError):
    """The whole file cannot be imported; trying again would not help.

    code: a key of SENTENCES or of the reader. detail: the sentence for people. params: its figures.
    """

    def __init__(self, code: str, detail: str = "", **params: Any) -> None:
        super().__init__(code, detail, params)
        self.code = code
        self.params = params
        self.detail = detail or str(Problem(code, params=params))

    def __reduce__(self) -> Any:
        # Keyword arguments do not survive the pickling of a plain exception.
        return (_rejected, (self.code, self.detail, self.params))

    def as_json(self) -> dict[str, Any]:
        told = {name: value for name, value in self.params.items() if name != "variant"}
        return {"code": self.code, "detail": self.detail, **told}


def _rejected(code: str, detail: str, params: dict[str, Any]) -> FileRejected:
    return FileRejected(code, detail, **params)
