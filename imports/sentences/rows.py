"""What is told of rows, whatever the family: their cells, what they point to, whose keys they want."""

from __future__ import annotations

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
}
