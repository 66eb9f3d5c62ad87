"""What is told of files that go through a template, and of their rows (csv data import 1.2, 1.8, 3.1).

Sentences that end up in ``failedRows`` are those of the published page where it quotes one. What the template's language
and the rules of statements say comes as whole sentences already (``templating``, ``activity.xapi``).
"""

from __future__ import annotations

from collections.abc import Iterable

# So many faults of one row are told (csv data import 3.1).
MOST_FAULTS = 10

SENTENCES = {
    # whole files
    "missing_column.of_template": "The file lacks {columns}, which the template “{template}” uses. Add what is missing, or let the"
    " template say that a file may lack it.",
    "missing_column.delimiter": "The separator is the likely cause: cells of this file seem to be parted by {parted}, and the"
    " template “{template}” expects {expected}. It does not find {columns}. Save the file with {expected}, or let the"
    " template say {parted}.",
    "duplicate_header.of_template": "The header has {columns} more than once, at columns {at}. Give each column a name of its own.",
    "empty_header": "The header has no name for column {at}. Give each column a name, or take the column out.",
    "bad_template": "The template “{template}” cannot be used any more: {message} Mend the template and send the file again.",
    # an undo
    "statements_not_voided": "{left} of the {live} statements of this import would not be void, since other statements have the"
    " ids of those that void them. Nothing was undone. Undo the import again; if it stays so, tell whoever runs this system.",
    # rows
    "record_length.of_template": "This row has {found} cells, the header has {expected}. A delimiter inside a cell may lack its quotes.",
    "template_row": "{message}",
    "statement_id": "Statement must include an ID, and the ID must be a UUID. The current value of the field is: {shown}.",
    "statement_rule": "{message}",
    "statement_future": "{path}: must not be more than 5 minutes in the future. The current value is: {shown}.",
    "statement_attachments": "{path}: must be left out, since imports make no attachments. The current value is: {shown}.",
    "statement_conflict": "A different statement with the id {id} is already stored (import {import}). Statements cannot be"
    " changed; void the old one or change what the id is made of.",
    "statement_conflict.sent": "A different statement with the id {id} is already stored. Statements cannot be changed; void the"
    " old one or change what the id is made of.",
    "statement_conflict.file": "A different statement with the id {id} stands in row {other} of this file. Statements cannot be"
    " changed; change what the id is made of.",
    "statement_conflict.row": "A different statement with the id {id} stands in this row already. Statements cannot be changed;"
    " change what the id is made of.",
    "statement_voided": "The statement {id} was voided; its id cannot be used again. Change what the id is made of, for example"
    " with a revision number.",
}  # fmt: skip


def joined(messages: Iterable[str]) -> str:
    """What a row is told in one text: its faults joined with a blank, at most 10 of them."""
    return " ".join([message for message, _ in zip(messages, range(MOST_FAULTS), strict=False)])


def surplus(cells: int) -> str:
    """Where the cells stand, in a file of results, that no column is left for."""
    return (
        f"What the row has too much stands behind this column, in {cells} cells without a name."
        if cells > 1
        else "What the row has too much stands behind this column, in a cell without a name."
    )
