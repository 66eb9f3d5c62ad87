"""Addresses of the pages of reports (ui.md 4). Words of our own stand before the names of reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from reporting.views import columns, gallery, requests
from reporting.views.recurring import hooks
from reporting.views.recurring import lists as recurring
from reporting.views.recurring import one as schedule

app_name = "reporting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", gallery.reports_home, name="reports"),
    path("reports/requests/", requests.requests_list, name="requests"),
    path("reports/requests/lines/", requests.requests_lines, name="requests-lines"),
    path("reports/requests/<uuid:request_id>/", requests.one_request, name="request"),
    path("reports/requests/<uuid:request_id>/part/", requests.one_request_part, name="request-part"),
    path("reports/requests/<uuid:request_id>/file/", requests.request_file, name="request-file"),
    path("reports/requests/<uuid:request_id>/again/", requests.request_again, name="request-again"),
    path("reports/recurring/", recurring.schedules_list, name="schedules"),
    path("reports/recurring/new/", recurring.new_schedule, name="schedule-new"),
    path("reports/recurring/webhooks/", hooks.webhooks_list, name="webhooks"),
    path("reports/recurring/webhooks/<uuid:webhook_id>/delete/", hooks.delete_webhook, name="webhook-delete"),
    path("reports/recurring/notices/<uuid:notice_id>/again/", schedule.notice_again, name="notice-again"),
    path("reports/recurring/<uuid:schedule_id>/", schedule.one_schedule, name="schedule"),
    path("reports/recurring/<uuid:schedule_id>/change/", schedule.change_schedule, name="schedule-change"),
    path("reports/recurring/<uuid:schedule_id>/pause/", schedule.pause_schedule, name="schedule-pause"),
    path("reports/recurring/<uuid:schedule_id>/end/", schedule.end_schedule, name="schedule-end"),
    path("reports/<slug:name>/", gallery.report_page, name="report"),
    path("reports/<slug:name>/part/", gallery.report_part, name="report-part"),
    path("reports/<slug:name>/estimate/", gallery.estimate_part, name="report-estimate"),
    path("reports/<slug:name>/charts/", gallery.charts_part, name="report-charts"),
    path("reports/<slug:name>/rows/", gallery.preview_part, name="report-rows"),
    path("reports/<slug:name>/requests/", gallery.requests_part, name="report-requests"),
    path("reports/<slug:name>/columns/", columns.columns_page, name="report-columns"),
    path("reports/<slug:name>/schema.json", columns.table_schema_file, name="report-schema"),
]
