"""Addresses of imports, direct uploads and formats, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

# What this app refuses is told to callers as it says.
from imports.api import problems  # noqa: F401
from imports.api.downloads import FailedCsv, ResultsCsv, UploadedFile
from imports.api.events import Events
from imports.api.formats import Formats, OneFormat
from imports.api.one import Apply, Cancel, Conflicts, OneImport, Rows, Void
from imports.api.receiving import Imports
from imports.api.source_files import Files, Inbox, OneFile
from imports.api.sources import Keys, OneSource, Password, Sources
from imports.api.templates import OneTemplate, TemplateExample, TemplatePreview, Templates, TemplateSample
from imports.api.uploads import CompleteUpload, OneUpload, Uploads

urlpatterns = [
    path("formats", Formats.as_view(), name="formats"),
    path("formats/<str:key>", OneFormat.as_view(), name="format"),
    path("formats/watershed.<int:template_id>/sample", TemplateSample.as_view(), name="template-sample"),
    path("imports", Imports.as_view(), name="imports"),
    path("imports/<uuid:import_id>", OneImport.as_view(), name="import"),
    path("imports/<uuid:import_id>/rows", Rows.as_view(), name="import-rows"),
    path("imports/<uuid:import_id>/results.csv", ResultsCsv.as_view(), name="import-results"),
    path("imports/<uuid:import_id>/failed.csv", FailedCsv.as_view(), name="import-failed"),
    path("imports/<uuid:import_id>/file", UploadedFile.as_view(), name="import-file"),
    path("imports/<uuid:import_id>/apply", Apply.as_view(), name="import-apply"),
    path("imports/<uuid:import_id>/cancel", Cancel.as_view(), name="import-cancel"),
    path("imports/<uuid:import_id>/void", Void.as_view(), name="import-void"),
    path("imports/<uuid:import_id>/conflicts", Conflicts.as_view(), name="import-conflicts"),
    path("imports/<uuid:import_id>/events", Events.as_view(), name="import-events"),
    path("sources", Sources.as_view(), name="sources"),
    path("sources/<uuid:source_id>", OneSource.as_view(), name="source"),
    path("sources/<uuid:source_id>/password", Password.as_view(), name="source-password"),
    path("sources/<uuid:source_id>/keys", Keys.as_view(), name="source-keys"),
    path("sources/<uuid:source_id>/files", Files.as_view(), name="source-files"),
    path("sources/<uuid:source_id>/files/<uuid:file_id>", OneFile.as_view(), name="source-file"),
    path("sources/<uuid:source_id>/inbox/<str:name>", Inbox.as_view(), name="source-inbox"),
    path("templates", Templates.as_view(), name="templates"),
    path("templates/<int:template_id>", OneTemplate.as_view(), name="template"),
    path("templates/<int:template_id>/example", TemplateExample.as_view(), name="template-example"),
    path("templates/<int:template_id>/preview", TemplatePreview.as_view(), name="template-preview"),
    path("uploads", Uploads.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>", OneUpload.as_view(), name="upload"),
    path("uploads/<uuid:upload_id>/complete", CompleteUpload.as_view(), name="upload-complete"),
]
