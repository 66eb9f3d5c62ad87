"""Import templates: one for each kind of CSV, through which any number of files of the same columns go.

What a template is made of stands in its versions, which never change; an import keeps the version of the moment it was
received. Rules of csv data import 1.1.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class TemplateKind(models.TextChoices):
    """What its rows make: statements alone, or (also) people, groups and permissions."""

    XAPI = "xapi"
    GROUPS = "groups"


class TemplateState(models.TextChoices):
    """draft: no version of it ever was ready, so it takes no uploads."""

    DRAFT = "draft"
    READY = "ready"


class GroupMode(models.TextChoices):
    """csv data import 2.4: people are only added to groups, or their groups are replaced."""

    ADD = "add"
    REPLACE = "replace"


class ImportTemplate(models.Model):
    """A template by its name. What is here of the newest version is for lists; imports go by versions.

    A draft saved over a ready version leaves that in use: ``ready_version`` is what uploads are read with.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=TemplateKind.choices, default=TemplateKind.XAPI)
    state = models.CharField(max_length=10, choices=TemplateState.choices, default=TemplateState.DRAFT)
    archived = models.BooleanField(default=False)
    # Numbers of versions: the newest, and the newest that is ready (null: none is).
    version = models.PositiveIntegerField(default=1)
    ready_version = models.PositiveIntegerField(null=True, blank=True)
    # As the newest version says.
    time_zone = models.CharField(max_length=64, default="UTC")
    delimiter = models.CharField(max_length=1, default=",")
    optional_columns = models.JSONField(default=list)
    group_mode = models.CharField(max_length=10, choices=GroupMode.choices, default=GroupMode.ADD)
    # The file from which the editor has its columns; blank: none yet. In storage as it was sent.
    example_file_key = models.TextField(blank=True)
    example_file_name = models.TextField(blank=True)
    # Key of the ready-made template it began as; blank: somebody wrote it.
    gallery_key = models.CharField(max_length=40, blank=True)
    made_by = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    updated_by = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "imports_template"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["institution", "name"], name="template_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_uploads(self) -> bool:
        return self.ready_version is not None and not self.archived


class ImportTemplateVersion(models.Model):
    """What a template said at one time. Never changed: the application's role may not."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    institution = models.ForeignKey("access.Institution", on_delete=models.CASCADE)
    # The database holds the reference together with the institution.
    template = models.ForeignKey(
        ImportTemplate, on_delete=models.CASCADE, related_name="versions", db_constraint=False
    )
    number = models.PositiveIntegerField()
    # Saved though it may not work: takes no uploads.
    is_draft = models.BooleanField(default=True)
    kind = models.CharField(max_length=10, choices=TemplateKind.choices, default=TemplateKind.XAPI)
    body = models.TextField()
    # [[name, expression], …] in order: each may use those above it.
    variables = models.JSONField(default=list)
    # Zone of date-times that carry none.
    time_zone = models.CharField(max_length=64, default="UTC")
    delimiter = models.CharField(max_length=1, default=",")
    # Columns that a file may lack.
    optional_columns = models.JSONField(default=list)
    group_mode = models.CharField(max_length=10, choices=GroupMode.choices, default=GroupMode.ADD)
    made_by = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "imports_template_version"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_number"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of template {self.template_id}"
