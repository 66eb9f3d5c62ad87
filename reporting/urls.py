"""Addresses of the pages of reports (ui.md 4). Words of our own stand before the names of reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reporting.views import columns, gallery, requests

app_name = "reporting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", gallery.reports_home, name="reports"),
    path("reports/requests/", requests.requests_list, name="requests"),
    path("reports/requests/lines/", requests.requests_lines, name="requests-lines"),
    path("reports/requests/<uuid:request_id>/", requests.one_request, name="request"),
    path("reports/requests/<uuid:request_id>/part/", requests.one_request_part, name="request-part"),
    path("reports/requests/<uuid:request_id>/file/", requests.request_file, name="request-file"),
    path("reports/requests/<uuid:request_id>/again/", requests.request_again, name="request-again"),
    path("reports/<slug:name>/", gallery.report_page, name="report"),
    path("reports/<slug:name>/part/", gallery.report_part, name="report-part"),
    path("reports/<slug:name>/estimate/", gallery.estimate_part, name="report-estimate"),
    path("reports/<slug:name>/charts/", gallery.charts_part, name="report-charts"),
    path("reports/<slug:name>/rows/", gallery.preview_part, name="report-rows"),
    path("reports/<slug:name>/requests/", gallery.requests_part, name="report-requests"),
    path("reports/<slug:name>/columns/", columns.columns_page, name="report-columns"),
    path("reports/<slug:name>/schema.json", columns.table_schema_file, name="report-schema"),
]
