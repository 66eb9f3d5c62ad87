"""What is told of rows of D2L files (d2l-standard-csv.md 10.2, 14)."""

from __future__ import annotations

SENTENCES = {
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
    "role_differs": "{said}, and the role there was {stored}. The enrollment was deleted all the same: rows that delete need no"
    " role.",
}
