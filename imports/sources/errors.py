"""What a source is told when something cannot be done with its inbox."""

from __future__ import annotations

from edu_csv.errors import EduCsvError


class InboxRefused(EduCsvError):
    """A file is not taken, or not where it was asked for: (code, detail). The detail says how to mend it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail

    def __str__(self) -> str:
        return self.detail


class QuotaReached(InboxRefused):
    """There is no room for more, or a file is larger than any may be."""


class NoSuchFile(InboxRefused):
    """There is nothing of this name."""
