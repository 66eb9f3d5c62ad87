"""What is told of rows of CircleIn files (circlein-csv.md 2 to 8)."""

from __future__ import annotations

SENTENCES = {
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
}
