"""One uploaded file and everything that became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from edu_csv.jobs.models import Job


class Mode(models.TextChoices):
    APPLY = "apply"
    PREVIEW = "preview"


class OnError(models.TextChoices):
    SKIP = "skip"
    ABORT = "abort"


class Import(models.Model):
    """The job's state and progress stand in ``job``; this is what only an import has."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="import_of")
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    # What people and the CSV Data Import API call it, from 1 in each institution; set by the database.
    number = models.BigIntegerField(editable=False, db_default=models.Value(0))
    # How often somebody decided about it since it was received (csv data import 4.4, ``version``).
    record_version = models.IntegerField(editable=False, default=0)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    # The source whose inbox the file came through; null: somebody uploaded it.
    source = models.ForeignKey("imports.Source", on_delete=models.SET_NULL, null=True, blank=True)

    # Of a file that goes through a template: what that said when it was received. Held by the database together with
    # the institution, and never deleted while an import has it.
    template_version = models.ForeignKey(
        "imports.ImportTemplateVersion",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="imports",
    )

    # Blank until recognised from the header.
    format_key = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=10, blank=True)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.APPLY)
    on_error = models.CharField(max_length=10, choices=OnError.choices, default=OnError.SKIP)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    confirm_clear = models.BooleanField(default=False)
    # Fill absent optional columns from the roster instead of emptying them (the wizard's default).
    keep_absent = models.BooleanField(default=False)
    name = models.TextField(blank=True)
    reference = models.TextField(blank=True)
    notify = models.JSONField(default=list)
    rows_expected = models.BigIntegerField(null=True, blank=True)

    file_name = models.TextField()
    file_bytes = models.BigIntegerField()
    file_sha256 = models.CharField(max_length=64)
    file_key = models.TextField()

    # What the reader saw: {"encoding", "delimiter", "header", "notes", "ignored", "absent"…}.
    seen = models.JSONField(default=dict)
    # Of a feed: its files in the order in which they are read, [{"name", "format", "base", "rows", "counts"…}].
    # base: what is added to a spreadsheet's row numbers, so that rows are numbered through the upload.
    files = models.JSONField(default=list)
    # What was decided about the feed when it came (formats.feed.Switches).
    switches = models.JSONField(default=dict)
    # The contract's counts, and effects by object type and operation.
    counts = models.JSONField(default=dict)
    effects = models.JSONField(default=dict)
    # What approval must look at: {"clears": {"Description": 218}, "reasons": ["clears_columns"]…}.
    review = models.JSONField(default=dict)

    # The plan that stands: at which roster version it was made, and its digest (what was approved).
    roster_version = models.BigIntegerField(null=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    planned_at = models.DateTimeField(null=True)
    # True: plan_row_<id> and plan_change_<id> of its own; False: the shared tables.
    has_own_tables = models.BooleanField(default=False)
    approved_by = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    # Apply whatever a new plan says, {"accept_changes": true}.
    accept_changes = models.BooleanField(default=False)
    plan_changed = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True)
    # When those whom it concerns were told of it last, and of which status ("plan_changed": that it waits again);
    # ``told_to``: who has been, while the mail server has still to take the others' mails. ``told_at`` in the future:
    # until then somebody is at it.
    told_at = models.DateTimeField(null=True)
    told_status = models.CharField(max_length=24, blank=True, default="")
    told_to = models.JSONField(default=list)

    # {"job", "restore", "restored", "removed", "conflicts_total", "conflicts": [first 1,000]}.
    void = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "imports_import"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["institution", "-job"], name="import_newest")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "number"], name="import_number"),
        ]

    def __str__(self) -> str:
        return self.name or self.file_name
