"""Addresses of the pages that look into every app."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from edu_csv.front import find, format_pages, reporting_help
from edu_csv.front.calendar import views as calendar
from edu_csv.front.exports import views as exports
from edu_csv.front.roster import lists, objects
from edu_csv.front.setup import account, api_clients, mappings, switches
from edu_csv.front.sources import changes as source_changes
from edu_csv.front.sources import files as source_files
from edu_csv.front.sources import help as source_help
from edu_csv.front.sources import lists as sources
from edu_csv.front.sources import one as source
from edu_csv.front.templates import changes as template_changes
from edu_csv.front.templates import editor as template_editor
from edu_csv.front.templates import help as template_help
from edu_csv.front.templates import lists as templates
from edu_csv.front.templates import versions as template_versions
from edu_csv.front.today import views as today

app_name = "front"
urlpatterns = [
    path("", today.today, name="today"),
    path("today/running/", today.running, name="today-running"),
    path("find/", find.finder, name="find"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("exports/", exports.exports_list, name="exports"),
    path("exports/new/", exports.new_export, name="export-new"),
    path("exports/form/", exports.export_form, name="export-form"),
    path("exports/lines/", exports.export_lines_part, name="export-lines"),
    path("exports/<uuid:export_id>/", exports.one_export, name="export"),
    path("exports/<uuid:export_id>/part/", exports.one_export_part, name="export-part"),
    path("exports/<uuid:export_id>/file/", exports.export_file, name="export-file"),
    path("exports/<uuid:export_id>/omitted/", exports.omitted_file, name="export-omitted"),
    path("exports/<uuid:export_id>/delete/", exports.delete_export, name="export-delete"),
    path("roster/<slug:kind>/", lists.roster_list, name="roster"),
    path("roster/<slug:kind>/lines/", lists.roster_lines, name="roster-lines"),
    path("roster/<slug:kind>/<uuid:object_id>/", objects.roster_object, name="roster-object"),
    path("sources/", sources.sources_list, name="sources"),
    path("sources/new/", sources.new_source, name="source-new"),
    path("sources/<uuid:source_id>/", source.one_source, name="source"),
    path("sources/<uuid:source_id>/settings/", source_changes.settings, name="source-settings"),
    path("sources/<uuid:source_id>/pause/", source_changes.pause, name="source-pause"),
    path("sources/<uuid:source_id>/switch/", source_changes.switch, name="source-switch"),
    path("sources/<uuid:source_id>/password/", source_changes.password, name="source-password"),
    path("sources/<uuid:source_id>/keys/", source_changes.keys, name="source-keys"),
    path("sources/<uuid:source_id>/upload/", source_changes.upload, name="source-upload"),
    path("sources/<uuid:source_id>/files/<uuid:file_id>/", source_files.inbox_file, name="source-file"),
    path(
        "sources/<uuid:source_id>/files/<uuid:file_id>/remove/",
        source_files.remove_file,
        name="source-file-remove",
    ),
    path("templates/", templates.templates_list, name="templates"),
    path("templates/new/", templates.new_template, name="template-new"),
    path("templates/ready/<slug:key>/example.csv", templates.ready_example, name="template-ready-example"),
    path("templates/<int:template_id>/", template_editor.editor, name="template"),
    path("templates/<int:template_id>/save/", template_changes.save, name="template-save"),
    path("templates/<int:template_id>/try/", template_editor.try_it, name="template-try"),
    path("templates/<int:template_id>/example/", template_changes.example, name="template-example"),
    path("templates/<int:template_id>/archive/", template_changes.archive, name="template-archive"),
    path("templates/<int:template_id>/delete/", template_changes.delete, name="template-delete"),
    path("templates/<int:template_id>/versions/", template_versions.versions, name="template-versions"),
    path("settings/account/", account.account, name="account"),
    path("settings/institution/", switches.institution, name="settings-institution"),
    path("settings/access/", switches.access, name="settings-access"),
    path("settings/mappings/", mappings.mappings, name="settings-mappings"),
    path("settings/api-clients/", api_clients.api_clients, name="api-clients"),
    path("settings/api-clients/<int:client_id>/", api_clients.switch_client, name="api-client"),
    *(
        path(
            f"settings/api-clients/<int:client_id>/{slug}/",
            api_clients.switch_api,
            {"api": slug},
            name=f"api-client-{slug}",
        )
        for slug in api_clients.APIS
    ),
    path(
        "settings/api-clients/<int:client_id>/statements/",
        api_clients.give_statements,
        name="api-client-statements",
    ),
    path("help/", RedirectView.as_view(url="/help/formats/"), name="help"),
    path("help/activity/", format_pages.activity_help, name="activity-help"),
    path("help/sources/", source_help.sources_help, name="sources-help"),
    path("help/reporting/", reporting_help.reporting_help, name="reporting-help"),
    path("help/recurring-reports/", reporting_help.recurring_help, name="recurring-help"),
    path("help/templates/", template_help.templates_help, name="templates-help"),
    path("help/formats/", format_pages.formats_page, name="formats"),
    path("help/formats/<str:key>/", format_pages.format_page, name="format"),
]
