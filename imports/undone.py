"""What an import keeps of its undos: what was asked, what came of it, and whether something was left to undo again.

``Import.void`` holds what rest-api.md section 4 shows, and ``job``, the last undo. Of one that was undone again also
``earlier``, the jobs of the undos before; and while the next one is under way, ``before``, what was asked of the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from edu_csv.jobs.models import Job, Status
from imports.models import Import
from imports.requests import UndoRequest

ASKED = ("job", "restore", "keep_statements")
# Not shown: how an undo is kept, not what it did.
KEPT_ONLY = ("job", "earlier", "before", "conflicts")
COUNTS = ("restored", "removed", "put_back", "brought_back")


def has_left(upload: Import) -> bool:
    """Whether it is undone, and the last undo left something alone that can be tried again."""
    left: int = (upload.void or {}).get("conflicts_total", 0)
    return upload.applied_at is not None and upload.job.status == Status.VOIDED and left > 0


def jobs_of(upload: Import) -> list[UUID]:
    """The undos that the import has had, oldest first; one that is under way is the last."""
    void = upload.void or {}
    return [UUID(job) for job in (*void.get("earlier", ()), *filter(None, [void.get("job")]))]


def ask(upload: Import, undo: Job, request: UndoRequest) -> None:
    """Note that an undo is asked for, while the import has its status still; nothing is saved."""
    asked: dict[str, Any] = {"job": str(undo.pk), "restore": request.restore}
    if request.keep_statements:
        asked["keep_statements"] = True
    if not has_left(upload):
        upload.void = asked
        return
    void = upload.void or {}
    before = {name: void[name] for name in ASKED if name in void} | {"told": upload.told_status}
    stays = {name: value for name, value in void.items() if name not in ASKED}
    earlier = [*void.get("earlier", ()), void["job"]]
    upload.void = {**stays, **asked, "earlier": earlier, "before": before}
    # Who was told of the last undo is told of this one too.
    if upload.told_status == Status.VOIDED:
        upload.told_status = applied_status(upload)


def end(upload: Import, found: Mapping[str, Any]) -> None:
    """Note what the undo under way did. Counts add up over all undos; conflicts are what the last one left."""
    void = dict(upload.void or {})
    if void.pop("before", None) is None:
        upload.void = {**void, **found}
        return
    added: dict[str, Any] = {name: void.get(name, 0) + found[name] for name in COUNTS}
    by_type: dict[str, dict[str, int]] = {kind: dict(by) for kind, by in void.get("by_type", {}).items()}
    for kind, by in found["by_type"].items():
        of_kind = by_type.setdefault(kind, {})
        for word, number in by.items():
            of_kind[word] = of_kind.get(word, 0) + number
    added["by_type"] = by_type
    if "statements" in found:
        own = void.get("statements", {}).get("voided", 0)
        now = found["statements"]
        # What an earlier undo of this import voided is found void by this one.
        already = max(0, now["already_voided"] - own)
        added["statements"] = {**now, "voided": own + now["voided"], "already_voided": already}
    upload.void = {**void, **found, **added}


def give_up(upload: Import) -> Status:
    """Forget the undo under way; the status that the import had before it is given back."""
    void = dict(upload.void or {})
    before = void.pop("before", None)
    if before is None:
        upload.void = None
        return applied_status(upload)
    told = before.pop("told")
    if told == Status.VOIDED:
        upload.told_status = told
    earlier = void.pop("earlier")[:-1]
    stays = {name: value for name, value in void.items() if name not in ASKED}
    upload.void = {**stays, **before, **({"earlier": earlier} if earlier else {})}
    return Status.VOIDED


def applied_status(upload: Import) -> Status:
    return Status.COMPLETED_WITH_ERRORS if upload.counts.get("failed", 0) else Status.COMPLETED
