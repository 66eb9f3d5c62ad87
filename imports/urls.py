"""Addresses of the way of a file."""

from __future__ import annotations

from django.urls import path

from imports.views import check, decisions, downloads, intake, lists, new, one, undoing

app_name = "imports"

urlpatterns = [
    path("imports/", lists.imports_list, name="list"),
    path("imports/new/", new.new_import, name="new"),
    path("imports/new/format/", new.format_columns, name="format"),
    path("imports/new/uploads/", intake.begin_upload, name="begin-upload"),
    path("imports/new/uploads/<uuid:upload_id>/complete/", intake.complete_upload, name="complete-upload"),
    path("imports/new/<uuid:upload_id>/", check.check_file, name="check"),
    path("imports/<uuid:import_id>/", one.one_import, name="one"),
    path("imports/<uuid:import_id>/progress/", one.import_progress, name="progress"),
    path("imports/<uuid:import_id>/rows/", one.import_rows, name="rows"),
    path("imports/<uuid:import_id>/rows/<int:row>/", one.one_row, name="row"),
    path("imports/<uuid:import_id>/rows/<int:row>/cells/", one.row_cells, name="cells"),
    path("imports/<uuid:import_id>/approve/", decisions.approve, name="approve"),
    path("imports/<uuid:import_id>/plan-again/", decisions.plan_again, name="plan-again"),
    path("imports/<uuid:import_id>/cancel/", decisions.cancel, name="cancel"),
    path("imports/<uuid:import_id>/results.csv", downloads.results_csv, name="results"),
    path("imports/<uuid:import_id>/failed.csv", downloads.failed_csv, name="failed"),
    path("imports/<uuid:import_id>/file/", downloads.uploaded_file, name="file"),
    path("imports/<uuid:import_id>/undo/", undoing.undo_import, name="undo"),
]
