"""Sources: systems that send files by themselves, and the files in their inboxes.

An inbox is no folder on a disk: its three folders show what stands here, and the bytes lie in storage.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from edu_csv.ids import uuid7
from imports.models.imports import Import, OnError


class Family(models.TextChoices):
    ECHOVIDEO = "echovideo", "EchoVideo"
    D2L = "d2l", "D2L Standard CSV"
    CIRCLEIN = "circlein", "CircleIn"


class SourceMode(models.TextChoices):
    """What becomes of a file: it is applied, waits for approval, or is checked and reported only."""

    APPLY = "apply"
    PREVIEW = "preview"
    VALIDATE = "validate"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may send, and when its feed counts as strange. Stored as JSON; what is left out is as here.

    quota_bytes: of everything in its three folders. max_file_bytes: of one file as it is sent.
    shrink_percent: a file with so many per cent fewer rows than is usual (the median of the last ten of its format) is
    told. unchanged_days: so is a file that has come byte for byte for so long. 0 in either: never.
    """

    quota_bytes: int = 20 << 30
    max_file_bytes: int = 2 << 30
    shrink_percent: int = 50
    unchanged_days: int = 14

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Limits:
        """From JSON; no file may be larger than any upload."""
        known = {each.name for each in fields(cls)}
        limits = cls(**{name: value for name, value in stored.items() if name in known})
        if limits.max_file_bytes <= settings.MAX_UPLOAD_BYTES:
            return limits
        return cls(
            limits.quota_bytes, settings.MAX_UPLOAD_BYTES, limits.shrink_percent, limits.unchanged_days
        )


class Source(models.Model):
    """One system that feeds an institution: who it is, what its files may do, and how it is watched."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    name = models.TextField()
    slug = models.SlugField(max_length=50)
    # ``<institution's slug>-<slug>``: whom SFTP asks for; unique over all institutions.
    login = models.CharField(max_length=110, unique=True)
    family = models.CharField(max_length=20, choices=Family.choices)
    # EchoVideo's files do not say what their rows do: create, update or delete. Blank for other families.
    action = models.CharField(max_length=10, blank=True)
    is_enabled = models.BooleanField(default=True)
    mode = models.CharField(max_length=10, choices=SourceMode.choices, default=SourceMode.APPLY)
    on_error = models.CharField(max_length=10, choices=OnError.choices, default=OnError.SKIP)
    # formats.feed.Switches of its imports.
    switches = models.JSONField(default=dict)
    # {"days": ["MO", …], "by": "07:00", "grace_minutes": 60} in the institution's zone; null: nothing is expected.
    expected = models.JSONField(null=True, blank=True)
    limits = models.JSONField(default=dict)
    # CircleIn's files are only checked until this is switched on (circlein-csv.md C-18).
    automation_enabled = models.BooleanField(default=False)
    # Whom the end of each of its imports is told to, and what is strange about its feed.
    notify = models.JSONField(default=list)

    # The API client that feeds it over REST and may look into its inbox.
    client = models.ForeignKey("access.ApiClient", on_delete=models.SET_NULL, null=True, blank=True)
    # Hashed as accounts' passwords are; blank: no password opens it.
    password = models.TextField(blank=True)
    # [{"name", "key": "ssh-ed25519 AAAA…", "fingerprint": "SHA256:…", "added_at"}]
    public_keys = models.JSONField(default=list)
    # A folder of the worker's machine, or the beginning of keys in storage, from which files are taken.
    watched_folder = models.TextField(blank=True)
    watched_prefix = models.TextField(blank=True)
    # What the last poll of it saw: {"name": [bytes, modified]}. A file is taken when two polls saw the same.
    last_poll = models.JSONField(default=dict)

    # When somebody last logged in as it, and when it last sent a file.
    last_seen_at = models.DateTimeField(null=True, blank=True)
    last_file_at = models.DateTimeField(null=True, blank=True)
    # Why something it sent was not taken, in words; blank: nothing since the last file that was.
    last_problem = models.TextField(blank=True)
    last_problem_at = models.DateTimeField(null=True, blank=True)
    # Until then nothing of its inbox is taken, and nothing is expected of it.
    paused_until = models.DateTimeField(null=True, blank=True)
    # Nothing is missed that was due before: when it was made, or its expectation changed.
    watched_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "imports_source"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "slug"], name="source_slug"),
            models.UniqueConstraint(fields=["institution", "name"], name="source_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now

    @property
    def limited(self) -> Limits:
        return Limits.read(self.limits)


class Folder(models.TextChoices):
    INCOMING = "incoming"
    PROCESSED = "processed"
    FAILED = "failed"


class FileState(models.TextChoices):
    """arriving: its name says that it is not finished (``.part``); complete: it waits for its turn.

    taken: an import works with it; done: nothing more happens to it. Answers are done from the beginning.
    """

    ARRIVING = "arriving"
    COMPLETE = "complete"
    TAKEN = "taken"
    DONE = "done"


class Door(models.TextChoices):
    SFTP = "sftp"
    REST = "rest"
    FOLDER = "folder"
    BUCKET = "bucket"
    # Put there by a person, on its page.
    HAND = "hand"
    # Not sent to us: an answer that was written beside a file.
    ANSWER = "answer"


class InboxFile(models.Model):
    """A file in one of a source's folders: sent to us, or our answer beside it.

    name: as it was sent. shown: as it is called in its folder, where no two share a name.
    key: where its bytes lie while no import has them; from then on they are the import's (``stored_key``).
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    name = models.TextField()
    shown = models.TextField()
    folder = models.CharField(max_length=10, choices=Folder.choices, default=Folder.INCOMING)
    key = models.TextField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.COMPLETE)
    door = models.CharField(max_length=10, choices=Door.choices)
    # ``import`` is a word of Python's. An answer names the import it tells of.
    upload = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="inbox_files"
    )
    # Why it never became an import: {"code", "detail", …}.
    problem = models.JSONField(null=True, blank=True)
    arrived_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "imports_inbox_file"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "folder", "shown"], name="inbox_file_shown"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["institution", "key"], name="inbox_file_key"),
            models.Index(
                fields=["institution", "source"],
                name="inbox_file_waiting",
                condition=models.Q(folder="incoming"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder}/{self.shown}"

    @property
    def is_answer(self) -> bool:
        return self.door == Door.ANSWER

    @property
    def stored_key(self) -> str:
        """Where its bytes lie now. An import may have replaced them by a copy without secrets."""
        if self.upload is not None and not self.is_answer:
            return self.upload.file_key
        return self.key
