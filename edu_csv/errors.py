"""What can stop a piece of work, and whether to try it again.

Every constructor argument stays in ``args``: a worker's result travels by pickle.
"""

from __future__ import annotations


class EduCsvError(Exception):
    """Something the program expected might happen; trying again does not help."""


class TransientFailure(EduCsvError):
    """Storage, the broker or the database asks us to come back later; trying again may help."""


class StorageUnavailable(TransientFailure):
    """The file store did not answer, refused us, or is full."""


class MissingFile(EduCsvError):
    """Nothing is stored under this key: never written, deleted, or past its retention."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"No file is stored under {self.key!r}: deleted, past its retention, or never there."


class UnsafeKey(EduCsvError):
    """A key that a store must not be asked for: it could leave the files folder, or S3 would refuse it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"Expected a key such as 'uploads/7/0190/enrol.csv', got {self.key!r}: {self.reason}. "
            "Build keys with storage.file_key()."
        )


class IncompleteUpload(EduCsvError):
    """A direct upload that cannot be completed as it stands; the message says what is missing."""
