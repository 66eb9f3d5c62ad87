"""Which sheet of a workbook is read."""

from __future__ import annotations

from collections.abc import Iterator

from edu_csv.tabular.header import take_header
from edu_csv.tabular.limits import Limits
from edu_csv.tabular.refusals import TableRefused
from edu_csv.tabular.rows import Batch, Note
from edu_csv.tabular.spreadsheet.workbook import Sheet, Workbook


def first_filled_sheet(
    workbook: Workbook, limits: Limits
) -> tuple[Sheet, list[str], int, Iterator[Batch], list[Note]]:
    """The first shown sheet with any text: itself, its header, the header's row, the rows below.

    The note ``other_sheets`` names those that are not read. Raises TableRefused when all are empty.
    """
    shown = [sheet for sheet in workbook.sheets if sheet.shown]
    for sheet in shown:
        try:
            header, row, batches = take_header(workbook.batches(sheet), limits)
        except TableRefused as refusal:
            if refusal.code == "no_header" and not refusal.params:
                continue  # no row with text
            raise
        others = [other.name for other in workbook.sheets if other is not sheet]
        notes = [Note("other_sheets", {"read": sheet.name, "others": others[:100]})] if others else []
        return sheet, header, row, batches, notes
    raise TableRefused(
        "empty_file",
        "The workbook has no visible sheet with any text.",
        "Send a sheet with a header and rows.",
        {"sheets": [sheet.name for sheet in workbook.sheets][:100]},
    )
