"""What direct uploads have in common, whatever store they go to."""

from __future__ import annotations

from collections.abc import Mapping

from edu_csv.errors import IncompleteUpload, MissingFile
from edu_csv.storage.contract import Store, StoredFile, UploadState, part_sizes
from edu_csv.storage.writing import hash_stored

NAMED_PARTS = 10  # in one sentence


def check_parts(state: UploadState, came: Mapping[int, int]) -> None:
    """Raise IncompleteUpload unless every part came with its length.

    came: length by part number; parts that did not come are not in it.
    """
    faults = [
        f"part {number} (expected {size} bytes, got {came.get(number, 'none')})"
        for number, size in enumerate(part_sizes(state["size_bytes"], state["part_bytes"]), start=1)
        if came.get(number) != size
    ]
    if not faults:
        return
    named = ", ".join(faults[:NAMED_PARTS])
    more = f" and {len(faults) - NAMED_PARTS} more" if len(faults) > NAMED_PARTS else ""
    raise IncompleteUpload(
        f"The upload is not complete: {named}{more}. Send these parts to their links, then complete it again."
    )


def completed_before(store: Store, state: UploadState) -> StoredFile:
    """The file that an earlier call made of this upload; raises IncompleteUpload when none did."""
    try:
        stored = hash_stored(store, state["key"])
    except MissingFile:
        stored = None
    if stored is None or stored.size_bytes != state["size_bytes"]:
        raise IncompleteUpload(
            "The upload was aborted or is too old. Start a new one and send the file again."
        )
    return stored
