"""Subject and first sentence of the mail about an import: what happened, in counts."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape

from django.utils.html import strip_tags

from edu_csv.jobs.models import Status
from edu_csv.pages import sentences
from edu_csv.pages.contexts.parts import Sentence
from edu_csv.pages.mailing import quoted
from edu_csv.pages.words import counted, listed, number
from imports.files import files_of
from imports.models import Import
from imports.views import names
from imports.views.result import undone_sentence

DONE = {"created": "created", "updated": "updated", "deleted": "deleted", "held": "held", "failed": "failed"}
WOULD_BE = {
    "created": "to create", "updated": "to update", "deleted": "to delete", "held": "held", "failed": "failed",
}  # fmt: skip
TAKEN_BACK = {"removed": "removed again", "put_back": "put back", "brought_back": "brought back"}


def title_of(upload: Import) -> str:
    """What people know it by: its own name, else that of the source that sent it, else the file's."""
    if upload.name:
        return upload.name
    return upload.source.name if upload.source else upload.file_name


def subject(upload: Import) -> str:
    """The sentence's counts: "Full roster: 612 created, 2,890 updated, 344 deleted, 6 failed"."""
    title, status, counts = title_of(upload), upload.job.status, upload.counts
    if status == Status.AWAITING_APPROVAL:
        again = " again: its plan has changed" if upload.plan_changed else ""
        return f"{title} waits for approval{again}: {_unread(upload)}{_said(counts, WOULD_BE)}"
    if status == Status.FAILED:
        return f"{title}: refused, nothing was changed"
    if status == Status.CANCELLED:
        return f"{title}: cancelled, nothing was changed"
    if status == Status.VOIDED:
        void = upload.void or {}
        parts = [f"{number(void[name])} {word}" for name, word in TAKEN_BACK.items() if void.get(name)]
        return f"{title}: undone, {', '.join(parts) or 'there was nothing to take back'}"
    if is_only_checked(upload):
        good, failed = counts.get("rows", 0) - counts.get("failed", 0), counts.get("failed", 0)
        said = f"checked only, {counted(good, 'row')} good{f', {number(failed)} failed' if failed else ''}"
        return f"{title}: {_unread(upload)}{said}"
    return f"{title}: {_unread(upload)}{_said(counts, DONE)}"


def _unread(upload: Import) -> str:
    """ "1 file of 4 was not read; " before all else; blank when all were."""
    files = files_of(upload)
    return f"{sentences.unread_words(len(files), len(files.unread))}; " if files.unread else ""


def is_only_checked(upload: Import) -> bool:
    """Whether it ended and nothing was changed on purpose (a source that has its files checked)."""
    ended = upload.job.status in (Status.COMPLETED, Status.COMPLETED_WITH_ERRORS)
    return ended and bool(upload.switches.get("validate_only"))


def _said(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    rows = counts.get("rows", 0)
    if not rows:
        return "there are no rows"
    if counts.get("failed") == rows:
        return (
            f"none of {counted(rows, 'row')} can be applied" if rows > 1 else "its one row cannot be applied"
        )
    parts = [f"{number(counts[name])} {word}" for name, word in words.items() if counts.get(name)]
    if not any(counts.get(name) for name in ("created", "updated", "deleted")):
        parts.insert(0, f"nothing to change in {counted(rows, 'row')}")
    return ", ".join(parts)


def sentence(upload: Import) -> Sentence:
    """The sentence of the import's page, in the same words."""
    kind, status, counts = names.kind(upload), upload.job.status, upload.counts
    files = files_of(upload)
    of_files = len(files), len(files.unread)
    if status == Status.AWAITING_APPROVAL:
        said = sentences.plan(counts, kind, names.effects(upload), names.kinds(upload), *of_files)
        return {**said, "rest": f"Nothing has changed yet. {said['rest']}"}
    if status == Status.FAILED:
        why = (upload.job.problem or {}).get("detail", "This import could not be carried out.")
        return sentences.refused(quoted(str(why)))
    if status == Status.CANCELLED:
        return sentences.cancelled()
    if status == Status.VOIDED:
        return undone_sentence(upload.void or {}, kind)
    if is_only_checked(upload):
        return sentences.checked(counts, *of_files)
    return sentences.result(counts, kind, names.effects(upload), names.kinds(upload), *of_files)


def as_text(said: Sentence) -> str:
    """The sentence without its marks."""
    return unescape(strip_tags(f"{said['lead']} {said['rest']}")).strip()


def counts_said(counts: Mapping[str, int]) -> str:
    """ "612 created, 6 failed, 22 unchanged": nothing that is zero."""
    order = ("created", "updated", "deleted", "held", "failed", "superseded", "unchanged")
    return listed([f"{number(counts[name])} {name}" for name in order if counts.get(name)]) or "no rows"
