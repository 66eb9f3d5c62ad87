"""Addresses of the way of a file."""

from __future__ import annotations

from django.urls import path

from imports.views import decisions, lists, one, undoing

app_name = "imports"

urlpatterns = [
    path("imports/", lists.imports_list, name="list"),
    path("imports/<uuid:import_id>/", one.one_import, name="one"),
    path("imports/<uuid:import_id>/progress/", one.import_progress, name="progress"),
    path("imports/<uuid:import_id>/rows/", one.import_rows, name="rows"),
    path("imports/<uuid:import_id>/rows/<int:row>/", one.one_row, name="row"),
    path("imports/<uuid:import_id>/rows/<int:row>/cells/", one.row_cells, name="cells"),
    path("imports/<uuid:import_id>/approve/", decisions.approve, name="approve"),
    path("imports/<uuid:import_id>/plan-again/", decisions.plan_again, name="plan-again"),
    path("imports/<uuid:import_id>/cancel/", decisions.cancel, name="cancel"),
    path("imports/<uuid:import_id>/undo/", undoing.undo_import, name="undo"),
]
