"""The status pill of a job, from the contract's status and counts (ui.md section 5)."""

from __future__ import annotations

from collections.abc import Mapping

from edu_csv.pages.contexts.parts import Status, StatusKind
from edu_csv.pages.words import counted, number

# Status of the contract -> pill and word. "completed" needs the counts and is told apart below.
PILLS: dict[str, tuple[StatusKind, str]] = {
    "queued": ("plain", "Queued"),
    "reading": ("run", "Reading"),
    "checking": ("run", "Checking"),
    "planning": ("run", "Planning"),
    "awaiting_approval": ("turn", "Waiting for your approval"),
    "applying": ("run", "Applying"),
    "voiding": ("run", "Undoing"),
    "running": ("run", "Running"),
    "failed": ("bad", "Refused"),
    "cancelled": ("cancelled", "Cancelled"),
    "voided": ("undone", "Undone"),
    "expired": ("cancelled", "Link ended"),
}
CHANGING = ("created", "updated", "deleted")


def status_of(
    status: str,
    counts: Mapping[str, int] | None = None,
    *,
    unread: int = 0,
    is_yours: bool = True,
    is_short: bool = False,
) -> Status:
    """Return kind and label for a status of an import or export.

    counts: an import's; without them (exports) completed is completed. is_yours: whether the viewer
    may approve it; what waits for someone else is not yellow. is_short: for a column of a list. unread: so many
    files of a package were refused while the others went on.
    """
    if status in ("completed", "completed_with_errors"):
        return _completed(counts, unread, is_short)
    if status == "awaiting_approval" and not is_yours:
        return {"kind": "plain", "label": "Waiting for approval"}
    kind, label = PILLS.get(status, ("plain", status.replace("_", " ").capitalize()))
    return {"kind": kind, "label": label}


def _completed(counts: Mapping[str, int] | None, unread: int, is_short: bool) -> Status:
    if counts is None:
        return {"kind": "ok", "label": "Completed"}
    failed = counts.get("failed", 0)
    if unread:
        # Whatever became of its rows: those of this file nobody knows.
        return {"kind": "part", "label": f"Completed, {counted(unread, 'file')} not read"}
    if failed:
        rest = number(failed) if is_short else counted(failed, "row")
        return {"kind": "part", "label": f"Completed, {rest} failed"}
    if not any(counts.get(outcome, 0) for outcome in CHANGING):
        return {"kind": "ok", "label": "Completed, no change"}
    return {"kind": "ok", "label": "Completed"}
