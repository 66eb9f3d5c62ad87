"""One told story for every page template, as the typed contexts that views build."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edu_csv.pages import styleguide
from tests.pages.samples import (
    calendar,
    exports,
    help_pages,
    new_import,
    plan,
    reports,
    result,
    roster,
    sources,
    story,
    today,
)

# Name of a page -> its template and a function that makes its context.
PAGES: Mapping[str, tuple[str, Callable[[], Mapping[str, object]]]] = {
    "today": ("today.html", today.today),
    "today empty": ("today.html", today.today_empty),
    "imports": ("imports/list.html", new_import.imports_list),
    "imports none": ("imports/list.html", new_import.imports_none),
    "new import": ("imports/new.html", new_import.new_import),
    "check file": ("imports/check.html", new_import.check_file),
    "check package": ("imports/check.html", new_import.check_package),
    "plan": ("imports/plan.html", plan.plan),
    "plan wrong count": ("imports/plan.html", plan.plan_wrong_count),
    "row": ("imports/row.html", plan.row),
    "running": ("imports/running.html", result.running),
    "result": ("imports/result.html", result.result),
    "refused": ("imports/result.html", result.refused),
    "undo": ("imports/undo.html", result.undo),
    "exports": ("exports/list.html", exports.exports_list),
    "new export": ("exports/new.html", exports.exports_list),
    "export": ("exports/one.html", exports.export),
    "report": ("reports/report.html", reports.report),
    "report whole": ("reports/report.html", reports.whole),
    "report columns": ("reports/columns.html", reports.dictionary),
    "requests": ("reports/requests.html", reports.requests_page),
    "request": ("reports/request.html", reports.request),
    "roster": ("roster/list.html", roster.roster_list),
    "object": ("roster/object.html", roster.roster_object),
    "object people": ("roster/object.html", roster.roster_object_people),
    "object rows": ("roster/object.html", roster.roster_object_rows),
    "formats": ("help/formats.html", help_pages.help_formats),
    "format": ("help/format.html", help_pages.help_format),
    "calendar": ("calendar/week.html", calendar.week),
    "calendar list": ("calendar/week.html", calendar.as_list),
    "calendar choice": ("calendar/choose.html", calendar.choose),
    "sources": ("sources/list.html", sources.sources_list),
    "sources none": ("sources/list.html", sources.sources_none),
    "source": ("sources/one.html", sources.how),
    "source files": ("sources/one.html", sources.files),
    "source settings": ("sources/one.html", sources.settings),
    "source doors": ("sources/one.html", sources.doors),
    "source new": ("sources/new.html", sources.new),
    "find": ("find.html", story.find),
    "styleguide": ("styleguide.html", styleguide.context),
}

# Parts that htmx swaps, by their own addresses.
FRAGMENTS: Mapping[str, tuple[str, Callable[[], Mapping[str, object]]]] = {
    "rows": ("imports/_rows.html", lambda: {"rows": plan.rows(), "swapped": True}),
    "row detail": ("imports/_row_detail.html", lambda: {"detail": plan.row_detail()}),
    "progress": ("imports/_progress.html", result.running),
    "format": ("imports/_format.html", new_import.new_import),
    "today running": ("today/_running.html", today.today),
    "export lines": ("exports/_lines.html", exports.exports_list),
    "export form": ("exports/_form.html", exports.exports_list),
    "export": ("exports/_one.html", exports.export),
    "report": ("reports/_report.html", reports.report),
    "report charts": ("reports/_charts.html", reports.charts),
    "report rows": ("reports/_preview.html", reports.preview),
    "report requests": ("reports/_requests.html", reports.report),
    "requests": ("reports/_list.html", reports.requests_page),
    "request": ("reports/_request.html", reports.request),
    "roster lines": ("roster/_lines.html", roster.roster_list),
    "finder": ("components/_finder_results.html", story.finds),
}
